package org.equipoise.audit.watch;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** What the watch says to the privacy officer and to patients, in English or Spanish. */
final class WatchWords {

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  private final Locale locale;
  private final ResourceBundle words;

  private WatchWords(Locale locale) {
    this.locale = locale;
    this.words =
        ResourceBundle.getBundle(
            "audit.watch", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * The words in this language; English where we do not speak it.
   *
   * @param language BCP-47 tag; null and malformed ones count for nothing
   */
  static WatchWords in(String language) {
    return new WatchWords(language == null ? Locale.ENGLISH : lookup(language));
  }

  private static Locale lookup(String language) {
    try {
      Locale found = Locale.lookup(LanguageRange.parse(language), SPOKEN);
      return found == null ? Locale.ENGLISH : found;
    } catch (IllegalArgumentException malformed) {
      return Locale.ENGLISH;
    }
  }

  /** BCP-47 tag of this language. */
  String language() {
    return locale.toLanguageTag();
  }

  Locale locale() {
    return locale;
  }

  String say(String key, Object... arguments) {
    return new MessageFormat(words.getString(key), locale).format(arguments);
  }
}
