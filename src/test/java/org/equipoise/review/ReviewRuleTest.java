package org.equipoise.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.RecordValidation;
import org.equipoise.review.Review.Plan;
import org.equipoise.review.Review.Situation;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Signature;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;

/** The rule of {@code $review}, without a server. */
class ReviewRuleTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final String CLINICIAN = "Practitioner/doctor";

  /** 60 words a minute: a word a second. */
  private static final Review RULE = new Review(60);

  private static DocumentReference draft() {
    DocumentReference draft =
        Definitions.examples().stream()
            .filter(DocumentReference.class::isInstance)
            .map(DocumentReference.class::cast)
            .filter(one -> one.getIdElement().getIdPart().equals("example-draft"))
            .findFirst()
            .orElseThrow()
            .copy();
    draft.setId(new IdType("DocumentReference", "example-draft", "3"));
    return draft;
  }

  private static Caller caller(String person) {
    return new Caller("app", "someone", person == null ? null : new IdType(person), null, Set.of());
  }

  private static Situation situation(DocumentReference draft, Optional<Instant> opened) {
    return new Situation(
        draft,
        AiAuthors.of(draft, List.of(), List.of(), ReviewWords.of(draft)),
        opened,
        false,
        List.of(),
        caller(CLINICIAN),
        NOW);
  }

  private static Situation opened(DocumentReference draft, int secondsAgo) {
    return situation(draft, Optional.of(NOW.minusSeconds(secondsAgo)));
  }

  private static Parameters body(String decision) {
    Parameters body = new Parameters();
    body.addParameter().setName("decision").setValue(new CodeType(decision));
    return body;
  }

  private static Parameters with(Parameters body, String name, Type value) {
    body.addParameter().setName(name).setValue(value);
    return body;
  }

  private static Parameters edits(String text) {
    return with(body("attest-with-edits"), "content", plain(text));
  }

  private static Attachment plain(String text) {
    return new Attachment()
        .setContentType("text/plain")
        .setData(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Parameters reject(String reason) {
    return with(body("reject"), "reason", new StringType(reason));
  }

  private static Plan plan(Parameters body, Situation situation) {
    return RULE.plan(ReviewRequest.parse(body), situation);
  }

  private static DocumentReference document(Plan plan) {
    return (DocumentReference) plan.bundle().getEntryFirstRep().getResource();
  }

  private static Provenance provenance(Plan plan) {
    return (Provenance) plan.bundle().getEntry().get(1).getResource();
  }

  private static String code(Resource resource, String url) {
    return concept(((DomainResource) resource).getExtensionByUrl(url));
  }

  private static String concept(Extension extension) {
    return extension == null
        ? null
        : ((CodeableConcept) extension.getValue()).getCodingFirstRep().getCode();
  }

  private static void assertStatus(int status, Runnable call, String... words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> {
              assertThat(refusal.getStatusCode()).isEqualTo(status);
              assertThat(refusal.getMessage()).contains(words);
            });
  }

  private static void assertValid(Resource resource) {
    assertThat(RecordValidation.shared().validate(resource).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  /** As it will be stored: the target is a version by then. */
  private static void assertValidProvenance(Plan plan) {
    Provenance stored = provenance(plan).copy();
    stored.getTarget().get(0).setReference("DocumentReference/example-draft/_history/4");
    assertValid(stored);
  }

  @Test
  void plan_whenAttested_thenSameDocumentFinalWithBothLabelsAndWords() {
    Plan plan = plan(body("attest"), opened(draft(), 100));

    DocumentReference attested = document(plan);
    assertThat(attested.getIdElement().getIdPart()).isEqualTo("example-draft");
    assertThat(attested.getDocStatus()).isEqualTo(ReferredDocumentStatus.FINAL);
    assertThat(AiDocument.reviewStatus(attested)).contains("attested");
    assertThat(AiDocument.isLabelled(attested, "AIAST")).isTrue();
    assertThat(AiDocument.isLabelled(attested, "CLINAST")).isTrue();
    assertThat(attested.getAuthenticator().getReference()).isEqualTo(CLINICIAN);
    assertThat(attested.getDescription()).isEqualTo("Written by AI, confirmed by a clinician");
    assertThat(attested.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("Written by AI, confirmed by a clinician");
    assertThat(code(attested, Canonical.Extension.REVIEW_PACE)).isEqualTo("time-to-read");
    assertThat(plan.bundle().getEntryFirstRep().getRequest().getIfMatch()).isEqualTo("W/\"3\"");
    assertValid(attested);
    assertValidProvenance(plan);
  }

  @Test
  void plan_whenAttested_thenProvenanceKeepsTheAiAndNamesTheClinicianAndTheTime() {
    Plan plan =
        plan(with(body("attest"), "reviewSeconds", new IntegerType(500)), opened(draft(), 100));

    Provenance story = provenance(plan);
    assertThat(story.getActivity().getCodingFirstRep().getCode()).isEqualTo("attest");
    assertThat(story.getAgent())
        .extracting(
            agent ->
                agent.getType().getCodingFirstRep().getCode() + " " + agent.getWho().getReference())
        .containsExactly("author Device/example-scribe", "verifier " + CLINICIAN);
    assertThat(story.getAgent())
        .allMatch(
            agent ->
                "Organization/example-organization".equals(agent.getOnBehalfOf().getReference()));
    assertThat(seconds(story, "measured")).isEqualTo(100);
    assertThat(seconds(story, "needed")).isEqualTo(7);
    assertThat(
            ((Duration) story.getExtensionByUrl(Canonical.Extension.CLAIMED_REVIEW_TIME).getValue())
                .getValue()
                .intValue())
        .isEqualTo(500);
    assertThat(story.getEntity())
        .anyMatch(
            entity ->
                "DocumentReference/example-draft/_history/3"
                    .equals(entity.getWhat().getReference()));
  }

  private static Integer seconds(Provenance story, String part) {
    Extension found =
        story.getExtensionByUrl(Canonical.Extension.REVIEW_TIME).getExtensionByUrl(part);
    return found == null ? null : ((Duration) found.getValue()).getValue().intValue();
  }

  @Test
  void plan_whenFasterThanReading_thenMarkedInCodeAndInWordsWhateverTheClientClaims() {
    Plan plan =
        plan(with(body("attest"), "reviewSeconds", new IntegerType(500)), opened(draft(), 2));

    assertThat(code(document(plan), Canonical.Extension.REVIEW_PACE))
        .isEqualTo("faster-than-reading");
    assertThat(code(provenance(plan), Canonical.Extension.REVIEW_PACE))
        .isEqualTo("faster-than-reading");
    assertThat(document(plan).getDescription())
        .isEqualTo(
            "Written by AI, confirmed by a clinician faster than it can be read. It was confirmed 2 seconds after it"
                + " was opened; reading it takes about 7 seconds.");
    assertThat(document(plan).getContentFirstRep().getAttachment().getTitle())
        .contains("faster than it can be read");
    assertThat(plan.outcome().getIssue())
        .anyMatch(issue -> issue.getSeverity().toCode().equals("warning"));
    assertValid(document(plan));
  }

  @Test
  void plan_whenExactlyAsLongAsReadingTakes_thenTimeToRead() {
    assertThat(
            code(
                document(plan(body("attest"), opened(draft(), 7))),
                Canonical.Extension.REVIEW_PACE))
        .isEqualTo("time-to-read");
  }

  @Test
  void plan_whenNoOpeningIsOnRecord_thenTimeIsAbsentAndThatIsSaid() {
    Plan plan = plan(body("attest"), situation(draft(), Optional.empty()));

    assertThat(seconds(provenance(plan), "measured")).isNull();
    assertThat(code(document(plan), Canonical.Extension.REVIEW_PACE)).isEqualTo("not-measured");
    assertThat(document(plan).getDescription()).contains("not known");
    assertValidProvenance(plan);
  }

  @Test
  void plan_whenDraftIsAPicture_thenPaceIsNotEstimated() {
    DocumentReference draft = draft();
    draft.getContentFirstRep().getAttachment().setContentType("image/png");

    assertThat(
            code(document(plan(body("attest"), opened(draft, 1))), Canonical.Extension.REVIEW_PACE))
        .isEqualTo("not-estimated");
  }

  @Test
  void plan_whenDraftIsSpanish_thenWordsAreSpanish() {
    DocumentReference draft = draft();
    draft.getContentFirstRep().getAttachment().setLanguage("es-MX");

    assertThat(document(plan(body("attest"), opened(draft, 100))).getDescription())
        .isEqualTo("Escrito por IA, confirmado por un profesional");
  }

  @Test
  void plan_whenEdited_thenNewDocumentReplacesTheDraftWhichKeepsItsReviewStatus() {
    Plan plan =
        plan(
            with(
                edits("Knee pain on stairs for three weeks."),
                "reason",
                new StringType("The patient said three.")),
            opened(draft(), 100));

    DocumentReference corrected = document(plan);
    assertThat(corrected.getIdElement().getIdPart()).isNull();
    assertThat(corrected.getRelatesToFirstRep().getCode().toCode()).isEqualTo("replaces");
    assertThat(corrected.getRelatesToFirstRep().getTarget().getReference())
        .isEqualTo("DocumentReference/example-draft");
    assertThat(AiDocument.reviewStatus(corrected)).contains("attested-with-edits");
    assertThat(
            corrected.getExtensionByUrl(Canonical.Extension.AI_SHARE).getValue().primitiveValue())
        .isEqualTo("0.8571");
    assertThat(
            corrected
                .getExtensionByUrl(Canonical.Extension.EDIT_SUMMARY)
                .getValue()
                .primitiveValue())
        .isEqualTo(
            "Of 7 words of the draft the clinician kept 6 and took out 1; 1 words are the clinician's own. Reason: The"
                + " patient said three.");
    assertThat(corrected.getAuthor())
        .extracting(Reference::getReference)
        .containsExactly("Device/example-scribe", CLINICIAN);
    assertThat(corrected.hasExtension(Canonical.Extension.AI_CONFIDENCE)).isFalse();
    assertThat(corrected.getIdentifierFirstRep().getValue())
        .isNotEqualTo(draft().getIdentifierFirstRep().getValue());
    DocumentReference old = (DocumentReference) plan.bundle().getEntry().get(2).getResource();
    assertThat(old.getStatus()).isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(AiDocument.reviewStatus(old)).contains("unreviewed");
    assertThat(old.getDescription())
        .isEqualTo("AI draft, replaced by a text that a clinician corrected");
    assertThat(old.getContentFirstRep().getAttachment().getData())
        .isEqualTo(draft().getContentFirstRep().getAttachment().getData());
    assertValid(corrected);
    assertValid(old);
    assertValidProvenance(plan);
    assertThat(provenance(plan).getEntity())
        .anyMatch(
            entity ->
                entity.getRole() == ProvenanceEntityRole.REVISION
                    && "DocumentReference/example-draft/_history/3"
                        .equals(entity.getWhat().getReference()));
  }

  @Test
  void plan_whenEditedTextIsNoText_thenNoShareAndTheOutcomeSaysSo() {
    Plan plan =
        plan(
            with(
                body("attest-with-edits"),
                "content",
                new Attachment().setContentType("application/pdf").setData(new byte[] {1, 2})),
            opened(draft(), 100));

    assertThat(document(plan).hasExtension(Canonical.Extension.AI_SHARE)).isFalse();
    assertThat(plan.outcome().getIssue())
        .anyMatch(issue -> issue.getDiagnostics().contains("not all of it is plain text"));
    assertValid(document(plan));
  }

  @Test
  void plan_whenRejected_thenEnteredInErrorWithTheReasonForThePatient() {
    Plan plan = plan(reject("Written for another patient."), opened(draft(), 1));

    DocumentReference rejected = document(plan);
    assertThat(rejected.getStatus()).isEqualTo(DocumentReferenceStatus.ENTEREDINERROR);
    assertThat(rejected.getDocStatus()).isEqualTo(ReferredDocumentStatus.ENTEREDINERROR);
    assertThat(rejected.getDescription())
        .isEqualTo(
            "AI draft, rejected by a clinician: do not use. Reason: Written for another patient.");
    assertThat(AiDocument.isLabelled(rejected, "CLINAST")).isFalse();
    assertThat(rejected.hasAuthenticator()).isFalse();
    assertThat(code(rejected, Canonical.Extension.REVIEW_PACE)).isNull();
    assertValid(rejected);
    assertValidProvenance(plan);
  }

  @Test
  void plan_whenTitleSaysMore_thenItStaysInFrontOfTheState() {
    DocumentReference draft = draft();
    draft
        .getContentFirstRep()
        .getAttachment()
        .setTitle("Visit note (AI draft, not yet checked by a clinician)");

    assertThat(
            document(plan(body("attest"), opened(draft, 100)))
                .getContentFirstRep()
                .getAttachment()
                .getTitle())
        .isEqualTo("Visit note (Written by AI, confirmed by a clinician)");
  }

  @Test
  void requireClinician_whenMachinePatientOrRepresentative_then403() {
    Review.requireClinician(caller(CLINICIAN));
    assertStatus(403, () -> Review.requireClinician(caller(null)), "no program");
    assertStatus(403, () -> Review.requireClinician(caller("Patient/1")), "Only a clinician");
    assertStatus(403, () -> Review.requireClinician(caller("RelatedPerson/1")), "Only a clinician");
  }

  @Test
  void requireDraft_whenDecidedReplacedOrNoAiDocument_thenRefused() {
    Review.requireDraft(draft());
    DocumentReference superseded = draft().setStatus(DocumentReferenceStatus.SUPERSEDED);
    assertStatus(409, () -> Review.requireDraft(superseded), "replaced");
    DocumentReference attested = document(plan(body("attest"), opened(draft(), 100)));
    assertStatus(409, () -> Review.requireDraft(attested), "attested");
    DocumentReference rejected = document(plan(reject("x"), opened(draft(), 100)));
    assertStatus(409, () -> Review.requireDraft(rejected), "rejected");
    DocumentReference byHuman = draft();
    byHuman.getMeta().getSecurity().clear();
    assertStatus(422, () -> Review.requireDraft(byHuman), "AIAST");
    DocumentReference explanation = draft();
    explanation
        .getType()
        .addCoding()
        .setSystem(Canonical.System.DOCUMENT_TYPE)
        .setCode(Canonical.AI_EXPLANATION);
    assertStatus(422, () -> Review.requireDraft(explanation), "explanation");
    DocumentReference card = draft();
    card.getType().addCoding().setSystem(Canonical.System.AI_INPUTS).setCode("AIModelCard");
    assertStatus(422, () -> Review.requireDraft(card), "model card");
  }

  @Test
  void parse_whenPartsDoNotFit_thenRefused() {
    assertStatus(400, () -> ReviewRequest.parse(new Parameters()), "decision");
    assertStatus(422, () -> ReviewRequest.parse(body("approve")), "attest-with-edits");
    assertStatus(422, () -> ReviewRequest.parse(body("attest-with-edits")), "content");
    assertStatus(
        422, () -> ReviewRequest.parse(with(body("attest"), "content", plain("x"))), "no text");
    assertStatus(422, () -> ReviewRequest.parse(body("reject")), "reason");
    assertStatus(400, () -> ReviewRequest.parse(reject("   ")), "reason");
    assertStatus(400, () -> ReviewRequest.parse(reject("x".repeat(1001))), "1000");
    assertStatus(
        400,
        () -> ReviewRequest.parse(with(body("attest"), "reviewSeconds", new IntegerType(-1))),
        "reviewSeconds");
    assertStatus(
        400,
        () -> ReviewRequest.parse(with(body("attest"), "colour", new StringType("blue"))),
        "colour");
    assertStatus(
        400,
        () -> ReviewRequest.parse(with(body("attest"), "decision", new CodeType("reject"))),
        "once");
  }

  @Test
  void plan_whenEditChangesNothing_then422() {
    Situation situation = opened(draft(), 100);
    assertStatus(422, () -> plan(edits("Knee pain on stairs for two weeks."), situation), "attest");
    assertStatus(
        422, () -> plan(edits("Knee  pain on stairs\nfor two weeks. "), situation), "attest");
    assertStatus(422, () -> plan(edits("..."), situation), "no word");
  }

  @Test
  void plan_whenSignatureIsOfAnother_then422() {
    Signature signature = new Signature();
    signature.setWho(new Reference("Practitioner/other"));

    assertStatus(
        422,
        () -> plan(with(body("attest"), "signature", signature), opened(draft(), 100)),
        CLINICIAN);
  }

  private static Consent consent(ConsentProvisionType type) {
    Consent consent = new Consent().setStatus(ConsentState.ACTIVE);
    consent.setId(new IdType("Consent", "c", "1"));
    consent
        .getProvision()
        .setType(type)
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference("DocumentReference/example-draft"));
    return consent;
  }

  private static Plan editedWith(Consent consent) {
    Situation plain = opened(draft(), 100);
    return plan(
        edits("Knee pain on stairs for three weeks."),
        new Situation(
            plain.draft(),
            plain.ai(),
            plain.opened(),
            true,
            List.of(consent),
            plain.caller(),
            plain.now()));
  }

  @Test
  void plan_whenPatientRefusedForTheDraft_thenRefusalNamesTheCorrectedDocumentToo() {
    Plan plan = editedWith(consent(ConsentProvisionType.DENY));

    Consent stored =
        plan.bundle().getEntry().stream()
            .map(BundleEntryComponent::getResource)
            .filter(Consent.class::isInstance)
            .map(Consent.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(stored.getProvision().getData())
        .extracting(data -> data.getReference().getReference())
        .containsExactly(
            "DocumentReference/example-draft", plan.bundle().getEntryFirstRep().getFullUrl());
    assertThat(plan.outcome().getIssue())
        .anyMatch(issue -> issue.getDiagnostics().contains("refused"))
        .anyMatch(issue -> issue.getDiagnostics().contains("Explanations"));
  }

  @Test
  void plan_whenPatientPermittedTheDraftOrTookTheNoBack_thenConsentIsNotTouched() {
    Consent inactive = consent(ConsentProvisionType.DENY).setStatus(ConsentState.INACTIVE);

    for (Consent consent : List.of(consent(ConsentProvisionType.PERMIT), inactive)) {
      assertThat(editedWith(consent).bundle().getEntry())
          .noneMatch(entry -> entry.getResource() instanceof Consent);
    }
  }
}
