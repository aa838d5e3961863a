package org.equipoise.opinion;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import org.equipoise.fhir.PatientSigners;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.fhir.WriteRule;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class OpinionConfiguration {

  /**
   * Settings ({@code equipoise.second-opinion.*}).
   *
   * @param defaultDays for how many days whoever is asked may read what is shown, where the call
   *     does not say
   * @param longestDays for how many at most
   * @param rebuild read all requests at start to find out anew who is asked and what is shown;
   *     otherwise where nothing is known
   */
  @Validated
  @ConfigurationProperties("equipoise.second-opinion")
  record Settings(
      @DefaultValue("30") @Min(1) @Max(3650) int defaultDays,
      @DefaultValue("365") @Min(1) @Max(3650) int longestDays,
      @DefaultValue("false") boolean rebuild) {}

  @Bean
  SharedForOpinion sharedForOpinion(
      JdbcTemplate jdbc, ObjectProvider<DaoRegistry> records, Clock clock) {
    return new SharedForOpinion(jdbc, records, clock);
  }

  @Bean
  OpinionRebuild opinionRebuild(
      JdbcTemplate jdbc,
      DaoRegistry records,
      SharedForOpinion shared,
      TransactionTemplate transaction,
      Settings settings) {
    return new OpinionRebuild(jdbc, records, shared, transaction, settings.rebuild());
  }

  @Bean
  WriteRule secondOpinionRule(SharedForOpinion shared) {
    return new SecondOpinionRule(shared);
  }

  @Bean
  SecondOpinionProvider secondOpinionProvider(
      RecordOperation operation,
      FhirContext context,
      PatientSigners signers,
      TreatingClinicians treating,
      ReadScopes scopes,
      Settings settings) {
    return new SecondOpinionProvider(
        operation,
        context,
        signers,
        treating,
        scopes,
        settings.defaultDays(),
        settings.longestDays());
  }
}
