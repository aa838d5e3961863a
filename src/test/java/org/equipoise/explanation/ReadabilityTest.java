package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadabilityTest {

  private static final Locale SPANISH = Locale.forLanguageTag("es");

  @Test
  void of_whenEnglish_thenFleschKincaidAsCountedByHand() {
    // 13 words, 2 sentences, 16 syllables (9 and 7): 0.39 * 13 / 2 + 11.8 * 16 / 13 - 15.59 = 1.468
    Readability readability =
        Readability.of(
            "The doctor saw the patient today. She looks at her left knee now.", Locale.ENGLISH);
    assertThat(readability.formula()).isEqualTo("flesch-kincaid");
    assertThat(readability.words()).isEqualTo(13);
    assertThat(readability.grade()).isEqualByComparingTo("1.5");
  }

  @Test
  void of_whenSpanish_thenCrawfordAsCountedByHand() {
    // 11 words, 2 sentences, 19 syllables (la-mé-di-ca-vio-a-su-pa-cien-te 10,
    // le-pre-gun-tó-por-su-ro-di-lla 9)
    Readability readability =
        Readability.of("La médica vio a su paciente. Le preguntó por su rodilla.", SPANISH);
    assertThat(readability.formula()).isEqualTo("crawford");
    assertThat(readability.words()).isEqualTo(11);
    // -0.205 * 200/11 + 0.049 * 1900/11 - 3.407 = 1.329
    assertThat(readability.grade()).isEqualByComparingTo("1.3");
  }

  @Test
  void of_whenNoFormulaForTheLanguage_thenNotComputedButCounted() {
    Readability readability = Readability.of("Die Ärztin sah den Patienten.", Locale.GERMAN);
    assertThat(readability.formula()).isEqualTo("not-computed");
    assertThat(readability.computed()).isEmpty();
    assertThat(readability.words()).isEqualTo(5);
  }

  @Test
  void of_whenNothingToRead_thenNoGrade() {
    assertThat(Readability.of("... !!! 😀", Locale.ENGLISH))
        .isEqualTo(new Readability("not-computed", null, 0));
  }

  @Test
  void of_whenRegionIsGiven_thenFormulaOfTheLanguage() {
    assertThat(Readability.of("Hola.", Locale.forLanguageTag("es-MX")).formula())
        .isEqualTo("crawford");
  }

  @Test
  void of_whenAbbreviationWithFullStop_thenSentenceGoesOn() {
    assertThat(TextStatistics.of("Dr. Ruiz checked it.", Locale.ENGLISH, word -> 1).sentences())
        .isEqualTo(1);
  }

  @Test
  void of_whenLinesAreWrapped_thenSentenceGoesOn() {
    assertThat(
            TextStatistics.of(
                "One two\nthree four.\n\nFive\n\n- six\n- seven", Locale.ENGLISH, word -> 1))
        .isEqualTo(new TextStatistics(4, 7, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "a, 1",
    "sol, 1",
    "casa, 2",
    "médico, 3",
    "día, 2",
    "país, 2",
    "ciudad, 2",
    "cuidado, 3",
    "buey, 1",
    "guerra, 2",
    "pingüino, 3",
    "queso, 2",
    "aéreo, 4",
    "poeta, 3",
    "ahijado, 3",
    "búho, 2",
    "prohibir, 2",
    "paranoia, 4",
    "leíais, 3",
    "averiguáis, 4",
    "muy, 1",
    "y, 1",
    "rey, 1",
    "playa, 2",
    "chiita, 3",
    "zoológico, 5",
    "oía, 3",
    "hielo, 2",
    "inteligencia, 5",
    "artificial, 4",
    "enfermera, 4",
    "cuídate, 3",
    "noche, 2",
    "xyz, 1"
  })
  void count_whenSpanishWord_thenSyllablesOfTheOrthography(String word, int syllables) {
    assertThat(SpanishSyllables.count(word)).isEqualTo(syllables);
  }
}
