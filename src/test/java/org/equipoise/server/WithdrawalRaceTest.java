package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An AI writes while the patient takes the consent to it back. */
class WithdrawalRaceTest extends ServerTest {

  private static final String EVE = "flow-eve";
  private static final int ROUNDS = 6;
  private static final int WRITERS = 4;

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", EVE);
  }

  private Api eve() {
    return Api.as(server(), EVE, SECRET, "patient/*.cruds");
  }

  @Test
  void withdraw_whenAnAiWritesMeanwhile_thenEachDocumentIsNamedOrParked() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
    int before = 0;
    int after = 0;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        eve()
            .post("Patient/" + EVE + "/$decide-ai-use", TestCalls.permit("ai-documentation"))
            .ok(Parameters.class);
        CyclicBarrier together = new CyclicBarrier(WRITERS + 1);
        Future<Parameters> withdrawal =
            threads.submit(
                () -> {
                  together.await();
                  return eve()
                      .post("Patient/" + EVE + "/$withdraw-consent", new Parameters())
                      .ok(Parameters.class);
                });
        List<Future<String>> written = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          written.add(threads.submit(writing(together)));
        }
        Set<String> named = named(withdrawal.get());
        for (Future<String> one : written) {
          String note = one.get();
          boolean isSeen = scribe().get(note).status() == 200;
          assertThat(named.contains(note))
              .as(note + (isSeen ? " is final and was not named" : " is parked and was named"))
              .isEqualTo(isSeen);
          before += isSeen ? 1 : 0;
          after += isSeen ? 0 : 1;
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(before + after).isEqualTo(ROUNDS * WRITERS);
  }

  private Callable<String> writing(CyclicBarrier together) {
    return () -> {
      together.await();
      Api.Answer answer = scribe().post("DocumentReference", FlowRecords.note(EVE));
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      return new IdType(answer.header("Location").orElseThrow())
          .toUnqualifiedVersionless()
          .getValue();
    };
  }

  /** The documents that the answer says cannot be undone. */
  private static Set<String> named(Parameters answer) {
    return answer.getParameter().stream()
        .filter(one -> "effects".equals(one.getName()))
        .filter(
            one ->
                one.getPart().stream()
                    .anyMatch(
                        part ->
                            part.getValue() != null
                                && "cannot-undo".equals(part.getValue().primitiveValue())))
        .flatMap(one -> one.getPart().stream())
        .filter(part -> part.getValue() instanceof Reference)
        .map(part -> ((Reference) part.getValue()).getReference())
        .collect(Collectors.toSet());
  }
}
