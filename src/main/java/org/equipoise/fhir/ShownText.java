package org.equipoise.fhir;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.HumanName;

/** Words of somebody else's, as they may stand in a sentence that people read. */
public final class ShownText {

  /**
   * Control characters, and format characters that reorder or hide what is read (Unicode Technical
   * Report 36, section 2.4): XML cannot hold the former, and nobody should be misled by the latter.
   */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "[\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF]"
              + "|[\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB]");

  private ShownText() {}

  /** On one line, and nothing in it that hides or reorders. */
  public static String inline(String text) {
    return HIDDEN.matcher(text).replaceAll(" ").replaceAll("\\s+", " ").strip();
  }

  /**
   * The same, cut where it is longer.
   *
   * @param most characters, the ellipsis aside
   */
  public static String inline(String text, int most) {
    String harmless = inline(text);
    return harmless.codePointCount(0, harmless.length()) <= most
        ? harmless
        : harmless.substring(0, harmless.offsetByCodePoints(0, most)) + "…";
  }

  /** The name that a person goes by, else the official one, else any; none of former times. */
  public static Optional<String> name(List<HumanName> names) {
    return names.stream()
        .filter(name -> name.getUse() != HumanName.NameUse.OLD)
        .min(Comparator.comparing(ShownText::rank))
        .map(name -> name.hasText() ? name.getText() : name.getNameAsSingleString())
        .map(ShownText::inline)
        .filter(name -> !name.isEmpty());
  }

  private static int rank(HumanName name) {
    if (name.getUse() == HumanName.NameUse.USUAL) {
      return 0;
    }
    return name.getUse() == HumanName.NameUse.OFFICIAL ? 1 : 2;
  }
}
