package org.equipoise.contribution;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** What the server says to patients about what they contribute: English or Spanish. */
record ContributionWords(Locale locale) {

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  /**
   * In the first of these languages that is spoken, else English.
   *
   * @param ranges as in {@code Accept-Language}; may be null or malformed
   */
  static ContributionWords of(String ranges) {
    return new ContributionWords(spoken(ranges).orElse(Locale.ENGLISH));
  }

  /** The first of these languages that is spoken. */
  static Optional<Locale> spoken(String ranges) {
    if (ranges == null || ranges.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Locale.lookup(Locale.LanguageRange.parse(ranges), SPOKEN));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Fills in numbered places. */
  String say(String key, Object... arguments) {
    return new MessageFormat(
            ResourceBundle.getBundle(
                    "contribution.words",
                    locale,
                    Control.getNoFallbackControl(Control.FORMAT_PROPERTIES))
                .getString(key),
            locale)
        .format(arguments);
  }

  /** Whether there are words for this. */
  boolean knows(String key) {
    return ResourceBundle.getBundle(
            "contribution.words", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES))
        .containsKey(key);
  }
}
