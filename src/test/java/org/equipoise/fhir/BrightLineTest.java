package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Coding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BrightLineTest {

  @ParameterizedTest
  @EnumSource
  void refuse_whenPurposeCrossesALine_thenNamesItAndItsReason(BrightLine line) {
    Coding purpose = new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(line.code());

    assertThatThrownBy(() -> BrightLine.refuse("Consent.provision.purpose", purpose))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("Consent.provision.purpose: no consent can allow " + line.code())
        .hasMessageContaining(line.words("en").definition());
  }

  @ParameterizedTest
  @CsvSource({
    "https://equipoise-fhir.github.io/ig/CodeSystem/consent-guardrail, true",
    "https://equipoise-fhir.github.io/ig/CodeSystem/ai-purpose, true",
    ", true",
    "http://example.org/other, false"
  })
  void of_whenSystemIsOursOrMissing_thenTheLineIsMeant(String system, boolean meant) {
    Coding purpose = new Coding().setSystem(system).setCode("data-sale");

    assertThat(BrightLine.of(purpose).isPresent()).isEqualTo(meant);
  }

  @Test
  void refuse_whenPurposeCanBePermitted_thenNot() {
    assertThatCode(
            () ->
                BrightLine.refuse(
                    "x",
                    new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode("ai-training")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void words_whenSpanish_thenOtherThanEnglish(BrightLine line) {
    assertThat(line.words("es").display()).isNotEqualTo(line.words("en").display());
    assertThat(line.words("es").definition()).isNotEqualTo(line.words("en").definition());
    assertThat(line.words("fr")).isEqualTo(line.words("en"));
  }

  @Test
  void codes_whenComparedWithTheDefinition_thenExactlyThoseMarkedAsBrightLines() {
    CodeSystem guardrails =
        Definitions.shared()
            .find(CodeSystem.class, Canonical.System.CONSENT_GUARDRAIL)
            .orElseThrow();

    assertThat(guardrails.getConcept())
        .allSatisfy(
            concept ->
                assertThat(BrightLine.of(concept.getCode()).isPresent())
                    .as(concept.getCode())
                    .isEqualTo(
                        concept.getProperty().stream()
                            .anyMatch(property -> property.getCode().equals("bright-line"))));
  }
}
