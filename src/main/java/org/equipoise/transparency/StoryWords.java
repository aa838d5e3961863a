package org.equipoise.transparency;

import com.ibm.icu.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.equipoise.fhir.ShownText;
import org.equipoise.fhir.SpokenLanguage;
import org.hl7.fhir.r4.model.BaseDateTimeType;

/** The words of one language, out of {@code transparency/messages_*.properties}. */
final class StoryWords {

  /** The languages that we have words for. */
  static final List<Locale> SPOKEN = SpokenLanguage.SPOKEN;

  /** A longer name is shortened in a sentence, and says so. */
  private static final int LONGEST_NAME = 80;

  /** A longer reason is shortened. */
  private static final int LONGEST_REASON = 300;

  private final Locale locale;
  private final ResourceBundle words;

  private StoryWords(Locale locale) {
    this.locale = locale;
    this.words =
        ResourceBundle.getBundle(
            "transparency.messages",
            locale,
            Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * @param locale one of {@link #SPOKEN}
   */
  static StoryWords in(Locale locale) {
    return new StoryWords(locale);
  }

  Locale locale() {
    return locale;
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

  /** A name of a person, an organization or a thing, harmless in a sentence. */
  String name(String name) {
    String harmless = ShownText.inline(name);
    int letters = harmless.codePointCount(0, harmless.length());
    return letters <= LONGEST_NAME
        ? harmless
        : say(
            "name.long",
            Map.of(
                "start",
                harmless.substring(0, harmless.offsetByCodePoints(0, LONGEST_NAME)),
                "letters",
                letters));
  }

  /** A sentence of somebody else's, ended where it has no end. */
  String quoted(String sentence) {
    String harmless = ShownText.inline(sentence);
    int letters = harmless.codePointCount(0, harmless.length());
    if (letters > LONGEST_REASON) {
      return harmless.substring(0, harmless.offsetByCodePoints(0, LONGEST_REASON)) + "…";
    }
    return harmless.matches(".*[.!?…]") ? harmless : harmless + ".";
  }

  /** Words of somebody else's as they are, on one line, shortened where they are long. */
  String shortened(String sentence) {
    return ShownText.inline(sentence, LONGEST_REASON);
  }

  /** A day: "May 3, 2024". */
  String date(Instant moment) {
    return DateTimeFormatter.ofPattern(words.getString("date.day"), locale)
        .format(ZonedDateTime.ofInstant(moment, ZoneOffset.UTC));
  }

  String date(Date moment) {
    return date(moment.toInstant());
  }

  /** A day with its preposition: "on May 3, 2024". */
  String on(BaseDateTimeType moment) {
    return say("on", "date", date(moment.getValue()));
  }

  /** What a document of this kind is called in a sentence: "this visit note". */
  String document(org.hl7.fhir.r4.model.DocumentReference document) {
    return document.getType().getCoding().stream()
        .filter(coding -> org.equipoise.fhir.Canonical.System.LOINC.equals(coding.getSystem()))
        .map(coding -> "document." + coding.getCode())
        .filter(this::has)
        .map(this::say)
        .findFirst()
        .orElseGet(() -> say("document.default"));
  }

  /** The language of a tag, in this language: "Spanish". */
  String language(Locale named) {
    String name = named.getDisplayLanguage(locale);
    return name.isEmpty()
        ? named.toLanguageTag()
        : name.substring(0, 1).toUpperCase(locale) + name.substring(1);
  }

  /** A list of keys in use by tests: every language has all. */
  static List<String> keys(Locale locale) {
    return Arrays.asList(new StoryWords(locale).words.keySet().toArray(String[]::new));
  }
}
