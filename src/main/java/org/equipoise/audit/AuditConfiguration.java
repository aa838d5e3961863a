package org.equipoise.audit;

import ca.uhn.fhir.context.FhirContext;
import org.equipoise.fhir.AccessFacts;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.RequestCaller;
import org.equipoise.fhir.RequestStanding;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

  @Bean
  AccessEvents accessEvents(JdbcTemplate jdbc) {
    return new AccessEvents(jdbc);
  }

  @Bean
  MovedAuditEvents movedAuditEvents(
      JdbcTemplate jdbc,
      AccessEvents events,
      FhirContext context,
      PlatformTransactionManager transactions) {
    return new MovedAuditEvents(jdbc, events, context, new TransactionTemplate(transactions));
  }

  @Bean
  AccessLog accessLog(AccessEvents events, FhirContext context) {
    return new KeptAccessLog(events, context);
  }

  @Bean
  AccessTelling accessTelling(RequestCaller callers, AccessFacts facts) {
    return new AccessTelling(callers, facts);
  }

  @Bean
  AccessRecorder accessRecorder(
      AccessTelling telling, AccessFacts facts, AccessEvents events, RequestStanding standing) {
    return new AccessRecorder(telling, facts, events, standing);
  }

  @Bean
  WriteRecorder writeRecorder(AccessTelling telling, AccessFacts facts, AccessEvents events) {
    return new WriteRecorder(telling, facts, events);
  }
}
