package org.equipoise.decision;

import java.math.BigDecimal;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Objects;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.PatientCommunicationComponent;
import org.hl7.fhir.r4.model.Quantity;

/** What a decision says to people, in one language: English or Spanish. */
final class DecisionWords {

  private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  private final Locale locale;
  private final boolean isWished;
  private final ResourceBundle words;

  private DecisionWords(Locale locale, boolean isWished) {
    this.locale = locale;
    this.isWished = isWished;
    this.words =
        ResourceBundle.getBundle(
            "decision.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * The words for a patient: in the language that they prefer, else in another that they speak,
   * else in that of the decision, else in English.
   */
  static DecisionWords of(Patient patient, String language) {
    List<String> wishes =
        Stream.concat(
                patient.getCommunication().stream()
                    .sorted(Comparator.comparing(one -> !one.getPreferred()))
                    .map(PatientCommunicationComponent::getLanguage)
                    .flatMap(concept -> concept.getCoding().stream())
                    .map(coding -> coding.getCode()),
                Stream.of(Optional.ofNullable(language).orElse("")))
            .filter(tag -> tag != null && !tag.isEmpty())
            .toList();
    return in(wishes);
  }

  /** The words in the first of these languages that we have; each a tag or a header. */
  static DecisionWords in(List<String> wishes) {
    Optional<Locale> found =
        wishes.stream().map(DecisionWords::lookup).filter(Objects::nonNull).findFirst();
    return new DecisionWords(found.orElse(Locale.ENGLISH), found.isPresent() || wishes.isEmpty());
  }

  private static Locale lookup(String wish) {
    try {
      return Locale.lookup(LanguageRange.parse(wish), SPOKEN);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** BCP 47 tag of this language. */
  String language() {
    return locale.toLanguageTag();
  }

  /** Whether it is a language that was wished for. */
  boolean isWished() {
    return isWished;
  }

  String say(String key, Object... details) {
    return new MessageFormat(words.getString(key), locale).format(details);
  }

  String date(Date date) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
        .withLocale(locale)
        .format(date.toInstant().atZone(ZoneOffset.UTC));
  }

  /** A length of time, in the unit that it is given in. */
  String time(Duration duration) {
    String key = "time." + duration.getCode();
    BigDecimal value = duration.getValue();
    if (value == null) {
      return Optional.ofNullable(duration.getUnit()).orElse("");
    }
    String unit = Optional.ofNullable(duration.getUnit()).orElse(duration.getCode());
    String length =
        !words.containsKey(key)
            ? (number(value) + " " + Objects.requireNonNullElse(unit, "")).strip()
            : value.compareTo(BigDecimal.ONE) == 0 ? say(key + ".one") : say(key, number(value));
    return compared(duration, length);
  }

  /** A measure with its unit and what it is compared by. */
  String quantity(Quantity quantity) {
    String unit = Optional.ofNullable(quantity.getUnit()).orElse(quantity.getCode());
    String value = quantity.hasValue() ? number(quantity.getValue()) : "";
    return compared(quantity, (value + " " + Objects.requireNonNullElse(unit, "")).strip());
  }

  private String compared(Quantity quantity, String said) {
    return quantity.hasComparator()
        ? say(
            "than." + quantity.getComparator().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            said)
        : said;
  }

  private String number(BigDecimal value) {
    NumberFormat format = NumberFormat.getInstance(locale);
    format.setGroupingUsed(false);
    format.setMaximumFractionDigits(10);
    return format.format(value);
  }

  /** A number of people: plain digits, since a separator means a fraction elsewhere. */
  static String count(BigDecimal people) {
    return people.toBigInteger().toString();
  }
}
