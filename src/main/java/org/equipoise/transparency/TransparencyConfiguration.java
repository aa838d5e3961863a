package org.equipoise.transparency;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.RecordReader;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class TransparencyConfiguration {

  /**
   * Settings ({@code equipoise.transparency.*}).
   *
   * @param mostOfEach versions, related documents, Provenances, inputs and tasks that the story of
   *     one document shows
   * @param mostConsents consents of a patient that are weighed
   * @param defaultPage documents on a page where the caller does not say
   * @param largestPage documents on a page at most
   * @param mostCounted documents that the summary over all of a patient's looks at
   */
  @Validated
  @ConfigurationProperties("equipoise.transparency")
  record Settings(
      @DefaultValue("100") @Min(10) @Max(1000) int mostOfEach,
      @DefaultValue("2000") @Min(10) @Max(10_000) int mostConsents,
      @DefaultValue("20") @Min(1) @Max(100) int defaultPage,
      @DefaultValue("50") @Min(1) @Max(100) int largestPage,
      @DefaultValue("500") @Min(1) @Max(5000) int mostCounted) {}

  @Bean
  AiTransparencyProvider aiTransparencyProvider(
      RecordReader records, AiUseDecisions policy, AccessLog log, Settings settings) {
    return new AiTransparencyProvider(
        records,
        new AiTransparency(
            policy,
            log,
            new TransparencySettings(
                new StoryLimits(settings.mostOfEach(), settings.mostConsents()),
                settings.defaultPage(),
                settings.largestPage(),
                settings.mostCounted())));
  }
}
