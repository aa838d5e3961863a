package org.equipoise.consent.teachback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeachBackQuestionsTest {

  private static final TeachBackQuestions QUESTIONS =
      new TeachBackQuestions(TestAnswers.QUESTIONNAIRE);
  private static final Map<String, String> RIGHT =
      Map.of(
          "what-for", "named-use-only",
          "who-sees", "allowed-people-and-me",
          "can-refuse", "care-same",
          "can-be-wrong", "wrong-people-check",
          "how-to-stop", "at-any-time");

  private static Questionnaire ask(AiPurpose purpose, String language, ReadingLevel level) {
    return QUESTIONS.ask(purpose, language, level, new Random(7));
  }

  @Property
  void ask_whenAnyWording_thenAnswersToItAreScoredAlike(
      @ForAll AiPurpose purpose, @ForAll ReadingLevel level, @ForAll long seed) {
    for (String language : List.of("en", "es")) {
      Questionnaire asked = QUESTIONS.ask(purpose, language, level, new Random(seed));
      QuestionnaireResponse answers =
          new QuestionnaireResponse()
              .setQuestionnaire(asked.getUrl())
              .setStatus(QuestionnaireResponseStatus.COMPLETED)
              .setAuthored(new Date());
      answers.setLanguage(asked.getLanguage());
      for (QuestionnaireItemComponent item : asked.getItem()) {
        item.getAnswerOption().stream()
            .filter(option -> RIGHT.containsValue(option.getValueCoding().getCode()))
            .forEach(
                option ->
                    answers
                        .addItem()
                        .setLinkId(item.getLinkId())
                        .addAnswer()
                        .setValue(option.getValueCoding()));
      }

      assertThat(new TeachBack(TestAnswers.QUESTIONNAIRE).score(answers))
          .isEqualTo(new Comprehension(5, 5, language));
    }
  }

  @Property
  void ask_whenAnyWording_thenAValidQuestionnaireThatDoesNotSayWhatIsRight(
      @ForAll AiPurpose purpose, @ForAll ReadingLevel level) {
    for (String language : List.of("en", "es")) {
      Questionnaire asked = ask(purpose, language, level);

      assertThat(RecordValidation.shared().validate(asked).isSuccessful()).isTrue();
      assertThat(FhirR4.context().newJsonParser().encodeResourceToString(asked))
          .doesNotContain("ordinalValue")
          .doesNotContain("{0}")
          .doesNotContain("ordinal value");
    }
  }

  @Test
  void ask_whenAskedOften_thenTheRightAnswerStandsInEveryPlaceAboutAsOften() {
    Random order = new Random(1);
    Map<String, int[]> places = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      Questionnaire asked = QUESTIONS.ask(AiPurpose.AI_TRAINING, "en", ReadingLevel.EASIER, order);
      for (QuestionnaireItemComponent item : asked.getItem()) {
        if (item.getType() == QuestionnaireItemType.CHOICE) {
          int place =
              item.getAnswerOption().stream()
                  .map(option -> option.getValueCoding().getCode())
                  .toList()
                  .indexOf(RIGHT.get(item.getLinkId()));
          places.computeIfAbsent(item.getLinkId(), id -> new int[3])[place]++;
        }
      }
    }

    assertThat(places)
        .hasSize(5)
        .allSatisfy(
            (id, counts) ->
                assertThat(java.util.Arrays.stream(counts).boxed().toList())
                    .as(id)
                    .allMatch(n -> n > 900 && n < 1100));
  }

  /** Whoever always takes the longest answer, or the shortest, does not pass. */
  @ParameterizedTest
  @CsvSource({"en,EASIER", "en,STANDARD", "es,EASIER", "es,STANDARD"})
  void ask_whenAnswersDifferInLength_thenLengthDoesNotTellWhichIsRight(
      String language, ReadingLevel level) {
    for (AiPurpose purpose : AiPurpose.values()) {
      int longest = 0;
      int shortest = 0;
      for (QuestionnaireItemComponent item : ask(purpose, language, level).getItem()) {
        if (item.getType() != QuestionnaireItemType.CHOICE) {
          continue;
        }
        int right = 0;
        int max = 0;
        int min = Integer.MAX_VALUE;
        for (var option : item.getAnswerOption()) {
          int length = option.getValueCoding().getDisplay().length();
          max = Math.max(max, length);
          min = Math.min(min, length);
          right = RIGHT.containsValue(option.getValueCoding().getCode()) ? length : right;
        }
        longest += right == max ? 1 : 0;
        shortest += right == min ? 1 : 0;
      }

      assertThat(longest).as("longest, " + purpose).isLessThan(4);
      assertThat(shortest).as("shortest, " + purpose).isLessThan(4);
    }
  }

  @Test
  void ask_whenPurposesDiffer_thenSoDoTheWords() {
    assertThat(ask(AiPurpose.AI_TRAINING, "en", ReadingLevel.STANDARD).getItemFirstRep().getText())
        .isEqualTo(
            "You are asked if facts from your record may be used to make an AI better. What does your yes allow?");
    assertThat(ask(AiPurpose.AI_SHARING, "es", ReadingLevel.EASIER).getItemFirstRep().getText())
        .isEqualTo(
            "Le preguntan si se puede dar a otros lo que hizo una IA. Si dice que sí, ¿qué se puede hacer?");
  }
}
