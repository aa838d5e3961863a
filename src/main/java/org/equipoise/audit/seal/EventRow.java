package org.equipoise.audit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeMap;

/**
 * A row of {@code eqp_access_event} as it is sealed and archived: one line of JSON in the canonical
 * form of RFC 8785 with every column that is not null, under the column's name; {@code recorded} in
 * UTC with six digits of the second. Its hash is SHA-256 over the line in UTF-8, without a line
 * end.
 *
 * @param id its number
 * @param recorded when
 * @param line its canonical form
 */
record EventRow(long id, Instant recorded, String line) {

  static final List<String> TEXTS =
      List.of(
          "request",
          "door",
          "operation",
          "client",
          "person",
          "device",
          "organization",
          "purpose",
          "ground",
          "address",
          "patient",
          "entities",
          "query",
          "resource",
          "source");

  static final List<String> NUMBERS = List.of("id", "outcome", "status", "more");

  static final String RECORDED = "recorded";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Of a row that has all columns of the table. */
  static EventRow read(ResultSet row) throws SQLException {
    TreeMap<String, Object> columns = new TreeMap<>();
    for (String name : TEXTS) {
      columns.put(name, row.getString(name));
    }
    for (String name : NUMBERS) {
      columns.put(name, row.getLong(name));
    }
    Instant recorded = instant(row, RECORDED);
    columns.put(RECORDED, text(recorded));
    return new EventRow(row.getLong("id"), recorded, CanonicalJson.of(columns));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  static String text(Instant time) {
    return time == null ? null : TIME.format(time);
  }

  String hash() {
    return Hashes.sha256(line);
  }
}
