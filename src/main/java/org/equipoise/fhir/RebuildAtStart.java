package org.equipoise.fhir;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Tables of ours that are kept beside the resources, found out anew from {@link RecordContents}
 * when the server starts: where nothing is known yet, because the record was written before this
 * server kept them, or where the operator asks for it. Before the first request is taken, by one
 * node at a time, and all or nothing: a table that holds a part would pass for the whole at the
 * next start.
 */
public abstract class RebuildAtStart implements SmartLifecycle {

  private final Logger log = LoggerFactory.getLogger(getClass());

  private final String what;
  private final JdbcTemplate jdbc;
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  /**
   * @param what what is found out, for the log: the object of a sentence
   * @param transaction in which all of it is written
   * @param always also where it is known already
   */
  protected RebuildAtStart(
      String what, JdbcTemplate jdbc, TransactionOperations transaction, boolean always) {
    this.what = what;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.always = always;
  }

  /** Whether it need not be found out. */
  protected abstract boolean isKnown();

  /**
   * Finds it out, in the open transaction. Who reads the record only after the old rows are gone
   * loses nothing of what another node writes meanwhile: it is either read here, or keeps the rows
   * that were written with it.
   *
   * @return from how many resources
   */
  protected abstract int rebuild();

  /**
   * Hands each resource on, as it is read.
   *
   * @return how many there were
   */
  protected static <T> int each(Stream<T> resources, Consumer<? super T> learn) {
    return resources
        .mapToInt(
            resource -> {
              learn.accept(resource);
              return 1;
            })
        .sum();
  }

  /** Whether a table holds any row. */
  protected final boolean hasRows(String table) {
    return !jdbc.queryForList("select 1 from " + table + " fetch first 1 rows only", Integer.class)
        .isEmpty();
  }

  @Override
  public final void start() {
    running = true;
    transaction.executeWithoutResult(
        status -> {
          // One node at a time.
          jdbc.queryForList("select slot from eqp_lock where slot = 0 for update", Integer.class);
          if (always || !isKnown()) {
            int read = rebuild();
            if (read > 0) {
              log.info("Found out {} from {} resources", what, read);
            }
          }
        });
  }

  @Override
  public final void stop() {
    running = false;
  }

  @Override
  public final boolean isRunning() {
    return running;
  }

  /** Before the web server, which starts among the last. */
  @Override
  public final int getPhase() {
    return 0;
  }
}
