package org.equipoise.consent.withdrawal;

import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.DecisionLock;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.RecordOperation;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** How patients take back what they allowed. */
@Configuration(proxyBeanMethods = false)
class WithdrawalConfiguration {

  @Bean
  WithdrawConsentProvider withdrawConsentProvider(
      RecordOperation operation, JdbcTemplate jdbc, ConsentSettings settings, AccessLog log) {
    return new WithdrawConsentProvider(operation, new DecisionLock(jdbc), settings, log);
  }
}
