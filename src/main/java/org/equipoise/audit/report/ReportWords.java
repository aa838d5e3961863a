package org.equipoise.audit.report;

import com.ibm.icu.text.ListFormatter;
import com.ibm.icu.text.MessageFormat;
import com.ibm.icu.text.TimeZoneNames;
import com.ibm.icu.util.ULocale;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.Set;
import org.equipoise.fhir.ShownText;

/** The words of one language, out of {@code audit/report_*.properties}, and times of one zone. */
final class ReportWords {

  /** A longer name is cut. */
  private static final int LONGEST_NAME = 80;

  /** Longer words of somebody else's are cut. */
  private static final int LONGEST_QUOTE = 300;

  private final Locale locale;
  private final ZoneId zone;
  private final ResourceBundle words;

  /**
   * @param locale one of {@link org.equipoise.fhir.SpokenLanguage#SPOKEN}
   */
  ReportWords(Locale locale, ZoneId zone) {
    this.locale = locale;
    this.zone = zone;
    this.words =
        ResourceBundle.getBundle(
            "audit.report", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  Locale locale() {
    return locale;
  }

  ZoneId zone() {
    return zone;
  }

  Set<String> keys() {
    return words.keySet();
  }

  boolean has(String key) {
    return words.containsKey(key);
  }

  String say(String key) {
    return say(key, Map.of());
  }

  String say(String key, String name, Object value) {
    return say(key, Map.of(name, value));
  }

  String say(String key, Map<String, Object> arguments) {
    return new MessageFormat(words.getString(key), locale).format(new HashMap<>(arguments));
  }

  /** {@code a, b and c}. */
  String list(Collection<String> parts) {
    return ListFormatter.getInstance(locale).format(parts);
  }

  /** A name of a person or a thing, harmless in a sentence, on one line. */
  String name(String name) {
    return ShownText.inline(name, LONGEST_NAME);
  }

  /** Words of somebody else's, harmless in a sentence, on one line. */
  String quote(String text) {
    return ShownText.inline(text, LONGEST_QUOTE);
  }

  /** The first letter as a capital. */
  String sentence(String text) {
    return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(locale) + text.substring(1);
  }

  /** {@code May 3, 2026}. */
  String day(Instant time) {
    return format("date.day", time);
  }

  /** {@code on May 3, 2026, at 2:14 PM}. */
  String exactly(Instant time) {
    return say("when.exact", Map.of("date", day(time), "time", format("date.time", time)));
  }

  /** {@code on May 3, 2026, in the morning}. */
  String roughly(Instant time) {
    return say("when." + PartOfDay.of(time.atZone(zone)).key(), "date", day(time));
  }

  /** By the pattern that stands under this key. */
  String format(String pattern, Instant time) {
    return DateTimeFormatter.ofPattern(words.getString(pattern), locale)
        .format(ZonedDateTime.ofInstant(time, zone));
  }

  /** Which times these are. */
  String zoneSentence() {
    if (zone.equals(ZoneOffset.UTC)) {
      return say("intro.zone.utc");
    }
    String place =
        TimeZoneNames.getInstance(ULocale.forLocale(locale)).getExemplarLocationName(zone.getId());
    return say("intro.zone", "zone", place == null ? zone.getId() : place);
  }

  /** When in the day, as people say it. */
  enum PartOfDay {
    NIGHT,
    MORNING,
    AFTERNOON,
    EVENING;

    static PartOfDay of(ZonedDateTime time) {
      return values()[time.getHour() / 6];
    }

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
