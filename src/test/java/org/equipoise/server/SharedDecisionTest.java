package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.decision.TestDecisions;
import org.equipoise.decision.TestDecisions.Draft;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionAttestationMode;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code $record-decision} as the two sides see it. */
class SharedDecisionTest extends OperationTest {

  private static final String OPERATION = "Patient/decider/$record-decision";
  private static final String DOCTOR = "Practitioner/deciders-doctor";

  private static final Set<String> FURNISHED = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void writePeople() {
    if (!FURNISHED.add(server())) {
      return;
    }
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("decider", "decider-in-spanish")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("Rivera").addGiven("Ana");
      patient
          .addCommunication()
          .setPreferred(true)
          .getLanguage()
          .addCoding()
          .setSystem("urn:ietf:bcp:47")
          .setCode(id.endsWith("spanish") ? "es-MX" : "en");
      TestRecords.put(people, patient);
      TestRecords.put(people, TestRecords.careTeam(id, "deciders-doctor"));
    }
    TestRecords.put(people, TestRecords.careTeam("decider", "deciders-other-doctor"));
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/decider"));
    son.setId("deciders-son");
    son.addName().setFamily("Rivera").addGiven("Luis");
    TestRecords.put(people, son);
    for (String id : List.of("deciders-doctor", "deciders-other-doctor", "deciders-stranger")) {
      Practitioner doctor = new Practitioner();
      doctor.setId(id);
      doctor.addName().setFamily("Okafor").addGiven("Ngozi");
      TestRecords.put(people, doctor);
    }
    scribe().post("", people).ok(Bundle.class);
  }

  private Api decider() {
    return Api.as(server(), "decider", SECRET, "patient/*.cruds");
  }

  private Api son() {
    return Api.as(server(), "deciders-son", SECRET, "patient/*.cruds");
  }

  private Api doctor() {
    return Api.as(server(), "deciders-doctor", SECRET, "user/*.cruds");
  }

  private Api otherDoctor() {
    return Api.as(server(), "deciders-other-doctor", SECRET, "user/*.cruds");
  }

  private Api stranger() {
    return Api.as(server(), "deciders-stranger", SECRET, "user/*.cruds");
  }

  private static Draft draft() {
    return TestDecisions.draft("decider", DOCTOR, TestRecords.CLINIC);
  }

  private Composition recorded(Draft draft) {
    return decision(doctor().post(OPERATION, draft.call()).ok(Parameters.class));
  }

  private static Composition decision(Parameters answer) {
    return returned(answer, Composition.class).get(0);
  }

  private static List<String> missing(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("missing"))
        .map(parameter -> parameter.getValue().primitiveValue())
        .toList();
  }

  private static String[] ifMatch(Resource resource) {
    return new String[] {"If-Match", "W/\"" + resource.getMeta().getVersionId() + "\""};
  }

  private Parameters sign(Api side, Composition decision) {
    return side.post(
            OPERATION, TestDecisions.sign(TestDecisions.again(decision)), ifMatch(decision))
        .ok(Parameters.class);
  }

  /** Recorded by the doctor, signed by her, then by the patient. */
  private Composition signedByBoth() {
    return decision(sign(decider(), decision(sign(doctor(), recorded(draft())))));
  }

  private Composition asDecider(Composition decision) {
    return decider().get(reference(decision)).ok(Composition.class);
  }

  private DocumentReference text(Composition decision) {
    List<DocumentReference> texts = texts(decision);
    assertThat(texts).hasSize(1);
    return texts.get(0);
  }

  /** As any app for patients finds it. */
  private List<DocumentReference> texts(Composition decision) {
    return decider()
        .get("DocumentReference?patient=decider&status=current&related=" + reference(decision))
        .ok(Bundle.class)
        .getEntry()
        .stream()
        .map(entry -> (DocumentReference) entry.getResource())
        .toList();
  }

  private static String words(DocumentReference text) {
    return new String(text.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);
  }

  private List<CarePlan> plans(Composition decision) {
    return TestDecisions.section(decision, "options").getEntry().stream()
        .flatMap(
            option -> search(CarePlan.class, "CarePlan?based-on=" + option.getReference()).stream())
        .toList();
  }

  // ---- the way of a decision

  @Test
  void record_whenTheClinicianWritesItDown_thenPreliminaryAndBothSignaturesAreMissing() {
    Parameters answer = doctor().post(OPERATION, draft().call()).ok(Parameters.class);

    assertThat(missing(answer)).containsExactly("patient-signature", "clinician-signature");
    Composition stored = asDecider(decision(answer));
    assertThat(stored.getStatus()).isEqualTo(CompositionStatus.PRELIMINARY);
    assertThat(stored.hasAttester()).isFalse();
    assertThat(stored.getText().getDivAsString()).contains("This is not final yet");
    assertThat(texts(stored)).isEmpty();
    CarePlan option =
        decider()
            .get(TestDecisions.section(stored, "options").getEntryFirstRep().getReference())
            .ok(CarePlan.class);
    assertThat(option.getIntent()).isEqualTo(CarePlanIntent.OPTION);
    assertThat(
            decider()
                .get("Provenance?record-patient=Patient/decider&target=" + reference(stored))
                .ok(Bundle.class)
                .getEntry())
        .hasSize(1);
  }

  @Test
  void record_whenThePatientWritesItDownAndSignsAtOnce_thenOnlyTheClinicianIsMissing() {
    Parameters answer = decider().post(OPERATION, draft().signed()).ok(Parameters.class);

    assertThat(missing(answer)).containsExactly("clinician-signature");
    assertThat(decision(answer).getAttester())
        .singleElement()
        .satisfies(
            signature -> {
              assertThat(signature.getMode()).isEqualTo(CompositionAttestationMode.PERSONAL);
              assertThat(signature.getParty().getReference()).isEqualTo("Patient/decider");
              assertThat(signature.hasTime()).isTrue();
            });
    assertThat(decision(answer).getText().getDivAsString())
        .contains("You signed it. Your care team did not yet.");
  }

  @Test
  void record_whenPatientSpeaksSpanish_thenEachCharacterOfTheirWordsStays() {
    String words =
        "<No>  quiero & punto.\u00a0\u00a0Ma\u00f1ana\tno.\n  \u00bfS\u00ed? e\u0301 \ud83d\ude4f";
    Draft draft = draft();
    TestDecisions.words(
        draft.composition,
        "es",
        words.replace("&", "&amp;").replace("<", "&lt;").replace("\u00f1", "&#xF1;"));

    Composition stored = asDecider(recorded(draft));

    XhtmlNode div = TestDecisions.section(stored, "patient-words").getText().getDiv();
    assertThat(div.allText()).isEqualTo(words);
    assertThat(div.getAttribute("xml:lang")).isEqualTo("es");
    Composition signed = decision(sign(decider(), decision(sign(doctor(), stored))));
    assertThat(words(text(signed))).contains("\n" + words + "\n");
  }

  @Test
  void attest_whenBothHaveSigned_thenFinalAndThePatientReadsItAsText() {
    Composition decided = signedByBoth();

    Composition stored = asDecider(decided);
    assertThat(stored.getStatus()).isEqualTo(CompositionStatus.FINAL);
    assertThat(stored.getAttester())
        .extracting(one -> one.getMode().toCode() + " " + one.getParty().getReference())
        .containsExactlyInAnyOrder("personal Patient/decider", "professional " + DOCTOR);
    DocumentReference text = text(stored);
    assertThat(text.getDocStatus()).isEqualTo(ReferredDocumentStatus.FINAL);
    assertThat(text.getDescription()).isEqualTo("You both signed this. It stands.");
    assertThat(text.getContentFirstRep().getAttachment().getTitle())
        .isEqualTo("A blood thinner or not (signed by both)");
    assertThat(text.getContentFirstRep().getAttachment().getContentType()).startsWith("text/plain");
    assertThat(words(text))
        .contains(
            "You signed on",
            "Ngozi Okafor signed on",
            "985 of 1000 people like you",
            TestDecisions.WORDS,
            "No AI had a part in it.",
            "You chose: Take a blood thinner.");
  }

  @Test
  void attest_whenBothHaveSigned_thenTheChosenOptionBecomesAPlanAndStaysAnOption() {
    Composition decided = signedByBoth();

    String chosen = TestDecisions.section(decided, "decision").getEntryFirstRep().getReference();
    assertThat(read(CarePlan.class, chosen).getIntent()).isEqualTo(CarePlanIntent.OPTION);
    assertThat(plans(decided))
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.getIntent()).isEqualTo(CarePlanIntent.PLAN);
              assertThat(plan.getStatus()).isEqualTo(CarePlanStatus.ACTIVE);
              assertThat(plan.getTitle()).isEqualTo("Take a blood thinner");
              assertThat(plan.getBasedOnFirstRep().getReference()).isEqualTo(chosen);
              assertThat(plan.getSupportingInfoFirstRep().getReference())
                  .isEqualTo(reference(decided));
            });
  }

  @Test
  void attest_whenPutOff_thenFinalWithoutAPlan() {
    Composition open = recorded(draft().without("decision"));

    Composition decided = decision(sign(decider(), decision(sign(doctor(), open))));

    assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
    assertThat(plans(decided)).isEmpty();
    assertThat(words(text(decided))).contains("You did not choose yet.");
  }

  @Test
  void attest_whenSigned_thenProvenanceNamesTheVersionsThatWereSigned() {
    Composition signed = decision(sign(doctor(), recorded(draft())));

    List<Provenance> stories =
        search(
            Provenance.class,
            "Provenance?record-patient=Patient/decider&activity=attest&target="
                + reference(signed));

    assertThat(stories)
        .singleElement()
        .satisfies(
            story -> {
              assertThat(story.getAgentFirstRep().getWho().getReference()).isEqualTo(DOCTOR);
              assertThat(story.getAgentFirstRep().getType().getCodingFirstRep().getCode())
                  .isEqualTo("attester");
              assertThat(story.getTarget())
                  .extracting(Reference::getReference)
                  .hasSize(3)
                  .allMatch(target -> target.contains("/_history/"))
                  .contains(reference(signed) + "/_history/2");
            });
  }

  @Test
  void attest_whenTheSonStandsForThePatient_thenHisSignatureCountsAsTheirs() {
    Composition signed = decision(sign(doctor(), recorded(draft())));

    Composition decided = decision(sign(son(), signed));

    assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
    assertThat(decided.getAttester())
        .extracting(one -> one.getMode().toCode() + " " + one.getParty().getReference())
        .contains("personal RelatedPerson/deciders-son");
    assertThat(words(text(decided))).contains("Luis Rivera signed for you on");
  }

  @Test
  void attest_whenSignedTwiceByOneSide_thenOneSignatureAndItIsSaid() {
    Composition signed = decision(sign(doctor(), recorded(draft())));

    Parameters again = sign(doctor(), signed);

    assertThat(decision(again).getMeta().getVersionId()).isEqualTo(signed.getMeta().getVersionId());
    assertThat(told(again)).contains("Your side had signed it before.");
    assertThat(missing(again)).containsExactly("patient-signature");
  }

  @Test
  void change_whenOneSideHadSigned_thenBothAreAskedAgainAndTheOldVersionStays() {
    Composition signed = decision(sign(doctor(), recorded(draft())));
    Composition edited = signed.copy();
    TestDecisions.words(edited, "es", "Cambi\u00e9 de idea.");

    Parameters answer =
        decider()
            .post(OPERATION, TestDecisions.sign(TestDecisions.again(edited)), ifMatch(signed))
            .ok(Parameters.class);

    assertThat(missing(answer)).containsExactly("clinician-signature");
    assertThat(told(answer)).anyMatch(words -> words.contains("both sign again"));
    assertThat(decision(answer).getAttester()).hasSize(1);
    Composition before = decider().get(reference(signed) + "/_history/2").ok(Composition.class);
    assertThat(before.getAttester()).hasSize(1);
    assertThat(TestDecisions.section(before, "patient-words").getText().getDivAsString())
        .contains(TestDecisions.WORDS);
  }

  @Test
  void change_whenOnlyAnOptionChanges_thenBothAreAskedAgain() {
    Composition signed = decision(sign(doctor(), recorded(draft())));
    CarePlan option =
        doctor()
            .get(TestDecisions.section(signed, "options").getEntryFirstRep().getReference())
            .ok(CarePlan.class);
    option.setDescription("One pill a day.");

    Composition changed =
        decision(
            doctor()
                .post(OPERATION, TestDecisions.again(signed, option), ifMatch(signed))
                .ok(Parameters.class));

    assertThat(changed.hasAttester()).isFalse();
    assertThat(changed.getMeta().getVersionId()).isNotEqualTo(signed.getMeta().getVersionId());
    assertThat(read(CarePlan.class, reference(option)).getDescription())
        .isEqualTo("One pill a day.");
  }

  @Test
  void change_whenItWasFinal_thenOpenAgainAndThenAmendedAndTheTextFollows() {
    Composition decided = signedByBoth();
    DocumentReference first = text(decided);
    Composition edited = decided.copy();
    TestDecisions.section(edited, "decision")
        .getEntryFirstRep()
        .setReference(TestDecisions.section(edited, "options").getEntry().get(1).getReference());

    Composition reopened =
        decision(
            decider()
                .post(OPERATION, TestDecisions.again(edited), ifMatch(decided))
                .ok(Parameters.class));
    assertThat(reopened.getStatus()).isEqualTo(CompositionStatus.PRELIMINARY);
    assertThat(text(reopened).getDescription()).startsWith("You are changing this.");

    Composition amended = decision(sign(doctor(), decision(sign(decider(), reopened))));
    assertThat(amended.getStatus()).isEqualTo(CompositionStatus.AMENDED);
    DocumentReference second = text(amended);
    assertThat(second.getDocStatus()).isEqualTo(ReferredDocumentStatus.AMENDED);
    assertThat(second.getRelatesToFirstRep().getCode())
        .isEqualTo(DocumentRelationshipType.REPLACES);
    assertThat(second.getRelatesToFirstRep().getTarget().getReference())
        .isEqualTo(reference(first));
    assertThat(words(second)).contains("You chose: Take no pill for now.");
    assertThat(words(decider().get(reference(first)).ok(DocumentReference.class)))
        .contains("You chose: Take a blood thinner.");
    assertThat(plans(amended))
        .extracting(plan -> plan.getTitle() + " " + plan.getStatus().toCode())
        .containsExactlyInAnyOrder("Take a blood thinner revoked", "Take no pill for now active");
  }

  @Test
  void change_whenNothingIsNew_thenNothingIsWritten() {
    Composition open = recorded(draft());

    Parameters answer =
        doctor().post(OPERATION, TestDecisions.again(open), ifMatch(open)).ok(Parameters.class);

    assertThat(decision(answer).getMeta().getVersionId()).isEqualTo("1");
    assertThat(told(answer)).contains("Nothing was changed.");
  }

  @Test
  void record_whenTheSameRequestComesTwice_thenOneDecision() {
    Parameters call = TestCalls.repeatable(draft().call(), UUID.randomUUID().toString());

    Parameters first = doctor().post(OPERATION, call).ok(Parameters.class);
    Parameters second = doctor().post(OPERATION, call).ok(Parameters.class);

    assertThat(isTrue(second, "replayed")).isTrue();
    assertThat(reference(decision(second))).isEqualTo(reference(decision(first)));
  }

  // ---- how sure, and what AI had to do with it

  @Test
  void record_whenQuestionsAreAnswered_thenTheServerCounts() {
    Draft draft = draft();
    draft.add(TestDecisions.answers("decider", "Y", "Y", "N", "Y"));

    Composition decided = decision(sign(decider(), decision(sign(doctor(), recorded(draft)))));

    Observation score =
        read(
            Observation.class,
            TestDecisions.section(decided, "conflict").getEntryFirstRep().getReference());
    assertThat(score.getValueIntegerType().getValue()).isEqualTo(3);
    assertThat(
            read(QuestionnaireResponse.class, score.getDerivedFromFirstRep().getReference())
                .getItem())
        .hasSize(4);
    assertThat(words(text(decided))).contains("You said yes to 3 of 4 questions.");
  }

  @Test
  void record_whenAnAiNoteWasLookedAt_thenItIsNamedAndTheTextSaysSo() {
    String aiNote = newNote("anna");
    Draft draft = TestDecisions.draft("anna", "Practitioner/demo-practitioner", TestRecords.CLINIC);
    name(draft, aiNote);

    Composition open =
        decision(
            patient("anna")
                .post("Patient/anna/$record-decision", draft.signed())
                .ok(Parameters.class));
    Composition decided =
        decision(
            practitioner()
                .post(
                    "Patient/anna/$record-decision",
                    TestDecisions.sign(TestDecisions.again(open)),
                    ifMatch(open))
                .ok(Parameters.class));

    assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
    DocumentReference text =
        search(DocumentReference.class, "DocumentReference?related=" + reference(decided)).get(0);
    assertThat(words(text))
        .contains("Yes. An AI gave facts that you looked at.", "Progress note", "NoteMaker");
    assertThat(AiDocument.isLabelled(text, Canonical.AIAST)).isFalse();
    Bundle story = patient("anna").get(aiNote + "/$ai-transparency").ok(Bundle.class);
    assertThat(story.getEntry())
        .extracting(entry -> entry.getResource().getIdElement().getIdPart())
        .contains(decided.getIdElement().getIdPart());
    assertThat(((Composition) story.getEntryFirstRep().getResource()).getText().getDivAsString())
        .contains("It was looked at when something about your care was decided");
  }

  private static void name(Draft draft, String ai) {
    draft
        .section("ai-influence")
        .getExtensionFirstRep()
        .setValue(TestDecisions.concept("ai-influence", "informed"));
    draft.section("ai-influence").addEntry(new Reference(ai));
  }

  @Test
  void record_whenAiIsOfAnotherPatientOrNoAi_thenRefusedAlike() {
    String foreign = newNote("ben");
    for (String ai : List.of(foreign, "DocumentReference/none", "Practitioner/demo-practitioner")) {
      Draft draft = draft();
      name(draft, ai);
      assertRefused(422, () -> decider().post(OPERATION, draft.call()), "known: ", ai);
    }
  }

  @Test
  void publish_whenPatientSpeaksSpanish_thenTheTextIsSpanish() {
    String operation = "Patient/decider-in-spanish/$record-decision";
    Composition open =
        decision(
            doctor()
                .post(
                    operation,
                    TestDecisions.draft("decider-in-spanish", DOCTOR, TestRecords.CLINIC).signed())
                .ok(Parameters.class));

    Composition decided =
        decision(
            Api.as(server(), "decider-in-spanish", SECRET, "patient/*.cruds")
                .post(operation, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open))
                .ok(Parameters.class));

    DocumentReference text =
        search(DocumentReference.class, "DocumentReference?related=" + reference(decided)).get(0);
    assertThat(text.getContentFirstRep().getAttachment().getLanguage()).isEqualTo("es");
    assertThat(text.getDescription()).isEqualTo("Los dos firmaron esto. Ya vale.");
    assertThat(words(text)).contains("985 de 1000 personas como usted", TestDecisions.WORDS);
  }

  // ---- bad input

  static Stream<Arguments> bad() {
    return Stream.of(
        one(
            "two-options",
            draft -> {
              draft.section("options").getEntry().remove(1);
              draft.bundle.getEntry().removeIf(entry -> entry.getResource() == draft.waiting);
            }),
        one(
            "do-nothing",
            draft -> draft.waiting.getCategoryFirstRep().getCodingFirstRep().setCode("other")),
        one("natural-frequency", draft -> part(draft, "outcomeOf")),
        one("source", draft -> part(draft, "source")),
        one(
            "preferences",
            draft -> {
              draft.section("preferences").getEntry().clear();
              draft.bundle.getEntry().removeIf(entry -> entry.getResource() == draft.goal);
            }),
        one("patient-words", draft -> draft.without("patient-words")),
        one(
            "words-language",
            draft ->
                draft
                    .section("patient-words")
                    .getText()
                    .setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">No.</div>")),
        one("ai-stated", draft -> draft.without("ai-influence")),
        one("control", draft -> draft.without("control")),
        one("chosen-option", draft -> draft.section("decision").getEntry().clear()),
        one(
            "own-score",
            draft ->
                draft.add(
                    TestDecisions.score(
                        "decider", 4, draft.add(TestDecisions.answers("decider", "N", "N"))))),
        one("both-authors", draft -> draft.composition.getAuthor().remove(1)),
        one(
            "Composition.attester",
            draft ->
                draft
                    .composition
                    .addAttester()
                    .setMode(CompositionAttestationMode.PROFESSIONAL)
                    .setTimeElement(DateTimeType.now())
                    .setParty(new Reference(DOCTOR))),
        one("own-dissent", draft -> TestDecisions.dissent(draft.composition, DOCTOR, "No.")),
        one("own-name", draft -> draft.goal.setExpressedBy(new Reference(DOCTOR))),
        one("subject", draft -> draft.composition.setSubject(new Reference("Patient/anna"))),
        one(
            "nothing in the decision refers to",
            draft -> draft.add(TestDecisions.goal("decider", "x"))),
        one(
            "no entry has the fullUrl",
            draft ->
                draft
                    .section("preferences")
                    .addEntry(new Reference("urn:uuid:" + UUID.randomUUID()))),
        one("a decision holds", draft -> draft.add(new Patient())),
        one(
            "does not refer to a new",
            draft ->
                draft.medicine.addSupportingInfo(
                    new Reference(draft.bundle.getEntry().get(2).getFullUrl()))));
  }

  private static Arguments one(String named, Consumer<Draft> change) {
    return Arguments.of(named, change);
  }

  private static void part(Draft draft, String name) {
    draft.medicine.getExtension().get(0).getExtension().removeIf(one -> name.equals(one.getUrl()));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void record_whenARuleIsBroken_thenRefusedByNameAndNothingIsWritten(
      String named, Consumer<Draft> change) {
    Draft draft = draft();
    change.accept(draft);

    assertRefused(422, () -> decider().post(OPERATION, draft.call()), named);
  }

  @Test
  void record_whenMuchIsWrong_thenAllIsSaidAtOnce() {
    Draft draft = draft().without("control").without("patient-words");

    OperationOutcome outcome = decider().post(OPERATION, draft.call()).as(OperationOutcome.class);

    assertThat(outcome.getIssue()).hasSizeGreaterThan(1);
    assertThat(outcome.getIssue()).allMatch(issue -> issue.getDetails().hasText());
  }

  @Test
  void record_whenTheBodyIsMalformed_thenRefusedByName() {
    assertRefused(400, () -> decider().post(OPERATION, new Parameters()), "decision");
    assertRefused(
        400,
        () ->
            decider().post(OPERATION, TestCalls.with(new Parameters(), "decision", new Patient())),
        "collection");
    assertRefused(
        400,
        () ->
            decider()
                .post(OPERATION, TestCalls.with(draft().call(), "attest", new StringType("yes"))),
        "attest");
    assertRefused(
        400,
        () ->
            decider()
                .post(OPERATION, TestCalls.with(draft().call(), "sign", new StringType("yes"))),
        "sign");
    assertRefused(400, () -> decider().post(OPERATION, new Patient()), "Parameters");
    Draft two = draft();
    two.add(new Composition().setType(two.composition.getType()));
    assertRefused(422, () -> decider().post(OPERATION, two.call()), "one Composition");
    Draft unnamed = draft();
    unnamed.bundle.getEntry().get(1).setFullUrl(null);
    assertRefused(400, () -> decider().post(OPERATION, unnamed.call()), "fullUrl");
  }

  @Test
  void attest_whenSomethingIsNotTold_thenRefusedAndSaidWhat() {
    Draft draft = draft();
    draft.medicine.getExtension().remove(1);

    assertRefused(422, () -> doctor().post(OPERATION, draft.signed()), "what harm it can do");
    assertThat(missing(doctor().post(OPERATION, draft.call()).ok(Parameters.class)))
        .containsExactly("harms", "patient-signature", "clinician-signature");
  }

  @Test
  void change_whenTheVersionIsNotNamedOrOld_thenRefusedInPlainWords() {
    Composition open = recorded(draft());
    Composition signed = decision(sign(decider(), open));

    assertRefused(400, () -> doctor().post(OPERATION, TestDecisions.again(signed)), "If-Match");
    OperationOutcome.OperationOutcomeIssueComponent issue =
        assertRefused(
            412,
            () ->
                doctor()
                    .post(OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)));
    assertThat(issue.getDiagnostics())
        .contains("changed or signed since you read it", "Read it again");
    assertRefused(
        400, () -> doctor().post(OPERATION, draft().call(), "If-Match", "W/\"1\""), "If-Match");
  }

  @Test
  void change_whenClinicianChangesThePatientsWordsOrDissent_thenRefused() {
    Draft draft = draft();
    TestDecisions.dissent(draft.composition, "Patient/decider", "I would rather wait.");
    Composition open = decision(decider().post(OPERATION, draft.signed()).ok(Parameters.class));

    Composition reworded = open.copy();
    TestDecisions.words(reworded, "en", "My mother had a stroke.");
    assertRefused(
        422,
        () -> doctor().post(OPERATION, TestDecisions.again(reworded), ifMatch(open)),
        "own-words");
    Composition silenced = open.copy();
    silenced.getSection().remove(TestDecisions.section(silenced, "dissent"));
    assertRefused(
        422,
        () -> doctor().post(OPERATION, TestDecisions.again(silenced), ifMatch(open)),
        "own-dissent");
    Composition translated = open.copy();
    TestDecisions.section(translated, "patient-words")
        .addSection()
        .setTitle("In English")
        .getText()
        .setStatus(NarrativeStatus.ADDITIONAL)
        .setDivAsString(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\">My mother had a stroke.</div>");
    doctor().post(OPERATION, TestDecisions.again(translated), ifMatch(open)).ok(Parameters.class);
  }

  @Test
  void change_whenAnOptionBelongsToAnotherDecision_thenRefused() {
    Composition other = recorded(draft());
    Draft draft = draft();
    draft
        .section("options")
        .addEntry(TestDecisions.section(other, "options").getEntryFirstRep().copy());

    assertRefused(422, () -> doctor().post(OPERATION, draft.call()), "own-options");
  }

  @Test
  void change_whenAnOptionWouldBecomeAPlan_thenRefused() {
    Composition open = recorded(draft());
    CarePlan option =
        doctor()
            .get(TestDecisions.section(open, "options").getEntryFirstRep().getReference())
            .ok(CarePlan.class);
    option.setIntent(CarePlanIntent.PLAN);

    assertRefused(
        422,
        () -> doctor().post(OPERATION, TestDecisions.again(open, option), ifMatch(open)),
        "CarePlan.intent");
  }

  @Test
  void change_whenAGoalOnRecordIsSentOtherwise_thenRefused() {
    Composition open = recorded(draft());
    Goal goal =
        doctor()
            .get(TestDecisions.section(open, "preferences").getEntryFirstRep().getReference())
            .ok(Goal.class);
    doctor().post(OPERATION, TestDecisions.again(open, goal), ifMatch(open)).ok(Parameters.class);
    goal.getDescription().setText("Do as the doctor says");

    assertRefused(
        422,
        () -> doctor().post(OPERATION, TestDecisions.again(open, goal), ifMatch(open)),
        "changed where it was written");
  }

  // ---- who may

  @Test
  void record_whenAProgramCalls_thenForbidden() {
    assertRefused(403, () -> scribe().post(OPERATION, draft().signed()), "in person");
    // An AI that the patient does not permit to read finds nobody.
    assertRefused(
        404,
        () ->
            Api.as(server(), "ai-writer", SECRET, "system/*.cruds")
                .post(OPERATION, draft().call()));
  }

  @Test
  void record_whenAStrangerCalls_thenThereIsNoSuchPatient() {
    assertRefused(404, () -> stranger().post(OPERATION, draft().call()));
    assertRefused(404, () -> patient("ben").post(OPERATION, draft().call()));
    Composition open = recorded(draft());
    assertRefused(
        404,
        () ->
            patient("anna")
                .post(
                    "Patient/anna/$record-decision",
                    TestDecisions.again(ofAnna(open)),
                    ifMatch(open)));
  }

  @Test
  void record_whenThePatientIsOutOfReach_thenNotFoundWhateverTheBodyIs() {
    Draft ofAnother = draft();
    ofAnother.composition.setSubject(new Reference("Patient/decider-in-spanish"));
    Parameters unknown = new Parameters();
    unknown.addParameter("approve", true);
    for (Parameters body : List.of(ofAnother.call(), unknown, new Parameters())) {
      for (String patient : List.of("decider", "nobody-at-all")) {
        String operation = "Patient/" + patient + "/$record-decision";
        assertRefused(404, () -> stranger().post(operation, body));
        assertRefused(404, () -> patient("anna").post(operation, body));
      }
    }
    assertRefused(422, () -> doctor().post(OPERATION, ofAnother.call()));
    assertRefused(400, () -> doctor().post(OPERATION, unknown));
  }

  private static Composition ofAnna(Composition decision) {
    return decision.copy().setSubject(new Reference("Patient/anna"));
  }

  @Test
  void record_whenScopesAreTooFew_thenForbidden() {
    assertRefused(
        403,
        () -> Api.as(server(), "decider", SECRET, "patient/*.rs").post(OPERATION, draft().call()),
        "Composition.c");
  }

  @Test
  void attest_whenAClinicianIsNotOneOfTheTwo_thenRefused() {
    Composition open = recorded(draft());

    assertRefused(
        422,
        () ->
            otherDoctor()
                .post(OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)),
        "Composition.author");
  }

  // ---- what the patient's side says of themselves

  @Test
  void record_whenThePatientSaysWhatTheyPrefer_thenLabelledAsAContributionAndKnownAgain() {
    Draft draft = draft();
    draft
        .section("preferences")
        .addEntry(new Reference(draft.add(TestDecisions.preference("decider", "No needles"))));

    Composition stored = decision(decider().post(OPERATION, draft.call()).ok(Parameters.class));

    Observation preference =
        decider()
            .get(TestDecisions.section(stored, "preferences").getEntry().get(1).getReference())
            .ok(Observation.class);
    assertThat(preference.getMeta().getSecurity()).extracting("code").containsExactly("PATAST");
    assertThat(preference.getMeta().getTag())
        .extracting("code")
        .containsExactly("patient-supplied");
    assertThat(preference.hasEffective()).isTrue();
    assertThat(decider().get("Patient/decider/$waiting?_count=500").body())
        .doesNotContain(preference.getIdElement().getIdPart());
    Observation again = TestDecisions.preference("decider", "No needles");
    again.setEffective(preference.getEffective());
    assertThat(decider().post("Observation", again).status()).isEqualTo(200);
    Composition decided = decision(sign(doctor(), decision(sign(decider(), stored))));
    assertThat(words(text(decided))).contains("No needles");
  }

  @Test
  void record_whenTheSonOrTheDoctorSaysWhatThePatientPrefers_thenWhoseWordItIsIsLabelled() {
    Draft sons = draft();
    Observation said = TestDecisions.preference("decider", "She fears needles");
    said.setPerformer(List.of(new Reference("RelatedPerson/deciders-son")));
    sons.section("preferences").addEntry(new Reference(sons.add(said)));
    Draft doctors = draft();
    Observation noted = TestDecisions.preference("decider", "She told me of needles");
    noted.setPerformer(List.of(new Reference(DOCTOR)));
    noted.setEffective(DateTimeType.now());
    doctors.section("preferences").addEntry(new Reference(doctors.add(noted)));

    Composition ofSon = decision(son().post(OPERATION, sons.call()).ok(Parameters.class));
    Composition ofDoctor = recorded(doctors);

    assertThat(preference(ofSon).getMeta().getSecurity())
        .extracting("code")
        .containsExactly("SDMAST");
    assertThat(preference(ofDoctor).getMeta().getSecurity()).isEmpty();
    assertThat(preference(ofDoctor).getMeta().getTag()).isEmpty();
  }

  private Observation preference(Composition decision) {
    return read(
        Observation.class,
        TestDecisions.section(decision, "preferences").getEntry().get(1).getReference());
  }

  // ---- the sentence of the server about how sure the patient is

  @Test
  void change_whenTheQuestionsAreAnsweredAnew_thenTheSentenceTellsTheNewScoreAlone() {
    Draft draft = draft();
    draft.add(TestDecisions.answers("decider", "Y", "Y", "N", "Y"));
    Composition first = recorded(draft);
    assertThat(conflict(first)).contains("3 of 4");
    Composition changed = first.copy();
    Parameters call = TestDecisions.again(changed);
    Bundle bundle = (Bundle) call.getParameterFirstRep().getResource();
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + UUID.randomUUID())
        .setResource(TestDecisions.answers("decider", "N", "N", "N", "Y"));

    Composition second =
        decision(decider().post(OPERATION, call, ifMatch(first)).ok(Parameters.class));

    assertThat(conflict(second)).contains("1 of 4").doesNotContain("3 of 4");
    assertThat(
            read(
                    Observation.class,
                    TestDecisions.section(second, "conflict").getEntryFirstRep().getReference())
                .getValueIntegerType()
                .getValue())
        .isEqualTo(1);
  }

  @Test
  void change_whenSomebodyWroteAboutHowSureThePatientIs_thenTheirWordsStay() {
    Draft draft = draft();
    draft.add(TestDecisions.answers("decider", "Y", "Y", "N", "Y"));
    Composition first = recorded(draft);
    Composition changed = first.copy();
    TestDecisions.section(changed, "conflict")
        .getText()
        .setStatus(NarrativeStatus.ADDITIONAL)
        .setDivAsString(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">She wants her daughter there.</div>");
    Parameters call = TestDecisions.again(changed);
    ((Bundle) call.getParameterFirstRep().getResource())
        .addEntry()
        .setFullUrl("urn:uuid:" + UUID.randomUUID())
        .setResource(TestDecisions.answers("decider", "N", "N", "N", "Y"));

    Composition second =
        decision(decider().post(OPERATION, call, ifMatch(first)).ok(Parameters.class));

    assertThat(conflict(second)).contains("She wants her daughter there.");
  }

  private static String conflict(Composition decision) {
    return TestDecisions.section(decision, "conflict").getText().getDivAsString();
  }

  @Test
  void record_whenASectionRefersToMoreThanFifty_thenRefusedAndFiftyAreTaken() {
    Draft fifty = draft();
    for (int i = 0; i < 49; i++) {
      fifty
          .section("preferences")
          .addEntry(new Reference(fifty.add(TestDecisions.goal("decider", "Goal " + i))));
    }
    Draft more = draft();
    for (int i = 0; i < 50; i++) {
      more.section("preferences")
          .addEntry(new Reference(more.add(TestDecisions.goal("decider", "Goal " + i))));
    }

    assertRefused(422, () -> doctor().post(OPERATION, more.call()), "too-many");
    assertThat(TestDecisions.section(recorded(fifty), "preferences").getEntry()).hasSize(50);
  }

  @Test
  void attest_whenInTheNameOfTheOtherSide_thenRefusedWhoeverTries() {
    Composition open = recorded(draft());
    for (String party : List.of(DOCTOR, "Patient/decider")) {
      for (Api side : List.of(decider(), doctor(), son())) {
        Composition forged = open.copy();
        forged
            .addAttester()
            .setMode(
                party.equals(DOCTOR)
                    ? CompositionAttestationMode.PROFESSIONAL
                    : CompositionAttestationMode.PERSONAL)
            .setTimeElement(DateTimeType.now())
            .setParty(new Reference(party));
        assertRefused(
            422,
            () ->
                side.post(
                    OPERATION, TestDecisions.sign(TestDecisions.again(forged)), ifMatch(open)),
            "Composition.attester");
      }
    }
    assertThat(read(Composition.class, reference(open)).hasAttester()).isFalse();
  }

  // ---- two at once

  @Test
  void attest_whenAGoalChangesAtTheSameMoment_thenNobodySignedWhatTheyHadNotRead()
      throws Exception {
    for (int round = 0; round < 8; round++) {
      Composition open = decision(sign(decider(), recorded(draft())));
      String key = TestDecisions.section(open, "preferences").getEntryFirstRep().getReference();
      Goal goal = doctor().get(key).ok(Goal.class);
      String before = goal.getDescription().getText();
      Goal changed = goal.copy();
      changed.getDescription().setText("Do as the doctor says");

      List<Api.Answer> answers =
          atOnce(
              () ->
                  doctor()
                      .post(
                          OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)),
              () -> doctor().put(changed));

      assertThat(answers.get(0).status()).as(answers.get(0).body()).isEqualTo(200);
      // Before both had signed it was refused; afterwards the text says what both had read.
      assertThat(answers.get(1).status()).as(answers.get(1).body()).isIn(200, 422);
      assertThat(words(text(open))).contains(before).doesNotContain("Do as the doctor says");
    }
  }

  @Test
  void change_whenBothEditAtOnce_thenOneIsToldToReadAgainAndNoWordIsLost() throws Exception {
    Composition open = decision(sign(doctor(), recorded(draft())));
    Composition patients = open.copy();
    TestDecisions.words(patients, "es", "Quiero esperar.");
    Composition doctors = open.copy();
    TestDecisions.dissent(doctors, DOCTOR, "I would not wait.");

    List<Api.Answer> answers =
        atOnce(
            () ->
                decider()
                    .post(
                        OPERATION,
                        TestDecisions.sign(TestDecisions.again(patients)),
                        ifMatch(open)),
            () ->
                doctor()
                    .post(
                        OPERATION,
                        TestDecisions.sign(TestDecisions.again(doctors)),
                        ifMatch(open)));

    assertThat(answers).extracting(Api.Answer::status).containsExactlyInAnyOrder(200, 412);
    Composition stored = read(Composition.class, reference(open));
    assertThat(stored.getAttester()).hasSize(1);
    boolean patientWon = answers.get(0).status() == 200;
    assertThat(TestDecisions.section(stored, "patient-words").getText().getDivAsString())
        .contains(patientWon ? "Quiero esperar." : TestDecisions.WORDS);
    assertThat(stored.getAttesterFirstRep().getParty().getReference())
        .isEqualTo(patientWon ? "Patient/decider" : DOCTOR);
    assertThat(stored.getMeta().getVersionId()).isEqualTo("3");
  }

  @Test
  void attest_whenBothSignAtOnce_thenNoSignatureIsLost() throws Exception {
    for (int round = 0; round < 5; round++) {
      Composition open = recorded(draft());

      List<Api.Answer> answers =
          atOnce(
              () ->
                  decider()
                      .post(
                          OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)),
              () ->
                  doctor()
                      .post(
                          OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)));

      assertThat(answers).extracting(Api.Answer::status).containsExactlyInAnyOrder(200, 412);
      Composition once = read(Composition.class, reference(open));
      assertThat(once.getAttester()).hasSize(1);
      Composition decided =
          decision(sign(answers.get(0).status() == 412 ? decider() : doctor(), once));
      assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
      assertThat(decided.getAttester()).hasSize(2);
      assertThat(texts(decided)).hasSize(1);
      assertThat(plans(decided)).hasSize(1);
    }
  }

  @Test
  void change_whenManyWriteAtOnceAgainAndAgain_thenEveryWordThatWasTakenStandsInAVersion()
      throws Exception {
    Composition open = recorded(draft());
    ExecutorService writers = Executors.newFixedThreadPool(4);
    List<Future<List<String>>> taken = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      Api side = writer % 2 == 0 ? decider() : doctor();
      String name = "writer" + writer;
      taken.add(writers.submit(() -> write(side, name, reference(open))));
    }
    List<String> words = new ArrayList<>();
    for (Future<List<String>> one : taken) {
      words.addAll(one.get());
    }
    writers.shutdownNow();

    List<String> titles =
        scribe().get(reference(open) + "/_history?_count=100").ok(Bundle.class).getEntry().stream()
            .map(entry -> (Composition) entry.getResource())
            .filter(version -> !version.hasAttester())
            .map(Composition::getTitle)
            .toList();
    assertThat(words).hasSize(12);
    // Each change is a version of its own: none was written over one that its writer had not read.
    assertThat(titles).containsExactlyInAnyOrderElementsOf(with(words, open.getTitle()));
    assertThat(read(Composition.class, reference(open)).getMeta().getVersionId()).isEqualTo("13");
  }

  /** Changes the title three times, reading again as often as the other was faster. */
  private static List<String> write(Api side, String name, String decision) {
    List<String> words = new ArrayList<>();
    for (int i = 0; words.size() < 3 && i < 200; i++) {
      Composition current = side.get(decision).ok(Composition.class);
      String version = current.getMeta().getVersionId();
      current.setTitle(name + "-" + words.size());
      Api.Answer answer =
          side.post(OPERATION, TestDecisions.again(current), "If-Match", "W/\"" + version + "\"");
      if (answer.status() == 200) {
        words.add(current.getTitle());
      } else {
        assertThat(answer.status()).as(answer.body()).isEqualTo(412);
      }
    }
    return words;
  }

  private static List<String> with(List<String> words, String first) {
    List<String> all = new ArrayList<>(words);
    all.add(first);
    return all;
  }

  @Test
  void attest_whenTheAuthorIsARoleOfTheClinician_thenTheirSignatureCounts() {
    PractitionerRole role =
        new PractitionerRole().setActive(true).setPractitioner(new Reference(DOCTOR));
    String written =
        reference(
            scribe().post("PractitionerRole", role).ok(PractitionerRole.class).getIdElement());
    Draft draft = TestDecisions.draft("decider", written, TestRecords.CLINIC);

    Parameters answer = doctor().post(OPERATION, draft.signed()).ok(Parameters.class);

    assertThat(missing(answer)).containsExactly("patient-signature");
    assertThat(decision(answer).getAttesterFirstRep().getParty().getReference()).isEqualTo(DOCTOR);
  }

  @Test
  void record_whenTheClinicianReadsSpanish_thenTheOutcomeIsSpanish() {
    Parameters answer =
        doctor()
            .post(OPERATION, draft().call(), "Accept-Language", "es-ES,es;q=0.9")
            .ok(Parameters.class);

    assertThat(told(answer)).anyMatch(words -> words.startsWith("La decisi\u00f3n est\u00e1"));
    assertThat(decision(answer).getText().getDivAsString()).contains("This is not final yet");
  }

  private static List<Api.Answer> atOnce(Callable<Api.Answer> one, Callable<Api.Answer> other)
      throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService both = Executors.newFixedThreadPool(2);
    try {
      List<Future<Api.Answer>> answers = new ArrayList<>();
      for (Callable<Api.Answer> call : List.of(one, other)) {
        answers.add(
            both.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      start.countDown();
      return List.of(answers.get(0).get(), answers.get(1).get());
    } finally {
      both.shutdownNow();
    }
  }

  // ---- by plain writes

  @Test
  void put_whenAClinicianSetsFinalOrSignsForOthers_thenRefused() {
    Composition open = recorded(draft());

    Composition claimed = open.copy().setStatus(CompositionStatus.FINAL);
    assertRefused(422, () -> doctor().put(claimed), "Composition.status");
    Composition signed = open.copy();
    signed
        .addAttester()
        .setMode(CompositionAttestationMode.PERSONAL)
        .setTimeElement(DateTimeType.now())
        .setParty(new Reference("Patient/decider"));
    assertRefused(422, () -> doctor().put(signed), "Composition.attester");
    assertRefused(422, () -> scribe().put(signed), "Composition.attester");
    Composition own = open.copy();
    own.addAttester()
        .setMode(CompositionAttestationMode.PROFESSIONAL)
        .setTimeElement(DateTimeType.now())
        .setParty(new Reference(DOCTOR));
    assertRefused(422, () -> doctor().put(own), "Composition.attester");
  }

  @Test
  void put_whenADraftIsChanged_thenRefusedSinceTheOtherSideWouldNotLearnOfIt() {
    Composition open = recorded(draft());
    Composition silenced = open.copy();
    TestDecisions.words(silenced, "es", "Lo que diga el doctor.");
    Composition retitled = open.copy();
    retitled.setTitle("Another");

    for (Composition changed : List.of(silenced, retitled)) {
      assertRefused(422, () -> doctor().put(changed), "$record-decision");
      assertRefused(422, () -> scribe().put(changed), "$record-decision");
    }
  }

  @Test
  void put_whenOnlyTheNarrativeClaimsMore_thenTheServerTellsTheState() {
    Composition open = recorded(draft());
    Composition claimed = open.copy();
    claimed
        .getText()
        .setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">Signed by both.</div>");

    doctor().put(claimed).ok(Composition.class);

    assertThat(asDecider(open).getText().getDivAsString())
        .contains("This is not final yet")
        .doesNotContain("Signed by both");
  }

  @Test
  void put_whenAGoalChangesUnderASignature_thenRefusedUntilBothHaveSigned() {
    Composition signed = decision(sign(decider(), recorded(draft())));
    Goal goal =
        doctor()
            .get(TestDecisions.section(signed, "preferences").getEntryFirstRep().getReference())
            .ok(Goal.class);
    goal.getDescription().setText("Do as the doctor says");
    assertRefused(422, () -> doctor().put(goal), "$record-decision");

    sign(doctor(), signed);

    doctor().put(goal).ok(Goal.class);
    assertThat(words(text(signed))).contains("Go on swimming with my grandson");
  }

  @Test
  void put_whenSignaturesAreLeftOut_thenTheyStay() {
    Composition signed = decision(sign(decider(), recorded(draft())));
    Composition bare = signed.copy();
    bare.getAttester().clear();

    doctor().put(bare).ok(Composition.class);

    assertThat(asDecider(signed).getAttester()).hasSize(1);
  }

  @Test
  void put_whenFinal_thenNothingButTheOperationChangesIt() {
    Composition decided = signedByBoth();
    Composition changed = decided.copy();
    changed.setTitle("Another");
    assertRefused(422, () -> doctor().put(changed), "$record-decision");
    Composition erased = decided.copy().setStatus(CompositionStatus.ENTEREDINERROR);
    assertRefused(422, () -> scribe().put(erased), "$record-decision");
    assertRefused(
        422,
        () ->
            doctor()
                .exchange(
                    "PATCH",
                    reference(decided),
                    "application/json-patch+json",
                    "[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"Another\"}]"),
        "$record-decision");
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.put(transaction, changed);
    assertRefused(422, () -> scribe().post("", transaction), "$record-decision");
    assertRefused(409, () -> scribe().delete(reference(decided)), "not deleted");
    DocumentReference text = text(decided);
    assertRefused(409, () -> scribe().delete(reference(text)), "not deleted");
    text.setDescription("All is well");
    assertRefused(422, () -> scribe().put(text), "the server alone");
  }

  @Test
  void put_whenAnOptionOfADecisionChanges_thenRefused() {
    Composition open = recorded(draft());
    CarePlan option =
        doctor()
            .get(TestDecisions.section(open, "options").getEntryFirstRep().getReference())
            .ok(CarePlan.class);
    CarePlan changed = option.copy();
    changed.setDescription("No side effects at all.");
    assertRefused(422, () -> doctor().put(changed), "$record-decision");
    CarePlan planned = option.copy();
    planned.setIntent(CarePlanIntent.PLAN).setStatus(CarePlanStatus.ACTIVE);
    assertRefused(422, () -> doctor().put(planned), "CarePlan.intent");
    assertRefused(409, () -> scribe().delete(reference(option)), "not deleted");
  }

  @Test
  void post_whenSomebodyPublishesATextOfADecision_thenRefused() {
    DocumentReference forged = text(signedByBoth());
    forged.setId((String) null);

    assertRefused(422, () -> scribe().post("DocumentReference", forged), "the server alone");
    forged.setAuthor(List.of(new Reference("Patient/decider"))).setAuthenticator(null);
    assertRefused(422, () -> decider().post("DocumentReference", forged), "the server alone");
  }

  @Test
  void post_whenADraftComesByATransaction_thenHeldToTheSameRules() {
    Draft good = draft();
    Composition stored =
        (Composition)
            read(
                Composition.class,
                reference(
                    new IdType(
                        doctor()
                            .post("", asTransaction(good))
                            .ok(Bundle.class)
                            .getEntryFirstRep()
                            .getResponse()
                            .getLocation())));
    assertThat(stored.getStatus()).isEqualTo(CompositionStatus.PRELIMINARY);

    Draft oneSided = draft();
    oneSided.waiting.getCategoryFirstRep().getCodingFirstRep().setCode("other");
    assertRefused(422, () -> doctor().post("", asTransaction(oneSided)), "do-nothing");
    Draft claimed = draft();
    claimed.composition.setStatus(CompositionStatus.FINAL);
    assertRefused(422, () -> doctor().post("", asTransaction(claimed)), "Composition.status");
    assertRefused(
        403,
        () ->
            Api.as(server(), "ai-writer", SECRET, "system/*.cruds")
                .post("", asTransaction(draft())));
  }

  private static Bundle asTransaction(Draft draft) {
    Bundle transaction = draft.bundle.copy().setType(Bundle.BundleType.TRANSACTION);
    transaction
        .getEntry()
        .forEach(
            entry ->
                entry
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.POST)
                    .setUrl(entry.getResource().fhirType()));
    return transaction;
  }

  @Test
  void put_whenAnswersOrScoreOfADecisionChange_thenRefused() {
    Draft draft = draft();
    draft.add(TestDecisions.answers("decider", "Y", "Y", "N", "Y"));
    Composition open = recorded(draft);
    Observation score =
        read(
            Observation.class,
            TestDecisions.section(open, "conflict").getEntryFirstRep().getReference());
    QuestionnaireResponse answers =
        read(QuestionnaireResponse.class, score.getDerivedFromFirstRep().getReference());

    score.setValue(new IntegerType(4));
    assertRefused(422, () -> scribe().put(score), "Observation.value");
    answers.getItem().remove(0);
    assertRefused(422, () -> decider().put(answers), "answer anew");
  }

  @Test
  void put_whenADraftThatNobodySignedWasAMistake_thenItIsMarkedAndStays() {
    Composition open = recorded(draft());
    Composition mistaken = open.copy().setStatus(CompositionStatus.ENTEREDINERROR);

    doctor().put(mistaken).ok(Composition.class);

    Composition stored = asDecider(open);
    assertThat(stored.getStatus()).isEqualTo(CompositionStatus.ENTEREDINERROR);
    assertThat(stored.getText().getDivAsString()).contains("This was a mistake.");
    assertRefused(
        409,
        () ->
            decider()
                .post(OPERATION, TestDecisions.sign(TestDecisions.again(stored)), ifMatch(stored)),
        "entered in error");
    Composition signed = decision(sign(decider(), recorded(draft())));
    assertRefused(
        422,
        () -> doctor().put(signed.copy().setStatus(CompositionStatus.ENTEREDINERROR)),
        "Composition.status");
  }

  @Test
  void attest_whenAnOlderVersionOfAnOptionIsNamed_thenTheOneOfTodayIsSignedAndPublished() {
    Composition open = recorded(draft());
    String option = TestDecisions.section(open, "options").getEntryFirstRep().getReference();
    CarePlan changed = doctor().get(option).ok(CarePlan.class);
    changed.setDescription("Two pills a day, and a blood test each month.");
    Composition signed =
        decision(
            doctor()
                .post(
                    OPERATION,
                    TestDecisions.sign(TestDecisions.again(open, changed)),
                    ifMatch(open))
                .ok(Parameters.class));
    Composition sent = signed.copy();
    TestDecisions.section(sent, "options").getEntryFirstRep().setReference(option + "/_history/1");

    Composition decided = decision(sign(decider(), sent));

    assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
    assertThat(words(text(decided))).contains("Two pills a day, and a blood test each month.");
    assertThat(plans(decided))
        .singleElement()
        .satisfies(plan -> assertThat(plan.getDescription()).startsWith("Two pills a day"));
  }

  @Test
  void change_whenTwoVersionsOfOneOptionAreNamed_thenTheyAreOneOption() {
    Composition open = recorded(draft());
    Composition sent = open.copy();
    String nothing = TestDecisions.section(sent, "options").getEntry().get(1).getReference();
    TestDecisions.section(sent, "options").getEntryFirstRep().setReference(nothing + "/_history/1");
    TestDecisions.section(sent, "decision").getEntryFirstRep().setReference(nothing);

    assertRefused(
        422,
        () -> doctor().post(OPERATION, TestDecisions.again(sent), ifMatch(open)),
        "two-options");
  }

  @Test
  void change_whenTheChosenOptionIsTakenOut_thenItsPlanEndsAllTheSame() {
    Composition decided = signedByBoth();
    String first = reference(plans(decided).get(0));
    Composition edited = decided.copy();
    Reference nothing = TestDecisions.section(edited, "options").getEntry().get(1);
    CarePlan other =
        TestDecisions.option("decider", "active-treatment", "Have a small operation", 970, 9);
    Parameters call = TestDecisions.again(edited);
    Bundle sent = (Bundle) call.getParameterFirstRep().getResource();
    sent.addEntry().setFullUrl("urn:uuid:0b5c4a52-7b0b-4c44-9f6b-5f0cf3a0a001").setResource(other);
    Composition composition = (Composition) sent.getEntryFirstRep().getResource();
    TestDecisions.section(composition, "options")
        .setEntry(
            List.of(
                new Reference("urn:uuid:0b5c4a52-7b0b-4c44-9f6b-5f0cf3a0a001"), nothing.copy()));
    TestDecisions.section(composition, "decision")
        .getEntryFirstRep()
        .setReference("urn:uuid:0b5c4a52-7b0b-4c44-9f6b-5f0cf3a0a001");

    Composition reopened =
        decision(doctor().post(OPERATION, call, ifMatch(decided)).ok(Parameters.class));
    Composition amended = decision(sign(decider(), decision(sign(doctor(), reopened))));

    assertThat(read(CarePlan.class, first).getStatus()).isEqualTo(CarePlanStatus.REVOKED);
    assertThat(plans(amended))
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.getTitle()).isEqualTo("Have a small operation");
              assertThat(plan.getReplacesFirstRep().getReference()).isEqualTo(first);
            });
  }

  @Test
  void put_whenADecisionThatWasSignedIsOpenAgain_thenNoSideAnnulsItAlone() {
    Composition decided = signedByBoth();
    Composition edited = decided.copy();
    edited.setTitle("A blood thinner, or not");
    Composition open =
        decision(
            doctor()
                .post(OPERATION, TestDecisions.again(edited), ifMatch(decided))
                .ok(Parameters.class));
    assertThat(open.hasAttester()).isFalse();

    assertRefused(
        422,
        () -> doctor().put(open.copy().setStatus(CompositionStatus.ENTEREDINERROR)),
        "Composition.status");
    assertRefused(
        422,
        () -> scribe().put(open.copy().setStatus(CompositionStatus.ENTEREDINERROR)),
        "Composition.status");
  }

  @Test
  void post_whenSomebodyTellsOfASignatureThatWasNotGiven_thenRefused() {
    Composition open = recorded(draft());
    String option = TestDecisions.section(open, "options").getEntryFirstRep().getReference();
    for (String target : List.of(reference(open), option)) {
      Provenance forged = new Provenance();
      forged.addTarget(new Reference(target));
      forged.setRecorded(new java.util.Date());
      forged.getActivity().addCoding().setSystem(Canonical.System.LIFECYCLE).setCode("attest");
      Provenance.ProvenanceAgentComponent agent =
          forged.addAgent().setWho(new Reference("Patient/decider"));
      agent
          .getType()
          .addCoding()
          .setSystem(Canonical.System.PROVENANCE_PARTICIPANT)
          .setCode("attester");
      assertRefused(403, () -> doctor().post("Provenance", forged));
      assertRefused(422, () -> scribe().post("Provenance", forged), "Provenance.target");
    }

    Composition signed = decision(sign(doctor(), open));
    List<Provenance> stories = search(Provenance.class, "Provenance?target=" + reference(signed));
    assertThat(stories).hasSize(2);
    for (Provenance story : stories) {
      Provenance changed = story.copy();
      changed.getAgentFirstRep().setWho(new Reference("Patient/decider"));
      assertRefused(422, () -> scribe().put(changed), "Provenance.target");
      assertRefused(409, () -> scribe().delete(reference(story)), "not deleted");
    }
  }

  @Test
  void record_whenAnAuthorOrASpeakerIsAnotherPatient_thenRefusedSinceTheyWouldReadIt() {
    Draft draft = draft();
    draft.composition.addAuthor(new Reference("Patient/decider-in-spanish"));
    assertRefused(422, () -> doctor().post(OPERATION, draft.call()), "same-patient");
    assertRefused(422, () -> doctor().post("", asTransaction(draft)), "same-patient");
    Draft spoken = draft();
    spoken.goal.setExpressedBy(new Reference("Patient/decider-in-spanish"));
    assertRefused(422, () -> doctor().post(OPERATION, spoken.call()), "same-patient");
  }

  @Test
  void record_whenThePatientPutsTheSonsNameUnderTheirWords_thenRefused() {
    Draft draft = draft();
    draft.section("patient-words").addAuthor(new Reference("RelatedPerson/deciders-son"));
    assertRefused(422, () -> decider().post(OPERATION, draft.call()), "own-words");

    son().post(OPERATION, draft.call()).ok(Parameters.class);
  }

  @Test
  void attest_whenAGoalChangedAfterTheDraft_thenReadAgainAndBothSignThat() {
    Composition open = recorded(draft());
    Goal goal =
        doctor()
            .get(TestDecisions.section(open, "preferences").getEntryFirstRep().getReference())
            .ok(Goal.class);
    goal.getDescription().setText("Do as the doctor says");
    Goal changed = doctor().put(goal).ok(Goal.class);

    assertRefused(
        422,
        () ->
            decider().post(OPERATION, TestDecisions.sign(TestDecisions.again(open)), ifMatch(open)),
        "seen");

    Composition signed =
        decision(
            decider()
                .post(
                    OPERATION,
                    TestDecisions.sign(TestDecisions.again(open, changed)),
                    ifMatch(open))
                .ok(Parameters.class));
    Composition decided = decision(sign(doctor(), signed));
    assertThat(decided.getStatus()).isEqualTo(CompositionStatus.FINAL);
    assertThat(words(text(decided))).contains("Your goal: Do as the doctor says");
  }

  @Test
  void put_whenAnythingOfAGoalOrOfAnswersChangesUnderASignature_thenRefused() {
    Draft draft = draft();
    draft.add(TestDecisions.answers("decider", "Y", "N", "Y", "Y"));
    Composition signed = decision(sign(decider(), recorded(draft)));
    Goal goal =
        doctor()
            .get(TestDecisions.section(signed, "preferences").getEntryFirstRep().getReference())
            .ok(Goal.class);
    goal.setLifecycleStatus(Goal.GoalLifecycleStatus.CANCELLED);
    assertRefused(422, () -> doctor().put(goal), "$record-decision");

    Observation score =
        read(
            Observation.class,
            TestDecisions.section(signed, "conflict").getEntryFirstRep().getReference());
    QuestionnaireResponse answers =
        read(QuestionnaireResponse.class, score.getDerivedFromFirstRep().getReference());
    // As many are answered with yes, to other questions.
    List<QuestionnaireResponseItemAnswerComponent> first = answers.getItem().get(0).getAnswer();
    answers.getItem().get(0).setAnswer(answers.getItem().get(1).getAnswer());
    answers.getItem().get(1).setAnswer(first);
    assertRefused(422, () -> decider().put(answers), "answer anew");
  }
}
