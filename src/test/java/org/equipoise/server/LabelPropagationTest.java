package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** What is made out of AI text is labelled like it, as its patient reads it. */
class LabelPropagationTest extends OperationTest {

  private static String url() {
    return "urn:uuid:" + UUID.randomUUID();
  }

  private static Observation observation(String derivedFrom) {
    Observation observation =
        new Observation()
            .setStatus(Observation.ObservationStatus.PRELIMINARY)
            .setSubject(new Reference("Patient/anna"));
    observation.getCode().setText("Cough");
    if (derivedFrom != null) {
      observation.addDerivedFrom(new Reference(derivedFrom));
    }
    return observation;
  }

  private static Condition condition() {
    Condition condition = new Condition().setSubject(new Reference("Patient/anna"));
    condition.getCode().setText("Cough");
    condition
        .getClinicalStatus()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/condition-clinical")
        .setCode("active");
    return condition;
  }

  private static Provenance story(String target, ProvenanceEntityRole role, String what) {
    Provenance story = TestRecords.provenance("anna", target);
    story.getEntity().clear();
    story.getAgent().clear();
    story.getReason().clear();
    story.addAgent().setWho(new Reference("Practitioner/demo-practitioner"));
    story.addEntity().setRole(role).setWhat(new Reference(what));
    return story;
  }

  private String post(Resource resource) {
    return reference(
        (Resource) scribe().post(resource.fhirType(), resource).ok(resource.getClass()));
  }

  private boolean annaReadsTheLabel(String reference) {
    return patient("anna").get(reference).body().contains("\"AIAST\"");
  }

  @Test
  void post_whenDerivedFromAiDocument_thenLabelledFromItsFirstVersionAndFurtherDown() {
    String first = post(observation(note));
    String second = post(observation(first));
    String own = post(observation(null));

    assertThat(annaReadsTheLabel(first)).isTrue();
    assertThat(annaReadsTheLabel(second)).isTrue();
    assertThat(annaReadsTheLabel(own)).isFalse();
    assertThat(read(Observation.class, first).getMeta().getVersionId()).isEqualTo("1");
  }

  @Test
  void transaction_whenChainInEitherOrder_thenAllLabelled() {
    for (boolean upwards : new boolean[] {true, false}) {
      String one = url();
      String two = url();
      Observation first = observation(note);
      Observation second = observation(one);
      Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
      for (Observation each : upwards ? List.of(first, second) : List.of(second, first)) {
        TestRecords.post(bundle, each).setFullUrl(each == first ? one : two);
      }

      Bundle answer = scribe().post("", bundle).ok(Bundle.class);

      for (Bundle.BundleEntryComponent entry : answer.getEntry()) {
        assertThat(annaReadsTheLabel(reference(new IdType(entry.getResponse().getLocation()))))
            .isTrue();
      }
    }
  }

  @Test
  void transaction_whenProvenanceTellsTheOriginInEitherOrder_thenTargetIsLabelled() {
    for (boolean storyFirst : new boolean[] {true, false}) {
      String target = url();
      Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
      Provenance story = story(target, ProvenanceEntityRole.QUOTATION, note);
      if (storyFirst) {
        TestRecords.post(bundle, story).setFullUrl(url());
      }
      TestRecords.post(bundle, condition()).setFullUrl(target);
      if (!storyFirst) {
        TestRecords.post(bundle, story).setFullUrl(url());
      }

      Bundle answer = scribe().post("", bundle).ok(Bundle.class);

      String stored =
          reference(
              new IdType(answer.getEntry().get(storyFirst ? 1 : 0).getResponse().getLocation()));
      assertThat(annaReadsTheLabel(stored)).isTrue();
      assertThat(read(Condition.class, stored).getMeta().getVersionId()).isEqualTo("1");
    }
  }

  @Test
  void post_whenProvenanceComesLater_thenTargetAndWhatIsMadeOutOfItGetANewLabelledVersion() {
    String origin = post(observation(null));
    String derived = post(observation(origin));
    assertThat(annaReadsTheLabel(derived)).isFalse();

    post(story(origin, ProvenanceEntityRole.DERIVATION, note));

    assertThat(annaReadsTheLabel(origin)).isTrue();
    assertThat(annaReadsTheLabel(derived)).isTrue();
    assertThat(read(Observation.class, origin).getMeta().getVersionId()).isEqualTo("2");
    assertThat(annaReadsTheLabel(origin + "/_history/1")).isFalse();
  }

  @Test
  void post_whenProvenanceNamesAModelCardOrASourceOnly_thenNotLabelled() {
    String byCard = post(observation(null));
    post(story(byCard, ProvenanceEntityRole.DERIVATION, TestRecords.MODEL_CARD));
    String bySource = post(observation(null));
    post(story(bySource, ProvenanceEntityRole.SOURCE, note));
    String byDevice = post(observation(null));
    post(story(byDevice, ProvenanceEntityRole.DERIVATION, TestRecords.SCRIBE_DEVICE));

    assertThat(annaReadsTheLabel(byCard)).isFalse();
    assertThat(annaReadsTheLabel(bySource)).isFalse();
    assertThat(annaReadsTheLabel(byDevice)).isFalse();
  }

  private DocumentReference byHuman(DocumentRelationshipType code) {
    DocumentReference document = TestRecords.plainNote("anna");
    document.getMeta().getSecurity().clear();
    document.getAuthor().clear();
    document.addAuthor(new Reference("Practitioner/demo-practitioner"));
    document.addRelatesTo().setCode(code).setTarget(new Reference(note));
    return document;
  }

  @Test
  void post_whenTranslated_thenAnAiDocumentOfTheSameAiThatWaitsForReview() {
    DocumentReference stored =
        read(DocumentReference.class, post(byHuman(DocumentRelationshipType.TRANSFORMS)));

    assertThat(AiDocument.isLabelled(stored, "AIAST")).isTrue();
    assertThat(stored.getAuthor())
        .extracting(Reference::getReference)
        .containsExactly("Practitioner/demo-practitioner", TestRecords.SCRIBE_DEVICE);
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.PRELIMINARY);
    assertThat(stored.getDescription()).contains("not yet checked");
    Api scribe = scribe();
    DocumentReference asFinal =
        byHuman(DocumentRelationshipType.TRANSFORMS).setDocStatus(ReferredDocumentStatus.FINAL);
    assertRefused(422, () -> scribe.post("DocumentReference", asFinal), "$review");
  }

  @Test
  void post_whenAPersonAddsToIt_thenTheirWordsAreTheirOwn() {
    DocumentReference opinion = byHuman(DocumentRelationshipType.APPENDS);
    opinion.setDocStatus(ReferredDocumentStatus.FINAL);

    assertThat(annaReadsTheLabel(post(opinion))).isFalse();
  }

  @Test
  void post_whenFinalDocumentIsToldToStemFromAi_thenRefusedAndUnchanged() {
    DocumentReference letter = byHuman(DocumentRelationshipType.APPENDS);
    letter.setDocStatus(ReferredDocumentStatus.FINAL);
    String stored = post(letter);
    Api scribe = scribe();

    assertRefused(
        422,
        () -> scribe.post("Provenance", story(stored, ProvenanceEntityRole.REVISION, note)),
        "$review");
    assertThat(read(DocumentReference.class, stored).getMeta().getVersionId()).isEqualTo("1");
  }

  @Test
  void post_whenConsentOrTaskIsAboutIt_thenTheyAreThePatients() {
    consent(patient("anna"), TestCalls.permit("ai-training"));
    explain(patient("anna"), TestCalls.generate("es"));
    explain(scribe(), TestCalls.generate("en"));

    assertThat(consents()).noneMatch(one -> AiDocument.isLabelled(one, Canonical.AIAST));
    assertThat(explanations()).noneMatch(one -> AiDocument.isLabelled(one, Canonical.AIAST));
    assertThat(scribe().get("Task?focus=" + note).body()).doesNotContain("\"AIAST\"");
  }

  /** Neither label nor origin: who wrote it is told by its authors alone. */
  private static DocumentReference by(String... authors) {
    DocumentReference document = TestRecords.plainNote("anna");
    document.getMeta().getSecurity().clear();
    document.getAuthor().clear();
    for (String author : authors) {
      document.addAuthor(new Reference(author));
    }
    return document;
  }

  @Test
  void post_whenAnAiIsAmongTheAuthors_thenAnAiDocumentThatWaitsForReview() {
    DocumentReference stored =
        read(
            DocumentReference.class,
            post(by("Practitioner/demo-practitioner", TestRecords.SCRIBE_DEVICE)));

    assertThat(AiDocument.is(stored)).isTrue();
    assertThat(AiDocument.reviewStatus(stored)).contains(AiDocument.UNREVIEWED);
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.PRELIMINARY);
    assertThat(stored.getDescription()).contains("not yet checked");
    assertThat(stored.getMeta().getVersionId()).isEqualTo("1");
    Api scribe = scribe();
    DocumentReference asFinal =
        by(TestRecords.SCRIBE_DEVICE).setDocStatus(ReferredDocumentStatus.FINAL);
    assertRefused(422, () -> scribe.post("DocumentReference", asFinal), "$review");
  }

  @Test
  void post_whenNoAiIsAmongTheAuthors_thenUnlabelledAndFinalAsItCame() {
    DocumentReference letter =
        by("Practitioner/demo-practitioner").setDocStatus(ReferredDocumentStatus.FINAL);

    DocumentReference stored = read(DocumentReference.class, post(letter));

    assertThat(AiDocument.isLabelled(stored, Canonical.AIAST)).isFalse();
    assertThat(stored.getDocStatus()).isEqualTo(ReferredDocumentStatus.FINAL);
    assertThat(AiDocument.reviewStatus(stored)).isEmpty();
  }

  @Test
  void put_whenAnAiIsAddedToTheAuthors_thenADraftBecomesAnAiDocumentAndAFinalOneStays() {
    String draft = post(by("Practitioner/demo-practitioner"));
    String letter =
        post(by("Practitioner/demo-practitioner").setDocStatus(ReferredDocumentStatus.FINAL));
    DocumentReference more = read(DocumentReference.class, draft);
    more.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));
    DocumentReference moreOfFinal = read(DocumentReference.class, letter);
    moreOfFinal.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));
    Api scribe = scribe();

    assertThat(scribe.put(more).status()).isEqualTo(200);
    assertRefused(422, () -> scribe.put(moreOfFinal), "$review");

    assertThat(AiDocument.is(read(DocumentReference.class, draft))).isTrue();
    assertThat(read(DocumentReference.class, letter).getMeta().getVersionId()).isEqualTo("1");
  }
}
