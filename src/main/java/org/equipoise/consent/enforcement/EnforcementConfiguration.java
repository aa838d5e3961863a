package org.equipoise.consent.enforcement;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.time.Clock;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.RecordContents;
import org.equipoise.fhir.RequestCaller;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.fhir.WriteRule;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Holds the record to what patients decided about AI. */
@Configuration(proxyBeanMethods = false)
class EnforcementConfiguration {

  /**
   * Settings ({@code equipoise.consent.*}).
   *
   * @param undecidedDocuments what becomes of an AI document that no consent of the patient covers
   * @param rebuildContent read the record at start to find out anew what hangs on AI documents;
   *     else only where nothing is known yet
   */
  @ConfigurationProperties("equipoise.consent")
  record Settings(
      @DefaultValue("park") Parking.Undecided undecidedDocuments,
      @DefaultValue("false") boolean rebuildContent) {}

  @Bean
  AiContentIndex aiContentIndex(
      JdbcTemplate jdbc, DaoRegistry records, @Value("${equipoise.base-url}") String address) {
    return new AiContentIndex(
        jdbc,
        address + "/fhir",
        key -> OnRecord.find(records, key).filter(AiContent::namesPerson).isPresent());
  }

  @Bean
  Employers employers(JdbcTemplate jdbc) {
    return new Employers(jdbc);
  }

  @Bean
  DeidentifiedConsents deidentifiedConsents(JdbcTemplate jdbc) {
    return new DeidentifiedConsents(jdbc);
  }

  @Bean
  ParkedDocuments parkedDocuments(JdbcTemplate jdbc) {
    return new ParkedDocuments(jdbc);
  }

  @Bean
  Parking parking(
      RecordedConsents consents,
      ConsentPolicy policy,
      ParkedDocuments parked,
      DaoRegistry records,
      Settings settings,
      Clock clock) {
    return new Parking(
        consents,
        policy,
        parked,
        new ResponsibleClinicians(records),
        records,
        settings.undecidedDocuments(),
        clock);
  }

  @Bean
  AiContentKeeping aiContentKeeping(
      AiContentIndex index,
      Parking parking,
      Employers employers,
      DeidentifiedConsents deidentified,
      RequestCaller callers) {
    return new AiContentKeeping(index, parking, employers, deidentified, callers);
  }

  @Bean
  ParkedReleases parkedReleases(
      ParkedDocuments parked,
      Parking parking,
      PlatformTransactionManager transactions,
      Clock clock,
      @Value("${equipoise.scheduling:true}") boolean scheduled) {
    return new ParkedReleases(
        parked, parking, new TransactionTemplate(transactions), clock, scheduled);
  }

  @Bean
  ParkedNotice parkedNotice() {
    return new ParkedNotice();
  }

  @Bean
  AiContentRebuild aiContentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      AiContentIndex index,
      Employers employers,
      DeidentifiedConsents deidentified,
      TransactionTemplate transaction,
      Settings settings) {
    return new AiContentRebuild(
        jdbc, record, index, employers, deidentified, transaction, settings.rebuildContent());
  }

  @Bean
  ConsentEnforcement consentEnforcement(
      RecordedConsents consents,
      DeidentifiedConsents deidentified,
      ConsentPolicy policy,
      AiContentIndex index,
      Employers employers,
      SecondOpinions opinions,
      JdbcTemplate jdbc,
      Clock clock) {
    return new RecordedEnforcement(
        consents, deidentified, policy, new AiDocuments(jdbc), index, employers, opinions, clock);
  }

  @Bean
  WriteRule maskedStaysOutRule() {
    return new Masking();
  }
}
