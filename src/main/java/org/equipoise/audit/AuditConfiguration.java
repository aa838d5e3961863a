package org.equipoise.audit;

import ca.uhn.fhir.context.FhirContext;
import org.equipoise.fhir.AccessLog;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

  @Bean
  AccessEvents accessEvents(JdbcTemplate jdbc) {
    return new AccessEvents(jdbc);
  }

  @Bean
  AccessLog accessLog(AccessEvents events, FhirContext context) {
    return new KeptAccessLog(events, context);
  }
}
