package org.equipoise.visits;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Questionnaire;
import org.junit.jupiter.api.Assumptions;

/** Visits as the data set has them. */
final class TestVisits {

  static final FhirContext CONTEXT = FhirContext.forR4Cached();

  private TestVisits() {}

  /** The real ones; the test is skipped where the data is absent. */
  static List<Visit> real() throws IOException {
    String folder = System.getProperty("equipoise.test-data", "");
    Assumptions.assumeFalse(folder.isBlank(), "equipoise.test-data is not set: no recorded visits here");
    return Visit.readAll(Path.of(folder));
  }

  static Visit with(Map<String, String> metadata) {
    return new Visit("T1", "aci", metadata, "[doctor] hello\n[patient] hi", Map.of("LED", "He says hi."));
  }

  /** Nothing is known but what was spoken. */
  static Visit bare() {
    return with(Map.of("patient_age", "", "doctor_name", " ", "patient_gender", ""));
  }

  /** The questionnaire as the server publishes it. */
  static Questionnaire teachBack() throws IOException {
    try (InputStream definition = TestVisits.class.getResourceAsStream("/fhir-profiles/Questionnaire-teach-back.json")) {
      return CONTEXT.newJsonParser().parseResource(Questionnaire.class, definition);
    }
  }
}
