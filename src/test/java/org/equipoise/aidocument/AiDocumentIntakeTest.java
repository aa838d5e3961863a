package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class AiDocumentIntakeTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final Reference CLINIC = new Reference("Organization/clinic");

  private final AiDocumentIntake intake =
      new AiDocumentIntake(Optional.of(CLINIC), Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void complete_whenPlainNote_thenItSaysThatNobodyCheckedIt() {
    DocumentReference note = plainNote();
    intake.complete(note);
    assertThat(reviewStatus(note)).isEqualTo("unreviewed");
    assertThat(note.getDocStatus()).isEqualTo(ReferredDocumentStatus.PRELIMINARY);
    assertThat(note.getDescription()).isEqualTo("AI draft, not yet checked by a clinician");
    assertThat(note.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo(note.getDescription());
    assertThat(note.getIdentifierFirstRep().getSystem()).isEqualTo("urn:ietf:rfc:3986");
    assertThat(note.getIdentifierFirstRep().getValue()).matches("urn:uuid:[0-9a-f-]{36}");
    assertThat(note.getCategoryFirstRep().getCodingFirstRep().getCode()).isEqualTo("clinical-note");
    assertThat(note.getDate()).isEqualTo(Date.from(NOW));
    assertThat(note.getCustodian().getReference()).isEqualTo("Organization/clinic");
  }

  @Test
  void complete_whenNoteSaysItAll_thenNothingChanges() {
    DocumentReference note = plainNote();
    intake.complete(note);
    note.setDescription("Visit of Monday (AI draft, not yet checked by a clinician)")
        .setDate(new Date(0));
    note.getCustodian().setReference("Organization/other");
    note.getContentFirstRep()
        .getAttachment()
        .setTitle("Draft (AI draft, not yet checked by a clinician)");
    DocumentReference before = note.copy();
    intake.complete(note);
    assertThat(note.equalsDeep(before)).isTrue();
  }

  @Test
  void complete_whenNoteClaimsAnotherState_thenTheTrueOneStandsBehindIt() {
    DocumentReference note = plainNote().setDescription("Confirmed by Dr. Test");
    note.getContentFirstRep().getAttachment().setTitle("Confirmed");
    intake.complete(note);
    assertThat(note.getDescription())
        .isEqualTo("Confirmed by Dr. Test (AI draft, not yet checked by a clinician)");
    assertThat(note.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("Confirmed (AI draft, not yet checked by a clinician)");
  }

  @Test
  void complete_whenNoCustodianIsConfigured_thenNoneIsInvented() {
    DocumentReference note = plainNote();
    new AiDocumentIntake(Optional.empty(), Clock.systemUTC()).complete(note);
    assertThat(note.hasCustodian()).isFalse();
    assertThat(note.hasSubject()).isFalse();
    assertThat(note.hasAuthor()).isFalse();
  }

  @Test
  void complete_whenTwoNotes_thenIdentifiersDiffer() {
    DocumentReference first = plainNote();
    DocumentReference second = plainNote();
    intake.complete(first);
    intake.complete(second);
    assertThat(first.getIdentifierFirstRep().getValue())
        .isNotEqualTo(second.getIdentifierFirstRep().getValue());
  }

  @Test
  void complete_whenFinalOrSupersededOrAttested_thenUntouched() {
    DocumentReference attested = plainNote();
    attested.addExtension(
        Canonical.Extension.REVIEW_STATUS,
        new CodeableConcept(new Coding(Canonical.System.REVIEW_STATUS, "attested", null)));
    untouched(attested);
    untouched(plainNote().setDocStatus(ReferredDocumentStatus.FINAL));
    untouched(plainNote().setStatus(DocumentReferenceStatus.SUPERSEDED));
    untouched(plainNote().setStatus(DocumentReferenceStatus.ENTEREDINERROR));
  }

  @Test
  void removal_whenLabelGoes_thenRefusedAndElementNamed() {
    assertThat(
            TestModelCards.refusal(
                    422,
                    () -> {
                      throw AiLabel.removal(labelled(), plainNote()).orElseThrow();
                    })
                .getExpression()
                .get(0)
                .getValue())
        .isEqualTo("DocumentReference.meta.security");
  }

  @Test
  void removal_whenLabelIsReplacedByOneOfAnotherSystem_thenRefused() {
    DocumentReference fake = plainNote();
    fake.getMeta().addSecurity("urn:mine", Canonical.AIAST, null);
    assertThat(AiLabel.removal(labelled(), fake)).isPresent();
  }

  @Test
  void removal_whenLabelStaysOrNeverWas_thenNoRefusal() {
    assertThat(AiLabel.removal(labelled(), labelled())).isEmpty();
    assertThat(AiLabel.removal(plainNote(), plainNote())).isEmpty();
    assertThat(AiLabel.removal(plainNote(), labelled())).isEmpty();
  }

  private void untouched(DocumentReference note) {
    DocumentReference before = note.copy();
    intake.complete(note);
    assertThat(note.equalsDeep(before)).isTrue();
  }

  private static String reviewStatus(DocumentReference note) {
    return ((CodeableConcept) note.getExtensionByUrl(Canonical.Extension.REVIEW_STATUS).getValue())
        .getCodingFirstRep()
        .getCode();
  }

  private static DocumentReference plainNote() {
    DocumentReference note = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    note.addContent().getAttachment().setContentType("text/plain").setData("He coughs.".getBytes());
    return note;
  }

  private static DocumentReference labelled() {
    DocumentReference note = plainNote();
    note.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST, null);
    return note;
  }
}
