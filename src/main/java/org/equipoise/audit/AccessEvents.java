package org.equipoise.audit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.equipoise.audit.EventQuery.Code;
import org.equipoise.audit.EventQuery.Further;
import org.equipoise.audit.EventQuery.Kind;
import org.equipoise.audit.EventQuery.Span;
import org.equipoise.audit.EventQuery.Way;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.HalfCharacters;
import org.equipoise.fhir.Standing;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;

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

  private static final String INSERT_ONE = inserts(1);

  private final JdbcTemplate jdbc;

  /** Statements for one event, by the condition: most answers are one, and conditions are few. */
  private final Map<String, String> insertsOneWhile = new ConcurrentHashMap<>();

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

  /**
   * Adds one, as part of the open transaction where there is one.
   *
   * @return its number
   */
  public long add(AccessEvent event) {
    List<Object> values = new ArrayList<>(18);
    addValues(event, values);
    return add("", ROW, values);
  }

  /**
   * Takes in an event that was kept elsewhere before, with the time that it bears.
   *
   * @return its number
   */
  long takeIn(AccessEvent event, Instant recorded) {
    List<Object> values = new ArrayList<>(19);
    values.add(time(recorded));
    addValues(event, values);
    return add("recorded, ", ROW.replaceFirst("\\(", "(?, "), values);
  }

  private long add(String columns, String row, List<Object> values) {
    KeyHolder number = new GeneratedKeyHolder();
    jdbc.update(
        connection -> {
          PreparedStatement statement =
              connection.prepareStatement(
                  "insert into eqp_access_event (" + columns + COLUMNS + ") values " + row,
                  new String[] {"id"});
          new ArgumentPreparedStatementSetter(values.toArray()).setValues(statement);
          return statement;
        },
        number);
    return Objects.requireNonNull(number.getKey()).longValue();
  }

  private void insert(List<AccessEvent> events) {
    List<Object> values = new ArrayList<>(events.size() * 18);
    events.forEach(event -> addValues(event, values));
    jdbc.update(events.size() == 1 ? INSERT_ONE : inserts(events.size()), values.toArray());
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
            together == 1
                ? insertsOneWhile.computeIfAbsent(standing.condition(), one -> insertsWhile(one, 1))
                : insertsWhile(standing.condition(), together),
            values.toArray());
    if (added > 0) {
      add(events.subList(together, events.size()));
    }
    return added > 0;
  }

  private static String inserts(int count) {
    return "insert into eqp_access_event (" + COLUMNS + ") values " + rows(count);
  }

  private static String insertsWhile(String condition, int count) {
    return "insert into eqp_access_event ("
        + COLUMNS
        + ") select "
        + COLUMNS
        + " from (values "
        + rows(count)
        + ") told ("
        + COLUMNS
        + ") where "
        + condition;
  }

  private static String rows(int count) {
    return count == 1 ? ROW : String.join(", ", Collections.nCopies(count, ROW));
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
    return text(value == null ? null : HalfCharacters.first(value, most));
  }

  private static Object text(String value) {
    return value == null ? new SqlParameterValue(Types.VARCHAR, null) : value;
  }

  /** The event of this number. */
  public Optional<StoredEvent> find(long number) {
    return jdbc
        .query(
            "select id, recorded, " + COLUMNS + " from eqp_access_event where id = ?",
            (row, index) -> event(row),
            number)
        .stream()
        .findFirst();
  }

  /** The number of an event that was a resource before; empty where there was none. */
  public OptionalLong movedFrom(String fhirId) {
    return jdbc
        .queryForList(
            "select event_id from eqp_moved_audit_event where fhir_id = ?", Long.class, fhirId)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** These, in the query's order. */
  public List<StoredEvent> find(EventQuery query) {
    List<StoredEvent> found = new ArrayList<>();
    each(query, found::add);
    return found;
  }

  /** Hands these on one by one, in the query's order, without holding them in memory. */
  public void each(EventQuery query, Consumer<StoredEvent> to) {
    List<Object> values = new ArrayList<>();
    String where = where(query, values);
    values.add(query.most());
    jdbc.query(
        "select id, recorded, "
            + COLUMNS
            + " from eqp_access_event"
            + where
            + (query.further().isOldestFirst()
                ? " order by recorded, id limit ?"
                : " order by recorded desc, id desc limit ?"),
        row -> {
          to.accept(event(row));
        },
        values.toArray());
  }

  /**
   * Those with these numbers, lowest first; what was archived is left out.
   *
   * @param numbers at most a thousand
   */
  public List<StoredEvent> numbered(Collection<Long> numbers) {
    return numbers.isEmpty()
        ? List.of()
        : jdbc.query(
            "select * from eqp_access_event where id in ("
                + String.join(", ", Collections.nCopies(numbers.size(), "?"))
                + ") order by id, recorded",
            (row, number) -> event(row),
            numbers.toArray());
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
    query.persons().forEach(any -> conditions.add(who(any, values)));
    query.entities().forEach(any -> conditions.add(touched(any, values)));
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
    Further further = query.further();
    if (!further.ids().isEmpty()) {
      conditions.add("id in (" + places(further.ids()) + ")");
      values.addAll(further.ids());
    }
    if (!further.actions().isEmpty()) {
      conditions.add(action(further.actions(), values));
    }
    further.kinds().forEach(kind -> conditions.add(kind(kind, values)));
    if (!further.spans().isEmpty()) {
      conditions.add(
          "("
              + further.spans().stream()
                  .map(span -> within(span, values))
                  .collect(Collectors.joining(" or "))
              + ")");
    }
    if (query.before() != null) {
      conditions.add(
          further.isOldestFirst()
              ? "recorded >= ? and (recorded > ? or id > ?)"
              : "recorded <= ? and (recorded < ? or id < ?)");
      values.add(time(query.before().recorded()));
      values.add(time(query.before().recorded()));
      values.add(query.before().id());
    }
    return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  /**
   * Persons and AIs stand in columns of their own; in an AuditEvent that is kept whole, more agents
   * may.
   */
  private static String who(List<String> who, List<Object> values) {
    List<String> any = new ArrayList<>();
    any.add("person in (" + places(who) + ")");
    values.addAll(who);
    List<String> devices = who.stream().filter(one -> one.startsWith("Device/")).toList();
    if (!devices.isEmpty()) {
      any.add("device in (" + places(devices) + ")");
      values.addAll(devices);
    }
    for (String device : devices) {
      any.add("resource like ? escape '!'");
      values.add("%\"who\":{\"reference\":\"" + literally(device) + "\"%");
    }
    return "(" + String.join(" or ", any) + ")";
  }

  private static String touched(List<String> entities, List<Object> values) {
    List<String> any = new ArrayList<>();
    for (String entity : entities) {
      any.add("' ' || entities || ' ' like ? escape '!'");
      values.add("% " + literally(entity) + " %");
      any.add("' ' || entities || ' ' like ? escape '!'");
      values.add("% " + literally(entity) + "/!_history/%");
      if (entity.startsWith("Patient/")) {
        any.add("patient = ?");
        values.add(entity.substring("Patient/".length()));
      }
    }
    return "(" + String.join(" or ", any) + ")";
  }

  private static String kind(Kind kind, List<Object> values) {
    List<String> any = new ArrayList<>();
    for (Way way : kind.ways()) {
      any.add(
          "(resource is null and door = ?"
              + (way.operation() == null ? ")" : " and operation = ?)"));
      values.add(way.door().name());
      if (way.operation() != null) {
        values.add(way.operation());
      }
    }
    for (Code code : kind.codes()) {
      // Few hold the text at all: only those are taken apart.
      any.add("(resource like ? escape '!' and eqp_event_has_code(resource, ?, ?, ?))");
      Collections.addAll(
          values,
          "%\"" + literally(code.code()) + "\"%",
          kind.element(),
          text(code.system()),
          code.code());
    }
    return any.isEmpty() ? "1 = 0" : "(" + String.join(" or ", any) + ")";
  }

  private static String action(List<Character> actions, List<Object> values) {
    List<String> any = new ArrayList<>();
    List<String> doors =
        Arrays.stream(Door.values())
            .filter(door -> actions.contains(door.action()))
            .map(Door::name)
            .toList();
    if (!doors.isEmpty()) {
      any.add("(resource is null and door in (" + places(doors) + "))");
      values.addAll(doors);
    }
    for (char action : actions) {
      // In a resource as this server writes it, no text can hold these characters.
      any.add("resource like ?");
      values.add("%\"action\":\"" + action + "\"%");
    }
    return "(" + String.join(" or ", any) + ")";
  }

  private static String within(Span span, List<Object> values) {
    List<String> both = new ArrayList<>();
    both.add("1 = 1");
    if (span.from() != null) {
      both.add("recorded >= ?");
      values.add(time(span.from()));
    }
    if (span.until() != null) {
      both.add("recorded < ?");
      values.add(time(span.until()));
    }
    return "(" + String.join(" and ", both) + ")";
  }

  private static String places(List<?> values) {
    return String.join(", ", Collections.nCopies(values.size(), "?"));
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
