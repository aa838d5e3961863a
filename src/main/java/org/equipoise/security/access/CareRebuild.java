package org.equipoise.security.access;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out who cares for whom from a record that was written before this server kept it, or where
 * the operator asks for it. Before the first request is taken: until then clinicians would reach
 * nobody.
 */
class CareRebuild implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(CareRebuild.class);

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final CareRelations relations;
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  CareRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      CareRelations relations,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.record = record;
    this.relations = relations;
    this.transaction = transaction;
    this.always = always;
  }

  @Override
  public void start() {
    running = true;
    transaction.executeWithoutResult(status -> rebuild());
  }

  /**
   * All or nothing: a table that holds a part would pass for the whole at the next start. The
   * record is read after the rows are gone, so that what another node writes meanwhile is either
   * read here or keeps the rows that it wrote.
   */
  private void rebuild() {
    // One node at a time.
    jdbc.queryForList("select slot from eqp_lock where slot = 0 for update", Integer.class);
    if (!always && isKnown()) {
      return;
    }
    jdbc.update(
        "delete from eqp_care_relation where kind in ('encounter', 'care-team', 'general')");
    jdbc.update("delete from eqp_practitioner_role");
    AtomicInteger read = new AtomicInteger();
    Stream.concat(CareFacts.TYPES.stream().sorted(), Stream.of("PractitionerRole"))
        .flatMap(record::ofType)
        .filter(
            resource -> resource instanceof PractitionerRole || !CareFacts.of(resource).isEmpty())
        .forEach(
            resource -> {
              relations.learn(resource);
              read.incrementAndGet();
            });
    if (read.get() > 0) {
      log.info("Found out who cares for whom from {} resources", read);
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which starts among the last. */
  @Override
  public int getPhase() {
    return 0;
  }

  private boolean isKnown() {
    return !jdbc.queryForList(
            "select 1 from eqp_care_relation fetch first 1 rows only", Integer.class)
        .isEmpty();
  }
}
