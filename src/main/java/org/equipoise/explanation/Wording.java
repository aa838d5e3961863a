package org.equipoise.explanation;

import com.ibm.icu.text.MessageFormat;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.hl7.fhir.r4.model.BaseDateTimeType;

/** The words of one language, out of {@code explanation/messages_*.properties}. */
final class Wording {

  /** A longer name is shortened in a sentence, and says so. */
  private static final int LONGEST_NAME = 80;

  private final ResourceBundle messages;
  private final Locale locale;

  private Wording(ResourceBundle messages, Locale locale) {
    this.messages = messages;
    this.locale = locale;
  }

  /** The words of a language, if we have them; a region makes no difference but in dates. */
  static Optional<Wording> of(Locale locale) {
    try {
      ResourceBundle messages =
          ResourceBundle.getBundle(
              "explanation.messages",
              Locale.forLanguageTag(locale.getLanguage()),
              Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
      return Optional.of(new Wording(messages, locale));
    } catch (MissingResourceException e) {
      return Optional.empty();
    }
  }

  boolean has(String key) {
    return messages.containsKey(key);
  }

  String say(String key, Map<String, Object> arguments) {
    return new MessageFormat(messages.getString(key), locale).format(arguments);
  }

  String say(String key) {
    return say(key, Map.of());
  }

  /** A text in the quotation marks of the language. */
  String quote(String text) {
    String inside = SafeText.inline(text).replaceAll("[“”«»]", "\"");
    return say("quote", Map.of("text", inside));
  }

  /**
   * A name of a person, an organization or a thing; a very long one is shortened and says how long
   * it is.
   */
  String name(String name) {
    String harmless = SafeText.inline(name);
    if (harmless.length() <= LONGEST_NAME) {
      return harmless;
    }
    int end =
        Character.isHighSurrogate(harmless.charAt(LONGEST_NAME - 1))
            ? LONGEST_NAME - 1
            : LONGEST_NAME;
    return say(
        "name.long",
        Map.of(
            "start",
            harmless.substring(0, end),
            "letters",
            harmless.codePointCount(0, harmless.length())));
  }

  /**
   * When something was, with its preposition: "on May 3, 2024", or "in May 2024" where the day is
   * not known.
   */
  String on(BaseDateTimeType date) {
    String precision =
        switch (date.getPrecision()) {
          case YEAR -> "year";
          case MONTH -> "month";
          default -> "day";
        };
    ZoneId zone =
        date.getTimeZone() == null ? ZoneId.systemDefault() : date.getTimeZone().toZoneId();
    String text =
        DateTimeFormatter.ofPattern(messages.getString("date." + precision), locale)
            .format(ZonedDateTime.ofInstant(date.getValue().toInstant(), zone));
    return say("on." + precision, Map.of("date", text));
  }
}
