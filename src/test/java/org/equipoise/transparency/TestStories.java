package org.equipoise.transparency;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;

/** Stories of AI documents. Every call makes new resources, which a test may change. */
final class TestStories {

  static final Instant WRITTEN = Instant.parse("2026-05-03T10:20:00Z");
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private TestStories() {}

  static DocumentReference note(int version, String reviewStatus) {
    DocumentReference note = new DocumentReference();
    note.setId("DocumentReference/note/_history/" + version);
    note.getMeta()
        .setVersionId(String.valueOf(version))
        .setLastUpdated(Date.from(WRITTEN.plusSeconds(86_400L * version)))
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    note.addExtension(
        Canonical.Extension.REVIEW_STATUS, concept(Canonical.System.REVIEW_STATUS, reviewStatus));
    note.setStatus(DocumentReferenceStatus.CURRENT);
    note.setType(concept(Canonical.System.LOINC, "11506-3"));
    note.setSubject(new Reference("Patient/ana")).setDate(Date.from(WRITTEN));
    note.addAuthor(new Reference("Device/scribe"));
    note.setCustodian(new Reference("Organization/clinic"));
    return note;
  }

  static CodeableConcept concept(String system, String code) {
    return new CodeableConcept().addCoding(new Coding(system, code, null));
  }

  static Provenance made() {
    Provenance made = provenance("made", "DocumentReference/note/_history/1");
    made.setOccurred(new DateTimeType(Date.from(WRITTEN)));
    made.addAgent()
        .setType(concept(Canonical.System.PROVENANCE_PARTICIPANT, "author"))
        .addRole(concept(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE))
        .setWho(new Reference("Device/scribe"));
    made.addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference("DocumentReference/talk").setDisplay("What was said at the visit"));
    made.addEntity()
        .setRole(ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference().setDisplay("Prompt"))
        .addExtension(
            Canonical.Extension.INPUT_WITHHELD, new StringType("The maker keeps it to itself."));
    return made;
  }

  static Provenance checked() {
    Provenance checked = provenance("checked", "DocumentReference/note/_history/2");
    checked.setOccurred(new DateTimeType("2026-05-05"));
    checked
        .addAgent()
        .setType(concept(Canonical.System.PROVENANCE_PARTICIPANT, "verifier"))
        .setWho(new Reference("Practitioner/ruiz"));
    Extension time = checked.addExtension().setUrl(Canonical.Extension.REVIEW_TIME);
    Duration measured = new Duration();
    measured.setValue(BigDecimal.valueOf(4)).setUnit("s");
    time.addExtension("measured", measured);
    checked.addExtension(
        Canonical.Extension.REVIEW_PACE,
        concept(Canonical.System.REVIEW_PACE, "faster-than-reading"));
    return checked;
  }

  private static Provenance provenance(String id, String target) {
    Provenance provenance = new Provenance();
    provenance.setId("Provenance/" + id + "/_history/1");
    provenance.getMeta().setVersionId("1");
    provenance.addExtension(Canonical.Extension.PROVENANCE_PATIENT, new Reference("Patient/ana"));
    provenance.addTarget(new Reference(target));
    return provenance;
  }

  static Device scribe() {
    Device device = new Device();
    device.setId("Device/scribe/_history/1");
    device.setType(concept(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE));
    device.setManufacturer("Hill Software");
    device.addDeviceName().setName("Scribe One").setType(DeviceNameType.USERFRIENDLYNAME);
    device.addVersion().setValue("2.1");
    device.addExtension(
        Canonical.Extension.MODEL_CARD_DESCRIPTION, new Reference("DocumentReference/card"));
    return device;
  }

  static DocumentReference card() {
    DocumentReference card = new DocumentReference();
    card.setId("DocumentReference/card/_history/1");
    card.setType(concept(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD));
    Extension told = card.addExtension().setUrl(Canonical.Extension.SOURCE_ATTRIBUTE);
    told.addExtension("code", concept(Canonical.System.SOURCE_ATTRIBUTE, "sa-05"));
    told.addExtension("text", new MarkdownType("It makes a first draft."));
    Extension withheld = card.addExtension().setUrl(Canonical.Extension.SOURCE_ATTRIBUTE);
    withheld.addExtension("code", concept(Canonical.System.SOURCE_ATTRIBUTE, "sa-10"));
    withheld.addExtension("notAvailable", new BooleanType(true));
    return card;
  }

  static DocumentReference talk() {
    DocumentReference talk = new DocumentReference();
    talk.setId("DocumentReference/talk/_history/1");
    return talk.setSubject(new Reference("Patient/ana"));
  }

  static DocumentReference explanation(String language, DocumentReferenceStatus status) {
    DocumentReference explanation = new DocumentReference().setStatus(status);
    explanation.setId("DocumentReference/explains-" + language + status + "/_history/1");
    explanation.setType(concept(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION));
    explanation.setDate(Date.from(WRITTEN));
    explanation.addContent().getAttachment().setLanguage(language);
    explanation
        .addRelatesTo()
        .setCode(DocumentRelationshipType.APPENDS)
        .setTarget(new Reference("DocumentReference/note"));
    return explanation;
  }

  static Practitioner ruiz() {
    Practitioner ruiz = new Practitioner();
    ruiz.setId("Practitioner/ruiz/_history/1");
    ruiz.addName().addPrefix("Dr.").addGiven("Eva").setFamily("Ruiz");
    return ruiz;
  }

  static Organization clinic() {
    Organization clinic = new Organization();
    clinic.setId("Organization/clinic/_history/1");
    return clinic.setName("Hill Clinic");
  }

  static Task dispute() {
    Task dispute = new Task().setStatus(Task.TaskStatus.REQUESTED);
    dispute.setId("Task/dispute/_history/1");
    dispute.setCode(concept(Canonical.System.TASK, "dispute"));
    dispute.setFocus(new Reference("DocumentReference/note"));
    return dispute.setAuthoredOn(Date.from(WRITTEN.plusSeconds(100_000)));
  }

  /** What was decided after this document had given advice. */
  static Composition decided() {
    Composition decided = new Composition();
    decided.setId("Composition/decided/_history/1");
    decided.setDate(Date.from(WRITTEN));
    decided
        .addSection()
        .addEntry(new Reference("DocumentReference/note"))
        .addExtension(
            Canonical.Extension.AI_INFLUENCE,
            new CodeableConcept(
                new Coding().setSystem(Canonical.System.AI_INFLUENCE).setCode("recommended")));
    return decided;
  }

  static AuditEvent asked() {
    AuditEvent asked = new AuditEvent().setOutcome(AuditEvent.AuditEventOutcome._8);
    asked.setId("AuditEvent/asked/_history/1");
    return asked.setRecorded(Date.from(WRITTEN.plusSeconds(200_000)));
  }

  static Decision decision(String purpose, Verdict verdict, String... reasons) {
    return new Decision(
        purpose,
        verdict,
        verdict == Verdict.ASK ? List.of() : List.of(new IdType("Consent", purpose)),
        List.of(reasons));
  }

  /** Everything that can be known of a document is known. */
  static Builder told() {
    Builder story = new Builder(note(2, "attested"));
    story.document.addExtension(Canonical.Extension.AI_SHARE, new DecimalType("0.8"));
    story.versions = List.of(story.document, note(1, "unreviewed"));
    story.related =
        List.of(
            explanation("en", DocumentReferenceStatus.CURRENT),
            explanation("es", DocumentReferenceStatus.CURRENT),
            explanation("en", DocumentReferenceStatus.SUPERSEDED));
    story.provenances = List.of(made(), checked());
    story.devices = List.of(scribe());
    story.cards = List.of(card());
    story.inputs = List.of(talk());
    story.people = List.of(ruiz());
    story.organizations = List.of(clinic());
    story.tasks = List.of(dispute());
    story.audits = List.of(asked());
    story.decisions = List.of(decided());
    story.then =
        List.of(
            decision("ai-documentation", Verdict.PERMIT),
            new Decision("ai-training", Verdict.DENY, List.of(), List.of()));
    story.now =
        List.of(
            decision("ai-documentation", Verdict.DENY),
            decision("ai-decision-use", Verdict.PERMIT),
            new Decision("ai-training", Verdict.DENY, List.of(), List.of()),
            decision("ai-sharing", Verdict.DENY, "It was over on May 1, 2026."));
    return story;
  }

  /** Nothing but the document is known. */
  static Builder bare() {
    Builder story = new Builder(note(1, "unreviewed"));
    story.document.getAuthor().clear();
    story.then = List.of(decision("ai-documentation", Verdict.ASK));
    story.now = List.of(decision("ai-documentation", Verdict.ASK));
    return story;
  }

  /** A story in the making. */
  static final class Builder {
    final DocumentReference document;
    List<DocumentReference> versions;
    List<DocumentReference> related = List.of();
    List<DocumentReference> replaced = List.of();
    List<Provenance> provenances = List.of();
    List<Device> devices = List.of();
    List<DocumentReference> cards = List.of();
    List<Resource> inputs = List.of();
    List<Practitioner> people = List.of();
    List<Organization> organizations = List.of();
    List<Consent> consents = List.of();
    List<Task> tasks = List.of();
    List<AuditEvent> audits = List.of();
    List<Composition> decisions = List.of();
    List<ServiceRequest> requests = List.of();
    List<Decision> then = List.of();
    List<Decision> now = List.of();
    Set<String> closed = Set.of();
    Set<Part> cut = Set.of();

    Builder(DocumentReference document) {
      this.document = document;
      this.versions = List.of(document);
    }

    DocumentStory build() {
      return new DocumentStory(
          document,
          versions,
          related,
          replaced,
          provenances,
          devices,
          cards,
          inputs,
          people,
          organizations,
          consents,
          tasks,
          audits,
          decisions,
          requests,
          WRITTEN,
          then,
          now,
          closed,
          cut);
    }
  }
}
