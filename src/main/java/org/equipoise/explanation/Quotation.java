package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * Which texts of the record may stand in an explanation as they are.
 *
 * @param locale language of the explanation
 * @param targetGrade the hardest that a quoted text may be
 */
record Quotation(Locale locale, BigDecimal targetGrade) {

  static final int MOST_WORDS = 40;

  /**
   * The text without its markdown, where it is short, easy and, as far as known, in the right
   * language; else empty.
   *
   * @param language BCP 47 tag, or null where the record does not say
   */
  Optional<String> quotable(String markdown, String language) {
    return isOurs(language)
        ? Optional.of(reading(markdown)).filter(this::isEasy)
        : Optional.empty();
  }

  /** The words of the text without its markdown, counted. */
  int words(String markdown) {
    return Readability.of(reading(markdown), locale).words();
  }

  private boolean isOurs(String language) {
    return language == null
        || Locale.forLanguageTag(language).getLanguage().equals(locale.getLanguage());
  }

  private boolean isEasy(String reading) {
    Readability readability = Readability.of(reading, locale);
    return readability.words() <= MOST_WORDS
        && readability.grade() != null
        && !readability.isAbove(targetGrade);
  }

  /**
   * A text that would be refused in an explanation is only counted, never quoted, so its markup
   * does not matter.
   */
  private static String reading(String markdown) {
    return SafeText.inline(markdown.replaceAll("[*`#]", ""));
  }
}
