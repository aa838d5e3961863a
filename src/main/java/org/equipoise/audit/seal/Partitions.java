package org.equipoise.audit.seal;

import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The partitions of the access events on PostgreSQL, one for each month (UTC). They are made ahead;
 * what falls into none, since nobody made it or a clock was wrong, is kept by the default partition
 * and moved when the right one is made.
 */
class Partitions {

  private static final Logger log = LoggerFactory.getLogger(Partitions.class);

  private static final int MONTHS_AHEAD = 3;
  private static final String TABLE = "eqp_access_event";
  private static final String REST = TABLE + "_rest";
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu_MM");

  private static final int MOST_ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 200;

  /** SQLSTATE {@code lock_not_available} of PostgreSQL. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Of an advisory lock: one node at a time. */
  private static final long LOCK = 0x6571705f61756469L;

  private final JdbcTemplate jdbc;
  private final TransactionOperations transactions;
  private final Clock clock;

  Partitions(JdbcTemplate jdbc, TransactionOperations transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Makes those of this month and the next ones, where they are not there. */
  void make() {
    YearMonth now = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
    for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      YearMonth month = now.plusMonths(ahead);
      if (!exists(name(month))) {
        patiently(() -> make(month));
      }
    }
  }

  /**
   * Makes those of the months that are over and of which something fell into the default partition.
   * All that did is read.
   */
  void makeOfRest() {
    YearMonth now = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
    List<String> months =
        jdbc.queryForList(
            "select distinct to_char(recorded at time zone 'UTC', 'YYYY_MM') from "
                + REST
                + " where recorded < cast(? as timestamptz) order by 1",
            String.class,
            start(now));
    for (String month : months) {
      patiently(() -> make(YearMonth.parse(month, MONTH)));
    }
  }

  private boolean exists(String name) {
    return Boolean.TRUE.equals(
        jdbc.queryForObject("select to_regclass(?) is not null", Boolean.class, name));
  }

  private void make(YearMonth month) {
    lock();
    String name = name(month);
    if (exists(name)) {
      return;
    }
    String range = "recorded >= '%s' and recorded < '%s'".formatted(start(month), end(month));
    jdbc.execute("create table " + name + " (like " + TABLE + " including all)");
    // Who adds waits before it is decided to which partition a row goes: one that waited for the
    // default partition would be refused by it afterwards.
    jdbc.execute("lock table only " + TABLE + " in share row exclusive mode");
    int moved =
        jdbc.update(
            "with moved as (delete from %s where %s returning *) insert into %s select * from moved"
                .formatted(REST, range, name));
    jdbc.execute(
        "alter table %s attach partition %s for values from ('%s') to ('%s')"
            .formatted(TABLE, name, start(month), end(month)));
    log.info("Partition {} of the access events was made; {} were moved to it", name, moved);
  }

  /**
   * Drops the partitions of months that are over and wholly archived.
   *
   * @param before only of months that ended before
   */
  void dropEmpty(Instant before) {
    for (String name :
        jdbc.queryForList(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                + " where i.inhparent = to_regclass(?) and c.relname ~ ? order by 1",
            String.class,
            TABLE,
            "^" + TABLE + "_[0-9]{4}_[0-9]{2}$")) {
      YearMonth month = YearMonth.parse(name.substring(TABLE.length() + 1), MONTH);
      boolean over =
          !month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().isAfter(before);
      if (over && isEmpty(name)) {
        patiently(() -> drop(name));
      }
    }
  }

  private void drop(String name) {
    lock();
    // The whole before the part, as whoever reads or adds does: else each may wait for the other.
    jdbc.execute("lock table only " + TABLE + " in access exclusive mode");
    if (exists(name) && isEmpty(name)) {
      jdbc.execute("drop table " + name);
      log.info("Partition {} of the access events was dropped: all of it is archived", name);
    }
  }

  private boolean isEmpty(String name) {
    List<Integer> any = jdbc.queryForList("select 1 from " + name + " limit 1", Integer.class);
    return any.isEmpty();
  }

  /**
   * Locks here are given up before PostgreSQL looks for a deadlock (after a second), so that never
   * a request ends for their sake; and tried again.
   */
  private void patiently(Runnable work) {
    for (int attempt = 1; ; attempt++) {
      try {
        transactions.executeWithoutResult(status -> work.run());
        return;
      } catch (PessimisticLockingFailureException | UncategorizedSQLException e) {
        if (attempt == MOST_ATTEMPTS || !isLockNotHad(e)) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Spring knows a deadlock, and has no name for the end of {@code lock_timeout}. */
  private static boolean isLockNotHad(DataAccessException e) {
    return !(e instanceof UncategorizedSQLException other)
        || LOCK_NOT_AVAILABLE.equals(other.getSQLException().getSQLState());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private void lock() {
    jdbc.execute("set local lock_timeout = '700ms'");
    jdbc.queryForList("select pg_advisory_xact_lock(?)::text", String.class, LOCK);
  }

  private static String name(YearMonth month) {
    return TABLE + "_" + MONTH.format(month);
  }

  private static String start(YearMonth month) {
    return month.atDay(1) + " 00:00:00+00";
  }

  private static String end(YearMonth month) {
    return start(month.plusMonths(1));
  }
}
