package org.equipoise.consent.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.equipoise.consent.enforcement.AiContent.Link;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Media;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

class AiContentTest {

  private static final String BASE = "http://localhost:8080/fhir";

  private static DocumentReference note() {
    DocumentReference note = new DocumentReference();
    note.setId("DocumentReference/note");
    note.getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    note.setSubject(new Reference("Patient/1"));
    return note;
  }

  @Test
  void isAiDocument_whenLabelledAndAboutAPatient_thenIs() {
    assertThat(AiContent.isAiDocument(note())).isTrue();
    assertThat(AiContent.isAiDocument(note().setSubject(null))).isFalse();
    assertThat(AiContent.isAiDocument(new DocumentReference())).isFalse();
    assertThat(AiContent.isAiDocument(new Observation())).isFalse();
  }

  @Test
  void isAiDocument_whenExplanationOrModelCard_thenIsNone() {
    DocumentReference explanation = note();
    explanation
        .getType()
        .addCoding()
        .setSystem(Canonical.System.DOCUMENT_TYPE)
        .setCode(Canonical.AI_EXPLANATION);
    DocumentReference card = note();
    card.getType().addCoding().setSystem(Canonical.System.AI_INPUTS).setCode("AIModelCard");

    assertThat(AiContent.isAiDocument(explanation)).isFalse();
    assertThat(AiContent.isAiDocument(card)).isFalse();
  }

  @Test
  void links_whenDocumentRelatesAndHoldsABinary_thenBoth() {
    DocumentReference note = note();
    note.addRelatesTo()
        .setCode(DocumentRelationshipType.TRANSFORMS)
        .setTarget(new Reference("DocumentReference/first/_history/2"));
    note.addContent().getAttachment().setUrl("Binary/text");
    note.addContent().getAttachment().setUrl("http://localhost:8080/fhir/Binary/picture");
    note.addContent().getAttachment().setUrl("https://elsewhere.example/file");
    note.addContent().getAttachment().setUrl("https://elsewhere.example/fhir/Binary/7");
    note.addContent().getAttachment().setUrl("other/Binary/7");

    assertThat(AiContent.links(note, BASE))
        .containsExactlyInAnyOrder(
            new Link("DocumentReference/note", "DocumentReference/first"),
            new Link("Binary/text", "DocumentReference/note"),
            new Link("Binary/picture", "DocumentReference/note"));
  }

  @Test
  void links_whenAnythingElseHoldsABinary_thenItIsItsHolder() {
    Media picture = new Media();
    picture.setId("Media/picture");
    picture.getContent().setUrl("Binary/text");
    DiagnosticReport report = new DiagnosticReport();
    report.setId("DiagnosticReport/report");
    report.addPresentedForm().setUrl(BASE + "/Binary/text");
    Patient patient = new Patient();
    patient.setId("Patient/1");
    patient.addPhoto().setUrl("Binary/text");

    for (Resource holder : List.of(picture, report, patient)) {
      assertThat(AiContent.links(holder, BASE))
          .containsExactly(new Link("Binary/text", holder.getId()));
    }
  }

  @Test
  void links_whenDerived_thenFromItsOrigin() {
    Observation finding = new Observation();
    finding.setId("Observation/finding");
    finding.addDerivedFrom(new Reference("DocumentReference/note"));
    finding.addDerivedFrom(new Reference().setDisplay("what the patient said"));

    assertThat(AiContent.links(finding, BASE))
        .containsExactly(new Link("Observation/finding", "DocumentReference/note"));
  }

  @Test
  void links_whenProvenance_thenTargetsComeFromItsEntitiesAndItIsAboutThem() {
    Provenance story = new Provenance();
    story.setId("Provenance/story");
    story.addTarget(new Reference("Condition/c/_history/1"));
    story
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference("DocumentReference/note/_history/3"));

    assertThat(AiContent.links(story, BASE))
        .containsExactlyInAnyOrder(
            new Link("Provenance/story", "Condition/c"),
            new Link("Provenance/story", "DocumentReference/note"),
            new Link("Condition/c", "DocumentReference/note"));
  }

  @Test
  void links_whenProvenanceOfAConsent_thenNone() {
    Provenance story = new Provenance();
    story.setId("Provenance/story");
    story.addTarget(new Reference("Consent/c/_history/1"));
    story
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference("DocumentReference/note"));

    assertThat(AiContent.links(story, BASE)).isEmpty();
    assertThat(AiContent.links(new Consent(), BASE)).isEmpty();
  }

  @Test
  void links_whenTask_thenOnlyThatWhichAsksForConsent() {
    Task request = ParkingTasks.askPatient(note(), List.of("7"), Instant.now());
    request.setId("Task/t");
    Task other = request.copy();
    other.getCode().getCodingFirstRep().setCode("explanation-request");

    assertThat(AiContent.links(request, BASE))
        .containsExactly(new Link("Task/t", "DocumentReference/note"));
    assertThat(AiContent.links(other, BASE)).isEmpty();
  }

  @Test
  void devices_whenAuthorsOfAllKinds_thenDevicesAlone() {
    DocumentReference note = note();
    note.addAuthor(new Reference("Practitioner/7"));
    note.addAuthor(new Reference("Device/a/_history/2"));
    note.addAuthor(new Reference().setDisplay("A machine"));

    assertThat(AiContent.devices(note)).containsExactly("Device/a");
  }
}
