package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Optional;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenLanguageTest {

  private static Patient speaking(String... languages) {
    Patient patient = new Patient();
    for (String language : languages) {
      patient.addCommunication().getLanguage().addCoding().setCode(language);
    }
    return patient;
  }

  private static SpokenLanguage choose(String parameter, String header, Patient patient) {
    return SpokenLanguage.choose(parameter, header, Optional.ofNullable(patient));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "es, en, en, es, false",
        "es-MX, -, -, es, false",
        "fr, es, es, en, true",
        "-, 'fr, es;q=0.8', en, es, false",
        "-, fr, es, en, true",
        "-, '*', es, es, false",
        "-, 'en;q=0, es', -, es, false",
        "-, '%%%', es, es, false",
        "-, '', es, es, false",
        "-, -, es, es, false",
        "-, -, fr, en, true",
        "-, -, -, en, false"
      })
  void choose_whenAsked_thenParameterThenHeaderThenPatientThenEnglish(
      String parameter, String header, String patient, String spoken, boolean unmet) {
    SpokenLanguage language = choose(parameter, header, patient == null ? null : speaking(patient));

    assertThat(language.spoken().getLanguage()).isEqualTo(spoken);
    assertThat(language.isUnmet()).isEqualTo(unmet);
  }

  @Test
  void choose_whenPatientPrefersOneOfSeveral_thenThatOne() {
    Patient patient = speaking("en", "es");
    assertThat(choose(null, null, patient).spoken().getLanguage()).isEqualTo("en");

    patient.getCommunication().get(1).setPreferred(true);
    assertThat(choose(null, null, patient).spoken().getLanguage()).isEqualTo("es");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_", "e", "en us", "123456789", "x-private"})
  void choose_whenNoLanguageTag_thenRefused(String parameter) {
    assertThatThrownBy(() -> choose(parameter, null, null))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("BCP 47");
  }
}
