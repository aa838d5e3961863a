package org.equipoise.explanation;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.math.BigDecimal;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.WriteRule;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class ExplanationConfiguration {

  /**
   * Settings ({@code equipoise.explanation.*}).
   *
   * @param targetGrade school grade that an explanation should not exceed where the call names none
   */
  @Validated
  @ConfigurationProperties("equipoise.explanation")
  record Settings(@DefaultValue("6") @DecimalMin("1") @DecimalMax("18") BigDecimal targetGrade) {}

  @Bean
  AttachExplanationSettings attachExplanationSettings(Settings settings) {
    return new AttachExplanationSettings(settings.targetGrade());
  }

  @Bean
  AttachExplanationProvider attachExplanationProvider(
      RecordOperation operation, ConsentStatements consents, AttachExplanationSettings settings) {
    return new AttachExplanationProvider(
        operation, new AttachExplanationExecutor(new PlainLanguageWriter(), consents, settings));
  }

  @Bean
  WriteRule explanationRule(AttachExplanationSettings settings, ConsentEnforcement consent) {
    return new ExplanationRule(settings, consent);
  }
}
