package org.equipoise.server;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;

/** Object mother: who decides about AI in the tests of the consent engine, and plain Consents. */
final class ConsentRecords {

  /** An AI beside {@link TestRecords#SCRIBE_DEVICE}. */
  static final String OTHER_DEVICE = "Device/consent-other-ai";

  static final String OTHER_CLINIC = "Organization/consent-other-clinic";

  private ConsentRecords() {}

  /**
   * Carla, her daughter who acts for her, her doctor, Dora, a second AI and a second clinic; PUT,
   * so that it may be written again. Needs {@link TestRecords#household}.
   */
  static Bundle people() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("carla", "dora", "elsa", "fritz")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily(id + "sen").addGiven(id);
      TestRecords.put(bundle, patient);
    }
    RelatedPerson daughter =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/carla"));
    daughter.setId("carlas-daughter");
    TestRecords.put(bundle, daughter);
    Practitioner doctor = new Practitioner();
    doctor.setId("carlas-doctor");
    TestRecords.put(bundle, doctor);
    TestRecords.put(bundle, TestRecords.careTeam("carla", "carlas-doctor"));
    TestRecords.put(bundle, TestRecords.careTeam("elsa", "carlas-doctor"));
    Organization clinic = new Organization().setActive(true).setName("Other Clinic");
    clinic.setId("consent-other-clinic");
    TestRecords.put(bundle, clinic);
    org.hl7.fhir.r4.model.Device device = TestRecords.scribeDevice();
    device.setId("consent-other-ai");
    TestRecords.put(bundle, device);
    return bundle;
  }

  /** A no to one purpose of ours, about any AI and any document, as our profile wants it. */
  static Consent deny(String patient, String purpose) {
    Consent consent = foreignDeny(patient, "MLTRAINING");
    consent.getProvision().setPurpose(null);
    consent.getProvision().addPurpose().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose);
    consent
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.ACT_CODE)
        .setCode("ai-sharing".equals(purpose) ? "IDSCL" : "INFA");
    return consent;
  }

  /** A no as another system would say it: HL7's purpose, nothing of our profile. */
  static Consent foreignDeny(String patient, String actReason) {
    Consent consent = new Consent();
    consent.setStatus(ConsentState.ACTIVE);
    consent.setScope(
        new CodeableConcept(
            new Coding().setSystem(Canonical.System.CONSENT_SCOPE).setCode("patient-privacy")));
    consent.addCategory().addCoding().setSystem(Canonical.System.LOINC).setCode("59284-0");
    consent.setPatient(new Reference("Patient/" + patient));
    consent.setDateTime(new Date());
    consent.addPerformer(new Reference("Patient/" + patient));
    consent.addOrganization(new Reference(TestRecords.CLINIC));
    consent.setSource(new Attachment().setTitle("words"));
    consent.addPolicy().setUri("http://example.org/policy");
    consent.getProvision().setType(ConsentProvisionType.DENY);
    consent.getProvision().getPeriod().setStartElement(new DateTimeType("2026-01-01"));
    consent.getProvision().addPurpose().setSystem(Canonical.System.ACT_REASON).setCode(actReason);
    return consent;
  }

  /**
   * A yes to one purpose on de-identified data alone, with all that makes it count but the answers,
   * for {@code $decide-ai-use}.
   */
  static Consent deidentified(String patient, String purpose) {
    Consent consent = permit(patient, purpose);
    consent.getPolicy().clear();
    consent.addPolicy().setUri(Canonical.DEIDENTIFIED_POLICY);
    return consent;
  }

  /** A finished yes to one purpose, with all that makes it count but the answers. */
  static Consent permit(String patient, String purpose) {
    Consent consent = deny(patient, purpose);
    consent.setSource(null);
    consent
        .getProvision()
        .setType(ConsentProvisionType.PERMIT)
        .getPeriod()
        .setEndElement(new DateTimeType(LocalDate.now(ZoneOffset.UTC).plusDays(90).toString()));
    Extension free = consent.addExtension().setUrl(Canonical.Extension.VOLUNTARINESS);
    free.addExtension("askedPrivately", new BooleanType(true));
    free.addExtension("refusalHasNoEffectOnCare", new BooleanType(true));
    free.addExtension(
        "signal",
        new CodeableConcept(
            new Coding().setSystem(Canonical.System.INFLUENCE_SIGNAL).setCode("none-observed")));
    return consent;
  }
}
