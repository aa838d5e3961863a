package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Whichever write of a call fails, the record is as if the call had never been made, and it can be
 * made again.
 */
class FailureInjectionTest extends OperationTest {

  /** Where HAPI is with a write when it fails. */
  enum Phase {
    BEFORE_STORAGE,
    BEFORE_COMMIT
  }

  private static final String FAIL_AT = "X-Test-Fail-At";
  private static final String BY_SCRIBE = "&device=" + TestRecords.SCRIBE_DEVICE;
  private static final String WORDS = "injected failure";

  @Autowired private IInterceptorService interceptors;
  private final FailingWrites failing = new FailingWrites();

  /** Fails the n-th write of a request that asks for it in a header. */
  @Interceptor
  public static class FailingWrites {

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void beforeCreate(RequestDetails request) {
      failWhenTold(Phase.BEFORE_STORAGE, request);
    }

    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void beforeUpdate(RequestDetails request) {
      failWhenTold(Phase.BEFORE_STORAGE, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void afterCreate(RequestDetails request) {
      failWhenTold(Phase.BEFORE_COMMIT, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void afterUpdate(RequestDetails request) {
      failWhenTold(Phase.BEFORE_COMMIT, request);
    }

    private static void failWhenTold(Phase phase, RequestDetails request) {
      String told = request == null ? null : request.getHeader(FAIL_AT);
      if (told == null || !told.startsWith(phase.name())) {
        return;
      }
      int write = (int) request.getUserData().merge(FAIL_AT, 1, (had, one) -> (int) had + 1);
      if (told.equals(at(phase, write))) {
        throw new IllegalStateException(WORDS);
      }
    }

    static String at(Phase phase, int write) {
      return phase + "-" + write;
    }
  }

  @BeforeEach
  void fail() {
    interceptors.registerInterceptor(failing);
  }

  @AfterEach
  void failNoMore() {
    interceptors.unregisterInterceptor(failing);
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void attachExplanation_whenAnyWriteFails_thenNothingIsWrittenAndItCanBeRepeated(Phase phase) {
    explain(scribe(), TestCalls.generate("en", "es")).ok(Parameters.class);
    Api scribe = scribe();
    Parameters body =
        TestCalls.repeatable(TestCalls.generate("en", "es"), UUID.randomUUID().toString());

    int writes = failEachInTurn(phase, at -> explain(scribe, body, FAIL_AT, at));

    assertThat(writes)
        .as("2 explanations, their Provenance, 2 superseded ones")
        .isGreaterThanOrEqualTo(5);
    assertThat(explanations()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void attachConsent_whenAnyWriteFails_thenNothingIsWrittenAndItCanBeRepeated(Phase phase) {
    consent(patient("anna"), TestCalls.deny("ai-training")).ok(Parameters.class);
    Api anna = patient("anna");
    Parameters body =
        TestCalls.repeatable(
            TestCalls.permit("ai-training", "ai-sharing"), UUID.randomUUID().toString());

    int writes = failEachInTurn(phase, at -> consent(anna, body, FAIL_AT, at));

    assertThat(writes)
        .as("2 Consents, Provenance, teach-back answers, 1 replaced Consent")
        .isEqualTo(5);
    assertThat(consents()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void review_whenAnyWriteFails_thenStillADraftAndItCanBeRepeated(Phase phase) {
    consent(patient("anna"), TestCalls.deny("ai-sharing")).ok(Parameters.class);
    Parameters body =
        TestCalls.repeatable(
            TestCalls.with(
                TestCalls.with(new Parameters(), "decision", new CodeType("attest-with-edits")),
                "content",
                new Attachment()
                    .setContentType("text/plain")
                    .setData("Corrected.".getBytes(StandardCharsets.UTF_8))),
            UUID.randomUUID().toString());
    Api doctor = practitioner();

    int writes =
        failEachInTurn(
            phase,
            at -> doctor.post(note + "/$review", body, FAIL_AT, at, "If-Match", "W/\"1\""),
            () ->
                assertThat(read(DocumentReference.class, note).getStatus())
                    .isEqualTo(DocumentReferenceStatus.CURRENT));

    assertThat(writes)
        .as("the new document, its Provenance, the draft, the refusal that holds for both")
        .isGreaterThanOrEqualTo(4);
    assertThat(read(DocumentReference.class, note).getStatus())
        .isEqualTo(DocumentReferenceStatus.SUPERSEDED);
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void decideAiUse_whenAnyWriteFails_thenWhatWasDecidedBeforeHolds(Phase phase) {
    Api dora = patient("dora");
    scribe().post("", ConsentRecords.people()).ok(Bundle.class);
    dora.post("Patient/dora/$decide-ai-use", TestCalls.deny("ai-training")).ok(Parameters.class);
    Parameters body =
        TestCalls.repeatable(TestCalls.permit("ai-training"), UUID.randomUUID().toString());

    int writes =
        failEachInTurn(
            phase,
            at -> dora.post("Patient/dora/$decide-ai-use", body, FAIL_AT, at),
            () -> assertThat(decision("dora", "ai-training")).isEqualTo("deny"));

    assertThat(writes)
        .as("the Consent, its Provenance, the answers, the refusal that it replaces")
        .isEqualTo(4);
    assertThat(decision("dora", "ai-training")).isEqualTo("permit");
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void withdrawConsent_whenAnyWriteFails_thenStillPermitted(Phase phase) {
    Api dora = patient("dora");
    scribe().post("", ConsentRecords.people()).ok(Bundle.class);
    dora.post("Patient/dora/$decide-ai-use", TestCalls.deny("ai-training")).ok(Parameters.class);
    dora.post(
            "Patient/dora/$decide-ai-use",
            FlowRecords.about(TestCalls.permit("ai-training"), TestRecords.SCRIBE_DEVICE))
        .ok(Parameters.class);
    Parameters body =
        TestCalls.repeatable(
            TestCalls.with(
                new Parameters(),
                "purpose",
                new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode("ai-training")),
            UUID.randomUUID().toString());

    int writes =
        failEachInTurn(
            phase,
            at -> dora.post("Patient/dora/$withdraw-consent", body, FAIL_AT, at),
            () -> assertThat(decision("dora", "ai-training", BY_SCRIBE)).isEqualTo("permit"));

    assertThat(writes)
        .as("the Consent, its Provenance, a Task for who may hold a copy")
        .isGreaterThanOrEqualTo(3);
    assertThat(decision("dora", "ai-training", BY_SCRIBE)).isNotEqualTo("permit");
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void confirmFreeChoice_whenAnyWriteFails_thenStillWaiting(Phase phase) {
    Practitioner neutral = new Practitioner();
    neutral.setId("guardrail-neutral");
    scribe().put(neutral).ok(Practitioner.class);
    Consent waiting =
        returned(
                consent(
                        patient("anna"),
                        TestCalls.voluntariness(
                            TestCalls.without(TestCalls.permit("ai-training"), "voluntariness"),
                            "incentive"))
                    .ok(Parameters.class),
                Consent.class)
            .get(0);
    Task task =
        new Task()
            .setStatus(Task.TaskStatus.REQUESTED)
            .setIntent(Task.TaskIntent.ORDER)
            .setFocus(new Reference(reference(waiting)))
            .setFor(new Reference("Patient/anna"))
            .setOwner(new Reference("Practitioner/guardrail-neutral"));
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode("confirm-free-choice");
    scribe().post("Task", task).ok(Task.class);
    Api confirming = Api.as(server(), "guardrail-neutral", SECRET, "user/*.cruds");
    Parameters body =
        TestCalls.repeatable(
            TestCalls.with(new Parameters(), "free", new BooleanType(true)),
            UUID.randomUUID().toString());

    int writes =
        failEachInTurn(
            phase,
            at -> confirming.post(reference(waiting) + "/$confirm-free-choice", body, FAIL_AT, at),
            () ->
                assertThat(read(Consent.class, reference(waiting)).getStatus())
                    .isEqualTo(ConsentState.PROPOSED));

    assertThat(writes)
        .as("the Consent, its Provenance, the Tasks that asked for it")
        .isGreaterThanOrEqualTo(3);
    assertThat(read(Consent.class, reference(waiting)).getStatus()).isEqualTo(ConsentState.ACTIVE);
  }

  /** As the server weighs it for whoever asks. */
  private String decision(String patient, String purpose, String... more) {
    return scribe()
        .get(
            "Consent/$evaluate-ai-use?patient="
                + patient
                + "&purpose="
                + purpose
                + String.join("", more))
        .ok(Parameters.class)
        .getParameter("decision")
        .getValue()
        .primitiveValue();
  }

  private interface Call {
    Api.Answer failingAt(String at);
  }

  /**
   * Fails the first write, then the second, and so on, until the call has no more of them; returns
   * how many it has.
   */
  private int failEachInTurn(Phase phase, Call call) {
    return failEachInTurn(phase, call, () -> {});
  }

  /**
   * @param stillSo asserts after each failure that what is in force is what was before
   */
  private int failEachInTurn(Phase phase, Call call, Runnable stillSo) {
    for (int write = 1; write < 50; write++) {
      Map<String, Long> before = rowCounts();
      Api.Answer answer = call.failingAt(FailingWrites.at(phase, write));
      if (answer.status() == 200) {
        assertThat(isTrue(answer.ok(Parameters.class), "replayed")).isFalse();
        assertThat(rowCounts()).isNotEqualTo(before);
        return write - 1;
      }
      assertThat(answer.status()).as(answer.body()).isEqualTo(500);
      assertThat(answer.as(OperationOutcome.class).getIssueFirstRep().getDiagnostics())
          .as("tells nothing of the server's inside")
          .contains("Reference for its operator")
          .doesNotContain(WORDS);
      assertThat(rowCounts()).as("after failure of write %d", write).isEqualTo(before);
      stillSo.run();
    }
    throw new AssertionError("The call never succeeded");
  }
}
