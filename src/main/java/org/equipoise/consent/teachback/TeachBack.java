package org.equipoise.consent.teachback;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemAnswerOptionComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;

/**
 * Scores teach-back answers: the patient tells in their own words, or picks, what they were asked
 * to decide.
 *
 * <p>A choice item counts when one of its options is marked right (extension {@code ordinalValue},
 * 1 right, 0 wrong); no answer is a wrong answer. A free text item counts only when somebody has
 * scored it: the Questionnaire nests a boolean item in it, the person who asked answers that item
 * (true for right), and {@code QuestionnaireResponse.author} names this practitioner. Free text
 * that nobody scored counts neither way. Nothing is guessed from the text.
 */
public final class TeachBack {

  /** R4 core extension: the weight of an option. */
  private static final String ORDINAL_VALUE =
      "http://hl7.org/fhir/StructureDefinition/ordinalValue";

  private static final Set<QuestionnaireItemType> FREE_TEXT =
      Set.of(QuestionnaireItemType.TEXT, QuestionnaireItemType.STRING);

  private static final List<String> ASKERS = Arrays.asList("Practitioner", "PractitionerRole");

  private final Map<String, QuestionnaireItemComponent> items = new LinkedHashMap<>();

  /**
   * @param questionnaire the teach-back Questionnaire, at least one item of which can be scored by
   *     its options
   * @throws IllegalArgumentException where it is another questionnaire or has no such item, so that
   *     start-up fails
   */
  public TeachBack(Questionnaire questionnaire) {
    if (!Canonical.TEACH_BACK_QUESTIONNAIRE.equals(questionnaire.getUrl())) {
      throw new IllegalArgumentException(
          "Not the teach-back questionnaire: " + questionnaire.getUrl());
    }
    questionnaire.getItem().stream()
        .flatMap(TeachBack::withChildren)
        .forEach(item -> items.put(item.getLinkId(), item));
    if (items.values().stream().noneMatch(TeachBack::isScoredChoice)) {
      throw new IllegalArgumentException(
          "No item of " + questionnaire.getUrl() + " says which answer is right");
    }
  }

  /**
   * Scores one set of answers.
   *
   * @return the score, with the language of the answers where they say it
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where the answers
   *     are to another questionnaire, not finished, name an unknown item or option, answer an item
   *     twice, or have a score for free text but no practitioner as author
   */
  public Comprehension score(QuestionnaireResponse answers) {
    requireTeachBack(answers);
    Map<String, QuestionnaireResponseItemComponent> given = answersByItem(answers);
    int total = 0;
    int correct = 0;
    for (QuestionnaireItemComponent item : items.values()) {
      Optional<Boolean> right =
          isScoredChoice(item)
              ? Optional.of(isRightChoice(item, given.get(item.getLinkId())))
              : freeTextScore(item, given, answers);
      total += right.isPresent() ? 1 : 0;
      correct += right.orElse(false) ? 1 : 0;
    }
    return new Comprehension(total, correct, answers.getLanguage());
  }

  private static void requireTeachBack(QuestionnaireResponse answers) {
    String questionnaire =
        Optional.ofNullable(answers.getQuestionnaire()).orElse("none").split("\\|", 2)[0];
    if (!Canonical.TEACH_BACK_QUESTIONNAIRE.equals(questionnaire)) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.questionnaire",
          "QuestionnaireResponse.questionnaire: these are answers to %s; give answers to %s"
              .formatted(questionnaire, Canonical.TEACH_BACK_QUESTIONNAIRE));
    }
    if (answers.getStatus() != QuestionnaireResponseStatus.COMPLETED
        && answers.getStatus() != QuestionnaireResponseStatus.AMENDED) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.status",
          "QuestionnaireResponse.status: give finished answers (completed or amended)");
    }
  }

  private Map<String, QuestionnaireResponseItemComponent> answersByItem(
      QuestionnaireResponse answers) {
    Map<String, QuestionnaireResponseItemComponent> given = new HashMap<>();
    answers.getItem().stream()
        .flatMap(TeachBack::withChildren)
        .forEach(
            item -> {
              String at = at(item.getLinkId());
              QuestionnaireItemComponent asked = items.get(item.getLinkId());
              if (asked == null) {
                throw Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    at,
                    "%s: the teach-back questionnaire has no item with this linkId".formatted(at));
              }
              if (given.put(item.getLinkId(), item) != null
                  || (item.getAnswer().size() > 1 && !asked.getRepeats())) {
                throw Refusal.unprocessable(
                    IssueType.DUPLICATE,
                    at,
                    "%s: give one answer to this item, once".formatted(at));
              }
            });
    return given;
  }

  private static boolean isRightChoice(
      QuestionnaireItemComponent item, QuestionnaireResponseItemComponent given) {
    if (given == null || !given.hasAnswer()) {
      return false;
    }
    return given.getAnswer().stream().allMatch(answer -> isRight(option(item, answer.getValue())));
  }

  private static QuestionnaireItemAnswerOptionComponent option(
      QuestionnaireItemComponent item, Element value) {
    return item.getAnswerOption().stream()
        .filter(option -> value instanceof Coding chosen && isSame(option.getValueCoding(), chosen))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    at(item.getLinkId()) + ".answer.value",
                    "%s.answer.value: choose one of the options of this item"
                        .formatted(at(item.getLinkId()))));
  }

  private static boolean isSame(Coding option, Coding chosen) {
    return option.getCode().equals(chosen.getCode())
        && Optional.ofNullable(option.getSystem()).equals(Optional.ofNullable(chosen.getSystem()));
  }

  private static Optional<Boolean> freeTextScore(
      QuestionnaireItemComponent item,
      Map<String, QuestionnaireResponseItemComponent> given,
      QuestionnaireResponse answers) {
    if (!FREE_TEXT.contains(item.getType()) || !given.containsKey(item.getLinkId())) {
      return Optional.empty();
    }
    Optional<Boolean> score =
        item.getItem().stream()
            .filter(child -> child.getType() == QuestionnaireItemType.BOOLEAN)
            .flatMap(child -> Stream.ofNullable(given.get(child.getLinkId())))
            .flatMap(child -> child.getAnswer().stream())
            .flatMap(
                answer ->
                    answer.getValue() instanceof BooleanType right
                        ? Stream.of(right.booleanValue())
                        : null)
            .findFirst();
    if (score.isPresent()
        && !ASKERS.contains(answers.getAuthor().getReferenceElement().getResourceType())) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          "QuestionnaireResponse.author",
          "QuestionnaireResponse.author: the free text of item '%s' is scored, so name the practitioner who scored it"
              .formatted(item.getLinkId()));
    }
    return score;
  }

  private static boolean isScoredChoice(QuestionnaireItemComponent item) {
    return item.getType() == QuestionnaireItemType.CHOICE
        && item.getAnswerOption().stream().anyMatch(TeachBack::isRight);
  }

  /** The weight stands on the option or, as R4 allows too, on its Coding. */
  private static boolean isRight(QuestionnaireItemAnswerOptionComponent option) {
    return Stream.of(option, option.getValue())
        .flatMap(element -> element.getExtensionsByUrl(ORDINAL_VALUE).stream())
        .anyMatch(
            weight ->
                weight.getValue() instanceof DecimalType points && points.getValue().signum() > 0);
  }

  private static Stream<QuestionnaireItemComponent> withChildren(QuestionnaireItemComponent item) {
    return Stream.concat(Stream.of(item), item.getItem().stream().flatMap(TeachBack::withChildren));
  }

  /** R4 nests items in items (groups) and in answers (questions). */
  private static Stream<QuestionnaireResponseItemComponent> withChildren(
      QuestionnaireResponseItemComponent item) {
    Stream<List<QuestionnaireResponseItemComponent>> nested =
        Stream.concat(
            Stream.of(item.getItem()), item.getAnswer().stream().map(answer -> answer.getItem()));
    return Stream.concat(
        Stream.of(item), nested.flatMap(List::stream).flatMap(TeachBack::withChildren));
  }

  private static String at(String linkId) {
    return "QuestionnaireResponse.item.where(linkId='%s')".formatted(linkId);
  }
}
