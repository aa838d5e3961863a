package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** {@code requestId} makes a call repeatable. */
class RepeatedRequestTest extends OperationTest {

  private final String requestId = UUID.randomUUID().toString();

  @Test
  void attachExplanation_whenRepeated_thenFirstAnswerAgainAndNothingIsWritten() {
    Parameters first = explain(scribe(), generate(requestId)).ok(Parameters.class);
    Map<String, Long> before = rowCounts();

    Parameters second = explain(scribe(), generate(requestId)).ok(Parameters.class);

    assertThat(isTrue(first, "replayed")).isFalse();
    assertThat(isTrue(second, "replayed")).isTrue();
    assertThat(Api.json(TestCalls.without(second, "replayed"))).isEqualTo(Api.json(first));
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void attachExplanation_whenRepeatedAfterALaterCall_thenStillTheFirstAnswer() {
    Parameters first = explain(scribe(), generate(requestId)).ok(Parameters.class);
    explain(scribe(), generate(UUID.randomUUID().toString())).ok(Parameters.class);

    Parameters again = explain(scribe(), generate(requestId)).ok(Parameters.class);

    assertThat(reference(returned(again, DocumentReference.class).get(0)))
        .isEqualTo(reference(returned(first, DocumentReference.class).get(0)));
    assertThat(explanations()).hasSize(2);
  }

  @Test
  void attachConsent_whenRepeated_thenFirstAnswerAgainAndNothingIsWritten() {
    Parameters body = TestCalls.repeatable(TestCalls.permit("ai-training"), requestId);
    Parameters first = consent(patient("anna"), body).ok(Parameters.class);
    Map<String, Long> before = rowCounts();

    Parameters second = consent(patient("anna"), body).ok(Parameters.class);

    assertThat(isTrue(second, "replayed")).isTrue();
    assertThat(Api.json(TestCalls.without(second, "replayed"))).isEqualTo(Api.json(first));
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void attachExplanation_whenPatientRepeats_thenAcceptedAgainWithTheSameTask() {
    Api.Answer first = explain(patient("anna"), generate(requestId));
    Api.Answer second = explain(patient("anna"), generate(requestId));

    assertThat(second.status()).isEqualTo(first.status()).isEqualTo(202);
    assertThat(reference(returned(second.ok(Parameters.class), Task.class).get(0)))
        .isEqualTo(reference(returned(first.ok(Parameters.class), Task.class).get(0)));
  }

  @Test
  void attachExplanation_whenIdComesWithAnotherBody_thenConflict() {
    explain(scribe(), generate(requestId)).ok(Parameters.class);
    Api scribe = scribe();

    assertRefused(
        409,
        () -> explain(scribe, TestCalls.repeatable(TestCalls.generate("es"), requestId)),
        "requestId",
        "another body");
  }

  @Test
  void attachConsent_whenIdComesWithAnotherBody_thenConflict() {
    consent(patient("anna"), TestCalls.repeatable(TestCalls.deny("ai-training"), requestId))
        .ok(Parameters.class);
    Api anna = patient("anna");

    assertRefused(
        409,
        () -> consent(anna, TestCalls.repeatable(TestCalls.deny("ai-sharing"), requestId)),
        "requestId");
  }

  @Test
  void attachExplanation_whenIdComesForAnotherDocument_thenConflict() {
    explain(scribe(), generate(requestId)).ok(Parameters.class);
    note = newNote("anna");
    Api scribe = scribe();

    assertRefused(409, () -> explain(scribe, generate(requestId)), "requestId", "another resource");
  }

  @Test
  void attachExplanation_whenAnotherClientHasTheSameId_thenItIsItsOwn() {
    Parameters first = explain(scribe(), generate(requestId)).ok(Parameters.class);

    Parameters other = explain(practitioner(), generate(requestId)).ok(Parameters.class);

    assertThat(isTrue(other, "replayed")).isFalse();
    assertThat(reference(returned(other, DocumentReference.class).get(0)))
        .isNotEqualTo(reference(returned(first, DocumentReference.class).get(0)));
  }

  @Test
  void operations_whenTheyShareAnId_thenEachHasItsOwn() {
    explain(patient("anna"), generate(requestId)).ok(Parameters.class);

    Parameters decided =
        consent(patient("anna"), TestCalls.repeatable(TestCalls.deny("ai-training"), requestId))
            .ok(Parameters.class);

    assertThat(isTrue(decided, "replayed")).isFalse();
    assertThat(returned(decided, Consent.class)).hasSize(1);
  }

  @Test
  void attachExplanation_whenFirstWasRefused_thenIdIsStillFree() {
    Api scribe = scribe();
    assertRefused(
        422,
        () -> explain(scribe, TestCalls.repeatable(TestCalls.parts("en", "<b>"), requestId)),
        "HTML");

    Parameters answer = explain(scribe, generate(requestId)).ok(Parameters.class);

    assertThat(isTrue(answer, "replayed")).isFalse();
  }

  @Test
  void requestId_whenMalformed_thenRefused() {
    Api scribe = scribe();

    assertRefused(
        400,
        () -> explain(scribe, TestCalls.repeatable(TestCalls.generate("en"), "x".repeat(201))),
        "requestId");
    assertRefused(
        400,
        () ->
            explain(
                scribe, TestCalls.with(TestCalls.generate("en"), "requestId", new IntegerType(7))),
        "requestId");
    assertRefused(
        400,
        () ->
            explain(
                scribe, TestCalls.with(generate(requestId), "requestId", new StringType("second"))),
        "requestId");
  }

  private static Parameters generate(String requestId) {
    return TestCalls.repeatable(TestCalls.generate("en"), requestId);
  }
}
