package org.equipoise.aidocument;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordInMemory;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LabelInheritanceTest {

  private static DocumentReference aiNote() {
    DocumentReference note = new DocumentReference();
    note.setId("DocumentReference/note");
    note.addAuthor(new Reference("Device/scribe"));
    note.setCustodian(new Reference("Organization/clinic"));
    AiDocument.label(note, Canonical.AIAST);
    return note;
  }

  private static Observation derivedFrom(String... origins) {
    Observation observation = new Observation();
    for (String origin : origins) {
      observation.addDerivedFrom(new Reference(origin));
    }
    return observation;
  }

  private static DocumentReference related(DocumentRelationshipType code, String target) {
    DocumentReference document = new DocumentReference();
    document.addRelatesTo().setCode(code).setTarget(new Reference(target));
    return document;
  }

  private static Provenance story(String target, ProvenanceEntityRole role, String what) {
    Provenance story = new Provenance();
    story.addTarget(new Reference(target));
    story.addEntity().setRole(role).setWhat(new Reference(what));
    return story;
  }

  private static boolean isLabelled(Resource resource, RecordInMemory record) {
    return LabelInheritance.inherits(resource)
        && !LabelInheritance.labelledOrigins(resource, record).isEmpty();
  }

  @Test
  void labelledOrigins_whenDerivedFromLabelled_thenFoundAndElseNot() {
    RecordInMemory record = new RecordInMemory().with(aiNote());
    Observation own = new Observation();
    own.setId("Observation/own");
    record.with(own);

    assertThat(isLabelled(derivedFrom("DocumentReference/note"), record)).isTrue();
    assertThat(isLabelled(derivedFrom("Observation/own", "DocumentReference/note"), record))
        .isTrue();
    assertThat(isLabelled(derivedFrom("Observation/own"), record)).isFalse();
    assertThat(isLabelled(derivedFrom("DocumentReference/unknown"), record)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = DocumentRelationshipType.class,
      names = {"TRANSFORMS", "REPLACES", "APPENDS", "SIGNS"})
  void labelledOrigins_whenRelated_thenWhatIsMadeOutOfItAlone(DocumentRelationshipType code) {
    assertThat(
            isLabelled(
                related(code, "DocumentReference/note"), new RecordInMemory().with(aiNote())))
        .isEqualTo(
            code == DocumentRelationshipType.TRANSFORMS
                || code == DocumentRelationshipType.REPLACES);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProvenanceEntityRole.class,
      names = {"DERIVATION", "REVISION", "QUOTATION", "SOURCE", "REMOVAL"})
  void labelledOrigins_whenProvenanceOfSameTransactionTells_thenByItsRole(
      ProvenanceEntityRole role) {
    Condition condition = new Condition();
    RecordInMemory record =
        new RecordInMemory()
            .with(aiNote())
            .entry("urn:uuid:1", condition)
            .entry("urn:uuid:2", story("urn:uuid:1", role, "DocumentReference/note"));

    assertThat(isLabelled(condition, record))
        .isEqualTo(role != ProvenanceEntityRole.SOURCE && role != ProvenanceEntityRole.REMOVAL);
  }

  @Test
  void labelledOrigins_whenChainOfEntriesInAnyOrder_thenFoundThroughAll() {
    Observation last = derivedFrom("urn:uuid:middle");
    Observation middle = derivedFrom("urn:uuid:first");
    DocumentReference first = aiNote();
    first.setId((String) null);

    RecordInMemory down =
        new RecordInMemory()
            .entry("urn:uuid:last", last)
            .entry("urn:uuid:middle", middle)
            .entry("urn:uuid:first", first);
    RecordInMemory up =
        new RecordInMemory()
            .entry("urn:uuid:first", first)
            .entry("urn:uuid:middle", middle)
            .entry("urn:uuid:last", last);

    assertThat(isLabelled(last, down)).isTrue();
    assertThat(isLabelled(last, up)).isTrue();
  }

  @Test
  void labelledOrigins_whenEntriesReferInACircle_thenItEnds() {
    Observation one = derivedFrom("urn:uuid:other");
    Observation other = derivedFrom("urn:uuid:one");

    assertThat(
            isLabelled(
                one,
                new RecordInMemory().entry("urn:uuid:one", one).entry("urn:uuid:other", other)))
        .isFalse();
  }

  static Stream<Arguments> whatPeopleSay() {
    DocumentReference explanation =
        related(DocumentRelationshipType.REPLACES, "DocumentReference/note");
    explanation
        .getType()
        .addCoding()
        .setSystem(Canonical.System.DOCUMENT_TYPE)
        .setCode(Canonical.AI_EXPLANATION);
    DocumentReference card = related(DocumentRelationshipType.TRANSFORMS, "DocumentReference/note");
    card.getType().addCoding().setSystem(Canonical.System.AI_INPUTS).setCode("AIModelCard");
    return Stream.of(
            explanation,
            card,
            new Consent(),
            new QuestionnaireResponse(),
            new Task(),
            new Communication(),
            new Device())
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("whatPeopleSay")
  void inherits_whenPeopleSayDecideOrAsk_thenNever(Resource resource) {
    RecordInMemory record =
        new RecordInMemory()
            .with(aiNote())
            .entry("urn:uuid:1", resource)
            .entry(
                "urn:uuid:2",
                story("urn:uuid:1", ProvenanceEntityRole.QUOTATION, "DocumentReference/note"));

    assertThat(isLabelled(resource, record)).isFalse();
  }

  @Test
  void passesOn_whenOriginIsWhatAnAiIsMadeOf_thenNot() {
    DocumentReference prompt = aiNote();
    prompt.getType().addCoding().setSystem(Canonical.System.AI_INPUTS).setCode("AIInputPrompt");

    assertThat(isLabelled(derivedFrom("DocumentReference/note"), new RecordInMemory().with(prompt)))
        .isFalse();
  }

  @Test
  void label_whenDocument_thenTheAiIsAmongItsAuthors() {
    DocumentReference translation =
        related(DocumentRelationshipType.TRANSFORMS, "DocumentReference/note");
    translation.addAuthor(new Reference("Practitioner/1"));

    LabelInheritance.label(translation, List.of(aiNote()));
    LabelInheritance.label(translation, List.of(aiNote()));

    assertThat(AiLabel.isOn(translation)).isTrue();
    assertThat(translation.getAuthor())
        .extracting(Reference::getReference)
        .containsExactly("Practitioner/1", "Device/scribe");
    assertThat(translation.getCustodian().getReference()).isEqualTo("Organization/clinic");
  }

  private static Device device(String id, boolean isAi) {
    Device device = new Device();
    device.setId("Device/" + id);
    if (isAi) {
      device
          .getType()
          .addCoding()
          .setSystem(Canonical.System.AI_DEVICE_TYPE)
          .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    }
    return device;
  }

  private static DocumentReference by(String... authors) {
    DocumentReference document = new DocumentReference();
    Stream.of(authors).forEach(author -> document.addAuthor(new Reference(author)));
    return document;
  }

  @Test
  void addsAiAuthor_whenOnlyADeviceOnRecordIsAnAi_thenItAloneCounts() {
    RecordInMemory record =
        new RecordInMemory().with(device("scribe", true)).with(device("scanner", false));

    assertThat(LabelInheritance.addsAiAuthor(by("Device/scribe"), null, record)).isTrue();
    assertThat(
            LabelInheritance.addsAiAuthor(
                by("Practitioner/a", "Device/scribe/_history/1"), null, record))
        .isTrue();
    RecordInMemory together = new RecordInMemory().entry("urn:uuid:1", device("new", true));
    assertThat(LabelInheritance.addsAiAuthor(by("urn:uuid:1"), null, together)).isTrue();
    assertThat(LabelInheritance.addsAiAuthor(by("Device/scanner"), null, record)).isFalse();
    assertThat(LabelInheritance.addsAiAuthor(by("Practitioner/a"), null, record)).isFalse();
    assertThat(LabelInheritance.addsAiAuthor(by("Device/nowhere"), null, record)).isFalse();
    assertThat(LabelInheritance.addsAiAuthor(by(), null, record)).isFalse();
  }

  @Test
  void addsAiAuthor_whenItWasNamedBefore_thenNotAgain() {
    RecordInMemory record = new RecordInMemory().with(device("scribe", true));

    assertThat(LabelInheritance.addsAiAuthor(by("Device/scribe"), by("Device/scribe"), record))
        .isFalse();
    assertThat(LabelInheritance.addsAiAuthor(by("Device/scribe"), by("Practitioner/a"), record))
        .isTrue();
  }
}
