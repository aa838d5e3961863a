package org.equipoise.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A fresh PostgreSQL of our own, which counts the statements that it runs (extension
 * pg_stat_statements). The count leaves out BEGIN, COMMIT and SET, and what the bench itself asks,
 * which goes to another database of the same server.
 */
final class Postgres implements AutoCloseable {

  private static final String RECORD = "equipoise";

  /** One kind of statement, with its values left out, and how often it was run. */
  record Run(String statement, long calls) {}

  private final EmbeddedPostgres server;
  private final Connection watcher;

  private Postgres(EmbeddedPostgres server, Connection watcher) {
    this.server = server;
    this.watcher = watcher;
  }

  static Postgres start() throws IOException, SQLException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("shared_preload_libraries", "pg_stat_statements")
            .setServerConfig("pg_stat_statements.track_utility", "off")
            .setServerConfig("max_connections", "60")
            .start();
    Connection watcher = server.getPostgresDatabase().getConnection();
    Postgres postgres = new Postgres(server, watcher);
    postgres.execute("create extension pg_stat_statements");
    postgres.empty();
    return postgres;
  }

  /** Throws the record away and makes an empty one. No server may be connected. */
  void empty() throws SQLException {
    execute("drop database if exists " + RECORD);
    execute("create database " + RECORD);
  }

  /** Arguments for the server that is to store its record here. */
  List<String> arguments() {
    return List.of(
        "--spring.datasource.url=" + server.getJdbcUrl("postgres", RECORD),
        "--spring.datasource.username=postgres",
        "--spring.datasource.password=postgres");
  }

  /** For {@code psql}: a database beside the record, from which the statements can be read too. */
  String connection() {
    return "host=localhost port=%d dbname=postgres user=postgres password=postgres"
        .formatted(server.getPort());
  }

  /** A connection to the record, for what is generated there. */
  Connection connect() throws SQLException {
    return server.getDatabase("postgres", RECORD).getConnection();
  }

  void forgetStatements() throws SQLException {
    execute("select pg_stat_statements_reset()");
  }

  /** What was run since {@link #forgetStatements}. */
  List<Run> statements() throws SQLException {
    List<Run> runs = new ArrayList<>();
    try (Statement query = watcher.createStatement();
        ResultSet rows =
            query.executeQuery(
                "select regexp_replace(s.query, '\\s+', ' ', 'g'), sum(s.calls)::bigint from pg_stat_statements s"
                    + " join pg_database d on d.oid = s.dbid where d.datname = '"
                    + RECORD
                    + "'"
                    + " group by 1 order by 2 desc, 1")) {
      while (rows.next()) {
        runs.add(new Run(rows.getString(1), rows.getLong(2)));
      }
    }
    return runs;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = watcher.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    watcher.close();
    server.close();
  }
}
