package org.equipoise.consent.teachback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.equipoise.consent.statement.Comprehension;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeachBackTest {

  private final TeachBack teachBack = new TeachBack(TestAnswers.QUESTIONNAIRE);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void score_whenSomeAreRight_thenCountsThem(int right) {
    assertThat(teachBack.score(TestAnswers.withRight(right)))
        .isEqualTo(new Comprehension(5, right, "en"));
  }

  @Test
  void score_whenItemsAreMissing_thenTheyAreWrong() {
    QuestionnaireResponse answers =
        TestAnswers.choose(TestAnswers.blank(), "can-refuse", "care-same");
    answers.addItem().setLinkId("how-to-stop");

    assertThat(teachBack.score(answers)).isEqualTo(new Comprehension(5, 1, "en"));
  }

  @Test
  void score_whenVersionIsNamed_thenScoresAlike() {
    QuestionnaireResponse answers = TestAnswers.allRight();
    answers.setQuestionnaire(answers.getQuestionnaire() + "|0.1.0");

    assertThat(teachBack.score(answers).itemsCorrect()).isEqualTo(5);
  }

  @Test
  void score_whenFreeTextIsNotScored_thenItDoesNotCount() {
    QuestionnaireResponse answers =
        TestAnswers.say(TestAnswers.withRight(4), "It writes my note.", null);

    assertThat(teachBack.score(answers)).isEqualTo(new Comprehension(5, 4, "en"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void score_whenClinicianScoredFreeText_thenItCounts(boolean understood) {
    QuestionnaireResponse answers =
        TestAnswers.say(TestAnswers.withRight(4), "It writes my note.", understood);
    answers.setAuthor(new Reference("Practitioner/lee"));

    assertThat(teachBack.score(answers)).isEqualTo(new Comprehension(6, understood ? 5 : 4, "en"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Patient/ana"})
  void score_whenNobodyWhoAskedScoredFreeText_thenRefusesNamingAuthor(String author) {
    QuestionnaireResponse answers =
        TestAnswers.say(TestAnswers.allRight(), "It writes my note.", true);
    answers.setAuthor(author.isEmpty() ? null : new Reference(author));

    assertRefused(answers, "QuestionnaireResponse.author");
  }

  @Test
  void score_whenOtherQuestionnaire_thenRefuses() {
    assertRefused(
        TestAnswers.allRight().setQuestionnaire("http://example.org/Questionnaire/phq-9"),
        "http://example.org/Questionnaire/phq-9");
    assertRefused(
        TestAnswers.allRight().setQuestionnaire(null), "QuestionnaireResponse.questionnaire");
  }

  @Test
  void score_whenUnknownItem_thenRefusesNamingIt() {
    assertRefused(
        TestAnswers.choose(TestAnswers.allRight(), "favourite-colour", "blue"), "favourite-colour");
  }

  @Test
  void score_whenItemWithoutLinkId_thenRefuses() {
    QuestionnaireResponse answers = TestAnswers.allRight();
    answers.addItem().setText("?");

    assertRefused(answers, "linkId");
  }

  @Test
  void score_whenUnknownOption_thenRefusesNamingTheItem() {
    assertRefused(TestAnswers.choose(TestAnswers.blank(), "can-refuse", "maybe"), "can-refuse");
  }

  @Test
  void score_whenItemAnsweredTwice_thenRefusesNamingIt() {
    assertRefused(
        TestAnswers.choose(TestAnswers.withRight(0), "can-refuse", "care-same"), "can-refuse");
    QuestionnaireResponse twoAnswers = TestAnswers.withRight(0);
    twoAnswers
        .getItem()
        .get(2)
        .addAnswer(TestAnswers.allRight().getItem().get(2).getAnswerFirstRep());
    assertRefused(twoAnswers, "can-refuse");
  }

  @Test
  void score_whenNotFinished_thenRefuses() {
    assertRefused(
        TestAnswers.allRight().setStatus(QuestionnaireResponseStatus.INPROGRESS),
        "QuestionnaireResponse.status");
  }

  @Test
  void new_whenNothingCanBeScored_thenFailsAtStart() {
    Questionnaire empty = TestAnswers.QUESTIONNAIRE.copy().setItem(null);

    assertThatThrownBy(() -> new TeachBack(empty)).isInstanceOf(IllegalArgumentException.class);
  }

  private void assertRefused(QuestionnaireResponse answers, String named) {
    assertThatThrownBy(() -> teachBack.score(answers))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining(named);
  }
}
