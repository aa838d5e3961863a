package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
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

  private interface Call {
    Api.Answer failingAt(String at);
  }

  /**
   * Fails the first write, then the second, and so on, until the call has no more of them; returns
   * how many it has.
   */
  private int failEachInTurn(Phase phase, Call call) {
    Map<String, Long> before = rowCounts();
    for (int write = 1; write < 50; write++) {
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
    }
    throw new AssertionError("The call never succeeded");
  }
}
