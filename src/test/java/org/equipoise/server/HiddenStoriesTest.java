package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code $ai-transparency} where consent withholds something: the story of what is withheld is not
 * there, and no other story, and no number in one, tells of it.
 */
class HiddenStoriesTest extends ServerTest {

  private static final String VERA = "veiled-vera";
  private static final String STORY = "/$ai-transparency?language=en";
  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  /** Stands in what this test withholds, and nowhere else. */
  private final String withheldWord = "Withheld" + UUID.randomUUID();

  /** What the story of a patient said before the test, by who was told. */
  private record Told(int total, int counted) {}

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient vera = new Patient();
    vera.setId(VERA);
    vera.addName().setFamily("Secretname");
    TestRecords.put(people, vera);
    for (String clinician : List.of("flow-author", "flow-colleague", "flow-foreign")) {
      TestRecords.put(people, TestRecords.careTeam(VERA, clinician));
    }
    TestRecords.put(people, FlowRecords.visit(VERA));
    scribe().post("", people).ok(Bundle.class);
    // Of a test before.
    decide(TestCalls.deny("ai-documentation"));
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", VERA);
  }

  private Api self() {
    return Api.as(server(), VERA, SECRET, "patient/*.cruds");
  }

  private Api clinician(String id) {
    return Api.as(server(), id, SECRET, "user/*.cruds");
  }

  private Api foreignService() {
    return Api.as(server(), "other-clinic", SECRET, "system/*.cruds");
  }

  private Api ai(String client) {
    return Api.as(server(), client, SECRET, "system/*.cruds");
  }

  private void decide(Parameters decision) {
    self().post("Patient/" + VERA + "/$decide-ai-use", decision).ok(Parameters.class);
  }

  /** {@code DocumentReference/[id]} and {@code Provenance/[id]} of a new note. */
  private List<String> written(String word) {
    Bundle note = TestRecords.noteWithProvenance(VERA);
    DocumentReference document = (DocumentReference) note.getEntry().get(0).getResource();
    document.setDescription(word);
    document.getContext().addEncounter(new Reference("Encounter/" + VERA + "-visit"));
    return scribe().post("", note).ok(Bundle.class).getEntry().stream()
        .map(entry -> new IdType(entry.getResponse().getLocation()))
        .map(id -> id.toUnqualifiedVersionless().getValue())
        .toList();
  }

  /** All pages of the patient's story, which must hold what its numbers say. */
  private static Told ofPatient(Api caller) {
    List<String> documents = new ArrayList<>();
    String next = "Patient/" + VERA + STORY + "&_count=7";
    int total = -1;
    int counted = -1;
    while (next != null) {
      Bundle page = caller.get(next).ok(Bundle.class);
      if (total < 0) {
        total = page.getTotal();
        counted = count((Composition) page.getEntryFirstRep().getResource(), "total");
      }
      assertThat(page.getTotal()).isEqualTo(total);
      page.getEntry().stream()
          .map(Bundle.BundleEntryComponent::getResource)
          .filter(DocumentReference.class::isInstance)
          .forEach(one -> documents.add(one.getIdElement().getIdPart()));
      next =
          page.getLink(Bundle.LINK_NEXT) == null
              ? null
              : page.getLink(Bundle.LINK_NEXT).getUrl().replaceFirst(".*/fhir/?", "");
    }
    assertThat(documents).hasSize(total).doesNotHaveDuplicates();
    assertThat(counted).isEqualTo(total);
    return new Told(total, counted);
  }

  private static int count(Composition summary, String code) {
    return summary.getExtensionsByUrl(Canonical.Extension.STORY_COUNT).stream()
        .filter(one -> OperationTest.code(one).equals(code))
        .map(one -> ((IntegerType) one.getExtensionByUrl("number").getValue()).getValue())
        .findFirst()
        .orElseThrow();
  }

  private static void requireNotThere(Api caller, String document) {
    Api.Answer answer = caller.get(document + STORY);
    Api.Answer nothing = caller.get("DocumentReference/" + NOBODY + STORY);
    String id = document.substring(document.indexOf('/') + 1);
    assertThat(answer.status()).as(answer.body()).isEqualTo(404).isEqualTo(nothing.status());
    assertThat(answer.body().replace(id, NOBODY)).isEqualTo(nothing.body());
  }

  private void requireNothingOf(Api caller, String path, List<String> withheld) {
    String answer = caller.get(path).body();
    for (String one : withheld) {
      assertThat(answer).as(path).doesNotContain(one.substring(one.indexOf('/') + 1));
    }
    assertThat(answer).as(path).doesNotContain(withheldWord);
  }

  // ---- parked

  @Test
  void story_whenParked_thenForPatientAndResponsibleCliniciansAlone() {
    List<Api> others = List.of(scribe(), clinician("flow-colleague"), foreignService());
    List<Api> seeing = List.of(self(), clinician("flow-author"));
    List<Told> before =
        Stream.concat(others.stream(), seeing.stream()).map(HiddenStoriesTest::ofPatient).toList();

    List<String> parked = written(withheldWord);

    for (Api other : others) {
      requireNotThere(other, parked.get(0));
      requireNothingOf(other, "Patient/" + VERA + STORY + "&_count=50", parked);
    }
    for (Api one : seeing) {
      assertThat(one.get(parked.get(0) + STORY).ok(Bundle.class).getEntry())
          .extracting(entry -> entry.getResource().getIdElement().getIdPart())
          .contains(parked.get(1).substring(parked.get(1).indexOf('/') + 1));
    }
    for (int i = 0; i < before.size(); i++) {
      Api caller = i < others.size() ? others.get(i) : seeing.get(i - others.size());
      assertThat(ofPatient(caller).total())
          .as("caller " + i)
          .isEqualTo(before.get(i).total() + (i < others.size() ? 0 : 1));
    }

    decide(TestCalls.permit("ai-documentation"));

    for (Api other : others) {
      assertThat(other.get(parked.get(0) + STORY).status()).isEqualTo(200);
    }
    assertThat(ofPatient(others.get(0)).total()).isEqualTo(before.get(0).total() + 1);
  }

  // ---- not shared

  @Test
  void story_whenNotSharedWithAnotherOrganisation_thenNothingAndNoNumberTellsThemOfIt() {
    decide(TestCalls.permit("ai-documentation"));
    String shared = written("shared").get(0);
    List<String> withheld = written(withheldWord);
    List<Api> foreign = List.of(clinician("flow-foreign"), foreignService());
    List<Api> house = List.of(self(), clinician("flow-colleague"), scribe());
    List<Told> before = house.stream().map(HiddenStoriesTest::ofPatient).toList();
    List<Told> foreignBefore = foreign.stream().map(HiddenStoriesTest::ofPatient).toList();

    self()
        .post(withheld.get(0) + "/$attach-consent", TestCalls.deny("ai-sharing"))
        .ok(Parameters.class);

    for (int i = 0; i < foreign.size(); i++) {
      Api other = foreign.get(i);
      requireNotThere(other, withheld.get(0));
      assertThat(ofPatient(other).total()).isEqualTo(foreignBefore.get(i).total() - 1);
      assertThat(other.get(shared + STORY).status()).isEqualTo(200);
      for (String path : List.of("Patient/" + VERA + STORY + "&_count=50", shared + STORY)) {
        requireNothingOf(other, path, withheld);
      }
    }
    for (Api own : house) {
      assertThat(own.get(withheld.get(0) + STORY).status()).isEqualTo(200);
    }
    assertThat(house.stream().map(HiddenStoriesTest::ofPatient).toList()).isEqualTo(before);

    decide(TestCalls.deny("ai-sharing"));

    for (Api other : foreign) {
      requireNotThere(other, shared);
      assertThat(ofPatient(other)).isEqualTo(new Told(0, 0));
    }
    assertThat(house.stream().map(HiddenStoriesTest::ofPatient).toList()).isEqualTo(before);
  }

  @Test
  void story_whenAnInputIsNotShared_thenWhatWasMadeOfItIsNotThereEither() {
    decide(TestCalls.permit("ai-documentation"));
    String input = written(withheldWord).get(0);
    String made = written("made of it").get(0);
    Provenance how = TestRecords.provenance(VERA, made);
    how.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(new Reference(input));
    scribe().post("Provenance", how).ok(Provenance.class);
    self().post(input + "/$attach-consent", TestCalls.deny("ai-sharing")).ok(Parameters.class);

    requireNotThere(clinician("flow-foreign"), input);
    requireNotThere(clinician("flow-foreign"), made);
    assertThat(self().get(made + STORY).body()).contains(input);
  }

  // ---- an AI asks

  @Test
  void story_whenAnAiAsks_thenAsThePatientPermitsItsPurpose() {
    decide(TestCalls.permit("ai-documentation"));
    List<String> note = written(withheldWord);
    Api advisor = ai("ai-advisor");

    requireNotThere(advisor, note.get(0));
    assertThat(advisor.get("Patient/" + VERA + STORY).status()).isEqualTo(404);

    decide(TestCalls.permit("ai-decision-use"));
    assertThat(advisor.get(note.get(0) + STORY).status()).isEqualTo(200);
    assertThat(ofPatient(advisor)).isEqualTo(ofPatient(self()));

    self()
        .post(
            "Patient/" + VERA + "/$withdraw-consent",
            TestCalls.with(
                new Parameters(),
                "purpose",
                new Coding(Canonical.System.AI_PURPOSE, "ai-decision-use", null)))
        .ok(Parameters.class);
    requireNotThere(advisor, note.get(0));
    assertThat(advisor.get("Patient/" + VERA + STORY).status()).isEqualTo(404);
  }

  @Test
  void story_whenAnAiMaySeeOneDocumentAlone_thenNothingElseOfThePatient() {
    decide(TestCalls.permit("ai-documentation"));
    List<String> other = written(withheldWord);
    String allowed = written("allowed").get(0);
    self()
        .post(allowed + "/$attach-consent", TestCalls.permit("ai-decision-use"))
        .ok(Parameters.class);
    Api advisor = ai("ai-advisor");

    Bundle story = advisor.get(allowed + STORY).ok(Bundle.class);

    assertThat(advisor.get("Patient/" + VERA + STORY).status()).isEqualTo(404);
    requireNotThere(advisor, other.get(0));
    requireNothingOf(advisor, allowed + STORY, other);
    Predicate<String> isOpen =
        type ->
            List.of("OperationOutcome", "DocumentReference", "Provenance", "Device", "Organization")
                .contains(type);
    // The summary, of what is open alone, and that there is more.
    assertThat(story.getEntryFirstRep().getResource()).isInstanceOf(Composition.class);
    assertThat(Api.json(story)).contains("\"suppressed\"");
    assertThat(story.getEntry().subList(1, story.getEntry().size()))
        .extracting(entry -> entry.getResource().fhirType())
        .allMatch(isOpen)
        .contains("DocumentReference", "Provenance", "Device");
    assertThat(Api.json(story)).doesNotContain("Secretname");
  }

  @Test
  void story_whenAnAiMaySeeDeidentifiedDataAlone_thenNone() {
    decide(TestCalls.permit("ai-documentation"));
    List<String> note = written(withheldWord);
    self()
        .post(
            "Patient/" + VERA + "/$decide-ai-use",
            TestCalls.with(
                TestCalls.with(
                    new Parameters(), "consent", ConsentRecords.deidentified(VERA, "ai-training")),
                "teachBack",
                TestCalls.answers(5)))
        .ok(Parameters.class);
    Api trainer = ai("ai-trainer");

    assertThat(trainer.get("Patient/" + VERA).body()).contains("REDACTED");
    requireNotThere(trainer, note.get(0));
    Api.Answer all = trainer.get("Patient/" + VERA + STORY);
    assertThat(all.ok(Bundle.class).getTotal()).isZero();
    assertThat(all.as(Bundle.class).getEntry()).isEmpty();
    assertThat(all.body()).doesNotContain("Secretname", withheldWord);
  }
}
