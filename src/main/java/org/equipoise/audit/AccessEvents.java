package org.equipoise.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Standing;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameterValue;

/**
 * The table of access events. Rows are added, read and, when their time is over, archived; none is
 * ever changed.
 */
public class AccessEvents {

  private static final Set<String> NUMBERS = Set.of("outcome", "status", "more");

  private static final String COLUMNS =
      "request, door, operation, outcome, status, client, person, device, organization, purpose,"
          + " ground, address, patient, entities, more, query, resource, source";

  /** With types, which a database could not guess where the rows are not inserted at once. */
  private static final String ROW =
      "("
          + Arrays.stream(COLUMNS.split(", "))
              .map(
                  column -> "cast(? as " + (NUMBERS.contains(column) ? "integer" : "varchar") + ")")
              .collect(Collectors.joining(", "))
          + ")";

  /** PostgreSQL takes 65,535 parameters in a statement. */
  private static final int ROWS_OF_A_STATEMENT = 1_000;

  private final JdbcTemplate jdbc;

  public AccessEvents(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Adds these, in one statement for each thousand, as part of the open transaction where there is
   * one.
   */
  public void add(List<AccessEvent> events) {
    for (int from = 0; from < events.size(); from += ROWS_OF_A_STATEMENT) {
      insert(events.subList(from, Math.min(events.size(), from + ROWS_OF_A_STATEMENT)));
    }
  }

  private void insert(List<AccessEvent> events) {
    List<Object> values = new ArrayList<>(events.size() * 18);
    events.forEach(event -> addValues(event, values));
    jdbc.update(
        "insert into eqp_access_event (" + COLUMNS + ") values " + rows(events.size()),
        values.toArray());
  }

  /**
   * Adds these where a condition holds, and else none of them.
   *
   * @return whether it held
   */
  public boolean addWhile(Standing standing, List<AccessEvent> events) {
    int together = Math.min(events.size(), ROWS_OF_A_STATEMENT);
    List<Object> values = new ArrayList<>(together * 18);
    events.subList(0, together).forEach(event -> addValues(event, values));
    values.addAll(standing.parameters());
    int added =
        jdbc.update(
            "insert into eqp_access_event ("
                + COLUMNS
                + ") select "
                + COLUMNS
                + " from (values "
                + rows(together)
                + ") told ("
                + COLUMNS
                + ") where "
                + standing.condition(),
            values.toArray());
    if (added > 0) {
      add(events.subList(together, events.size()));
    }
    return added > 0;
  }

  private static String rows(int count) {
    return String.join(", ", Collections.nCopies(count, ROW));
  }

  private static void addValues(AccessEvent event, List<Object> values) {
    Agent agent = event.agent();
    Collections.addAll(
        values,
        text(event.request(), 64),
        event.door().name(),
        text(event.operation(), 64),
        event.outcome().code(),
        event.status(),
        text(agent.client(), 200),
        text(agent.person(), 80),
        text(agent.device(), 80),
        text(agent.organization(), 80),
        text(agent.purpose(), 64),
        agent.ground().name(),
        text(agent.address(), 45),
        text(event.patient(), 64),
        text(event.entities().isEmpty() ? null : String.join(" ", event.entities())),
        event.more(),
        text(event.query()),
        text(event.resource()),
        text(event.source(), 200));
  }

  /** What is longer than its column is cut: that there was an access must not be lost for it. */
  private static Object text(String value, int most) {
    return text(value == null || value.length() <= most ? value : value.substring(0, most));
  }

  private static Object text(String value) {
    return value == null ? new SqlParameterValue(Types.VARCHAR, null) : value;
  }

  /** These, latest first. */
  public List<StoredEvent> find(EventQuery query) {
    List<StoredEvent> found = new ArrayList<>();
    each(query, found::add);
    return found;
  }

  /** Hands these on one by one, latest first, without holding them in memory. */
  public void each(EventQuery query, Consumer<StoredEvent> to) {
    List<Object> values = new ArrayList<>();
    String where = where(query, values);
    values.add(query.most());
    jdbc.query(
        "select id, recorded, "
            + COLUMNS
            + " from eqp_access_event"
            + where
            + " order by recorded desc, id desc limit ?",
        row -> {
          to.accept(event(row));
        },
        values.toArray());
  }

  /** How many there are, whatever the page. */
  public long count(EventQuery query) {
    List<Object> values = new ArrayList<>();
    Long count =
        jdbc.queryForObject(
            "select count(*) from eqp_access_event" + where(query, values),
            Long.class,
            values.toArray());
    return count == null ? 0 : count;
  }

  private static String where(EventQuery query, List<Object> values) {
    List<String> conditions = new ArrayList<>();
    if (query.patient() != null) {
      conditions.add("patient = ?");
      values.add(query.patient());
    }
    if (!query.persons().isEmpty()) {
      String places = String.join(", ", Collections.nCopies(query.persons().size(), "?"));
      conditions.add("(person in (" + places + ") or device in (" + places + "))");
      values.addAll(query.persons());
      values.addAll(query.persons());
    }
    if (!query.entities().isEmpty()) {
      List<String> any = new ArrayList<>();
      for (String entity : query.entities()) {
        any.add("' ' || entities || ' ' like ? escape '!'");
        values.add("% " + literally(entity) + " %");
        any.add("' ' || entities || ' ' like ? escape '!'");
        values.add("% " + literally(entity) + "/!_history/%");
      }
      conditions.add("(" + String.join(" or ", any) + ")");
    }
    if (!query.doors().isEmpty()) {
      conditions.add(
          "door in (" + String.join(", ", Collections.nCopies(query.doors().size(), "?")) + ")");
      query.doors().forEach(door -> values.add(door.name()));
    }
    if (!query.outcomes().isEmpty()) {
      conditions.add(
          "outcome in ("
              + String.join(", ", Collections.nCopies(query.outcomes().size(), "?"))
              + ")");
      values.addAll(query.outcomes());
    }
    if (query.from() != null) {
      conditions.add("recorded >= ?");
      values.add(time(query.from()));
    }
    if (query.until() != null) {
      conditions.add("recorded < ?");
      values.add(time(query.until()));
    }
    if (query.before() != null) {
      conditions.add("recorded <= ? and (recorded < ? or id < ?)");
      values.add(time(query.before().recorded()));
      values.add(time(query.before().recorded()));
      values.add(query.before().id());
    }
    return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  private static String literally(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }

  private static Timestamp time(Instant instant) {
    return Timestamp.from(instant);
  }

  /** The event of a row that has all columns of the table. */
  static StoredEvent event(ResultSet row) throws SQLException {
    String entities = row.getString("entities");
    return new StoredEvent(
        row.getLong("id"),
        row.getObject("recorded", OffsetDateTime.class)
            .withOffsetSameInstant(ZoneOffset.UTC)
            .toInstant(),
        new AccessEvent(
            row.getString("request"),
            Door.valueOf(row.getString("door")),
            row.getString("operation"),
            outcome(row.getInt("outcome")),
            row.getInt("status"),
            new Agent(
                row.getString("client"),
                row.getString("person"),
                row.getString("device"),
                row.getString("organization"),
                row.getString("purpose"),
                Ground.valueOf(row.getString("ground")),
                row.getString("address")),
            row.getString("patient"),
            entities == null ? List.of() : List.of(entities.split(" ")),
            row.getInt("more"),
            row.getString("query"),
            row.getString("resource"),
            row.getString("source")));
  }

  private static Outcome outcome(int code) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.code() == code) {
        return outcome;
      }
    }
    throw new IllegalStateException("No outcome has the code " + code);
  }
}
