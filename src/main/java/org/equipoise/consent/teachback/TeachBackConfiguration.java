package org.equipoise.consent.teachback;

import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.RecordOperation;
import org.hl7.fhir.r4.model.Questionnaire;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the teach-back into the server. */
@Configuration(proxyBeanMethods = false)
class TeachBackConfiguration {

  @Bean
  TeachBack teachBack(Definitions definitions) {
    return new TeachBack(questionnaire(definitions));
  }

  @Bean
  TeachBackProvider teachBackProvider(
      RecordOperation operation, Definitions definitions, GuardrailSettings settings) {
    return new TeachBackProvider(operation, questionnaire(definitions), settings.readingLevel());
  }

  private static Questionnaire questionnaire(Definitions definitions) {
    return definitions
        .find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The teach-back questionnaire is not among the definitions"));
  }
}
