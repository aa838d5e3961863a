package org.equipoise.transparency;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Resource;

/** One section of a summary: a heading, sentences and lists, and what they speak of. */
final class Section {

  /**
   * A sentence, or an item of a list.
   *
   * @param text plain text
   * @param isItem whether it belongs to a list with the items beside it
   * @param address where a link leads to, relative to the server's base; null for none
   */
  record Line(String text, boolean isItem, String address) {}

  private final String code;
  private final String title;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> entries = new ArrayList<>();

  Section(String code, StoryWords words) {
    this.code = code;
    this.title = words.say("section." + code);
  }

  Section say(String sentence) {
    lines.add(new Line(sentence, false, null));
    return this;
  }

  Section item(String text) {
    lines.add(new Line(text, true, null));
    return this;
  }

  /** An item that leads somewhere. */
  Section link(String text, String address) {
    lines.add(new Line(text, true, address));
    return this;
  }

  /** A link that stands by itself. */
  Section more(String text, String address) {
    lines.add(new Line(text, false, address));
    return this;
  }

  /** What the section speaks of. */
  Section about(List<? extends Resource> resources) {
    resources.stream().map(Keys::of).filter(key -> !entries.contains(key)).forEach(entries::add);
    return this;
  }

  /** A version that the section speaks of. */
  Section aboutVersion(Resource version) {
    entries.add(Keys.ofVersion(version));
    return this;
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** A code of {@code story-section}. */
  String code() {
    return code;
  }

  String title() {
    return title;
  }

  List<Line> lines() {
    return lines;
  }

  /** References. */
  List<String> entries() {
    return entries;
  }
}
