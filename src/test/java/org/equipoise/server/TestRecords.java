package org.equipoise.server;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/** Object mother: the smallest record that an AI note can live in, and the note. */
public final class TestRecords {

  public static final String CLINIC = "Organization/test-clinic";
  public static final String SCRIBE_DEVICE = "Device/test-scribe";
  public static final String MODEL_CARD = "DocumentReference/test-model-card";

  private TestRecords() {}

  /**
   * Clinic, two patients, a representative, a clinician, the AI and its model card; PUT, so that it
   * may be written again.
   */
  public static Bundle household() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Organization clinic = new Organization().setActive(true).setName("Test Clinic");
    clinic.setId("test-clinic");
    put(bundle, clinic);
    for (String id : new String[] {"anna", "ben"}) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily(id + "sen").addGiven(id);
      put(bundle, patient);
    }
    RelatedPerson brother =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/anna"));
    brother.setId("annas-brother");
    put(bundle, brother);
    Practitioner clinician = new Practitioner();
    clinician.setId("demo-practitioner");
    clinician.addName().setFamily("Test").addGiven("Dana");
    put(bundle, clinician);
    put(bundle, modelCard());
    put(bundle, scribeDevice());
    put(bundle, careTeam("anna", "demo-practitioner"));
    put(bundle, careTeam("ben", "demo-practitioner"));
    return bundle;
  }

  /** By being on it, the clinician may open the patient's record. */
  public static CareTeam careTeam(String patient, String practitioner) {
    CareTeam team = new CareTeam().setStatus(CareTeam.CareTeamStatus.ACTIVE);
    team.setId("test-team-" + patient + "-" + practitioner);
    team.setSubject(new Reference("Patient/" + patient));
    team.addParticipant().setMember(new Reference("Practitioner/" + practitioner));
    return team;
  }

  public static DocumentReference modelCard() {
    DocumentReference card = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    card.setId("test-model-card");
    card.getType()
        .addCoding()
        .setSystem(Canonical.System.AI_INPUTS)
        .setCode(Canonical.AI_MODEL_CARD);
    card.addCategory()
        .addCoding()
        .setSystem(Canonical.System.AI_INPUTS)
        .setCode("AIModelCardMarkdownFormat")
        .setDisplay("Markdown Format");
    card.addContent()
        .getAttachment()
        .setContentType("text/markdown")
        .setData(
            """
            # Model card for NoteMaker

            ## Intended use
            Writes a draft of a visit note from the talk of the visit.

            ## Limitations
            It can make up findings that nobody said.

            ## Training data
            67 visits that were acted for training.
            """
                .getBytes(StandardCharsets.UTF_8));
    return card;
  }

  public static Device scribeDevice() {
    Device device = new Device();
    device.setId("test-scribe");
    device
        .addIdentifier()
        .setSystem("urn:ietf:rfc:3986")
        .setValue("urn:uuid:6c0a6a52-7b0e-4a0d-9c55-0d4d5a5e6f01");
    device.setType(
        new CodeableConcept(
            new Coding()
                .setSystem(Canonical.System.AI_DEVICE_TYPE)
                .setCode(Canonical.ARTIFICIAL_INTELLIGENCE)));
    device.setStatus(Device.FHIRDeviceStatus.ACTIVE).setManufacturer("NoteMaker Labs");
    device.addDeviceName().setName("NoteMaker").setType(Device.DeviceNameType.USERFRIENDLYNAME);
    device.addVersion().setValue("1.4.2");
    device
        .addContact()
        .setValue("https://notemaker.example")
        .setSystem(org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem.URL);
    device.addExtension(
        new Extension(
            Canonical.Extension.AI_KIND,
            new CodeableConcept(
                new Coding()
                    .setSystem(Canonical.System.AI_DEVICE_TYPE)
                    .setCode("Large-Language-Models"))));
    device.addExtension(
        new Extension(Canonical.Extension.MODEL_CARD_DESCRIPTION, new Reference(MODEL_CARD)));
    return device;
  }

  /** What a scribe that knows only US Core sends: a note with the label, nothing of ours. */
  public static DocumentReference plainNote(String patient) {
    DocumentReference note = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    note.getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    note.addIdentifier().setSystem("urn:ietf:rfc:3986").setValue("urn:uuid:" + UUID.randomUUID());
    note.getType()
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("11506-3")
        .setDisplay("Progress note");
    note.addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note")
        .setDisplay("Clinical Note");
    note.setSubject(new Reference("Patient/" + patient)).setDate(new Date());
    note.addAuthor(new Reference(SCRIBE_DEVICE));
    note.setCustodian(new Reference(CLINIC));
    note.addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setData(
            "The patient has had a cough for three days. Plan: rest, and a call if it gets worse."
                .getBytes(StandardCharsets.UTF_8));
    return note;
  }

  /**
   * How the note came about, for a note that is an entry {@code noteUrl} of the same transaction or
   * stands already.
   */
  public static Provenance provenance(String patient, String noteReference) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(Canonical.Extension.PROVENANCE_PATIENT, new Reference("Patient/" + patient)));
    provenance.addTarget(new Reference(noteReference));
    provenance.setOccurred(DateTimeType.now()).setRecorded(new Date());
    provenance
        .addReason()
        .addCoding()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    provenance
        .getActivity()
        .addCoding()
        .setSystem(Canonical.System.DATA_OPERATION)
        .setCode("CREATE");
    Provenance.ProvenanceAgentComponent agent = provenance.addAgent();
    agent
        .getType()
        .addCoding()
        .setSystem(Canonical.System.PROVENANCE_PARTICIPANT)
        .setCode("author");
    agent
        .addRole()
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    agent.setWho(new Reference(SCRIBE_DEVICE)).setOnBehalfOf(new Reference(CLINIC));
    provenance
        .addEntity()
        .setRole(Provenance.ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference(MODEL_CARD));
    return provenance;
  }

  /** Note and Provenance in one transaction. */
  public static Bundle noteWithProvenance(String patient) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    String url = "urn:uuid:" + UUID.randomUUID();
    post(bundle, plainNote(patient)).setFullUrl(url);
    post(bundle, provenance(patient, url)).setFullUrl("urn:uuid:" + UUID.randomUUID());
    return bundle;
  }

  public static Bundle.BundleEntryComponent post(Bundle bundle, Resource resource) {
    Bundle.BundleEntryComponent entry = bundle.addEntry().setResource(resource);
    entry.getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl(resource.fhirType());
    return entry;
  }

  public static void put(Bundle bundle, Resource resource) {
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
  }
}
