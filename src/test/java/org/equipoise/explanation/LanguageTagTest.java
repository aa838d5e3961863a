package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTagTest {

  @ParameterizedTest
  @CsvSource({
    "en, en",
    "EN-us, en-US",
    "es-mx, es-MX",
    "haw, haw",
    "nan, nan",
    "zh-hant-tw, zh-Hant-TW"
  })
  void parse_whenKnownLanguage_thenCanonicalTag(String given, String tag) {
    assertThat(LanguageTag.parse(given, "x").tag()).isEqualTo(tag);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "english",
        "e",
        "xx",
        "qqq-US",
        "und",
        "zxx",
        "en_US",
        "x-klingon",
        "en-",
        "12"
      })
  void parse_whenNoLanguage_thenRefusalNamesTheElement(String given) {
    assertThatThrownBy(
            () -> LanguageTag.parse(given, "Parameters.parameter.where(name='language')"))
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            refusal ->
                assertThat(TestTransaction.expressions(refusal))
                    .containsExactly("Parameters.parameter.where(name='language')"));
  }
}
