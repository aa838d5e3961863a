package org.equipoise.server;

import java.util.Date;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/**
 * Object mother: patients with a visit and measurements each, the clinician of the visits, a
 * colleague, and one who works for another clinic.
 */
final class FlowRecords {

  static final List<String> PATIENTS =
      List.of("flow-ada", "flow-ben", "flow-cy", "flow-dee", "flow-eve");
  static final int MEASUREMENTS = 3;

  private FlowRecords() {}

  /** PUT, so that it may be written again. */
  static Bundle everybody() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Organization other = new Organization().setActive(true).setName("Other Clinic");
    other.setId("other-clinic");
    TestRecords.put(bundle, other);
    Organization third = new Organization().setActive(true).setName("Third Clinic");
    third.setId("third-clinic");
    TestRecords.put(bundle, third);
    Device rival = TestRecords.scribeDevice();
    rival.setId("rival-scribe");
    TestRecords.put(bundle, rival);
    for (String id : List.of("flow-author", "flow-colleague", "flow-foreign")) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      practitioner.addName().setFamily(id);
      TestRecords.put(bundle, practitioner);
    }
    TestRecords.put(bundle, role("flow-foreign", "Organization/other-clinic"));
    TestRecords.put(bundle, role("flow-colleague", TestRecords.CLINIC));
    for (String id : PATIENTS) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("Secretname").addGiven(id);
      patient.setGender(AdministrativeGender.FEMALE);
      patient.setBirthDateElement(new DateType("1980-02-03"));
      TestRecords.put(bundle, patient);
      TestRecords.put(bundle, visit(id));
      TestRecords.put(bundle, TestRecords.careTeam(id, "flow-author"));
      TestRecords.put(bundle, TestRecords.careTeam(id, "flow-colleague"));
      TestRecords.put(bundle, TestRecords.careTeam(id, "flow-foreign"));
      for (int i = 0; i < MEASUREMENTS; i++) {
        TestRecords.put(bundle, measurement(id, i));
      }
    }
    return bundle;
  }

  private static PractitionerRole role(String practitioner, String organization) {
    PractitionerRole role = new PractitionerRole().setActive(true);
    role.setId("role-" + practitioner);
    role.setPractitioner(new Reference("Practitioner/" + practitioner));
    role.setOrganization(new Reference(organization));
    return role;
  }

  static Encounter visit(String patient) {
    Encounter visit = new Encounter().setStatus(Encounter.EncounterStatus.INPROGRESS);
    visit.setId(patient + "-visit");
    visit.getClass_().setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode").setCode("AMB");
    visit.setSubject(new Reference("Patient/" + patient));
    visit.addParticipant().setIndividual(new Reference("Practitioner/flow-author"));
    return visit;
  }

  static Observation measurement(String patient, int number) {
    Observation weight = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    weight.setId(patient + "-weight-" + number);
    weight.getCode().addCoding().setSystem(Canonical.System.LOINC).setCode("29463-7");
    weight.getCode().setText("Secretword weight");
    weight.setSubject(new Reference("Patient/" + patient));
    weight.setEffective(new DateTimeType("2026-03-04T10:11:12Z"));
    weight.setValue(
        new Quantity()
            .setValue(70 + number)
            .setUnit("kg")
            .setSystem("http://unitsofmeasure.org")
            .setCode("kg"));
    weight.addNote().setText("Secretword note");
    return weight;
  }

  /** An AI's note of the patient's visit. */
  static DocumentReference note(String patient) {
    DocumentReference note = TestRecords.plainNote(patient);
    note.getContext().addEncounter(new Reference("Encounter/" + patient + "-visit"));
    note.setDate(new Date());
    return note;
  }

  /** What a patient decides about AI in general: for these devices or organisations, or for any. */
  static Parameters about(Parameters decision, String... actors) {
    for (String actor : actors) {
      TestCalls.with(
          decision, actor.startsWith("Device/") ? "device" : "organization", new Reference(actor));
    }
    return decision;
  }
}
