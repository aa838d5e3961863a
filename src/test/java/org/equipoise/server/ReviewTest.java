package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Signature;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;

/** {@code $review} as clinicians, and the patient who reads its result, see it. */
class ReviewTest extends OperationTest {

  private static final String[] FIRST = {"If-Match", "W/\"1\""};

  private static Parameters decision(String decision) {
    return TestCalls.with(new Parameters(), "decision", new CodeType(decision));
  }

  private static Parameters edits(String text) {
    return TestCalls.with(
        decision("attest-with-edits"),
        "content",
        new Attachment()
            .setContentType("text/plain")
            .setData(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Parameters reject(String reason) {
    return TestCalls.with(decision("reject"), "reason", new StringType(reason));
  }

  private Api.Answer review(Api caller, Parameters body, String... headers) {
    return caller.post(note + "/$review", body, headers);
  }

  private Parameters reviewed(Parameters body) {
    return review(practitioner(), body, FIRST).ok(Parameters.class);
  }

  private static DocumentReference document(Parameters answer) {
    return returned(answer, DocumentReference.class).get(0);
  }

  private static Provenance provenance(Parameters answer) {
    return (Provenance) answer.getParameter("provenance").getResource();
  }

  /** What the patient's app gets. */
  private DocumentReference asAnna(String reference) {
    return patient("anna").get(reference).ok(DocumentReference.class);
  }

  /** As if this long had gone by since the note was opened. */
  private void openedSecondsAgo(int seconds) {
    practitioner().get(note).ok(DocumentReference.class);
    assertThat(
            jdbc.update(
                "update eqp_document_view set viewed_at = viewed_at - interval '"
                    + seconds
                    + "' second where document_id = ?",
                note.substring(note.indexOf('/') + 1)))
        .isEqualTo(1);
  }

  private static String pace(DomainResource resource) {
    Extension pace = resource.getExtensionByUrl(Canonical.Extension.REVIEW_PACE);
    return pace == null ? null : ((CodeableConcept) pace.getValue()).getCodingFirstRep().getCode();
  }

  private static Integer measured(Provenance story) {
    Extension measured =
        story.getExtensionByUrl(Canonical.Extension.REVIEW_TIME).getExtensionByUrl("measured");
    return measured == null ? null : ((Duration) measured.getValue()).getValue().intValue();
  }

  @Test
  void review_whenAttested_thenPatientReadsThatAClinicianConfirmedWhatAnAiWrote() {
    openedSecondsAgo(60);

    Parameters answer = reviewed(decision("attest"));

    assertThat(document(answer).getMeta().getVersionId()).isEqualTo("2");
    DocumentReference stored = asAnna(note);
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.FINAL);
    assertThat(AiDocument.reviewStatus(stored)).contains("attested");
    assertThat(AiDocument.isLabelled(stored, "AIAST")).isTrue();
    assertThat(AiDocument.isLabelled(stored, "CLINAST")).isTrue();
    assertThat(stored.getAuthenticator().getReference())
        .isEqualTo("Practitioner/demo-practitioner");
    assertThat(stored.getDescription()).isEqualTo("Written by AI, confirmed by a clinician");
    assertThat(stored.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("Written by AI, confirmed by a clinician");
    assertThat(pace(stored)).isEqualTo("time-to-read");
    assertThat(asAnna(note + "/_history/1").getDocStatus())
        .isEqualTo(ReferredDocumentStatus.PRELIMINARY);
  }

  @Test
  void review_whenAttested_thenProvenanceIsFoundByThePatientAndTellsWhoWhenAndHowLong() {
    openedSecondsAgo(60);

    reviewed(TestCalls.with(decision("attest"), "reviewSeconds", new IntegerType(7)));

    List<Provenance> stories =
        patient("anna")
            .get("Provenance?record-patient=Patient/anna&activity=attest&target=" + note)
            .ok(Bundle.class)
            .getEntry()
            .stream()
            .map(entry -> (Provenance) entry.getResource())
            .toList();
    assertThat(stories).hasSize(1);
    Provenance story = stories.get(0);
    assertThat(story.getTargetFirstRep().getReference()).isEqualTo(note + "/_history/2");
    assertThat(story.getAgent())
        .extracting(
            agent ->
                agent.getType().getCodingFirstRep().getCode() + " " + agent.getWho().getReference())
        .containsExactly(
            "author " + TestRecords.SCRIBE_DEVICE, "verifier Practitioner/demo-practitioner");
    assertThat(measured(story)).isBetween(60, 90);
    assertThat(
            ((Duration) story.getExtensionByUrl(Canonical.Extension.CLAIMED_REVIEW_TIME).getValue())
                .getValue()
                .intValue())
        .isEqualTo(7);
    assertThat(story.getEntity())
        .extracting(entity -> entity.getWhat().getReference())
        .contains(TestRecords.MODEL_CARD, note + "/_history/1");
  }

  @Test
  void review_whenFasterThanReading_thenPatientReadsThatToo() {
    practitioner().get(note + "/_history/1").ok(DocumentReference.class);

    Parameters answer = reviewed(decision("attest"));

    assertThat(pace(provenance(answer))).isEqualTo("faster-than-reading");
    DocumentReference stored = asAnna(note);
    assertThat(pace(stored)).isEqualTo("faster-than-reading");
    assertThat(stored.getDescription()).contains("faster than it can be read", "seconds");
    assertThat(stored.getContentFirstRep().getAttachment().getTitle())
        .contains("faster than it can be read");
    assertThat(told(answer)).anyMatch(words -> words.contains("seconds after it was opened"));
  }

  @Test
  void review_whenOnlySearchedOrPartlyShownOrReadByOthers_thenTimeIsNotKnownAndThatIsSaid() {
    String id = note.substring(note.indexOf('/') + 1);
    practitioner().get("DocumentReference?_id=" + id).ok(Bundle.class);
    practitioner().get(note + "?_elements=status").ok(DocumentReference.class);
    practitioner().get(note + "/_history").ok(Bundle.class);
    scribe().get(note).ok(DocumentReference.class);
    asAnna(note);

    Parameters answer = reviewed(decision("attest"));

    assertThat(measured(provenance(answer))).isNull();
    assertThat(pace(provenance(answer))).isEqualTo("not-measured");
    assertThat(asAnna(note).getDescription()).contains("not known");
  }

  @Test
  void review_whenItsStoryWasRead_thenThatIsAnOpening() {
    practitioner().get(note + "/$ai-transparency").ok(Bundle.class);

    assertThat(pace(document(reviewed(decision("attest"))))).isEqualTo("faster-than-reading");
  }

  @Test
  void review_whenAnotherVersionWasOpened_thenItDoesNotCount() {
    openedSecondsAgo(60);
    DocumentReference inReview = read(DocumentReference.class, note);
    AiDocument.setReviewStatus(inReview, AiDocument.IN_REVIEW);
    practitioner().put(inReview).ok(DocumentReference.class);

    Parameters answer =
        review(practitioner(), decision("attest"), "If-Match", "W/\"2\"").ok(Parameters.class);

    assertThat(pace(document(answer))).isEqualTo("not-measured");
  }

  @Test
  void review_whenCorrected_thenPatientReadsBothTextsAndHowMuchIsTheAis() {
    openedSecondsAgo(60);

    Parameters answer =
        reviewed(
            edits(
                "The patient has had a cough for five days. Plan: rest, and a call if it gets worse."));

    String corrected = reference(document(answer));
    assertThat(corrected).isNotEqualTo(note);
    DocumentReference stored = asAnna(corrected);
    assertThat(text(stored)).contains("five days");
    assertThat(stored.getRelatesToFirstRep().getTarget().getReference()).isEqualTo(note);
    assertThat(stored.getExtensionByUrl(Canonical.Extension.AI_SHARE).getValue().primitiveValue())
        .isEqualTo("0.9444");
    assertThat(
            stored.getExtensionByUrl(Canonical.Extension.EDIT_SUMMARY).getValue().primitiveValue())
        .contains("kept 17", "took out 1");
    assertThat(stored.getDescription())
        .isEqualTo("Written by AI, corrected and confirmed by a clinician");
    assertThat(AiDocument.isLabelled(stored, "AIAST")).isTrue();
    assertThat(stored.getAuthor())
        .extracting(Reference::getReference)
        .containsExactly(TestRecords.SCRIBE_DEVICE, "Practitioner/demo-practitioner");
    DocumentReference old = asAnna(note);
    assertThat(old.getStatus()).isEqualTo(DocumentReferenceStatus.SUPERSEDED);
    assertThat(text(old)).contains("three days");
    assertThat(AiDocument.reviewStatus(old)).contains("unreviewed");
    assertThat(old.getDescription()).contains("replaced");
    Provenance story = read(Provenance.class, reference(provenance(answer)));
    assertThat(story.getTargetFirstRep().getReference()).isEqualTo(corrected + "/_history/1");
    assertThat(story.getActivity().getCodingFirstRep().getCode()).isEqualTo("amend");
  }

  @Test
  void review_whenPatientRefusedSharingOfTheDraft_thenTheCorrectedTextIsRefusedToo() {
    consent(patient("anna"), TestCalls.deny("ai-sharing")).ok(Parameters.class);
    consent(patient("anna"), TestCalls.permit("ai-training")).ok(Parameters.class);

    Parameters answer = reviewed(edits("The patient coughs."));

    List<Consent> named = search(Consent.class, "Consent?data=" + reference(document(answer)));
    assertThat(named)
        .singleElement()
        .satisfies(
            consent -> {
              assertThat(consent.getProvision().getType().toCode()).isEqualTo("deny");
              assertThat(consent.getProvision().getData())
                  .extracting(data -> data.getReference().getReference())
                  .containsExactly(note, reference(document(answer)));
            });
    assertThat(told(answer)).anyMatch(words -> words.contains("refused"));
    assertThat(
            patient("anna")
                .get("Provenance?target=" + reference(named.get(0)))
                .ok(Bundle.class)
                .getEntry())
        .hasSize(2);
  }

  @Test
  void attachConsent_whenRefusalNamesTheReplacedDraft_thenItHoldsForTheCorrectedTextToo() {
    String corrected = reference(document(reviewed(edits("The patient coughs."))));

    consent(patient("anna"), TestCalls.deny("ai-sharing")).ok(Parameters.class);

    assertThat(search(Consent.class, "Consent?data=" + corrected)).hasSize(1);
  }

  @Test
  void review_whenExplained_thenExplanationIsReachedFromTheNewDocumentByWhatItReplaces() {
    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);

    Parameters answer = reviewed(edits("The patient coughs."));

    String replaced =
        asAnna(reference(document(answer))).getRelatesToFirstRep().getTarget().getReference();
    assertThat(
            patient("anna")
                .get("DocumentReference?relatesto=" + replaced + "&relation=appends")
                .ok(Bundle.class)
                .getEntry())
        .hasSize(1);
    assertThat(told(answer)).anyMatch(words -> words.contains("Explanations of the draft"));
  }

  @Test
  void review_whenRejected_thenPatientReadsWhy() {
    reviewed(reject("It was written for another patient."));

    DocumentReference stored = asAnna(note);
    assertThat(stored.getStatus()).isEqualTo(DocumentReferenceStatus.ENTEREDINERROR);
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.ENTEREDINERROR);
    assertThat(stored.getDescription())
        .contains("do not use", "It was written for another patient.");
    assertThat(AiDocument.isLabelled(stored, "CLINAST")).isFalse();
  }

  @Test
  void review_whenNotAClinicianInPerson_then403WithAReason() {
    Api scribe = scribe();
    Api anna = patient("anna");
    Api brother = annasBrother();

    assertRefused(403, () -> review(scribe, decision("attest"), FIRST), "no program");
    assertRefused(403, () -> review(anna, decision("attest"), FIRST), "Only a clinician");
    assertRefused(403, () -> review(brother, decision("attest"), FIRST), "Only a clinician");
  }

  @Test
  void review_whenPatientIsNotInTheirCare_then404() {
    Api stranger = Api.as(server(), "care-doctor", SECRET, "user/*.cruds");

    assertRefused(404, () -> review(stranger, decision("attest"), FIRST));
  }

  @Test
  void review_whenIfMatchIsMissingOrStale_then400Or412() {
    Api doctor = practitioner();

    assertThat(assertRefused(400, () -> review(doctor, decision("attest")), "If-Match").getCode())
        .isEqualTo(IssueType.REQUIRED);
    assertRefused(412, () -> review(doctor, decision("attest"), "If-Match", "W/\"7\""), "7");
  }

  @Test
  void review_whenDecidedBefore_then409AndReplacedOnesToo() {
    Api doctor = practitioner();
    reviewed(decision("attest"));
    assertRefused(409, () -> review(doctor, reject("Late."), "If-Match", "W/\"2\""), "attested");

    note = newNote("anna");
    reviewed(edits("Other words."));
    assertRefused(409, () -> review(doctor, decision("attest"), "If-Match", "W/\"2\""), "replaced");

    assertRefused(409, () -> review(doctor, decision("attest"), FIRST), "replaced");

    note = newNote("anna");
    reviewed(reject("Wrong."));
    assertRefused(409, () -> review(doctor, decision("attest"), "If-Match", "W/\"2\""), "rejected");
  }

  @Test
  void review_whenNotADraftOfAnAi_then422() {
    Api doctor = practitioner();
    String explanation =
        reference(
            returned(
                    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class),
                    DocumentReference.class)
                .get(0));
    DocumentReference byHuman = TestRecords.plainNote("anna");
    byHuman.getMeta().getSecurity().clear();
    byHuman.setAuthor(List.of(new Reference("Practitioner/demo-practitioner")));
    String human =
        reference(scribe().post("DocumentReference", byHuman).ok(DocumentReference.class));

    note = explanation;
    assertRefused(422, () -> review(doctor, decision("attest"), FIRST), "explanation");
    note = human;
    assertRefused(422, () -> review(doctor, decision("attest"), FIRST), "AIAST");
    note = TestRecords.MODEL_CARD;
    String version = read(DocumentReference.class, note).getMeta().getVersionId();
    assertRefused(
        422,
        () -> review(doctor, decision("attest"), "If-Match", "W/\"" + version + "\""),
        "model card");
  }

  @Test
  void review_whenPartsDoNotFit_thenRefusedAndNothingWritten() {
    Api doctor = practitioner();
    Signature signature = new Signature();
    signature.setWho(new Reference("Practitioner/somebody-else"));

    assertRefused(400, () -> review(doctor, new Parameters(), FIRST), "decision");
    assertRefused(
        400,
        () ->
            review(
                doctor,
                TestCalls.with(new Parameters(), "decision", new StringType("attest")),
                FIRST),
        "decision",
        "valueCode");
    assertRefused(422, () -> review(doctor, decision("reject"), FIRST), "reason");
    assertRefused(422, () -> review(doctor, decision("attest-with-edits"), FIRST), "content");
    assertRefused(
        422,
        () ->
            review(
                doctor,
                TestCalls.with(
                    decision("attest"),
                    "content",
                    new Attachment().setContentType("text/plain").setData(new byte[] {65})),
                FIRST),
        "content");
    assertRefused(
        422,
        () ->
            review(
                doctor,
                edits(
                    "The patient has had a cough for three days. Plan: rest, and a call if it gets worse."),
                FIRST),
        "attest");
    assertRefused(
        422,
        () -> review(doctor, TestCalls.with(decision("attest"), "signature", signature), FIRST),
        "signature");
  }

  @Test
  void review_whenRepeatedWithItsRequestId_thenFirstAnswerAgain() {
    Parameters body = TestCalls.repeatable(decision("attest"), UUID.randomUUID().toString());
    Parameters first = reviewed(body);

    Parameters second = reviewed(body);

    assertThat(isTrue(second, "replayed")).isTrue();
    assertThat(document(second).getMeta().getVersionId())
        .isEqualTo(document(first).getMeta().getVersionId());
    assertThat(search(Provenance.class, "Provenance?activity=attest&target=" + note)).hasSize(1);
  }

  @Test
  void review_whenManyDecideAtOnce_thenOneWinsAndTheOthersAreTold() throws Exception {
    Api doctor = practitioner();
    int callers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    List<Api.Answer> answers = new ArrayList<>();
    try {
      CountDownLatch ready = new CountDownLatch(callers);
      List<Future<Api.Answer>> calls = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        Parameters body =
            switch (i % 3) {
              case 0 -> decision("attest");
              case 1 -> edits("Text number " + i);
              default -> reject("Reason number " + i);
            };
        calls.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return review(doctor, body, FIRST);
                }));
      }
      for (Future<Api.Answer> call : calls) {
        answers.add(call.get());
      }
    } finally {
      pool.shutdownNow();
    }

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .allMatch(answer -> answer.status() == 409 || answer.status() == 412);
    assertThat(read(DocumentReference.class, note).getMeta().getVersionId()).isEqualTo("2");
    assertThat(search(DocumentReference.class, "DocumentReference?relatesto=" + note).size())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void search_whenReviewQueueIsAskedFor_thenDraftsAndNothingDecided() {
    String decided = note;
    reviewed(decision("attest"));
    String waiting = newNote("anna");

    List<String> queue =
        practitioner()
            .get(
                "DocumentReference?patient=Patient/anna&review-status=unreviewed&status=current&_count=500")
            .ok(Bundle.class)
            .getEntry()
            .stream()
            .map(entry -> reference(entry.getResource()))
            .toList();

    assertThat(queue).contains(waiting).doesNotContain(decided);
  }
}
