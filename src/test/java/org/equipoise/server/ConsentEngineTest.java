package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code $evaluate-ai-use} and {@code $withdraw-consent} as their callers see them. */
class ConsentEngineTest extends OperationTest {

  private static final String DOCUMENTATION = "ai-documentation";

  /** Far above what it takes on a slow machine, far below what each Consent by itself would. */
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static final String ASKED =
      "Consent/$evaluate-ai-use?patient=Patient/elsa&purpose=" + DOCUMENTATION;
  private static final String BY_SCRIBE = "&device=" + TestRecords.SCRIBE_DEVICE;

  @BeforeEach
  void nothingDecided() {
    scribe().post("", ConsentRecords.people()).ok(Bundle.class);
    for (Consent old : search(Consent.class, "Consent?patient=elsa&status=active,proposed")) {
      old.setStatus(ConsentState.REJECTED);
      elsa().put(old).ok(Consent.class);
    }
  }

  private Api elsa() {
    return patient("elsa");
  }

  private Api doctor() {
    return Api.as(server(), "carlas-doctor", SECRET, "user/*.cruds");
  }

  private Consent decided(Parameters body, String... actors) {
    for (String actor : actors) {
      TestCalls.with(
          body, actor.startsWith("Device") ? "device" : "organization", new Reference(actor));
    }
    return returned(
            elsa().post("Patient/elsa/$decide-ai-use", body).ok(Parameters.class), Consent.class)
        .get(0);
  }

  private static String decision(Parameters answer) {
    return answer.getParameter("decision").getValue().primitiveValue();
  }

  private static String reason(Parameters answer) {
    return answer.getParameter("reason").getValue().primitiveValue();
  }

  private static String audit(Parameters answer) {
    return ((Reference) answer.getParameter("audit").getValue()).getReference();
  }

  private static List<String> basis(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("basis"))
        .map(parameter -> reference(parameter.getResource()))
        .toList();
  }

  private Parameters evaluated(String query) {
    return scribe().get(query).ok(Parameters.class);
  }

  // ---- $evaluate-ai-use

  @Test
  void evaluate_whenNothingWasSaid_thenAskAndThePatientReadsThatSomebodyAsked() {
    Parameters answer = evaluated(ASKED + BY_SCRIBE + "&language=es");

    assertThat(decision(answer)).isEqualTo("ask");
    assertThat(reason(answer)).startsWith("Pregunte primero al paciente");
    assertThat(basis(answer)).isEmpty();
    AuditEvent event = elsa().get(audit(answer)).ok(AuditEvent.class);
    assertThat(event.getType().getCode()).isEqualTo("110113");
    assertThat(event.getSubtypeFirstRep().getCode()).isEqualTo("AuthZ-Consent");
    assertThat(event.getOutcome()).isEqualTo(AuditEventOutcome._4);
    assertThat(event.getAgent())
        .anyMatch(agent -> "demo-scribe".equals(agent.getWho().getIdentifier().getValue()))
        .anyMatch(agent -> TestRecords.SCRIBE_DEVICE.equals(agent.getWho().getReference()));
    assertThat(event.getEntity())
        .anyMatch(entity -> "Patient/elsa".equals(entity.getWhat().getReference()));
    assertThat(
            elsa().get("AuditEvent?patient=elsa&_count=500").ok(Bundle.class).getEntry().stream()
                .map(entry -> reference(entry.getResource())))
        .contains(reference(event));
  }

  @Test
  void evaluate_whenPermitted_thenPermitWithItsBasis() {
    Consent permit = decided(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE);

    Parameters answer = evaluated(ASKED + BY_SCRIBE);

    assertThat(decision(answer)).isEqualTo("permit");
    assertThat(reason(answer)).startsWith("Yes. The patient allowed writing documents with AI.");
    assertThat(basis(answer)).containsExactly(reference(permit));
    AuditEvent event = elsa().get(audit(answer)).ok(AuditEvent.class);
    assertThat(event.getOutcome()).isEqualTo(AuditEventOutcome._0);
    assertThat(event.getEntity())
        .anyMatch(entity -> reference(permit).equals(entity.getWhat().getReference()));
    assertThat(decision(evaluated(ASKED + "&device=" + ConsentRecords.OTHER_DEVICE)))
        .isEqualTo("ask");
    assertThat(decision(evaluated(ASKED))).isEqualTo("ask");
  }

  @Test
  void evaluate_whenContradicting_thenTheNoWins() {
    decided(
        TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE, ConsentRecords.OTHER_DEVICE);
    Consent deny = decided(TestCalls.deny(DOCUMENTATION), TestRecords.SCRIBE_DEVICE);

    Parameters answer = evaluated(ASKED + BY_SCRIBE);

    assertThat(decision(answer)).isEqualTo("deny");
    assertThat(basis(answer)).containsExactly(reference(deny));
    assertThat(decision(evaluated(ASKED + "&device=" + ConsentRecords.OTHER_DEVICE)))
        .isEqualTo("permit");
  }

  @Test
  void evaluate_whenPermitDoesNotCount_thenDenyAndSaysWhy() {
    decided(TestCalls.permit(2, DOCUMENTATION));

    Parameters answer = evaluated(ASKED);

    assertThat(decision(answer)).isEqualTo("deny");
    assertThat(reason(answer)).contains("does not count", "2 of 5 teach-back answers were right");
    assertThat(answer.getParameter("reasonCode").getValue().primitiveValue()).isNotBlank();
  }

  @Test
  void evaluate_whenLaterThanItsEnd_thenDeny() {
    decided(TestCalls.permit(DOCUMENTATION));

    assertThat(decision(evaluated(ASKED))).isEqualTo("permit");
    assertThat(decision(evaluated(ASKED + "&at=2099-01-01T00:00:00Z"))).isEqualTo("deny");
  }

  @Test
  void evaluate_whenAboutADocument_thenItsAuthorsTakePart() {
    String document = newNote("elsa");
    elsa()
        .post(document + "/$attach-consent", TestCalls.permit(DOCUMENTATION))
        .ok(Parameters.class);

    assertThat(decision(evaluated(ASKED + "&resource=" + document))).isEqualTo("permit");
    // Another note waits for her decision, and only she sees it.
    assertThat(decision(elsa().get(ASKED + "&resource=" + newNote("elsa")).ok(Parameters.class)))
        .isEqualTo("ask");
  }

  @Test
  void evaluate_whenPosted_thenTheSame() {
    decided(TestCalls.deny(DOCUMENTATION));
    Parameters body = new Parameters();
    TestCalls.with(body, "patient", new StringType("elsa"));
    TestCalls.with(body, "purpose", new StringType(DOCUMENTATION));

    assertThat(decision(scribe().post("Consent/$evaluate-ai-use", body).ok(Parameters.class)))
        .isEqualTo("deny");
    Parameters typed = new Parameters();
    TestCalls.with(typed, "patient", new Reference("Patient/elsa"));
    TestCalls.with(
        typed,
        "purpose",
        new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(DOCUMENTATION));
    assertThat(decision(scribe().post("Consent/$evaluate-ai-use", typed).ok(Parameters.class)))
        .isEqualTo("deny");
    assertThat(decision(doctor().post("Consent/$evaluate-ai-use", body).ok(Parameters.class)))
        .isEqualTo("deny");
    assertThat(decision(elsa().post("Consent/$evaluate-ai-use", body).ok(Parameters.class)))
        .isEqualTo("deny");
  }

  @Test
  void evaluate_whenHl7PurposeOrBrightLine_thenUnderstoodOrRefusedForAll() {
    assertThat(
            decision(
                evaluated(
                    "Consent/$evaluate-ai-use?patient=elsa&purpose="
                        + Canonical.System.ACT_REASON
                        + "%7CMLTRAINING")))
        .isEqualTo("deny");
    Parameters sale = evaluated("Consent/$evaluate-ai-use?patient=elsa&purpose=data-sale");
    assertThat(decision(sale)).isEqualTo("deny");
    assertThat(reason(sale)).isNotBlank();
  }

  @Test
  void evaluate_whenInputIsBad_thenRefusedByNameAndNothingIsWritten() {
    String annas = note;
    for (Object[] wrong :
        new Object[][] {
          {400, "?purpose=" + DOCUMENTATION, "name='patient'"},
          {400, "?patient=elsa", "name='purpose'"},
          {422, "?patient=elsa&purpose=ai-anything", "name='purpose'"},
          {400, "?patient=Practitioner/x&purpose=ai-training", "name='patient'"},
          {400, "?patient=elsa&purpose=ai-training&colour=blue", "name='colour'"},
          {400, "?patient=elsa&purpose=ai-training&at=2099-01-01", "name='at'"},
          {400, "?patient=elsa&purpose=ai-training&at=yesterday", "name='at'"},
          {400, "?patient=elsa&patient=dora&purpose=ai-training", "name='patient'"},
          {422, "?patient=elsa&purpose=ai-training&at=2020-01-01T00:00:00Z", "name='at'"},
          {422, "?patient=elsa&purpose=ai-training&device=Device/nobody", "name='device'"},
          {400, "?patient=elsa&purpose=ai-training&resource=Nonsense/1", "name='resource'"},
          {422, "?patient=elsa&purpose=ai-training&resource=" + annas, "name='resource'"}
        }) {
      assertRefused(
          (int) wrong[0],
          () -> scribe().get("Consent/$evaluate-ai-use" + wrong[1]),
          (String) wrong[2]);
    }
  }

  @Test
  void evaluate_whenPatientIsBeyondReach_thenNotThereAndNoTrace() {
    assertRefused(404, () -> patient("dora").get(ASKED));
    assertRefused(404, () -> scribe().get(ASKED.replace("elsa", "nobody")));
  }

  @Test
  void evaluate_whenDocumentWasDeleted_thenGoneAndNoConsentCanBeAboutIt() {
    DocumentReference own = new TestResources("elsa", "own words").document(null);
    own.addAuthor(new Reference("Patient/elsa"));
    String document = reference(elsa().post("DocumentReference", own).ok(DocumentReference.class));
    assertThat(elsa().delete(document).status()).isEqualTo(200);
    Consent deny = ConsentRecords.deny("elsa", "ai-training");
    deny.getProvision()
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference(document));

    assertRefused(410, () -> scribe().get(ASKED + "&resource=" + document));
    assertRefused(400, () -> elsa().post("Consent", deny));
    Map<String, Long> before = rowCounts();
    assertThat(elsa().post(document + "/$attach-consent", TestCalls.deny("ai-training")).status())
        .isIn(404, 410);
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void auditEvent_whenAnybodyWrites_thenRefusedAndItStays() {
    String id = audit(evaluated(ASKED));
    AuditEvent event = elsa().get(id).ok(AuditEvent.class);
    for (Api caller : List.of(scribe(), doctor(), elsa())) {
      AuditEvent forged = event.copy();
      forged.setId((String) null);
      Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      TestRecords.post(transaction, forged.copy());
      Bundle deletion = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      deletion.addEntry().getRequest().setMethod(Bundle.HTTPVerb.DELETE).setUrl(id);
      Map<String, Long> before = rowCounts();
      assertThat(caller.post("AuditEvent", forged).status()).isEqualTo(403);
      assertThat(caller.put(event.copy().setOutcome(AuditEventOutcome._0)).status()).isEqualTo(405);
      assertThat(
              caller
                  .exchange(
                      "PATCH",
                      id,
                      "application/json-patch+json",
                      "[{\"op\":\"replace\",\"path\":\"/outcome\",\"value\":\"0\"}]")
                  .status())
          .isEqualTo(405);
      assertThat(caller.delete(id).status()).isEqualTo(405);
      assertThat(caller.post("", transaction).status()).isEqualTo(403);
      assertThat(caller.post("", deletion).status()).isEqualTo(405);
      assertThat(rowCounts()).isEqualTo(before);
    }
    assertThat(elsa().get(id).ok(AuditEvent.class).getMeta().getVersionId()).isEqualTo("1");
  }

  @Test
  void auditEvent_whenOfAnotherPatient_thenNotThere() {
    String id = audit(evaluated(ASKED));

    assertThat(patient("dora").get(id).status()).isEqualTo(404);
    assertThat(
            patient("dora")
                .get("AuditEvent?patient=elsa&_total=accurate")
                .ok(Bundle.class)
                .getTotal())
        .isZero();
  }

  // ---- $withdraw-consent

  private Parameters withdrawn(String of, Parameters body) {
    return elsa().post(of + "/$withdraw-consent", body).ok(Parameters.class);
  }

  private static List<ParametersParameterComponent> effects(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("effects"))
        .toList();
  }

  private static List<String> sentences(Parameters answer, String effect) {
    return effects(answer).stream()
        .filter(one -> one.getPart().get(0).getValue().primitiveValue().equals(effect))
        .map(one -> one.getPart().get(1).getValue().primitiveValue())
        .toList();
  }

  private static List<Task> tasks(Parameters answer) {
    return answer.getParameter().stream()
        .filter(parameter -> parameter.getName().equals("task"))
        .map(parameter -> (Task) parameter.getResource())
        .toList();
  }

  @Test
  void withdraw_whenPermitted_thenStopsAtOnceAndSaysWhatCannotBeUndone() {
    Consent permit = decided(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE);
    evaluated(ASKED + BY_SCRIBE);
    newNote("elsa");

    Parameters answer =
        withdrawn(
            reference(permit),
            TestCalls.with(new Parameters(), "reason", new StringType("I changed my mind.")));

    Consent taken = read(Consent.class, reference(permit));
    assertThat(taken.getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(
            taken
                .getExtensionByUrl(Canonical.Extension.WITHDRAWAL)
                .getExtensionByUrl("reasonInPatientWords")
                .getValue()
                .primitiveValue())
        .isEqualTo("I changed my mind.");
    assertThat(decision(evaluated(ASKED + BY_SCRIBE))).isEqualTo("ask");
    assertThat(sentences(answer, "stopped"))
        .containsExactly("This stops now: writing documents with AI.");
    assertThat(sentences(answer, "cannot-undo"))
        .anySatisfy(sentence -> assertThat(sentence).contains("Somebody asked once about"));
    assertThat(tasks(answer))
        .extracting(task -> task.getCode().getCodingFirstRep().getCode())
        .contains("data-deletion-notice");
    assertThat(tasks(answer))
        .allMatch(task -> task.getFocus().getReference().equals(reference(permit)))
        .allMatch(task -> task.getFor().getReference().equals("Patient/elsa"));
    assertThat(elsa().get(reference(tasks(answer).get(0))).status()).isEqualTo(200);
    assertThat(answer.getParameter("provenance")).isNotNull();
  }

  @Test
  void withdraw_whenTwice_thenTheSameAndNothingIsWritten() {
    Consent permit = decided(TestCalls.permit("ai-training"), TestRecords.SCRIBE_DEVICE);
    Parameters first = withdrawn(reference(permit), new Parameters());
    Map<String, Long> before = rowCounts();

    Parameters again = withdrawn(reference(permit), new Parameters());

    assertThat(rowCounts()).isEqualTo(before);
    assertThat(returned(again, Consent.class).get(0).getMeta().getVersionId())
        .isEqualTo(returned(first, Consent.class).get(0).getMeta().getVersionId());
    assertThat(sentences(again, "stopped")).isEqualTo(sentences(first, "stopped"));
    assertThat(sentences(again, "cannot-undo")).isEqualTo(sentences(first, "cannot-undo"));
    assertThat(tasks(again))
        .extracting(OperationTest::reference)
        .isEqualTo(tasks(first).stream().map(OperationTest::reference).toList());
    assertThat(told(again)).singleElement().asString().contains("taken back before");
  }

  @Test
  void withdraw_whenOnPatient_thenThePurposesAndAisThatAreNamed() {
    Consent scribe = decided(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE);
    Consent other = decided(TestCalls.permit(DOCUMENTATION), ConsentRecords.OTHER_DEVICE);
    Consent training = decided(TestCalls.permit("ai-training"));
    Parameters body = new Parameters();
    TestCalls.with(
        body,
        "purpose",
        new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(DOCUMENTATION));
    TestCalls.with(body, "device", new Reference(TestRecords.SCRIBE_DEVICE));

    Parameters answer = withdrawn("Patient/elsa", body);

    assertThat(returned(answer, Consent.class))
        .extracting(OperationTest::reference)
        .containsExactly(reference(scribe));
    assertThat(read(Consent.class, reference(other)).getStatus()).isEqualTo(ConsentState.ACTIVE);

    withdrawn("Patient/elsa", new Parameters());
    assertThat(read(Consent.class, reference(other)).getStatus()).isEqualTo(ConsentState.INACTIVE);
    assertThat(read(Consent.class, reference(training)).getStatus())
        .isEqualTo(ConsentState.INACTIVE);
    assertThat(returned(withdrawn("Patient/elsa", new Parameters()), Consent.class)).hasSize(2);
  }

  @Test
  void withdraw_whenUncheckedDocumentsStand_thenSomebodyIsAskedToCheckThem() {
    Consent permit = decided(TestCalls.permit(DOCUMENTATION));
    DocumentReference fresh = TestRecords.plainNote("elsa");
    fresh.setDate(new java.util.Date());
    String document =
        reference(scribe().post("DocumentReference", fresh).ok(DocumentReference.class));

    Parameters answer = withdrawn(reference(permit), new Parameters());

    assertThat(tasks(answer))
        .filteredOn(task -> task.getCode().getCodingFirstRep().getCode().equals("review-request"))
        .singleElement()
        .satisfies(
            task ->
                assertThat(task.getInput())
                    .extracting(input -> ((Reference) input.getValue()).getReference())
                    .contains(document));
    assertThat(sentences(answer, "cannot-undo"))
        .anySatisfy(sentence -> assertThat(sentence).contains("AI wrote"));
  }

  @Test
  void withdraw_whenNotThePatientsSideOrARefusal_thenRefused() {
    Consent permit = decided(TestCalls.permit(DOCUMENTATION));
    Consent deny = decided(TestCalls.deny("ai-sharing"));

    assertRefused(
        403, () -> doctor().post(reference(permit) + "/$withdraw-consent", new Parameters()));
    assertRefused(
        403, () -> scribe().post(reference(permit) + "/$withdraw-consent", new Parameters()));
    assertRefused(
        404,
        () -> patient("dora").post(reference(permit) + "/$withdraw-consent", new Parameters()));
    assertRefused(
        422,
        () -> elsa().post(reference(deny) + "/$withdraw-consent", new Parameters()),
        "a refusal is lifted by a new decision");
  }

  @Test
  void withdraw_whenAskedInTheSameMomentOnOtherThreads_thenNoneIsTold() throws Exception {
    Api asking = scribe();
    ExecutorService others = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 5; round++) {
        Consent permit = decided(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE);
        assertThat(decision(evaluated(ASKED + BY_SCRIBE))).isEqualTo("permit");

        withdrawn(reference(permit), new Parameters());

        List<Callable<String>> questions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          questions.add(() -> decision(asking.get(ASKED + BY_SCRIBE).ok(Parameters.class)));
        }
        for (Future<String> answer : others.invokeAll(questions)) {
          assertThat(answer.get()).isEqualTo("ask");
        }
      }
    } finally {
      others.shutdownNow();
    }
  }

  // ---- many

  @Test
  void evaluate_whenAThousandConsents_thenDecidedByTheMostSpecific() {
    Api fritz = patient("fritz");
    String query = ASKED.replace("elsa", "fritz");
    if (search(Consent.class, "Consent?patient=fritz").isEmpty()) {
      for (int i = 0; i < 10; i++) {
        Bundle hundred = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (int j = 0; j < 100; j++) {
          Consent deny = ConsentRecords.deny("fritz", DOCUMENTATION);
          TestRecords.post(hundred, deny);
        }
        fritz.post("", hundred).ok(Bundle.class);
      }
    }
    Parameters denied = evaluated(query + BY_SCRIBE);
    assertThat(decision(denied)).isEqualTo("deny");
    assertThat(basis(denied)).as("the newest of those that decided").hasSize(50);
    Duration evaluating = time(() -> evaluated(query + BY_SCRIBE));
    Duration reading = time(() -> scribe().get("Patient/fritz").ok(Resource.class));
    assertThat(evaluating).as("with a thousand Consents").isLessThan(BOUND);
    assertThat(reading).as("with a thousand Consents").isLessThan(BOUND);

    fritz
        .post(
            "Patient/fritz/$decide-ai-use",
            TestCalls.with(
                TestCalls.permit(DOCUMENTATION),
                "device",
                new Reference(TestRecords.SCRIBE_DEVICE)))
        .ok(Parameters.class);

    assertThat(decision(evaluated(query + BY_SCRIBE))).isEqualTo("permit");
    assertThat(decision(evaluated(query))).isEqualTo("deny");

    Duration withdrawing =
        time(
            () ->
                fritz
                    .post("Patient/fritz/$withdraw-consent", new Parameters())
                    .ok(Parameters.class));

    assertThat(withdrawing).as("with a thousand Consents").isLessThan(BOUND);
    assertThat(decision(evaluated(query + BY_SCRIBE))).isEqualTo("deny");
  }

  private static Duration time(Runnable call) {
    long start = System.nanoTime();
    call.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
