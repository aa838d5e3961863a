package org.equipoise.consent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.InfluenceSignal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsentWordsTest {

  @Test
  void bundles_whenCompared_thenSayTheSameThings() {
    assertThat(bundle("en").keySet()).isEqualTo(bundle("es").keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void bundles_whenLookedUp_thenHaveWordsForEveryCode(String language) {
    Stream<String> keys =
        Stream.of(
                Arrays.stream(Reason.Code.values()).map(code -> "reason." + code.code()),
                Arrays.stream(AiPurpose.values()).map(purpose -> "purpose." + purpose.code()),
                InfluenceSignal.ALL_OBSERVED.stream().map(signal -> "signal." + signal.code()))
            .flatMap(stream -> stream);

    assertThat(bundle(language).keySet()).containsAll(keys.toList());
  }

  @ParameterizedTest
  @CsvSource({
    "es,en,es",
    "es-MX,,es",
    "EN,,en",
    "fr,es,es",
    "fr,,en",
    ",,en",
    "'fr;q=0.9, es;q=0.5',,es",
    "not a tag!,es,es"
  })
  void in_whenWishesAreGiven_thenFirstSpokenLanguage(String first, String second, String spoken) {
    assertThat(ConsentWords.in(first, second).language()).isEqualTo(spoken);
  }

  @Test
  void sentence_whenDetailsAreGiven_thenNamesThem() {
    assertThat(ConsentWords.in("en").sentence(Reason.of(Reason.Code.NOT_UNDERSTOOD, 3, 5, 4)))
        .startsWith("3 of 5 teach-back answers were right, and 4 are needed.");
    assertThat(
            ConsentWords.in("es")
                .sentence(Reason.of(Reason.Code.INFLUENCE_OBSERVED, "time-pressure")))
        .isEqualTo("Algo pudo empujar hacia un sí: hubo muy poco tiempo.");
    assertThat(
            ConsentWords.in("en")
                .sentence(Reason.of(Reason.Code.INFLUENCE_OBSERVED, "of-another-world")))
        .contains("of-another-world");
  }

  private static ResourceBundle bundle(String language) {
    return ResourceBundle.getBundle(
        "consent.messages",
        Locale.forLanguageTag(language),
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }
}
