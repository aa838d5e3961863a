package org.equipoise.server;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Immunization;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Media;
import org.hl7.fhir.r4.model.MedicationDispense;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Specimen;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;

/** Object mother: the least of every type that is about a patient. */
final class TestResources {

  static final String OBSERVATION_CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

  private final Reference patient;
  private final String word;

  /**
   * @param patient logical id
   * @param word stands in each resource, so that a leak is seen whatever its form
   */
  TestResources(String patient, String word) {
    this.patient = new Reference("Patient/" + patient);
    this.word = word;
  }

  private Reference patient() {
    return patient.copy();
  }

  private CodeableConcept word() {
    return new CodeableConcept().setText(word);
  }

  /**
   * One of each type but Patient, by type, each in need of those before it at most.
   *
   * @param practitioner logical id of who took part in the Encounter
   */
  Map<String, Resource> all(String practitioner) {
    Map<String, Resource> all = new LinkedHashMap<>();
    Encounter encounter =
        new Encounter().setStatus(Encounter.EncounterStatus.INPROGRESS).setSubject(patient());
    encounter
        .getClass_()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")
        .setCode("AMB");
    encounter.addParticipant().setIndividual(new Reference("Practitioner/" + practitioner));
    put(all, encounter);
    put(all, observation("laboratory"));
    AllergyIntolerance allergy = new AllergyIntolerance().setPatient(patient()).setCode(word());
    allergy
        .getClinicalStatus()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical")
        .setCode("active");
    put(all, allergy);
    put(all, binary());
    put(
        all,
        new CarePlan()
            .setStatus(CarePlan.CarePlanStatus.ACTIVE)
            .setIntent(CarePlan.CarePlanIntent.PLAN)
            .setSubject(patient()));
    put(all, new CareTeam().setStatus(CareTeam.CareTeamStatus.ACTIVE).setSubject(patient()));
    put(
        all,
        new Communication()
            .setStatus(Communication.CommunicationStatus.COMPLETED)
            .setSubject(patient()));
    put(
        all,
        new Composition()
            .setStatus(Composition.CompositionStatus.FINAL)
            .setType(word())
            .setSubject(patient())
            .setDate(new Date())
            .setTitle(word)
            .addAuthor(new Reference("Practitioner/" + practitioner)));
    Condition condition = new Condition().setSubject(patient()).setCode(word());
    condition
        .getClinicalStatus()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/condition-clinical")
        .setCode("active");
    put(all, condition);
    Consent consent = new Consent().setStatus(Consent.ConsentState.DRAFT).setPatient(patient());
    consent.setScope(word()).addCategory(word()).setPolicyRule(word());
    put(all, consent);
    put(
        all,
        new Coverage()
            .setStatus(Coverage.CoverageStatus.ACTIVE)
            .setBeneficiary(patient())
            .addPayor(new Reference(TestRecords.CLINIC)));
    put(all, new Device().setStatus(Device.FHIRDeviceStatus.ACTIVE).setPatient(patient()));
    put(
        all,
        new DiagnosticReport()
            .setStatus(DiagnosticReport.DiagnosticReportStatus.FINAL)
            .setCode(word())
            .setSubject(patient()));
    put(
        all,
        new Goal()
            .setLifecycleStatus(Goal.GoalLifecycleStatus.ACTIVE)
            .setDescription(word())
            .setSubject(patient()));
    Group group = new Group().setType(Group.GroupType.PERSON).setActual(true).setName(word);
    group.addMember().setEntity(patient());
    put(all, group);
    put(
        all,
        new Immunization()
            .setStatus(Immunization.ImmunizationStatus.COMPLETED)
            .setVaccineCode(word())
            .setPatient(patient())
            .setOccurrence(DateTimeType.now()));
    put(
        all,
        new ListResource()
            .setStatus(ListResource.ListStatus.CURRENT)
            .setMode(ListResource.ListMode.WORKING)
            .setSubject(patient()));
    Media media = new Media().setStatus(Media.MediaStatus.COMPLETED).setSubject(patient());
    media.getContent().setContentType("text/plain").setTitle(word);
    put(all, media);
    put(
        all,
        new MedicationDispense()
            .setStatus(MedicationDispense.MedicationDispenseStatus.COMPLETED)
            .setMedication(word())
            .setSubject(patient()));
    put(
        all,
        new MedicationRequest()
            .setStatus(MedicationRequest.MedicationRequestStatus.ACTIVE)
            .setIntent(MedicationRequest.MedicationRequestIntent.ORDER)
            .setMedication(word())
            .setSubject(patient()));
    put(
        all,
        new Procedure()
            .setStatus(Procedure.ProcedureStatus.COMPLETED)
            .setCode(word())
            .setSubject(patient()));
    put(
        all,
        new QuestionnaireResponse()
            .setStatus(QuestionnaireResponse.QuestionnaireResponseStatus.COMPLETED)
            .setSubject(patient()));
    put(all, new RelatedPerson().setActive(true).setPatient(patient()));
    put(
        all,
        new ServiceRequest()
            .setStatus(ServiceRequest.ServiceRequestStatus.ACTIVE)
            .setIntent(ServiceRequest.ServiceRequestIntent.ORDER)
            .setCode(word())
            .setSubject(patient()));
    put(all, new Specimen().setSubject(patient()).setType(word()));
    put(
        all,
        new Task()
            .setStatus(Task.TaskStatus.REQUESTED)
            .setIntent(Task.TaskIntent.ORDER)
            .setFor(patient()));
    put(all, document(null));
    put(all, provenance());
    return all;
  }

  private void put(Map<String, Resource> all, Resource resource) {
    if (resource instanceof DomainResource domain) {
      domain.getText().setStatus(Narrative.NarrativeStatus.ADDITIONAL).setDivAsString(word);
    }
    all.put(resource.fhirType(), resource);
  }

  /** Of the category {@code laboratory}, {@code vital-signs} and so on. */
  Observation observation(String category) {
    Observation observation =
        new Observation()
            .setStatus(Observation.ObservationStatus.FINAL)
            .setCode(word())
            .setSubject(patient())
            .setEffective(DateTimeType.now())
            .setValue(new StringType(word));
    observation.addCategory().addCoding().setSystem(OBSERVATION_CATEGORY).setCode(category);
    return observation;
  }

  Binary binary() {
    Binary binary =
        new Binary().setContentType("text/plain").setData(word.getBytes(StandardCharsets.UTF_8));
    binary.setSecurityContext(patient());
    return binary;
  }

  /**
   * @param attachment address of what it is the document of, null for a text of its own
   */
  DocumentReference document(String attachment) {
    DocumentReference document =
        new DocumentReference()
            .setStatus(DocumentReferenceStatus.CURRENT)
            .setSubject(patient())
            .setDescription(word);
    document.setType(
        new CodeableConcept().addCoding(new Coding(Canonical.System.LOINC, "34109-9", "Note")));
    document.addContent().getAttachment().setContentType("text/plain").setUrl(attachment);
    if (attachment == null) {
      document.getContentFirstRep().getAttachment().setData(word.getBytes(StandardCharsets.UTF_8));
    }
    return document;
  }

  private Provenance provenance() {
    Provenance provenance = new Provenance().setRecorded(new Date());
    provenance.addExtension(new Extension(Canonical.Extension.PROVENANCE_PATIENT, patient()));
    provenance.addTarget(patient());
    provenance.addAgent().setWho(new Reference(TestRecords.CLINIC));
    return provenance;
  }
}
