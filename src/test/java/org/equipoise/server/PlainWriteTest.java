package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** The life of an AI document, tried by every door of plain FHIR. */
class PlainWriteTest extends OperationTest {

  private static final String JSON_PATCH = "application/json-patch+json";
  private static final byte[] OTHER_TEXT = "Other words.".getBytes(StandardCharsets.UTF_8);

  private DocumentReference draft() {
    return read(DocumentReference.class, note);
  }

  private static Bundle bundle(BundleType type, HTTPVerb method, String url, Resource resource) {
    Bundle bundle = new Bundle().setType(type);
    bundle.addEntry().setResource(resource).getRequest().setMethod(method).setUrl(url);
    return bundle;
  }

  private void attest() {
    practitioner()
        .post(
            note + "/$review",
            TestCalls.with(new Parameters(), "decision", new CodeType("attest")),
            "If-Match",
            "W/\"1\"")
        .ok(Parameters.class);
  }

  /** The same change by PUT, conditional PUT, transaction and batch; all must be refused. */
  private void assertRefusedByEveryPut(Consumer<DocumentReference> change, String element) {
    String version = draft().getMeta().getVersionId();
    for (Api caller : List.of(scribe(), practitioner())) {
      DocumentReference changed = draft();
      change.accept(changed);
      List<Api.Answer> answers = new ArrayList<>();
      answers.add(caller.put(changed));
      answers.add(caller.post("", bundle(BundleType.TRANSACTION, HTTPVerb.PUT, note, changed)));
      for (Api.Answer answer : answers) {
        assertThat(answer.status()).as(element + " " + answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains(element);
      }
      Bundle batch =
          caller.post("", bundle(BundleType.BATCH, HTTPVerb.PUT, note, changed)).ok(Bundle.class);
      assertThat(batch.getEntryFirstRep().getResponse().getStatus()).startsWith("422");
    }
    DocumentReference changed = draft();
    change.accept(changed);
    Api.Answer conditional =
        scribe()
            .exchange(
                "PUT",
                "DocumentReference?_id=" + note.substring(note.indexOf('/') + 1),
                "application/fhir+json",
                Api.json(changed));
    assertThat(conditional.status()).as(conditional.body()).isEqualTo(422);
    assertThat(draft().getMeta().getVersionId()).isEqualTo(version);
  }

  @Test
  void put_whenDraftIsMadeMoreThanADraft_thenRefusedByEveryDoor() {
    Map<String, Consumer<DocumentReference>> changes = new LinkedHashMap<>();
    changes.put("DocumentReference.docStatus", d -> d.setDocStatus(ReferredDocumentStatus.FINAL));
    changes.put("DocumentReference.status", d -> d.setStatus(DocumentReferenceStatus.SUPERSEDED));
    changes.put(
        "DocumentReference.extension", d -> AiDocument.setReviewStatus(d, AiDocument.ATTESTED));
    changes.put(
        "DocumentReference.authenticator",
        d -> d.setAuthenticator(new Reference("Practitioner/demo-practitioner")));
    changes.put("DocumentReference.meta.security", d -> AiDocument.label(d, Canonical.CLINAST));
    changes.put("DocumentReference.subject", d -> d.setSubject(new Reference("Patient/ben")));
    changes.put(
        "DocumentReference.content",
        d -> d.getContentFirstRep().getAttachment().setData(OTHER_TEXT));

    changes.forEach((element, change) -> assertRefusedByEveryPut(change, element));
  }

  @Test
  void patch_whenDraftIsMadeMoreThanADraft_thenRefusedInJsonAndFhirPath() {
    List<String> patches =
        List.of(
            "[{\"op\":\"replace\",\"path\":\"/docStatus\",\"value\":\"final\"}]",
            "[{\"op\":\"add\",\"path\":\"/authenticator\",\"value\":{\"reference\":\"Practitioner/demo-practitioner\"}}]",
            "[{\"op\":\"add\",\"path\":\"/meta/security/-\",\"value\":{\"system\":\""
                + Canonical.System.OBSERVATION_VALUE
                + "\",\"code\":\"CLINAST\"}}]",
            "[{\"op\":\"replace\",\"path\":\"/content/0/attachment/data\",\"value\":\""
                + Base64.getEncoder().encodeToString(OTHER_TEXT)
                + "\"}]");
    for (String patch : patches) {
      Api.Answer answer = practitioner().exchange("PATCH", note, JSON_PATCH, patch);
      assertThat(answer.status()).as(patch + answer.body()).isEqualTo(422);
    }
    Parameters path = new Parameters();
    Parameters.ParametersParameterComponent operation = path.addParameter().setName("operation");
    operation.addPart().setName("type").setValue(new CodeType("replace"));
    operation.addPart().setName("path").setValue(new StringType("DocumentReference.docStatus"));
    operation.addPart().setName("value").setValue(new CodeType("final"));
    Api.Answer answer =
        practitioner().exchange("PATCH", note, "application/fhir+json", Api.json(path));
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(draft().getMeta().getVersionId()).isEqualTo("1");
  }

  @Test
  void post_whenNewDocumentClaimsToBeDecided_thenRefused() {
    Api scribe = scribe();
    DocumentReference claimed = TestRecords.plainNote("anna");
    claimed
        .setDocStatus(ReferredDocumentStatus.FINAL)
        .setAuthenticator(new Reference("Practitioner/demo-practitioner"));
    AiDocument.setReviewStatus(claimed, AiDocument.ATTESTED);
    AiDocument.label(claimed, Canonical.CLINAST);
    assertRefused(422, () -> scribe.post("DocumentReference", claimed), "$review", "docStatus");

    DocumentReference replacing = TestRecords.plainNote("anna");
    replacing
        .addRelatesTo()
        .setCode(DocumentRelationshipType.REPLACES)
        .setTarget(new Reference(note));
    assertRefused(422, () -> scribe.post("DocumentReference", replacing), "relatesTo");
    replacing.getMeta().getSecurity().clear();
    assertRefused(422, () -> scribe.post("DocumentReference", replacing), "relatesTo");
  }

  private Bundle newText(String target) {
    DocumentReference changed = draft();
    changed.getContentFirstRep().getAttachment().setData(OTHER_TEXT);
    Bundle bundle = bundle(BundleType.TRANSACTION, HTTPVerb.PUT, note, changed);
    bundle.getEntryFirstRep().setFullUrl("urn:uuid:11111111-2222-4333-8444-555555555555");
    TestRecords.post(bundle, TestRecords.provenance("anna", target));
    return bundle;
  }

  @Test
  void transaction_whenNewTextComesWithItsProvenance_thenStoredAsANewVersionThatItTellsOf() {
    scribe().post("", newText(note)).ok(Bundle.class);

    assertThat(draft().getMeta().getVersionId()).isEqualTo("2");
    assertThat(text(draft())).isEqualTo("Other words.");
    assertThat(search(Provenance.class, "Provenance?target=" + note))
        .extracting(story -> story.getTargetFirstRep().getReference())
        .containsExactlyInAnyOrder(note + "/_history/1", note + "/_history/2");
  }

  @Test
  void transaction_whenProvenanceNamesTheEntryOrTheNextVersion_thenToldAsWell() {
    for (String target : List.of("urn:uuid:11111111-2222-4333-8444-555555555555", "")) {
      scribe().post("", newText(target.isEmpty() ? note + "/_history/2" : target)).ok(Bundle.class);

      assertThat(search(Provenance.class, "Provenance?target=" + note))
          .extracting(story -> story.getTargetFirstRep().getReference())
          .containsExactlyInAnyOrder(note + "/_history/1", note + "/_history/2");
      note = newNote("anna");
    }
  }

  @Test
  void transaction_whenProvenanceIsOfAnotherTextOrInABatch_thenRefused() {
    Api scribe = scribe();
    String other = newNote("anna");
    assertRefused(422, () -> scribe.post("", newText(other)), "ai-provenance");
    assertRefused(422, () -> scribe.post("", newText(note + "/_history/1")), "ai-provenance");
    Bundle batch = newText(note).setType(BundleType.BATCH);
    assertThat(scribe.post("", batch).ok(Bundle.class).getEntryFirstRep().getResponse().getStatus())
        .startsWith("422");
    attest();
    assertRefused(422, () -> scribe.post("", newText(note)), "appends");
  }

  @Test
  void put_whenDecidedOn_thenNothingOfItChangesButWhatIsAddedAround() {
    attest();

    assertRefusedByEveryPut(d -> d.setDocStatus(ReferredDocumentStatus.PRELIMINARY), "plain write");
    assertRefusedByEveryPut(
        d -> d.setStatus(DocumentReferenceStatus.ENTEREDINERROR), "DocumentReference.status");
    assertRefusedByEveryPut(
        d -> d.getContentFirstRep().getAttachment().setData(OTHER_TEXT),
        "DocumentReference.content");
    assertRefusedByEveryPut(d -> d.setDescription("Fine"), "DocumentReference.content");
    DocumentReference tagged = draft();
    tagged.getMeta().addTag().setSystem("http://example.org/tags").setCode("seen");
    assertThat(practitioner().put(tagged).status()).isEqualTo(200);
  }

  @Test
  void put_whenAnyLabelOfOriginIsLeftOut_thenItStays() {
    Observation said =
        new Observation()
            .setStatus(Observation.ObservationStatus.FINAL)
            .setSubject(new Reference("Patient/anna"))
            .addPerformer(new Reference("Patient/anna"))
            .setEffective(new DateTimeType("2026-11-20T08:00:00Z"))
            .setValue(new StringType("Less than yesterday"));
    said.getCode().setText("Pain, as Anna says");
    said.getCode().addCoding().setSystem("http://loinc.org").setCode("72514-3");
    said.addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode("survey");
    AiDocument.label(said, "PATAST");
    Observation stored = scribe().post("Observation", said).ok(Observation.class);
    stored.getMeta().getSecurity().clear();

    scribe().put(stored);

    assertThat(AiDocument.isLabelled(read(Observation.class, reference(stored)), "PATAST"))
        .isTrue();
  }

  @Test
  void put_whenScribeTakesItsDraftBack_thenPatientReadsWhy() {
    DocumentReference wrong =
        draft()
            .setStatus(DocumentReferenceStatus.ENTEREDINERROR)
            .setDescription("It was written to the wrong patient.");
    Api doctor = practitioner();
    assertRefused(422, () -> doctor.put(wrong), "$review");

    scribe().put(wrong).ok(DocumentReference.class);

    DocumentReference stored = patient("anna").get(note).ok(DocumentReference.class);
    assertThat(stored.getStatus()).isEqualTo(DocumentReferenceStatus.ENTEREDINERROR);
    assertThat(stored.getDescription())
        .isEqualTo("AI draft, entered in error: do not use. It was written to the wrong patient.");
    assertThat(AiDocument.isLabelled(stored, "AIAST")).isTrue();
    Api scribe = scribe();
    assertRefused(422, () -> scribe.put(stored.copy().setStatus(DocumentReferenceStatus.CURRENT)));
  }

  @Test
  void write_whenProvenanceOfAiContent_thenItIsAppendOnly() {
    Provenance story = search(Provenance.class, "Provenance?target=" + note).get(0);
    Api scribe = scribe();

    assertRefused(422, () -> scribe.delete(reference(story)), "not deleted");
    story.addEntity(story.getEntityFirstRep().copy());
    assertRefused(422, () -> scribe.put(story), "add another Provenance");
  }

  @Test
  void delete_whenThePatientHasARightToSeeIt_thenRefusedByEveryDoor() {
    String explanation =
        reference(
            returned(
                    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class),
                    DocumentReference.class)
                .get(0));
    Consent consent =
        returned(
                consent(patient("anna"), TestCalls.permit("ai-training")).ok(Parameters.class),
                Consent.class)
            .get(0);
    Task asked =
        returned(
                explain(patient("anna"), TestCalls.generate("es")).ok(Parameters.class), Task.class)
            .get(0);
    Observation labelled =
        new Observation()
            .setStatus(Observation.ObservationStatus.PRELIMINARY)
            .setSubject(new Reference("Patient/anna"));
    labelled.getCode().setText("Read by an AI");
    AiDocument.label(labelled, Canonical.AIAST);
    List<String> kept = new ArrayList<>();
    kept.add(note);
    kept.add(explanation);
    kept.add(reference(consent));
    kept.add(consent.getSourceReference().getReference());
    kept.add(reference(asked));
    kept.add(reference(scribe().post("Observation", labelled).ok(Observation.class)));
    kept.add(TestRecords.SCRIBE_DEVICE);
    kept.add(TestRecords.MODEL_CARD);
    for (String about : List.of(explanation, reference(consent))) {
      kept.add(reference(search(Provenance.class, "Provenance?target=" + about).get(0)));
    }

    for (String reference : kept) {
      for (Api caller : List.of(scribe(), patient("anna"))) {
        assertThat(caller.delete(reference).status()).as(reference).isIn(403, 409, 422);
        assertThat(
                caller
                    .post("", bundle(BundleType.TRANSACTION, HTTPVerb.DELETE, reference, null))
                    .status())
            .as(reference)
            .isIn(403, 409, 422);
      }
      assertThat(scribe().get(reference).status()).as(reference).isEqualTo(200);
    }
  }

  @Test
  void write_whenTextStandsInABinary_thenItDoesNotChangeUnderTheDocument() {
    Binary bytes = new Binary().setContentType("text/plain").setData(OTHER_TEXT);
    bytes.setSecurityContext(new Reference("Patient/anna"));
    Binary stored = scribe().post("Binary", bytes).ok(Binary.class);
    DocumentReference pointing = TestRecords.plainNote("anna");
    pointing
        .getContentFirstRep()
        .setAttachment(new Attachment().setContentType("text/plain").setUrl(reference(stored)));
    scribe().post("DocumentReference", pointing).ok(DocumentReference.class);
    Api scribe = scribe();

    stored.setData("Nothing".getBytes(StandardCharsets.UTF_8));
    assertRefused(422, () -> scribe.put(stored), "text of an AI document");
    assertRefused(422, () -> scribe.delete(reference(stored)), "text of an AI document");
  }
}
