package org.equipoise.fhir;

import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.PatientCommunicationComponent;

/**
 * In which language a patient is told something: the one that was asked for, else the first of
 * {@code Accept-Language} that we have, else the patient's own, else English. Pure.
 *
 * @param spoken the language of the words, one of {@link #SPOKEN}
 * @param wished what was asked for; differs from {@code spoken} where we do not have it
 */
public record SpokenLanguage(Locale spoken, Locale wished) {

  /** The languages that we have words for. */
  public static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  /** Whether the words are in another language than was asked for. */
  public boolean isUnmet() {
    return !spoken.getLanguage().equals(wished.getLanguage());
  }

  /**
   * @param parameter the parameter {@code language}, null where it was not given
   * @param header {@code Accept-Language}, null where it was not sent
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where the parameter is
   *     no language tag
   */
  public static SpokenLanguage choose(String parameter, String header, Optional<Patient> patient) {
    if (parameter != null) {
      return of(parse(parameter));
    }
    return accepted(header)
        .or(() -> patient.flatMap(SpokenLanguage::preferred).map(SpokenLanguage::of))
        .orElseGet(() -> of(Locale.ENGLISH));
  }

  private static SpokenLanguage of(Locale wished) {
    return new SpokenLanguage(
        SPOKEN.stream()
            .filter(spoken -> spoken.getLanguage().equals(wished.getLanguage()))
            .findFirst()
            .orElse(Locale.ENGLISH),
        wished);
  }

  private static Locale parse(String tag) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(tag).build();
      if (!locale.getLanguage().isEmpty()) {
        return locale;
      }
    } catch (IllformedLocaleException e) {
      // Refused below.
    }
    throw Refusal.invalid(
        "Parameters.parameter.where(name='language')",
        "language must be a language tag (BCP 47), such as en or es-MX");
  }

  /** A header that nobody can read, or that takes any language, asks for none. */
  private static Optional<SpokenLanguage> accepted(String header) {
    if (header == null || header.isBlank()) {
      return Optional.empty();
    }
    List<LanguageRange> ranges;
    try {
      ranges = LanguageRange.parse(header);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
    List<Locale> wishes =
        ranges.stream()
            .filter(range -> range.getWeight() > 0 && !range.getRange().startsWith("*"))
            .map(range -> Locale.forLanguageTag(range.getRange()))
            .filter(locale -> !locale.getLanguage().isEmpty())
            .toList();
    return wishes.stream()
        .map(SpokenLanguage::of)
        .filter(language -> !language.isUnmet())
        .findFirst()
        .or(() -> wishes.stream().map(SpokenLanguage::of).findFirst());
  }

  /** The patient's preferred language, or the only one that is named. */
  private static Optional<Locale> preferred(Patient patient) {
    List<PatientCommunicationComponent> languages = patient.getCommunication();
    return languages.stream()
        .filter(PatientCommunicationComponent::getPreferred)
        .findFirst()
        .or(() -> languages.size() == 1 ? Optional.of(languages.get(0)) : Optional.empty())
        .map(PatientCommunicationComponent::getLanguage)
        .map(CodeableConcept::getCodingFirstRep)
        .map(coding -> coding.getCode())
        .map(Locale::forLanguageTag)
        .filter(locale -> !locale.getLanguage().isEmpty());
  }
}
