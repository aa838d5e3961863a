package org.equipoise.visits;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * The recorded visits as FHIR R4, as a scribe that knows US Core and HL7 AI Transparency would send
 * them. Pure. What the data set does not say stays unsaid: no birth date is made of an age, no name
 * of a gap.
 */
public final class VisitResources {

  /** Identifier system of everything in the data set: its published address. */
  public static final String DATA_SET = "https://doi.org/10.1038/s41597-023-02487-3";

  static final String CLINIC = "Organization/visits-clinic";

  private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String DATA_ABSENT_REASON =
      "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

  private VisitResources() {}

  /** The custodian, the models and their cards. */
  public static Bundle models() {
    Bundle bundle = transaction();
    put(bundle, clinic());
    for (NoteModel model : NoteModel.values()) {
      put(bundle, modelCard(model));
      put(bundle, device(model));
    }
    return bundle;
  }

  /**
   * What is there of a visit before an AI writes: patient, encounter, age, transcript, and the
   * doctor where named.
   */
  public static Bundle visit(Visit visit) {
    Bundle bundle = transaction();
    put(bundle, patient(visit));
    practitioner(visit).ifPresent(doctor -> put(bundle, doctor));
    put(bundle, encounter(visit));
    age(visit).ifPresent(age -> put(bundle, age));
    put(bundle, transcript(visit));
    return bundle;
  }

  /** A model's note of a visit and the story of its making, to be stored together or not at all. */
  public static Bundle note(Visit visit, NoteModel model, Instant recorded) {
    String noteUrl = "urn:uuid:" + UUID.randomUUID();
    Bundle bundle = transaction();
    bundle
        .addEntry()
        .setFullUrl(noteUrl)
        .setResource(note(visit, model))
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl("DocumentReference");
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + UUID.randomUUID())
        .setResource(provenance(visit, model, noteUrl, recorded))
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl("Provenance");
    return bundle;
  }

  /** What a model's note of a visit is found by. */
  static Identifier noteIdentifier(Visit visit, NoteModel model) {
    return new Identifier().setSystem(DATA_SET).setValue(visit.encounterId() + "/" + model.key());
  }

  private static Organization clinic() {
    Organization clinic = new Organization();
    clinic.setId(CLINIC);
    return clinic
        .setActive(true)
        .setName("The clinic of the role-played visits of ACI-BENCH (no real organization)");
  }

  private static DocumentReference modelCard(NoteModel model) {
    DocumentReference card = new DocumentReference();
    card.setId(cardOf(model));
    card.setStatus(DocumentReferenceStatus.CURRENT);
    card.setDescription("Model card of " + model.key() + ", written from published facts");
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
        .setLanguage("en")
        .setData(model.card());
    return card;
  }

  private static Device device(NoteModel model) {
    Device device = new Device();
    device.setId(deviceOf(model));
    for (String kind :
        List.of(
            "Deep-Learning-Models",
            "Clinical-Documentation-and-Workflow",
            "AI-for-Medical-Text-Data")) {
      device.addExtension(
          new Extension(
              Canonical.Extension.AI_KIND,
              new CodeableConcept(
                  new Coding().setSystem(Canonical.System.AI_DEVICE_TYPE).setCode(kind))));
    }
    device.addExtension(
        new Extension(Canonical.Extension.MODEL_CARD_DESCRIPTION, new Reference(cardOf(model))));
    device.addIdentifier().setSystem(DATA_SET).setValue(model.key());
    device.setStatus(FHIRDeviceStatus.ACTIVE);
    device.setManufacturer("Yim and others, authors of the ACI-BENCH data set");
    device
        .addDeviceName()
        .setType(DeviceNameType.USERFRIENDLYNAME)
        .setName(model.key() + " note writer");
    device.addDeviceName().setType(DeviceNameType.MODELNAME).setName(model.baseModel());
    device
        .getType()
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    device.addVersion().setValue(model.version());
    device.addContact().setSystem(ContactPointSystem.URL).setValue(DATA_SET);
    return device;
  }

  private static Patient patient(Visit visit) {
    Patient patient = new Patient();
    patient.setId("Patient/" + visit.id());
    patient.addIdentifier().setSystem(DATA_SET).setValue(visit.encounterId());
    HumanName name = new HumanName();
    visit.said("patient_firstname").ifPresent(name::addGiven);
    visit.said("patient_familyname").ifPresent(name::setFamily);
    if (!name.isEmpty()) {
      patient.addName(name);
    }
    visit
        .said("patient_gender")
        .map(String::strip)
        .filter(GENDERS::contains)
        .map(AdministrativeGender::fromCode)
        .ifPresent(patient::setGender);
    return patient;
  }

  private static Optional<Practitioner> practitioner(Visit visit) {
    return visit
        .said("doctor_name")
        .map(
            said -> {
              Practitioner doctor = new Practitioner();
              doctor.setId("Practitioner/" + visit.id());
              doctor.addIdentifier().setSystem(DATA_SET).setValue(visit.encounterId());
              doctor.addName().setText(said);
              return doctor;
            });
  }

  private static Encounter encounter(Visit visit) {
    Encounter encounter = new Encounter();
    encounter.setId("Encounter/" + visit.id());
    encounter.addIdentifier().setSystem(DATA_SET).setValue(visit.encounterId());
    encounter.setStatus(EncounterStatus.FINISHED);
    encounter.setClass_(new Coding().setSystem(Canonical.System.ACT_CODE).setCode("AMB"));
    encounter.setSubject(patientOf(visit));
    visit
        .said("doctor_name")
        .ifPresent(
            said ->
                encounter
                    .addParticipant()
                    .setIndividual(new Reference("Practitioner/" + visit.id())));
    visit.said("cc").ifPresent(complaint -> encounter.addReasonCode().setText(complaint));
    visit
        .said("2nd_complaints")
        .ifPresent(complaints -> encounter.addReasonCode().setText(complaints));
    encounter.setServiceProvider(new Reference(CLINIC));
    return encounter;
  }

  /** Years where the data set gives a number ("45.0" stays 45.0), else its words ("9-month"). */
  private static Optional<Observation> age(Visit visit) {
    return visit
        .said("patient_age")
        .map(
            said -> {
              Observation age = new Observation();
              age.setId("Observation/" + visit.id() + "-age");
              age.setStatus(ObservationStatus.FINAL);
              age.getCode()
                  .addCoding()
                  .setSystem(Canonical.System.LOINC)
                  .setCode("30525-0")
                  .setDisplay("Age");
              age.setSubject(patientOf(visit))
                  .setEncounter(new Reference("Encounter/" + visit.id()));
              age.setValue(
                  said.matches("\\d+(\\.\\d+)?")
                      ? new Quantity()
                          .setValue(new BigDecimal(said))
                          .setUnit("years")
                          .setSystem(UCUM)
                          .setCode("a")
                      : new StringType(said));
              return age;
            });
  }

  private static DocumentReference transcript(Visit visit) {
    DocumentReference transcript = new DocumentReference();
    transcript.setId(transcriptOf(visit));
    transcript.addIdentifier().setSystem(DATA_SET).setValue(visit.encounterId() + "/transcript");
    transcript.setStatus(DocumentReferenceStatus.CURRENT);
    transcript
        .getType()
        .setText("Transcript of the visit")
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("34109-9")
        .setDisplay("Note");
    clinicalNote(transcript);
    transcript.setSubject(patientOf(visit)).setCustodian(new Reference(CLINIC));
    transcript.setDescription(
        visit.source().equals("aci")
            ? "Transcript of the visit, by speech recognition; speakers can be swapped"
            : "Transcript of the visit, by a person");
    transcript
        .addContent()
        .getAttachment()
        .setContentType(TEXT)
        .setLanguage("en")
        .setTitle(transcript.getDescription())
        .setData(visit.transcript().getBytes(StandardCharsets.UTF_8));
    transcript.getContext().addEncounter(new Reference("Encounter/" + visit.id()));
    return transcript;
  }

  /**
   * A plain US Core note with the label: review state, date and plain words are for the server to
   * fill in.
   */
  private static DocumentReference note(Visit visit, NoteModel model) {
    DocumentReference note = new DocumentReference();
    note.getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    note.addIdentifier(noteIdentifier(visit, model));
    note.setStatus(DocumentReferenceStatus.CURRENT);
    note.getType()
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("11506-3")
        .setDisplay("Progress note");
    clinicalNote(note);
    note.setSubject(patientOf(visit))
        .setCustodian(new Reference(CLINIC))
        .addAuthor(new Reference(deviceOf(model)));
    note.addContent()
        .getAttachment()
        .setContentType(TEXT)
        .setLanguage("en")
        .setData(visit.aiNotes().get(model.key()).getBytes(StandardCharsets.UTF_8));
    note.getContext().addEncounter(new Reference("Encounter/" + visit.id()));
    return note;
  }

  private static Provenance provenance(
      Visit visit, NoteModel model, String noteUrl, Instant recorded) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(Canonical.Extension.PROVENANCE_PATIENT, patientOf(visit)));
    provenance.addTarget(new Reference(noteUrl));
    // The data set does not say when its notes were written.
    DateTimeType occurred = new DateTimeType();
    occurred.addExtension(new Extension(DATA_ABSENT_REASON, new CodeType("unknown")));
    provenance.setOccurred(occurred);
    provenance.setRecorded(Date.from(recorded));
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
    ProvenanceAgentComponent ai = provenance.addAgent();
    ai.getType().addCoding().setSystem(Canonical.System.PROVENANCE_PARTICIPANT).setCode("author");
    ai.addRole()
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    ai.setWho(new Reference(deviceOf(model))).setOnBehalfOf(new Reference(CLINIC));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference(cardOf(model)));
    ProvenanceEntityComponent prompt =
        provenance.addEntity().setRole(ProvenanceEntityRole.DERIVATION);
    prompt.setWhat(new Reference().setDisplay("Prompt"));
    prompt.addExtension(
        new Extension(
            Canonical.Extension.INPUT_WITHHELD,
            new StringType(
                "There is no prompt: this model takes none. It was trained to turn a transcript into a note.")));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference(transcriptOf(visit)));
    return provenance;
  }

  private static void clinicalNote(DocumentReference document) {
    document
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
        .setCode("clinical-note");
  }

  static Reference patientOf(Visit visit) {
    return new Reference("Patient/" + visit.id());
  }

  private static String transcriptOf(Visit visit) {
    return "DocumentReference/" + visit.id() + "-transcript";
  }

  private static String cardOf(NoteModel model) {
    return "DocumentReference/visits-card-" + model.slug();
  }

  private static String deviceOf(NoteModel model) {
    return "Device/visits-" + model.slug();
  }

  private static Bundle transaction() {
    return new Bundle().setType(BundleType.TRANSACTION);
  }

  /** With an id of ours, so that a second run changes nothing. */
  private static void put(Bundle bundle, Resource resource) {
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setUrl(resource.getId());
  }
}
