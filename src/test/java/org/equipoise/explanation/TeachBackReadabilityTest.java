package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.consent.guardrail.ListedGuardrails;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.teachback.TeachBackQuestions;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.hl7.fhir.r4.model.Questionnaire;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a patient must understand before they decide is measured, not claimed. */
class TeachBackReadabilityTest {

  private static final BigDecimal STANDARD = BigDecimal.valueOf(6);

  /** How far the easier wording must lie below the standard one, in school grades. */
  private static final BigDecimal CLEARLY = BigDecimal.ONE;

  private static final TeachBackQuestions QUESTIONS =
      new TeachBackQuestions(
          Definitions.shared()
              .find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE)
              .orElseThrow());

  static Stream<Arguments> purposes() {
    return Stream.of(AiPurpose.values())
        .flatMap(purpose -> Stream.of(Arguments.of(purpose, "en"), Arguments.of(purpose, "es")));
  }

  private static Readability measured(AiPurpose purpose, String language, ReadingLevel level) {
    Questionnaire asked = QUESTIONS.ask(purpose, language, level, new Random(1));
    String text =
        Stream.concat(
                Stream.of(asked.getDescription()),
                asked.getItem().stream()
                    .flatMap(
                        item ->
                            Stream.concat(
                                Stream.of(item.getText()),
                                item.getAnswerOption().stream()
                                    .map(option -> option.getValueCoding().getDisplay()))))
            .collect(Collectors.joining(" "));
    return Readability.of(text, Locale.forLanguageTag(language));
  }

  @ParameterizedTest
  @MethodSource("purposes")
  void teachBack_whenMeasured_thenStandardIsAtMostGradeSixAndEasierClearlyLower(
      AiPurpose purpose, String language) {
    Readability standard = measured(purpose, language, ReadingLevel.STANDARD);
    Readability easier = measured(purpose, language, ReadingLevel.EASIER);

    assertThat(standard.computed()).as(standard.toString()).isPresent();
    assertThat(standard.isAbove(STANDARD)).as(standard.toString()).isFalse();
    assertThat(easier.isAbove(standard.grade().subtract(CLEARLY)))
        .as("%s, %s", easier, standard)
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void guardrails_whenMeasured_thenAtMostGradeSix(String language) {
    new ListedGuardrails(GuardrailSettings.DEFAULT)
        .list(language)
        .forEach(
            rule -> {
              Readability readability =
                  Readability.of(
                      rule.reason() + " " + rule.setting(), Locale.forLanguageTag(language));
              assertThat(readability.isAbove(STANDARD))
                  .as("%s %s: %s", rule.code(), readability, rule.reason())
                  .isFalse();
            });
  }
}
