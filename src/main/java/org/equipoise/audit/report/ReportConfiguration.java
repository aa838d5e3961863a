package org.equipoise.audit.report;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import org.equipoise.audit.PatientAccesses;
import org.equipoise.audit.event.AuditEvents;
import org.equipoise.audit.watch.AccessFlags;
import org.equipoise.audit.watch.UnusualAccess;
import org.equipoise.audit.watch.UnusualSettings;
import org.equipoise.fhir.ClientDirectory;
import org.equipoise.fhir.RequestCaller;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.annotation.Validated;

/** Puts the report of who looked at a record into the server. */
@Configuration(proxyBeanMethods = false)
class ReportConfiguration {

  /**
   * Settings ({@code equipoise.access-report.*}).
   *
   * @param defaultPage accesses on a page where the caller does not say
   * @param largestPage accesses on a page at most
   */
  @Validated
  @ConfigurationProperties("equipoise.access-report")
  record Settings(
      @DefaultValue("100") @Min(1) @Max(2000) int defaultPage,
      @DefaultValue("500") @Min(1) @Max(2000) int largestPage) {}

  @Bean
  ReportReader accessReports(
      JdbcTemplate jdbc,
      DaoRegistry records,
      IIdHelperService<JpaPid> ids,
      ClientDirectory clients,
      FhirContext context,
      UnusualSettings unusual,
      PlatformTransactionManager transactions,
      Clock clock) {
    PatientAccesses accesses = new PatientAccesses(jdbc);
    TransactionTemplate reading = new TransactionTemplate(transactions);
    reading.setReadOnly(true);
    return new ReportReader(
        accesses,
        new UnusualAccesses(accesses, new AccessFlags(jdbc), new UnusualAccess(unusual)),
        new RecordedPeople(records, clients, context),
        new RecordedThings(records, ids),
        records,
        reading,
        clock);
  }

  @Bean
  AccessReportProvider accessReportProvider(
      ReportReader reader,
      AuditEvents shapes,
      RequestCaller callers,
      Settings settings,
      Clock clock) {
    return new AccessReportProvider(
        new AccessReporting(
            reader,
            shapes,
            clock,
            Math.min(settings.defaultPage(), settings.largestPage()),
            settings.largestPage()),
        request ->
            callers
                .of(request)
                .orElseThrow(
                    () -> new AuthenticationException("This request needs an access token")));
  }
}
