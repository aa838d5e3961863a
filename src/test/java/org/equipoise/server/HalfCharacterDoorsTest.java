package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Half a character, which a database would keep as a question mark, comes in by no door. */
class HalfCharacterDoorsTest extends OperationTest {

  private static final String JSON = "application/fhir+json";
  private static final String PATIENT =
      "{\"resourceType\":\"Patient\",\"id\":\"anna\",\"name\":[{\"family\":\"Ann\\ud800\"}]}";
  private static final String WORDS =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"text\",\"valueString\":\"\\udfff\"}]}";

  static Stream<Arguments> doors() {
    String entry =
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"resource\":"
            + PATIENT
            + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}";
    return Stream.of(
        Arguments.of("POST", "Patient", JSON, PATIENT, "Patient.name[0].family"),
        Arguments.of("PUT", "Patient/anna", JSON, PATIENT, "Patient.name[0].family"),
        Arguments.of(
            "PATCH",
            "Patient/anna",
            "application/json-patch+json",
            "[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"\\ud800\"}]",
            "[0].value"),
        Arguments.of("PATCH", "Patient/anna", JSON, WORDS, "Parameters.parameter[0].valueString"),
        Arguments.of(
            "POST", "", JSON, entry.formatted("transaction"), "Bundle.entry[0].resource.name[0]"),
        Arguments.of(
            "POST", "", JSON, entry.formatted("batch"), "Bundle.entry[0].resource.name[0].family"),
        Arguments.of(
            "POST", "Patient/anna/$contribute", JSON, WORDS, "Parameters.parameter[0].valueString"),
        Arguments.of(
            "POST", "Patient/anna/$about-me", JSON, WORDS, "Parameters.parameter[0].valueString"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("doors")
  void write_whenHalfACharacterStandsInIt_thenRefusedByName(
      String method, String path, String type, String body, String where) {
    Api caller = path.contains("$") ? patient("anna") : scribe();

    assertRefused(400, () -> caller.exchange(method, path, type, body), where, "half a character");
  }

  @Test
  void create_whenXmlNamesHalfACharacter_thenRefused() {
    assertRefused(
        400,
        () ->
            scribe()
                .exchange(
                    "POST",
                    "Patient",
                    "application/fhir+xml",
                    "<Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"&#xD800;\"/></name></Patient>"));
  }

  @Test
  void create_whenTheWholeCharacterIsWrittenAsEscapes_thenItIsKept() {
    Patient stored =
        scribe()
            .exchange(
                "POST",
                "Patient",
                JSON,
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\ud83d\\ude00 \\\\ud800\"}]}")
            .ok(Patient.class);

    assertThat(read(Patient.class, reference(stored)).getNameFirstRep().getFamily())
        .isEqualTo("\uD83D\uDE00 \\ud800");
  }

  @Test
  void query_whenItIsNoUtf8_thenRefused() {
    for (String query : List.of("family=%E4", "family=%ED%A0%80", "family=%C3")) {
      assertThat(scribe().get("Patient?" + query).status()).as(query).isEqualTo(400);
    }
    assertThat(scribe().get("Patient?family=%C3%A4+%F0%9F%98%80").status()).isEqualTo(200);
  }
}
