package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentStatements.Statement;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * AI documents and what belongs to them. Every call makes new resources, which a test may change.
 */
final class TestFacts {

  private TestFacts() {}

  /** A draft that a scribe wrote, which nobody has checked. */
  static DocumentReference draft() {
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/note/_history/1");
    document
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    document.addExtension(Canonical.Extension.REVIEW_STATUS, reviewStatus("unreviewed"));
    document.addExtension(Canonical.Extension.AI_SHARE, new DecimalType("1.0"));
    document
        .setStatus(DocumentReferenceStatus.CURRENT)
        .setDocStatus(ReferredDocumentStatus.PRELIMINARY);
    document
        .getType()
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("11506-3")
        .setDisplay("Progress note");
    document.setSubject(new Reference("Patient/ana"));
    document.addAuthor(new Reference("Device/scribe"));
    document.setCustodian(new Reference("Organization/clinic"));
    document.getContext().getPeriod().setStartElement(new DateTimeType("2026-05-03T10:00:00Z"));
    document
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setLanguage("en")
        .setData("Note".getBytes());
    return document;
  }

  static CodeableConcept reviewStatus(String code) {
    return new CodeableConcept().addCoding(new Coding(Canonical.System.REVIEW_STATUS, code, null));
  }

  static Provenance provenance() {
    Provenance provenance = new Provenance();
    provenance.setId("Provenance/made");
    provenance.addTarget(new Reference("DocumentReference/note/_history/1"));
    provenance.setOccurred(new DateTimeType("2026-05-03T10:20:00Z"));
    provenance.setRecordedElement(new InstantType("2026-05-03T10:20:01Z"));
    provenance
        .addAgent()
        .setType(new CodeableConcept().addCoding(Agents.code("author")))
        .addRole(AiRole.concept())
        .setWho(new Reference("Device/scribe"))
        .setOnBehalfOf(new Reference("Organization/clinic"));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference("DocumentReference/card"));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference("DocumentReference/talk").setDisplay("What was said at the visit"));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference().setDisplay("Prompt"))
        .addExtension(
            Canonical.Extension.INPUT_WITHHELD, new StringType("This model takes no prompt."));
    return provenance;
  }

  /** A later Provenance: a clinician checked the document. */
  static Provenance attestation() {
    Provenance provenance = new Provenance();
    provenance.setId("Provenance/checked");
    provenance.addTarget(new Reference("DocumentReference/note/_history/2"));
    provenance.setOccurred(new DateTimeType("2026-05-04"));
    provenance.setRecordedElement(new InstantType("2026-05-04T08:00:00Z"));
    provenance
        .addAgent()
        .setType(new CodeableConcept().addCoding(Agents.code("verifier")))
        .setWho(new Reference("Practitioner/ruiz"))
        .setOnBehalfOf(new Reference("Organization/clinic"));
    return provenance;
  }

  static Device scribe() {
    Device device = new Device();
    device.setId("Device/scribe");
    device.setType(AiRole.concept());
    device.setStatus(FHIRDeviceStatus.ACTIVE);
    device.setManufacturer("Hill Software");
    device.addDeviceName().setName("Scribe One").setType(DeviceNameType.USERFRIENDLYNAME);
    for (String kind :
        List.of(
            "Large-Language-Models",
            "Non-Deterministic-AI",
            "Clinical-Documentation-and-Workflow")) {
      device.addExtension(
          Canonical.Extension.AI_KIND,
          new CodeableConcept().addCoding(new Coding(Canonical.System.AI_DEVICE_TYPE, kind, null)));
    }
    device.addExtension(
        Canonical.Extension.MODEL_CARD_DESCRIPTION, new Reference("DocumentReference/card"));
    return device;
  }

  static DocumentReference card() {
    DocumentReference card = new DocumentReference();
    card.setId("DocumentReference/card");
    card.addContent().getAttachment().setContentType("text/markdown").setLanguage("en");
    attribute(card, ModelCard.INTENDED_USE, "It makes a first draft of a visit note.");
    attribute(
        card,
        ModelCard.KNOWN_RISKS,
        "Hallucinated medication entries, misattributed speaker turns and omission of clinically significant negatives"
            + " have been observed in retrospective evaluations of conversational documentation systems.");
    Extension unknown = card.addExtension().setUrl(Canonical.Extension.SOURCE_ATTRIBUTE);
    unknown.addExtension("code", sourceAttribute(ModelCard.VALIDITY_IN_TESTS));
    unknown.addExtension("notAvailable", new BooleanType(true));
    return card;
  }

  static void attribute(DocumentReference card, String code, String text) {
    Extension attribute = card.addExtension().setUrl(Canonical.Extension.SOURCE_ATTRIBUTE);
    attribute.addExtension("code", sourceAttribute(code));
    attribute.addExtension("text", new MarkdownType(text));
  }

  private static CodeableConcept sourceAttribute(String code) {
    return new CodeableConcept()
        .addCoding(new Coding(Canonical.System.SOURCE_ATTRIBUTE, code, null));
  }

  static Practitioner ruiz() {
    Practitioner practitioner = new Practitioner();
    practitioner.setId("Practitioner/ruiz");
    practitioner.addName().addPrefix("Dr.").addGiven("Eva").setFamily("Ruiz");
    return practitioner;
  }

  static Organization clinic() {
    Organization organization = new Organization();
    organization.setId("Organization/clinic");
    organization.setName("Hill Clinic");
    return organization;
  }

  static List<Statement> consents() {
    return List.of(
        new Statement(new IdType("Consent", "write"), "ai-documentation", true, true),
        new Statement(new IdType("Consent", "train"), "ai-training", false, true),
        new Statement(new IdType("Consent", "share"), "ai-sharing", true, false));
  }

  /** A draft with everything that can be known of it. */
  static DocumentFacts ofDraft() {
    return new DocumentFacts(
        draft(),
        List.of(provenance()),
        List.of(scribe()),
        List.of(card()),
        List.of(),
        List.of(),
        List.of(clinic()),
        consents());
  }

  /** A document that a clinician corrected and signed, with everything that can be known of it. */
  static DocumentFacts ofCorrected() {
    DocumentReference document = draft();
    document
        .getExtensionByUrl(Canonical.Extension.REVIEW_STATUS)
        .setValue(reviewStatus("attested-with-edits"));
    document.addExtension(
        Canonical.Extension.EDIT_SUMMARY, new StringType("The name of one drug was wrong."));
    document.addExtension(Canonical.Extension.AI_CONFIDENCE, new DecimalType("0.8"));
    document
        .setDocStatus(ReferredDocumentStatus.FINAL)
        .setAuthenticator(new Reference("Practitioner/ruiz"));
    document
        .addRelatesTo()
        .setCode(DocumentReference.DocumentRelationshipType.REPLACES)
        .setTarget(new Reference("DocumentReference/first"));
    Device device = scribe();
    device.setStatus(FHIRDeviceStatus.INACTIVE);
    List<Statement> consents = new ArrayList<>(consents());
    consents.add(new Statement(new IdType("Consent", "use"), "ai-decision-use", false, true));
    return new DocumentFacts(
        document,
        List.of(provenance(), attestation()),
        List.of(device),
        List.of(card()),
        List.of(),
        List.of(ruiz()),
        List.of(clinic()),
        consents);
  }

  /** An AI document of which the record knows nothing more. */
  static DocumentFacts ofBare() {
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/note/_history/1");
    document
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    return DocumentFacts.of(document);
  }
}
