package org.equipoise.consent.recording;

import java.util.Set;
import org.equipoise.fhir.Caller;
import org.hl7.fhir.r4.model.IdType;

/** Who may call. */
final class TestCallers {

  private TestCallers() {}

  static Caller patient(String id) {
    return new Caller("app", id, new IdType("Patient", id), id, Set.of("patient/*.cruds"));
  }

  static Caller representative(String id, String patient) {
    return new Caller(
        "app", id, new IdType("RelatedPerson", id), patient, Set.of("patient/*.cruds"));
  }

  static Caller clinician(String id) {
    return new Caller("ehr", id, new IdType("Practitioner", id), null, Set.of("user/*.cruds"));
  }

  static Caller service() {
    return new Caller("scribe", "scribe", null, null, Set.of("system/*.cruds"));
  }
}
