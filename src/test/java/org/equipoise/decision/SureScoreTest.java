package org.equipoise.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SureScoreTest {

  @ParameterizedTest
  @CsvSource({"YYYY,4", "NYYY,3", "NNNN,0", "YY,2", "'',0"})
  void of_whenAnswered_thenCountsEachYesAndNothingElse(String answers, int score) {
    assertThat(
            DecisionRulesTest.SCORES.of(
                TestDecisions.answers("1", answers.isEmpty() ? new String[0] : answers.split(""))))
        .isEqualTo(score);
    assertThat(DecisionRulesTest.SCORES.best()).isEqualTo(4);
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        one("questionnaire", one -> one.setQuestionnaire("https://example.org/other")),
        one("status", one -> one.setStatus(QuestionnaireResponseStatus.INPROGRESS)),
        one("source", one -> one.setSource(new Reference("Practitioner/2"))),
        one("source", one -> one.setSource(null)),
        one("item", one -> one.getItemFirstRep().setLinkId("other")),
        one("item", one -> one.addItem(one.getItemFirstRep().copy())),
        one(
            "item",
            one -> one.getItemFirstRep().getAnswerFirstRep().setValue(new BooleanType(true))),
        one(
            "item",
            one ->
                one.getItemFirstRep().addAnswer(one.getItemFirstRep().getAnswerFirstRep().copy())));
  }

  private static Arguments one(String element, Consumer<QuestionnaireResponse> change) {
    return Arguments.of(element, change);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void of_whenNoProperAnswers_thenRefusedAndTheElementNamed(
      String element, Consumer<QuestionnaireResponse> change) {
    QuestionnaireResponse answers = TestDecisions.answers("1", "Y", "Y");
    change.accept(answers);

    assertThatThrownBy(() -> DecisionRulesTest.SCORES.of(answers))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("QuestionnaireResponse." + element);
  }

  @Test
  void isRight_whenScoreIsNotWhatTheAnswersGive_thenNot() {
    QuestionnaireResponse answers = TestDecisions.answers("1", "Y", "N");

    assertThat(DecisionRulesTest.SCORES.isRight(TestDecisions.score("1", 1, "x"), answers))
        .isTrue();
    assertThat(DecisionRulesTest.SCORES.isRight(TestDecisions.score("1", 2, "x"), answers))
        .isFalse();
  }

  @Test
  void isRight_whenTheScoreHasNoNumber_thenNot() {
    Observation score = TestDecisions.score("1", 2, "QuestionnaireResponse/1");
    IntegerType unsaid = new IntegerType();
    unsaid.addExtension(
        "http://hl7.org/fhir/StructureDefinition/data-absent-reason", new CodeType("unknown"));
    score.setValue(unsaid);

    assertThat(DecisionRulesTest.SCORES.isRight(score, TestDecisions.answers("1", "Y", "Y")))
        .isFalse();
  }
}
