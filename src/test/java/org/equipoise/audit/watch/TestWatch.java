package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.watch.Matter.Occurrence;
import org.equipoise.fhir.TreatingClinicians;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The watch of a node, as a test sets it. */
public final class TestWatch {

  /** Small numbers, so that tests need few events. */
  private static final UnusualSettings SETTINGS =
      new UnusualSettings(
          Set.of(),
          ZoneId.of("UTC"),
          null,
          2,
          new BigDecimal(2),
          28,
          2,
          3,
          Duration.ofMinutes(5),
          Duration.ofHours(24));

  private final ApplicationContext context;

  public TestWatch(ApplicationContext context) {
    this.context = context;
  }

  /** Goes past all events that others left. */
  public void skipAll() {
    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    jdbc.update("delete from eqp_access_gap where walk = 'watch'");
    jdbc.update(
        "update eqp_access_walk set last_id = (select coalesce(max(id), 0) from eqp_access_event)"
            + " where name = 'watch'");
  }

  /** Lets a node look for what is new. */
  public void run() {
    watch(Clock.systemUTC(), false, null).run();
  }

  /** The same, where patients are told. */
  public void runAndTell() {
    watch(Clock.systemUTC(), true, null).run();
  }

  /** The same, so much later. */
  public void runLater(Duration by) {
    watch(Clock.offset(Clock.systemUTC(), by), false, null).run();
  }

  /** The same, but something happens when a Task was written. */
  public void runWith(Runnable afterTask) {
    watch(Clock.systemUTC(), false, afterTask).run();
  }

  /** Both. */
  public void runLaterWith(Duration by, Runnable afterTask) {
    watch(Clock.offset(Clock.systemUTC(), by), false, afterTask).run();
  }

  private AccessWatch watch(Clock clock, boolean tell, Runnable afterTask) {
    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    DaoRegistry records = context.getBean(DaoRegistry.class);
    TransactionTemplate transactions =
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    WatchMemory memory = new WatchMemory(jdbc, SETTINGS);
    OfficerTasks tasks =
        new OfficerTasks(jdbc, records) {
          @Override
          boolean raise(Matter matter, List<Occurrence> occurrences, Names names, Instant now) {
            boolean isFirst = super.raise(matter, occurrences, names, now);
            if (afterTask != null) {
              afterTask.run();
            }
            return isFirst;
          }
        };
    return new AccessWatch(
        new EventWalk(
            jdbc, transactions, "watch", Duration.ofMinutes(10), Duration.ofDays(2), clock),
        transactions,
        context.getBean(AccessEvents.class),
        context.getBean(AccessFlags.class),
        memory,
        new CircumstancesReader(records, context.getBean(TreatingClinicians.class), memory),
        tasks,
        new PatientNotices(records, SETTINGS.zone()),
        records,
        SETTINGS,
        new WatchSettings(Duration.ofSeconds(10), tell),
        clock,
        false);
  }
}
