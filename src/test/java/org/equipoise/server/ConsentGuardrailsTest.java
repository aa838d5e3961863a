package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.BrightLine;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Undue influence on a consent, and what stops it, over HTTP. */
class ConsentGuardrailsTest extends OperationTest {

  private static final String TRAINING = "ai-training";
  private static final String TREATING = "Practitioner/demo-practitioner";
  private static final String NEUTRAL = "Practitioner/guardrail-neutral";
  private static final String ANNA = "Patient/anna";

  @BeforeEach
  void neutralPerson() {
    Practitioner neutral = new Practitioner();
    neutral.setId("guardrail-neutral");
    neutral.addName().setFamily("Lindqvist").addGiven("Maja");
    scribe().put(neutral).ok(Practitioner.class);
  }

  private Api neutral() {
    return Api.as(server(), "guardrail-neutral", SECRET, "user/*.cruds");
  }

  private Parameters decided(Parameters body) {
    return consent(patient("anna"), body).ok(Parameters.class);
  }

  private Consent stored(Parameters answer) {
    return read(Consent.class, reference(returned(answer, Consent.class).get(0)));
  }

  /** A yes with everything that makes it count, to which somebody asked. */
  private static Parameters askedBy(String who, Parameters permit) {
    permit.getParameter("voluntariness").addPart().setName("askedBy").setValue(new Reference(who));
    return permit;
  }

  private static Parameters offered(String signal) {
    return TestCalls.voluntariness(
        TestCalls.without(TestCalls.permit(TRAINING), "voluntariness"), signal);
  }

  private Task ask(Consent consent, String owner) {
    Task task =
        new Task()
            .setStatus(Task.TaskStatus.REQUESTED)
            .setIntent(Task.TaskIntent.ORDER)
            .setFocus(new Reference(reference(consent)))
            .setFor(new Reference(ANNA))
            .setOwner(new Reference(owner));
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode("confirm-free-choice");
    return scribe().post("Task", task).ok(Task.class);
  }

  private static Parameters heard(boolean free) {
    return TestCalls.with(
        TestCalls.with(new Parameters(), "free", new BooleanType(free)),
        "note",
        new StringType("We talked alone, for ten minutes."));
  }

  private Api.Answer confirm(Api caller, Consent consent, Parameters body) {
    return caller.post(reference(consent) + "/$confirm-free-choice", body);
  }

  // ---- an independent witness

  @Test
  void training_whenATreatingClinicianAsked_thenProposedUntilAWitnessIsThere() {
    Parameters answer = decided(askedBy(TREATING, TestCalls.permit(TRAINING)));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer)).anyMatch(one -> one.contains("independent witness"));
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);

    Parameters withTreating =
        decided(
            TestCalls.with(
                askedBy(TREATING, TestCalls.permit(TRAINING)), "witness", new Reference(TREATING)));
    assertThat(isTrue(withTreating, "effective")).as("who asked is no witness").isFalse();

    Parameters witnessed =
        decided(
            TestCalls.with(
                askedBy(TREATING, TestCalls.permit(TRAINING)), "witness", new Reference(NEUTRAL)));
    assertThat(isTrue(witnessed, "effective")).as(told(witnessed).toString()).isTrue();
    assertThat(stored(witnessed).getStatus()).isEqualTo(ConsentState.ACTIVE);
  }

  @Test
  void training_whenATreatingWitnessAddsThemself_thenStillNotCounted() {
    Consent proposed = stored(decided(askedBy(NEUTRAL, TestCalls.permit(TRAINING))));
    assertThat(proposed.getStatus()).as("a stranger may ask").isEqualTo(ConsentState.ACTIVE);

    Consent waiting = stored(decided(askedBy(TREATING, TestCalls.permit(TRAINING))));
    Parameters answer =
        consent(practitioner(), TestCalls.witness(reference(waiting), TREATING))
            .ok(Parameters.class);

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
  }

  @Test
  void training_whenAnswersOnRecordSayWhoJudgedThem_thenTheyAsked() {
    QuestionnaireResponse judged = TestCalls.answers(5).setAuthor(new Reference(TREATING));
    judged.setSubject(new Reference(ANNA)).setSource(new Reference(ANNA));
    QuestionnaireResponse answers =
        practitioner().post("QuestionnaireResponse", judged).ok(QuestionnaireResponse.class);
    Consent finished = proposed();
    finished.setSource(new Reference(reference(answers)));
    finished.setStatus(ConsentState.ACTIVE);
    finished.setDateTimeElement(null);
    finished.getProvision().getPeriod().setStartElement(null);
    finished
        .getProvision()
        .setPurpose(null)
        .addPurpose()
        .setSystem(Canonical.System.AI_PURPOSE)
        .setCode(TRAINING);

    Parameters answer = decided(TestCalls.with(new Parameters(), "consent", finished));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer)).anyMatch(one -> one.contains("independent witness"));
  }

  @Test
  void answers_whenThePatientNamesAClinicianAsTheirAuthor_thenRefused() {
    for (String author : List.of(TREATING, "RelatedPerson/annas-brother", "Patient/ben")) {
      QuestionnaireResponse answers = TestCalls.answers(5).setAuthor(new Reference(author));
      Parameters body =
          TestCalls.with(
              TestCalls.without(TestCalls.permit(TRAINING), "teachBack"), "teachBack", answers);
      assertRefused(
          422, () -> consent(patient("anna"), body), "QuestionnaireResponse.author", ANNA);
      assertRefused(
          422,
          () -> patient("anna").post(ANNA + "/$decide-ai-use", body),
          "QuestionnaireResponse.author");
    }
    QuestionnaireResponse own = TestCalls.answers(5).setAuthor(new Reference(ANNA));
    assertThat(
            isTrue(
                decided(
                    TestCalls.with(
                        TestCalls.without(TestCalls.permit("ai-decision-use"), "teachBack"),
                        "teachBack",
                        own)),
                "effective"))
        .isTrue();
  }

  @Test
  void otherPurpose_whenATreatingClinicianAsked_thenCountsAtOnce() {
    assertThat(isTrue(decided(askedBy(TREATING, TestCalls.permit("ai-decision-use"))), "effective"))
        .isTrue();
  }

  @Test
  void askedBy_whenNobodyKnowsThem_thenRefused() {
    assertRefused(
        422,
        () -> consent(patient("anna"), askedBy("Practitioner/nobody", TestCalls.permit(TRAINING))),
        "askedBy",
        "Practitioner/nobody");
    assertRefused(
        422,
        () -> consent(patient("anna"), askedBy("Device/test-scribe", TestCalls.permit(TRAINING))),
        "askedBy");
  }

  // ---- a neutral person confirms

  @Test
  void incentive_whenANeutralPersonConfirms_thenCountsAndThePatientReadsIt() {
    Consent waiting = stored(decided(offered("incentive")));
    assertThat(waiting.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(neutral().get(reference(waiting)).status()).as("a stranger").isEqualTo(404);

    Task task = ask(waiting, NEUTRAL);

    assertThat(neutral().get(reference(waiting)).ok(Consent.class).getPatient().getReference())
        .isEqualTo(ANNA);
    Bundle own =
        neutral()
            .get(
                "Task?owner="
                    + NEUTRAL
                    + "&code="
                    + Canonical.System.TASK
                    + "%7Cconfirm-free-choice&_total=accurate")
            .ok(Bundle.class);
    assertThat(own.getEntry())
        .extracting(one -> reference(one.getResource()))
        .contains(reference(task));
    assertThat(own.getTotal()).isEqualTo(own.getEntry().size());
    for (String closed :
        List.of(
            ANNA,
            note,
            "Consent/" + waiting.getIdElement().getIdPart() + "/_history",
            waiting.getSourceReference().getReference())) {
      if (!closed.endsWith("_history")) {
        assertThat(neutral().get(closed).status()).as(closed).isEqualTo(404);
      }
    }
    assertThat(neutral().get("Consent?patient=" + ANNA).ok(Bundle.class).getEntry()).isEmpty();

    Parameters answer = confirm(neutral(), waiting, heard(true)).ok(Parameters.class);

    assertThat(isTrue(answer, "effective")).as(told(answer).toString()).isTrue();
    Consent confirmed = patient("anna").get(reference(waiting)).ok(Consent.class);
    assertThat(confirmed.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(confirmed.getText().getDivAsString())
        .contains("a neutral person asked, and found that this choice is free");
    Extension confirmation =
        confirmed.getExtensionByUrl(Canonical.Extension.FREE_CHOICE_CONFIRMATION);
    assertThat(confirmation.getExtensionByUrl("note").getValue().primitiveValue())
        .isEqualTo("We talked alone, for ten minutes.");
    Provenance provenance =
        patient("anna")
            .get(reference(answer.getParameter("provenance").getResource()))
            .ok(Provenance.class);
    assertThat(provenance.getAgentFirstRep().getWho().getReference()).isEqualTo(NEUTRAL);
    assertThat(patient("anna").get(reference(task)).ok(Task.class).getStatus())
        .isEqualTo(Task.TaskStatus.COMPLETED);
    assertThat(neutral().get(reference(waiting)).status()).as("it is done").isEqualTo(404);
  }

  @Test
  void careMadeConditional_whenItCannotBeConfirmed_thenStaysProposedAndSaysSo() {
    Consent waiting = stored(decided(offered("care-made-conditional")));
    ask(waiting, NEUTRAL);

    Parameters answer = confirm(neutral(), waiting, heard(false)).ok(Parameters.class);

    assertThat(isTrue(answer, "effective")).isFalse();
    Consent stays = stored(answer);
    assertThat(stays.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(stays.hasExtension(Canonical.Extension.FREE_CHOICE_CONFIRMATION)).isFalse();
    assertThat(stays.getText().getDivAsString())
        .contains("could not find that this choice is free");
  }

  @Test
  void training_whenANeutralPersonConfirms_thenNeedsNoWitness() {
    Consent waiting = stored(decided(askedBy(TREATING, TestCalls.permit(TRAINING))));
    ask(waiting, NEUTRAL);

    assertThat(isTrue(confirm(neutral(), waiting, heard(true)).ok(Parameters.class), "effective"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time-pressure",
        "person-in-authority-present",
        "not-private",
        "language-not-understood",
        "distress"
      })
  void signal_whenSeen_thenTheYesIsStoredTellsWhyAndDoesNotCountAnywhere(String signal) {
    Parameters answer = decided(offered(signal));

    assertThat(isTrue(answer, "effective")).isFalse();
    Consent stored = stored(answer);
    assertThat(stored.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(
            scribe()
                .get(
                    "Consent/$evaluate-ai-use?patient=anna&purpose="
                        + TRAINING
                        + "&resource="
                        + note
                        + "&device="
                        + TestRecords.SCRIBE_DEVICE)
                .ok(Parameters.class)
                .getParameter("decision")
                .getValue()
                .primitiveValue())
        .as(signal)
        .isEqualTo("deny");
    assertThat(stored.getText().getDivAsString()).contains("does not count");
    assertThat(told(answer)).hasSizeGreaterThan(1);
    // Nobody can lift it; the patient can be asked again.
    assertThat(isTrue(decided(TestCalls.permit(TRAINING)), "effective")).isTrue();
  }

  @Test
  void signals_whenToldApart_thenEachHasWordsOfItsOwn() {
    List<String> said = new ArrayList<>();
    for (String signal :
        List.of(
            "time-pressure",
            "person-in-authority-present",
            "not-private",
            "language-not-understood",
            "distress")) {
      note = newNote("anna");
      said.add(told(decided(offered(signal))).toString());
    }
    assertThat(said).doesNotHaveDuplicates();
  }

  @Test
  void distress_whenANeutralPersonConfirms_thenStillNotCounted() {
    Consent waiting = stored(decided(offered("distress")));
    ask(waiting, NEUTRAL);

    assertThat(isTrue(confirm(neutral(), waiting, heard(true)).ok(Parameters.class), "effective"))
        .isFalse();
  }

  @Test
  void confirm_whenNotUnderstoodEither_thenStaysProposed() {
    Consent waiting =
        stored(
            decided(
                TestCalls.voluntariness(
                    TestCalls.without(TestCalls.permit(2, TRAINING), "voluntariness"),
                    "incentive")));
    ask(waiting, NEUTRAL);

    Parameters answer = confirm(neutral(), waiting, heard(true)).ok(Parameters.class);

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(stored(answer).getStatus()).isEqualTo(ConsentState.PROPOSED);
  }

  @Test
  void confirm_whenNotNeutral_thenForbidden() {
    Consent waiting = stored(decided(offered("incentive")));
    ask(waiting, TREATING);

    assertRefused(403, () -> confirm(practitioner(), waiting, heard(true)), "neutral");
    assertRefused(403, () -> confirm(patient("anna"), waiting, heard(true)), "practitioner");
    assertRefused(403, () -> confirm(scribe(), waiting, heard(true)), "practitioner");

    Consent asked = stored(decided(askedBy(NEUTRAL, offered("incentive"))));
    ask(asked, NEUTRAL);
    assertRefused(403, () -> confirm(neutral(), asked, heard(true)), "neutral");
  }

  @Test
  void confirm_whenNobodyNamedThem_thenNotFound() {
    Consent waiting = stored(decided(offered("incentive")));

    assertRefused(404, () -> confirm(neutral(), waiting, heard(true)));
    ask(waiting, TREATING);
    assertRefused(404, () -> confirm(neutral(), waiting, heard(true)));
  }

  @Test
  void confirm_whenInputIsWrong_thenRefused() {
    Consent waiting = stored(decided(offered("incentive")));
    ask(waiting, NEUTRAL);

    assertRefused(400, () -> confirm(neutral(), waiting, new Parameters()), "free");
    assertRefused(
        400,
        () ->
            confirm(
                neutral(),
                waiting,
                TestCalls.with(new Parameters(), "free", new CodeType("perhaps"))),
        "free");
    assertRefused(
        413,
        () ->
            confirm(
                neutral(),
                waiting,
                TestCalls.with(
                    TestCalls.with(new Parameters(), "free", new BooleanType(true)),
                    "note",
                    new StringType("x".repeat(1001)))),
        "note");
    confirm(neutral(), waiting, heard(true)).ok(Parameters.class);
    ask(waiting, NEUTRAL);
    assertRefused(409, () -> confirm(neutral(), waiting, heard(true)), "confirmed already");
  }

  @Test
  void confirm_whenWithdrawnMeanwhile_thenNobodyIsAskedAndConflict() {
    Consent waiting = stored(decided(offered("incentive")));
    ask(waiting, NEUTRAL);
    decided(TestCalls.deny(TRAINING));

    assertRefused(404, () -> confirm(neutral(), waiting, heard(true)));
    ask(waiting, NEUTRAL);
    assertRefused(409, () -> confirm(neutral(), waiting, heard(true)), "Consent.status");
  }

  // ---- who is asked without anybody's doing

  private static final String OMBUDS = "Practitioner/guardrail-ombuds";

  private void ombuds() {
    Practitioner ombuds = new Practitioner();
    ombuds.setId("guardrail-ombuds");
    ombuds.addName().setFamily("Okafor");
    scribe().put(ombuds).ok(Practitioner.class);
  }

  private List<Task> asked(Consent consent) {
    return patient("anna")
        .get("Task?focus=" + reference(consent))
        .ok(Bundle.class)
        .getEntry()
        .stream()
        .map(entry -> (Task) entry.getResource())
        .toList();
  }

  @Test
  void incentive_whenTheYesIsHeldBack_thenTheConfiguredPersonIsAsked() {
    ombuds();
    Consent waiting = stored(decided(offered("incentive")));

    Task task = asked(waiting).get(0);
    assertThat(asked(waiting)).hasSize(1);
    assertThat(task.getCode().getCodingFirstRep().getCode()).isEqualTo("confirm-free-choice");
    assertThat(task.getOwner().getReference()).isEqualTo(OMBUDS);
    assertThat(task.getFor().getDisplay()).isNotBlank();
    Api ombuds = Api.as(server(), "guardrail-ombuds", SECRET, "user/*.cruds");
    assertThat(
            ombuds
                .get(
                    "Task?owner="
                        + OMBUDS
                        + "&code="
                        + Canonical.System.TASK
                        + "%7Cconfirm-free-choice")
                .ok(Bundle.class)
                .getEntry())
        .extracting(one -> reference(one.getResource()))
        .contains(reference(task));
    assertThat(isTrue(confirm(ombuds, waiting, heard(true)).ok(Parameters.class), "effective"))
        .isTrue();
    assertThat(asked(waiting).get(0).getStatus()).isEqualTo(Task.TaskStatus.COMPLETED);
  }

  @Test
  void incentive_whenTheConfiguredPersonAskedForIt_thenTheOrganizationIsAsked() {
    ombuds();

    Consent waiting = stored(decided(askedBy(OMBUDS, offered("incentive"))));

    assertThat(asked(waiting))
        .extracting(task -> task.getOwner().getReference())
        .containsExactly(TestRecords.CLINIC);
  }

  @Test
  void incentive_whenDecidedAnewOrTakenBack_thenNobodyIsAskedAnyMore() {
    Consent first = stored(decided(offered("incentive")));
    Consent second = stored(decided(offered("incentive")));

    assertThat(asked(first)).extracting(Task::getStatus).containsExactly(Task.TaskStatus.CANCELLED);
    assertThat(asked(second))
        .extracting(Task::getStatus)
        .containsExactly(Task.TaskStatus.REQUESTED);
    patient("anna")
        .post(reference(second) + "/$withdraw-consent", new Parameters())
        .ok(Parameters.class);
    assertThat(asked(second))
        .filteredOn(task -> task.getCode().getCodingFirstRep().getCode().startsWith("confirm"))
        .extracting(Task::getStatus)
        .containsExactly(Task.TaskStatus.CANCELLED);
  }

  @Test
  void yes_whenConfirmationWouldNotHelp_thenNobodyIsAsked() {
    assertThat(asked(stored(decided(offered("distress"))))).isEmpty();
    assertThat(asked(stored(decided(TestCalls.permit(2, TRAINING))))).isEmpty();
  }

  // ---- bright lines

  private static Coding purpose(BrightLine line) {
    return new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(line.code());
  }

  @ParameterizedTest
  @EnumSource
  void brightLine_whenAskedFor_thenRefusedByNameAndReasonAtEachDoor(BrightLine line) {
    String reason = line.words("en").definition();
    Parameters body = TestCalls.with(TestCalls.permit(TRAINING), "purpose", purpose(line));
    assertRefused(422, () -> consent(patient("anna"), body), line.code(), reason);
    assertRefused(
        422, () -> patient("anna").post(ANNA + "/$decide-ai-use", body), line.code(), reason);

    Consent plain = proposed();
    plain.getProvision().setPurpose(List.of(purpose(line)));
    assertRefused(422, () -> patient("anna").post("Consent", plain), line.code(), reason);
    Consent nested = proposed();
    nested
        .getProvision()
        .addProvision()
        .setType(ConsentProvisionType.PERMIT)
        .addPurpose()
        .setSystem(Canonical.System.CONSENT_GUARDRAIL)
        .setCode(line.code());
    assertRefused(422, () -> patient("anna").post("Consent", nested), line.code(), reason);
    assertRefused(
        422,
        () -> consent(patient("anna"), TestCalls.with(new Parameters(), "consent", nested)),
        line.code(),
        reason);
  }

  /** As the patient's side may store it by the plain doors. */
  private Consent proposed() {
    Consent consent = stored(decided(TestCalls.permit(2, "ai-sharing"))).copy();
    consent.setId((String) null);
    consent.setMeta(null);
    return consent;
  }

  // ---- what only the server says

  @Test
  void plainWrite_whenItSaysWhatOnlyTheServerSays_thenRefused() {
    Consent forged = proposed();
    forged
        .getExtensionByUrl(Canonical.Extension.VOLUNTARINESS)
        .addExtension("awaits", new CodeType("incentive"));
    assertRefused(422, () -> patient("anna").post("Consent", forged), "Consent.extension");

    Consent waiting = stored(decided(offered("incentive")));
    Consent cleaned = waiting.copy();
    cleaned
        .getExtensionByUrl(Canonical.Extension.VOLUNTARINESS)
        .getExtension()
        .removeIf(part -> part.getUrl().equals("signal"));
    assertRefused(422, () -> patient("anna").put(cleaned), "Consent.extension");
  }

  @Test
  void finishedConsent_whenItClaimsAConfirmation_thenThatIsDropped() {
    Consent finished = proposed();
    finished.setSource(null);
    finished.setStatus(ConsentState.ACTIVE);
    finished
        .getProvision()
        .setPurpose(null)
        .addPurpose()
        .setSystem(Canonical.System.AI_PURPOSE)
        .setCode(TRAINING);
    Extension voluntariness = finished.getExtensionByUrl(Canonical.Extension.VOLUNTARINESS);
    ((org.hl7.fhir.r4.model.CodeableConcept) voluntariness.getExtensionByUrl("signal").getValue())
        .getCodingFirstRep()
        .setCode("incentive");
    Extension claim = finished.addExtension().setUrl(Canonical.Extension.FREE_CHOICE_CONFIRMATION);
    claim.addExtension("by", new Reference(NEUTRAL));
    claim.addExtension("when", DateTimeType.now());
    Parameters body = TestCalls.with(new Parameters(), "consent", finished);
    TestCalls.with(body, "teachBack", TestCalls.answers(5));

    Parameters answer = decided(body);

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(stored(answer).hasExtension(Canonical.Extension.FREE_CHOICE_CONFIRMATION)).isFalse();
  }

  // ---- renewal

  private static Parameters answeredAt(Instant when, String purpose) {
    QuestionnaireResponse answers = TestCalls.answers(5);
    answers.setAuthoredElement(new DateTimeType(Date.from(when)));
    return TestCalls.with(
        TestCalls.without(TestCalls.permit(purpose), "teachBack"), "teachBack", answers);
  }

  @Test
  void renewal_whenOldAnswersAreGivenAgain_thenDoesNotCount() {
    Instant answered = Instant.now().minusSeconds(60);
    Parameters first = decided(answeredAt(answered, "ai-sharing"));
    assertThat(isTrue(first, "effective")).isTrue();

    Parameters again = decided(answeredAt(answered, "ai-sharing"));
    assertThat(isTrue(again, "effective")).isFalse();
    assertThat(told(again)).anyMatch(one -> one.contains("answered for an earlier yes"));

    Parameters anew = decided(answeredAt(Instant.now().plusSeconds(30), "ai-sharing"));
    assertThat(isTrue(anew, "effective")).as(told(anew).toString()).isTrue();
  }

  @Test
  void renewal_whenAnswersOnRecordAreNamedAgain_thenDoesNotCount() {
    Consent first = stored(decided(answeredAt(Instant.now().minusSeconds(60), "ai-sharing")));
    Consent again = first.copy();
    again.setId((String) null);
    again.setMeta(null);
    again.setDateTimeElement(null);
    again.getProvision().getPeriod().setStartElement(null);

    Parameters answer = decided(TestCalls.with(new Parameters(), "consent", again));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(told(answer)).anyMatch(one -> one.contains("answered for an earlier yes"));
  }

  @Test
  void secondTry_whenTheFirstNeverCounted_thenNoNewAnswersAreNeeded() {
    decided(TestCalls.permit(2, "ai-sharing"));

    assertThat(
            isTrue(decided(answeredAt(Instant.now().minusSeconds(60), "ai-sharing")), "effective"))
        .isTrue();
  }
}
