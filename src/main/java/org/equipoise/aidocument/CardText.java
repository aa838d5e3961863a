package org.equipoise.aidocument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Collects what a card says about each source attribute, in the order of the card. */
final class CardText {

  /**
   * A card's ways to say that it says nothing, in lower case and without the punctuation around
   * them.
   */
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "n/a",
          "na",
          "not available",
          "not applicable",
          "not provided",
          "unknown",
          "tbd",
          "more information needed");

  /** A tag cannot hold another {@code <}, so the search stays linear on any input. */
  private static final Pattern TAG = Pattern.compile("</?[A-Za-z][^<>]*>");

  /** With the blanks of no width, which real cards begin with. */
  private static final String BLANK = "[\\s\\u00A0\\u200B-\\u200D\\u2060\\uFEFF]";

  /** The look-behind keeps the search for the end linear. */
  private static final Pattern OUTER_BLANKS =
      Pattern.compile("\\A" + BLANK + "++|(?<!" + BLANK + ")" + BLANK + "++\\z");

  private static final Pattern OUTER_PUNCTUATION =
      Pattern.compile("\\A[\\[(*_.\\s-]++|[\\])*_.\\s-]++\\z");

  private final Map<String, List<String>> said = new TreeMap<>();

  /** Adds a text as it stands in the card; one that says nothing is not added. */
  void add(String attribute, String text) {
    said(text)
        .ifPresent(words -> said.computeIfAbsent(attribute, code -> new ArrayList<>()).add(words));
  }

  /** All 31 attributes in order. */
  List<SourceAttribute> attributes() {
    return SourceAttribute.CODES.stream()
        .map(
            code ->
                new SourceAttribute(
                    code, Optional.ofNullable(said.get(code)).map(all -> String.join("\n\n", all))))
        .toList();
  }

  /**
   * The words of a piece of a card: verbatim, but for HTML tags and comments, which are markup and
   * not words, and blanks at both ends. This tidies and does not sanitise: who shows the text as
   * HTML escapes it.
   *
   * @return empty where the card only says that it says nothing ("N/A", "More Information Needed")
   */
  static Optional<String> said(String text) {
    String words =
        OUTER_BLANKS.matcher(TAG.matcher(withoutComments(text)).replaceAll("")).replaceAll("");
    return saysNothing(words) ? Optional.empty() : Optional.of(words);
  }

  private static boolean saysNothing(String words) {
    return words.length() < 40
        && NOTHING.contains(
            OUTER_PUNCTUATION.matcher(words.toLowerCase(Locale.ROOT)).replaceAll(""));
  }

  /** The text without its HTML comments; one that never ends is text. */
  static String withoutComments(String text) {
    StringBuilder kept = new StringBuilder();
    int from = 0;
    while (true) {
      int start = text.indexOf("<!--", from);
      int end = start < 0 ? -1 : text.indexOf("-->", start + 4);
      if (end < 0) {
        return kept.append(text, from, text.length()).toString();
      }
      kept.append(text, from, start);
      from = end + 3;
    }
  }
}
