package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/**
 * Sixteen callers at once: each gets an answer, and the record is as if they had come one after the
 * other.
 */
class ConcurrencyTest extends OperationTest {

  private static final int CALLERS = 16;

  private List<Parameters> atOnce(IntFunction<Api.Answer> call) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      CountDownLatch ready = new CountDownLatch(CALLERS);
      List<Future<Api.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        answers.add(
            callers.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return call.apply(caller);
                }));
      }
      List<Parameters> bodies = new ArrayList<>();
      for (Future<Api.Answer> answer : answers) {
        bodies.add(answer.get().ok(Parameters.class));
      }
      return bodies;
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void attachExplanation_whenIdenticalCallsComeAtOnce_thenOneIsStoredAndAllGetIt()
      throws Exception {
    Parameters body =
        TestCalls.repeatable(TestCalls.generate("en", "es"), UUID.randomUUID().toString());
    Api scribe = scribe();

    List<Parameters> answers = atOnce(i -> explain(scribe, body));

    assertThat(explanations())
        .hasSize(2)
        .allMatch(one -> one.getStatus() == DocumentReferenceStatus.CURRENT);
    assertThat(answers).filteredOn(answer -> !isTrue(answer, "replayed")).hasSize(1);
    assertThat(answers)
        .extracting(
            answer ->
                returned(answer, DocumentReference.class).stream()
                    .map(OperationTest::reference)
                    .toList())
        .containsOnly(
            returned(answers.get(0), DocumentReference.class).stream()
                .map(OperationTest::reference)
                .toList());
  }

  @Test
  void attachExplanation_whenDifferentCallsComeAtOnce_thenAllSucceedAndOneOfEachLanguageIsCurrent()
      throws Exception {
    Api scribe = scribe();

    atOnce(
        i -> explain(scribe, TestCalls.parts(i % 2 == 0 ? "en" : "es", "This is text " + i + ".")));

    List<DocumentReference> stored = explanations();
    assertThat(stored).hasSize(CALLERS);
    assertThat(stored)
        .filteredOn(one -> one.getStatus() == DocumentReferenceStatus.CURRENT)
        .extracting(OperationTest::language)
        .containsExactlyInAnyOrder("en", "es");
    assertThat(stored)
        .filteredOn(one -> one.getStatus() == DocumentReferenceStatus.SUPERSEDED)
        .hasSize(CALLERS - 2);
  }

  @Test
  void attachExplanation_whenGeneratedForDifferentDocumentsAtOnce_thenAllSucceed()
      throws Exception {
    Api scribe = scribe();
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      notes.add(newNote("anna"));
    }

    List<Parameters> answers =
        atOnce(i -> scribe.post(notes.get(i) + "/$attach-explanation", TestCalls.generate("en")));

    assertThat(answers).allMatch(answer -> returned(answer, DocumentReference.class).size() == 1);
  }

  @Test
  void attachConsent_whenIdenticalCallsComeAtOnce_thenOneIsStored() throws Exception {
    Parameters body =
        TestCalls.repeatable(TestCalls.permit("ai-training"), UUID.randomUUID().toString());
    Api anna = patient("anna");

    List<Parameters> answers = atOnce(i -> consent(anna, body));

    assertThat(consents()).hasSize(1);
    assertThat(answers).filteredOn(answer -> !isTrue(answer, "replayed")).hasSize(1);
  }

  @Test
  void attachConsent_whenDifferentCallsComeAtOnce_thenAllSucceedAndOneDecisionIsInForce()
      throws Exception {
    Api anna = patient("anna");

    atOnce(
        i ->
            consent(
                anna,
                i % 2 == 0 ? TestCalls.permit("ai-training") : TestCalls.deny("ai-training")));

    List<Consent> stored = consents();
    assertThat(stored).hasSize(CALLERS);
    assertThat(stored).filteredOn(one -> one.getStatus() == ConsentState.ACTIVE).hasSize(1);
    // A yes after another, with answers from before that one, is none; it stands as proposed.
    assertThat(stored)
        .filteredOn(one -> one.getStatus() == ConsentState.PROPOSED)
        .allMatch(one -> one.getProvision().getType() == ConsentProvisionType.PERMIT);
  }

  @Test
  void operations_whenBothComeAtOnce_thenAllSucceed() throws Exception {
    Api anna = patient("anna");
    Api scribe = scribe();

    atOnce(
        i ->
            i % 2 == 0
                ? consent(anna, TestCalls.permit("ai-training", "ai-sharing"))
                : explain(scribe, TestCalls.generate("en")));

    assertThat(explanations())
        .filteredOn(one -> one.getStatus() == DocumentReferenceStatus.CURRENT)
        .hasSize(1);
    assertThat(consents()).filteredOn(one -> one.getStatus() == ConsentState.ACTIVE).hasSize(2);
  }

  @Test
  void attachExplanation_whenPatientAsksManyTimesAtOnce_thenOneTask() throws Exception {
    Api anna = patient("anna");

    atOnce(i -> explain(anna, TestCalls.generate("en")));

    assertThat(search(Task.class, "Task?focus=" + note)).hasSize(1);
  }
}
