package org.equipoise.server;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** The access events as they stand in the database, for tests to look at. */
final class AccessRows {

  /** One event; components are named as the columns are. */
  record Row(
      long id,
      String request,
      String door,
      String operation,
      int outcome,
      int status,
      String client,
      String person,
      String device,
      String ground,
      String address,
      String patient,
      List<String> entities,
      String query) {}

  private final JdbcTemplate jdbc;

  AccessRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Those of one request, as they were kept. */
  List<Row> of(String request) {
    return rows("request = ?", request);
  }

  /** The number of the last event. */
  long last() {
    return jdbc.queryForObject("select coalesce(max(id), 0) from eqp_access_event", Long.class);
  }

  /** Those of FHIR requests that came after, by their request. */
  Map<String, List<Row>> after(long id) {
    return rows("request is not null and id > ?", id).stream()
        .collect(Collectors.groupingBy(Row::request));
  }

  private List<Row> rows(String condition, Object value) {
    return jdbc.query(
        "select * from eqp_access_event where " + condition + " order by id",
        (row, index) ->
            new Row(
                row.getLong("id"),
                row.getString("request"),
                row.getString("door"),
                row.getString("operation"),
                row.getInt("outcome"),
                row.getInt("status"),
                row.getString("client"),
                row.getString("person"),
                row.getString("device"),
                row.getString("ground"),
                row.getString("address"),
                row.getString("patient"),
                row.getString("entities") == null
                    ? List.of()
                    : Arrays.asList(row.getString("entities").split(" ")),
                row.getString("query")),
        value);
  }
}
