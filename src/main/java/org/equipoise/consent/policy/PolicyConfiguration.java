package org.equipoise.consent.policy;

import ca.uhn.fhir.context.FhirContext;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.ConsentStatements;
import org.equipoise.fhir.RecordContents;
import org.equipoise.fhir.RecordOperation;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.annotation.Validated;

/** What patients decided, and what it means, for the rest of the server. */
@Configuration(proxyBeanMethods = false)
class PolicyConfiguration {

  /**
   * Settings ({@code equipoise.consent.*}).
   *
   * @param threshold share of the teach-back items that must be right for a permit to count
   * @param longestPermitDays how far in the future a permit may end
   * @param zone time zone in which the days of a date begin and end
   * @param rebuildStatements read all Consents at start to find out anew what patients decided;
   *     else only where nothing is known yet
   */
  @Validated
  @ConfigurationProperties("equipoise.consent")
  record Settings(
      @DefaultValue("0.8") @DecimalMin(value = "0", inclusive = false) @DecimalMax("1")
          BigDecimal threshold,
      @DefaultValue("365") @Min(1) @Max(3650) int longestPermitDays,
      @DefaultValue("UTC") ZoneId zone,
      @DefaultValue("false") boolean rebuildStatements) {}

  @Bean
  ConsentSettings consentSettings(Settings settings, GuardrailSettings guardrails) {
    return new ConsentSettings(
        settings.threshold(),
        guardrails,
        Duration.ofDays(settings.longestPermitDays()),
        settings.zone(),
        ConsentSettings.DEFAULT.policyUri(),
        ConsentSettings.DEFAULT.deniedWhenSilent());
  }

  @Bean
  EvaluateAiUseProvider evaluateAiUseProvider(
      RecordOperation operation,
      RecordedConsents consents,
      ConsentSettings settings,
      AccessLog log,
      FhirContext context) {
    return new EvaluateAiUseProvider(operation, consents, settings, log, context);
  }

  @Bean
  ConsentPolicy consentPolicy(ConsentSettings settings) {
    return new ConsentPolicy(settings);
  }

  @Bean
  RecordedConsents recordedConsents(JdbcTemplate jdbc, ConsentSettings settings) {
    return new RecordedConsents(jdbc, settings);
  }

  @Bean
  ConsentKeeping consentKeeping(RecordedConsents consents) {
    return new ConsentKeeping(consents);
  }

  @Bean
  ConsentRebuild consentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      RecordedConsents consents,
      TransactionTemplate transaction,
      Settings settings) {
    return new ConsentRebuild(jdbc, record, consents, transaction, settings.rebuildStatements());
  }

  @Bean
  ConsentStatements consentStatements(ConsentSettings settings, RecordedConsents consents) {
    return new RecordedConsentStatements(settings, consents::of);
  }

  @Bean
  AiUseDecisions aiUseDecisions(ConsentSettings settings) {
    return new PolicyDecisions(settings);
  }
}
