package org.equipoise.audit.event;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.time.Clock;
import org.equipoise.audit.AccessEvents;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordValidation;
import org.equipoise.fhir.RequestCaller;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts this room into the server. */
@Configuration(proxyBeanMethods = false)
class EventConfiguration {

  @Bean
  AuditEvents auditEvents(FhirContext context) {
    return new AuditEvents(context);
  }

  @Bean
  AuditEventProvider auditEventProvider(
      AccessEvents events,
      AuditEvents shape,
      RequestCaller callers,
      ReadScopes scopes,
      DaoRegistry records,
      RecordValidation validation,
      FhirContext context,
      Clock clock) {
    return new AuditEventProvider(
        events, shape, callers, scopes, records, validation, context, clock);
  }
}
