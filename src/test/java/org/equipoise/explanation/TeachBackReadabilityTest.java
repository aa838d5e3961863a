package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The questions that test whether something was understood must themselves be understood. */
class TeachBackReadabilityTest {

  private static final BigDecimal GRADE = BigDecimal.valueOf(6);

  static Stream<QuestionnaireItemComponent> questions() {
    return Definitions.shared()
        .find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE)
        .orElseThrow()
        .getItem()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void question_whenInEnglish_thenAtMostGradeSix(QuestionnaireItemComponent question) {
    assertEasy(words(question, StringType::getValue), Locale.ENGLISH);
  }

  @ParameterizedTest
  @MethodSource("questions")
  void question_whenInSpanish_thenAtMostGradeSix(QuestionnaireItemComponent question) {
    assertEasy(words(question, TeachBackReadabilityTest::spanish), Locale.forLanguageTag("es"));
  }

  private static void assertEasy(String text, Locale language) {
    Readability readability = Readability.of(text, language);

    assertThat(readability.computed()).as(text).isPresent();
    assertThat(readability.isAbove(GRADE)).as("%s: %s".formatted(readability, text)).isFalse();
  }

  /** The question and its answers. */
  private static String words(
      QuestionnaireItemComponent question, Function<StringType, String> in) {
    return Stream.concat(
            Stream.of(question.getTextElement()),
            question.getAnswerOption().stream()
                .map(option -> option.getValueCoding().getDisplayElement()))
        .map(in)
        .collect(Collectors.joining(" "));
  }

  private static String spanish(StringType text) {
    return text.getExtensionByUrl("http://hl7.org/fhir/StructureDefinition/translation")
        .getExtensionByUrl("content")
        .getValue()
        .primitiveValue();
  }
}
