package org.equipoise.transparency;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;

/** What a patient says about themselves, as the first section of a summary. Pure. */
final class AboutYou {

  /** A summary quotes so many lines; the whole stands in the entry after it. */
  private static final int MOST_LINES = 12;

  private AboutYou() {}

  /** The sections of a summary, with this one in front where the patient said anything. */
  static List<Section> inFront(
      Optional<DocumentReference> aboutMe, List<Section> sections, StoryWords words) {
    return Stream.concat(
            aboutMe.map(statement -> section(statement, words)).stream(), sections.stream())
        .toList();
  }

  private static Section section(DocumentReference statement, StoryWords words) {
    Section section = new Section("about-you", words).about(List.of(statement));
    section.say(words.say("about-you.intro"));
    List<String> lines = lines(statement);
    lines.stream().limit(MOST_LINES).map(words::shortened).forEach(section::item);
    if (lines.size() > MOST_LINES) {
      section.say(words.say("about-you.more"));
    }
    return section;
  }

  private static List<String> lines(DocumentReference statement) {
    return statement.getContent().stream()
        .map(DocumentReferenceContentComponent::getAttachment)
        .filter(
            content ->
                content.hasData()
                    && String.valueOf(content.getContentType()).startsWith("text/plain"))
        .findFirst()
        .map(Attachment::getData)
        .map(data -> new String(data, StandardCharsets.UTF_8))
        .stream()
        .flatMap(String::lines)
        .filter(line -> !line.isBlank())
        .toList();
  }
}
