package org.equipoise.aidocument;

import jakarta.validation.constraints.Pattern;
import java.util.Optional;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Reference;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class AiDocumentConfiguration {

  /**
   * Settings ({@code equipoise.ai-document.*}).
   *
   * @param defaultCustodian the Organization that keeps AI documents whose writer names none;
   *     without it such a document is refused
   */
  @Validated
  @ConfigurationProperties("equipoise.ai-document")
  record Settings(@Pattern(regexp = "Organization/[A-Za-z0-9.-]{1,64}") String defaultCustodian) {}

  @Bean
  WriteRule aiDocumentRule(Settings settings) {
    return new AiDocumentRule(Optional.ofNullable(settings.defaultCustodian()).map(Reference::new));
  }

  @Bean
  WriteRule keptRecords() {
    return new KeptRecords();
  }
}
