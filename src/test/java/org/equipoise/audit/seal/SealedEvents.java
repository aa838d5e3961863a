package org.equipoise.audit.seal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.audit.AuditDatabase;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.AuditDatabase.Open;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.seal.Finding.Kind;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A database of access events with what seals, archives and verifies them. */
final class SealedEvents {

  static final Duration LAG = Duration.ofMinutes(10);
  static final Duration BLOCK_TIME = Duration.ofHours(1);
  static final int BLOCK_SIZE = 10;

  final AuditDatabase database;
  final List<Finding> findings = new ArrayList<>();
  private final Engine engine;
  private final Path archive;
  private final String key;

  private SealedEvents(Engine engine, Path archive, String key) {
    this.engine = engine;
    this.database = AuditDatabase.on(engine);
    this.archive = archive;
    this.key = key;
  }

  static SealedEvents on(Engine engine) {
    return new SealedEvents(engine, null, null);
  }

  static SealedEvents on(Engine engine, Path archive) {
    return new SealedEvents(engine, archive, null);
  }

  static SealedEvents keyed(Engine engine, String key) {
    return new SealedEvents(engine, null, key);
  }

  AuditSettings settings() {
    return new AuditSettings(
        LAG, BLOCK_TIME, BLOCK_SIZE, key, archive == null ? null : Period.ofMonths(2), archive);
  }

  EventWalk walk() {
    return new EventWalk(
        database.jdbc,
        database.transactions,
        AuditCare.WALK,
        LAG,
        Duration.ofDays(1000),
        database.clock);
  }

  SealStore store() {
    return new SealStore(database.source);
  }

  /** What each node does each minute. */
  SealedEvents seal() {
    new Sealer(walk(), store(), database.transactions, settings(), database.clock).run();
    return this;
  }

  SealedEvents after(Duration time) {
    database.clock.move(time);
    return this;
  }

  SealedEvents archive() {
    archiving(new ArchiveFiles(archive)).run();
    return this;
  }

  Archiving archiving(ArchiveFiles files) {
    return new Archiving(walk(), store(), files, database.transactions, settings(), database.clock);
  }

  /** Writes so many events, seals them after their time as one block or more. */
  SealedEvents block(int events) {
    for (int i = 0; i < events; i++) {
      database.write("p" + i);
    }
    seal();
    after(BLOCK_TIME.plusMinutes(1));
    return seal();
  }

  /** A number that is drawn and never used. */
  SealedEvents gap() throws SQLException {
    try (Open one = database.open()) {
      one.write("never").rollback();
    }
    return this;
  }

  Verification.Summary verify() {
    return verify(key, 1, Map.of());
  }

  Verification.Summary verify(String withKey, long keyedFrom, Map<Long, String> anchors) {
    findings.clear();
    TransactionTemplate moment =
        new TransactionTemplate(database.transactions.getTransactionManager());
    moment.setReadOnly(true);
    moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    return moment.execute(
        status ->
            new Verification(
                    store(),
                    walk(),
                    archive,
                    new Verification.Expected(withKey, keyedFrom, anchors),
                    findings::add)
                .run());
  }

  List<Kind> kinds() {
    verify();
    return findings.stream().map(Finding::kind).toList();
  }

  List<String> texts() {
    return findings.stream().map(Finding::text).toList();
  }

  /** What somebody does who may do anything in the database. */
  SealedEvents tamper(String sql) {
    for (String table : List.of("event", "seal", "archive")) {
      trigger(table, "disable");
    }
    database.jdbc.execute(sql);
    for (String table : List.of("event", "seal", "archive")) {
      trigger(table, "enable");
    }
    return this;
  }

  private void trigger(String table, String what) {
    if (engine == Engine.POSTGRESQL) {
      database.jdbc.execute("alter table eqp_access_" + table + " " + what + " trigger user");
    }
  }

  /** Of which number an event is copied to another. */
  static String copy(long from, long to) {
    String columns = String.join(", ", EventRow.TEXTS) + ", outcome, status, more, recorded";
    return "insert into eqp_access_event (id, %s) select %d, %s from eqp_access_event where id = %d"
        .formatted(columns, to, columns, from);
  }

  Seal sealed(long number) {
    return database.transactions.execute(status -> store().seal(number).orElseThrow());
  }
}
