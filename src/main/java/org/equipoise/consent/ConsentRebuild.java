package org.equipoise.consent;

import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.Consent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out what patients decided from a record that was written before this server kept it, or
 * where the operator asks for it. Before the first request is taken: until then a refusal would be
 * silence.
 */
class ConsentRebuild implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ConsentRebuild.class);

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final RecordedConsents consents;
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  ConsentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      RecordedConsents consents,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.record = record;
    this.consents = consents;
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
   * Consents are read after the rows are gone, so that one which another node writes meanwhile is
   * either read here or keeps the row that it wrote.
   */
  private void rebuild() {
    // One node at a time.
    jdbc.queryForList("select slot from eqp_lock where slot = 0 for update", Integer.class);
    if (!always && isKnown()) {
      return;
    }
    jdbc.update("delete from eqp_consent_statement");
    AtomicInteger read = new AtomicInteger();
    record
        .ofType(Consent.class)
        .forEach(
            consent -> {
              consents.learnOnRecord(consent);
              read.incrementAndGet();
            });
    if (read.get() > 0) {
      log.info("Read what patients decided about AI from {} Consents", read);
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
            "select 1 from eqp_consent_statement fetch first 1 rows only", Integer.class)
        .isEmpty();
  }
}
