package org.equipoise.opinion;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** What is told about a second opinion in plain words, in English or Spanish. */
final class OpinionWords {

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  private final Locale locale;
  private final ResourceBundle words;

  private OpinionWords(Locale locale) {
    this.locale = locale;
    this.words =
        ResourceBundle.getBundle(
            "opinion.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * @param wish an {@code Accept-Language} header; English where it is absent, malformed or wishes
   *     for what we do not speak
   */
  static OpinionWords in(String wish) {
    try {
      Locale found = wish == null ? null : Locale.lookup(LanguageRange.parse(wish), SPOKEN);
      return new OpinionWords(found == null ? Locale.ENGLISH : found);
    } catch (IllegalArgumentException malformed) {
      return new OpinionWords(Locale.ENGLISH);
    }
  }

  String language() {
    return locale.toLanguageTag();
  }

  String say(String key, Object... arguments) {
    return new MessageFormat(words.getString(key), locale).format(arguments);
  }
}
