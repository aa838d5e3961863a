package org.equipoise.visits;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Questionnaire;
import org.junit.jupiter.api.Assumptions;

/** Visits as the data set has them. */
public final class TestVisits {

  static final FhirContext CONTEXT = FhirR4.context();

  /**
   * The warnings that the visits, explanations and consents may draw, by message id, with the
   * reason.
   */
  public static final Map<String, String> ACCEPTED_WARNINGS =
      Map.of(
          "Terminology_PassThrough_TX_Message",
              "LOINC is not shipped, so its codes are not checked",
          "Terminology_TX_NoValid_2_CC",
              "Provenance.reason is AIAST, as HL7 AI Transparency wants; R4 names other reasons",
          "Terminology_TX_NoValid_13",
              "Consent.provision.purpose is of ai-purpose, which R4's own list lacks",
          "Language_XHTML_Lang_Missing1",
              "the narrative of a Consent says its language in Consent.language only",
          "Type_Specific_Checks_DT_String_WS",
              "complaints are kept as they were typed, blanks included");

  private TestVisits() {}

  private static String folder() {
    return System.getProperty("equipoise.test-data", "");
  }

  /** Whether the recorded visits are at hand. */
  public static boolean areAvailable() {
    return !folder().isBlank();
  }

  /** All of them; ask {@link #areAvailable()} first. */
  public static List<Visit> all() throws IOException {
    return Visit.readAll(Path.of(folder()));
  }

  /** The real ones; the test is skipped where the data is absent. */
  public static List<Visit> real() throws IOException {
    Assumptions.assumeTrue(
        areAvailable(), "equipoise.test-data is not set: no recorded visits here");
    return all();
  }

  static Visit with(Map<String, String> metadata) {
    return new Visit(
        "T1", "aci", metadata, "[doctor] hello\n[patient] hi", Map.of("LED", "He says hi."));
  }

  /** Nothing is known but what was spoken. */
  static Visit bare() {
    return with(Map.of("patient_age", "", "doctor_name", " ", "patient_gender", ""));
  }

  /** The questionnaire as the server publishes it. */
  static Questionnaire teachBack() {
    return Definitions.shared()
        .find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE)
        .orElseThrow();
  }
}
