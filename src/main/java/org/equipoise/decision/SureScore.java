package org.equipoise.decision;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemAnswerOptionComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;

/**
 * Counts the answers to {@code Questionnaire/decision-conflict}: the sum of the ordinal values of
 * the options that were chosen. A question left out counts nothing; nobody has to answer.
 */
final class SureScore {

  private static final String ORDINAL_VALUE =
      "http://hl7.org/fhir/StructureDefinition/ordinalValue";

  private final Map<String, QuestionnaireItemComponent> questions = new LinkedHashMap<>();

  /**
   * @param questionnaire the questionnaire, as published
   */
  SureScore(Questionnaire questionnaire) {
    questionnaire.getItem().forEach(item -> questions.put(item.getLinkId(), item));
  }

  /** The best score: as many as there are questions. */
  int best() {
    return questions.size();
  }

  static boolean isAnswered(QuestionnaireResponse answers) {
    return answers.hasQuestionnaire()
        && Canonical.DECISION_CONFLICT_QUESTIONNAIRE.equals(
            answers.getQuestionnaire().split("\\|", 2)[0]);
  }

  static boolean isScore(Observation observation) {
    return observation.getCode().hasCoding(Canonical.System.OBSERVATION, Canonical.SURE_SCORE);
  }

  /**
   * The score.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where these are no
   *     finished answers of the patient to this questionnaire
   */
  int of(QuestionnaireResponse answers) {
    if (!isAnswered(answers)) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.questionnaire",
          "QuestionnaireResponse.questionnaire: give answers to "
              + Canonical.DECISION_CONFLICT_QUESTIONNAIRE);
    }
    if (answers.getStatus() != QuestionnaireResponseStatus.COMPLETED
        && answers.getStatus() != QuestionnaireResponseStatus.AMENDED) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.status",
          "QuestionnaireResponse.status: give finished answers (completed or amended)");
    }
    if (Side.of(answers.getSource()).filter(Side.PATIENT::equals).isEmpty()) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.source",
          "QuestionnaireResponse.source: only the patient, or who stands for them, says how sure they are");
    }
    Set<String> answered = new HashSet<>();
    int score = 0;
    for (QuestionnaireResponseItemComponent item : answers.getItem()) {
      String at = "QuestionnaireResponse.item.where(linkId='" + item.getLinkId() + "')";
      QuestionnaireItemComponent question = questions.get(item.getLinkId());
      if (question == null || item.hasItem()) {
        throw invalid(at, "the questionnaire has no such question; it has " + questions.keySet());
      }
      if (!answered.add(item.getLinkId()) || item.getAnswer().size() > 1) {
        throw invalid(at, "one answer to each question");
      }
      if (item.hasAnswer()) {
        score += points(question, item, at);
      }
    }
    return score;
  }

  private static int points(
      QuestionnaireItemComponent question, QuestionnaireResponseItemComponent item, String at) {
    return question.getAnswerOption().stream()
        .filter(option -> isChosen(option, item))
        .map(SureScore::points)
        .findFirst()
        .orElseThrow(() -> invalid(at, "the answer is none of those that are offered"));
  }

  private static boolean isChosen(
      QuestionnaireItemAnswerOptionComponent option, QuestionnaireResponseItemComponent item) {
    return item.getAnswerFirstRep().getValue() instanceof Coding given
        && option.getValueCoding().getSystem().equals(given.getSystem())
        && option.getValueCoding().getCode().equals(given.getCode());
  }

  private static int points(QuestionnaireItemAnswerOptionComponent option) {
    Extension points = option.getValueCoding().getExtensionByUrl(ORDINAL_VALUE);
    return points == null ? 0 : ((DecimalType) points.getValue()).getValue().intValueExact();
  }

  private static RuntimeException invalid(String at, String words) {
    return Refusal.unprocessable(IssueType.CODEINVALID, at, at + ": " + words);
  }

  /** Whether a score that is stated is the one that the answers give. */
  boolean isRight(Observation score, QuestionnaireResponse answers) {
    return score.hasValueIntegerType()
        && score.getValueIntegerType().hasValue()
        && BigDecimal.valueOf(score.getValueIntegerType().getValue())
                .compareTo(BigDecimal.valueOf(of(answers)))
            == 0;
  }
}
