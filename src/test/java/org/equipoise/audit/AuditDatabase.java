package org.equipoise.audit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** An empty database of its own with our tables, and a clock that only the test moves. */
public final class AuditDatabase {

  /** On which engine. */
  public enum Engine {
    H2,
    POSTGRESQL
  }

  public final DataSource source;
  public final JdbcTemplate jdbc;
  public final TransactionTemplate transactions;
  public final MovedClock clock = new MovedClock();

  private AuditDatabase(DataSource source) {
    this.source = source;
    this.jdbc = new JdbcTemplate(source);
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
  }

  public static AuditDatabase on(Engine engine) {
    String name = "audit_" + UUID.randomUUID().toString().replace("-", "");
    return new AuditDatabase(engine == Engine.H2 ? h2(name) : Postgres.copy(name));
  }

  private static DataSource h2(String name) {
    return migrated(
        new DriverManagerDataSource(
            "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "sa", ""),
        "h2");
  }

  private static DataSource migrated(DataSource source, String folder) {
    Flyway.configure()
        .dataSource(source)
        .table("eqp_schema_history")
        .locations("classpath:db/migration", "classpath:db/" + folder)
        .load()
        .migrate();
    return source;
  }

  /**
   * One for all tests of the run; ends with it. The tables are made once, and copied with their
   * database.
   */
  private static final class Postgres {
    private static final EmbeddedPostgres SERVER = start();
    private static final String MIGRATED = "audit_migrated";

    static {
      execute("create database " + MIGRATED);
      migrated(source(MIGRATED), "postgresql");
    }

    static DataSource copy(String name) {
      execute("create database " + name + " template " + MIGRATED);
      return source(name);
    }

    private static DataSource source(String name) {
      return new DriverManagerDataSource(
          SERVER.getJdbcUrl("postgres", name), "postgres", "postgres");
    }

    private static void execute(String sql) {
      new JdbcTemplate(SERVER.getPostgresDatabase()).execute(sql);
    }

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A transaction that stays open until it is told how to end. */
  public final class Open implements AutoCloseable {
    private final java.sql.Connection connection;

    private Open() throws SQLException {
      connection = source.getConnection();
      connection.setAutoCommit(false);
    }

    /** Draws a number and writes an event under it, not yet to be seen. */
    public Open write(String patient) {
      new AccessEvents(
              new JdbcTemplate(
                  new org.springframework.jdbc.datasource.SingleConnectionDataSource(
                      connection, true)))
          .add(List.of(event(patient)));
      return this;
    }

    public void commit() throws SQLException {
      connection.commit();
    }

    public void rollback() throws SQLException {
      connection.rollback();
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  public Open open() throws SQLException {
    return new Open();
  }

  /** Writes an event about each of these patients. */
  public void write(String... patients) {
    new AccessEvents(jdbc).add(List.of(patients).stream().map(AuditDatabase::event).toList());
  }

  public static AccessEvent event(String patient) {
    return new AccessEvent(
        "request-" + patient,
        Door.READ,
        null,
        Outcome.SUCCESS,
        200,
        new Agent("app", "Practitioner/7", null, null, null, Ground.CARE, "127.0.0.1"),
        patient,
        List.of("Observation/5/_history/2"),
        0,
        null,
        null,
        null);
  }

  /** Stands at the time of its making until it is moved. */
  public static final class MovedClock extends Clock {
    private Instant now = Instant.now();

    public void move(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
