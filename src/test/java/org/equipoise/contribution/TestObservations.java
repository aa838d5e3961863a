package org.equipoise.contribution;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/** Object mother: what a patient sends. */
final class TestObservations {

  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  static final Contributor ANNA =
      new Contributor(new IdType("Patient/anna"), new IdType("Patient/anna"), Locale.ENGLISH);

  static final Contributor ANNAS_BROTHER =
      new Contributor(
          new IdType("Patient/anna"), new IdType("RelatedPerson/annas-brother"), Locale.ENGLISH);

  private TestObservations() {}

  static Observation weight(String value) {
    return vital("29463-7", value, "kg");
  }

  /** As an app that knows only LOINC and UCUM sends it. */
  static Observation vital(String loinc, String value, String unit) {
    Observation observation = new Observation();
    observation.setCode(
        new CodeableConcept(new Coding().setSystem(Canonical.System.LOINC).setCode(loinc)));
    observation.setEffective(new DateTimeType("2026-11-22T07:30:00+01:00"));
    observation.setValue(
        new Quantity()
            .setValue(new BigDecimal(value))
            .setSystem(Canonical.System.UCUM)
            .setCode(unit)
            .setUnit(unit));
    return observation;
  }

  static Device watch(String patient) {
    Device watch = new Device().setPatient(new Reference("Patient/" + patient));
    watch.setId("Device/watch");
    return watch;
  }

  static Device ai() {
    Device ai = new Device();
    ai.setId("Device/rhythm-ai");
    ai.setType(
        new CodeableConcept(
            new Coding()
                .setSystem(Canonical.System.AI_DEVICE_TYPE)
                .setCode(Canonical.ARTIFICIAL_INTELLIGENCE)));
    return ai;
  }
}
