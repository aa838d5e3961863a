package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.time.Clock;
import java.time.Duration;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.EventWalk;
import org.equipoise.fhir.TreatingClinicians;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the watch into the server. */
@Configuration(proxyBeanMethods = false)
class WatchConfiguration {

  /** The walk's name in V22. */
  private static final String WALK = "watch";

  private static final Duration LAG = Duration.ofMinutes(10);

  @Bean
  AccessFlags accessFlags(JdbcTemplate jdbc) {
    return new AccessFlags(jdbc);
  }

  @Bean
  OfficerTaskRule officerTaskRule() {
    return new OfficerTaskRule();
  }

  @Bean
  AccessWatch accessWatch(
      JdbcTemplate jdbc,
      PlatformTransactionManager transactionManager,
      AccessEvents events,
      AccessFlags flags,
      DaoRegistry records,
      TreatingClinicians treating,
      UnusualSettings unusual,
      WatchSettings settings,
      Clock clock,
      @Value("${equipoise.scheduling:true}") boolean scheduled) {
    TransactionTemplate transactions = new TransactionTemplate(transactionManager);
    WatchMemory memory = new WatchMemory(jdbc, unusual);
    return new AccessWatch(
        new EventWalk(jdbc, transactions, WALK, LAG, EventWalk.LONGEST_STEP, clock),
        transactions,
        events,
        flags,
        memory,
        new CircumstancesReader(records, treating, memory),
        new OfficerTasks(jdbc, records),
        new PatientNotices(records, unusual.zone()),
        records,
        unusual,
        settings,
        clock,
        scheduled);
  }
}
