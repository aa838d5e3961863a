package org.equipoise.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.equipoise.audit.EventQuery.Place;
import org.equipoise.fhir.AccessEvent.Ground;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The access events of one patient, counted by the database and read page by page: what is held in
 * memory does not grow with their number.
 */
public class PatientAccesses {

  private static final String FLAGGED =
      " and exists (select 1 from eqp_access_flag f where f.event_id = eqp_access_event.id)";

  private final JdbcTemplate jdbc;

  public PatientAccesses(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Which.
   *
   * @param patient logical id
   * @param from recorded at or after
   * @param until recorded before; null for no end
   * @param who only those of this person or AI, e.g. {@code Device/3}; null for all
   * @param includeAi whether those of an AI count
   */
  public record Wanted(
      String patient, Instant from, Instant until, String who, boolean includeAi) {}

  /**
   * How often one actor came in one way.
   *
   * @param outcome code of {@code audit-event-outcome}
   * @param source the client through which another system told it; null for our own
   * @param looks how often they had to do with the record
   * @param takenBack how often they took back what an app was allowed
   * @param first the first of the looks; null where there is none
   * @param last the last of the looks; null where there is none
   */
  public record Tally(
      Ground ground,
      int outcome,
      String person,
      String device,
      String client,
      String source,
      long looks,
      long takenBack,
      Instant first,
      Instant last) {}

  /** How often somebody came within one of the spans. */
  public record SpanTally(
      int span, Ground ground, int outcome, boolean isAi, boolean isElsewhere, long count) {}

  /** A span of time: at or after {@code from}, before {@code until}. */
  public record Span(Instant from, Instant until) {}

  /**
   * A page of those that are not the patient's own looks, the latest first. What the patient took
   * back from an app is among them.
   *
   * @param after only those that stand after this one; null for the first page
   */
  public List<StoredEvent> page(Wanted wanted, Place after, int most) {
    List<Object> values = new ArrayList<>();
    String where =
        where(wanted, values)
            + " and (door = 'TOKEN' or (ground <> 'OWN' and (person is null or person <> ?)))";
    values.add("Patient/" + wanted.patient());
    if (after != null) {
      where += " and recorded <= ? and (recorded < ? or id < ?)";
      Timestamp time = Timestamp.from(after.recorded());
      Collections.addAll(values, time, time, after.id());
    }
    values.add(most);
    return jdbc.query(
        "select * from eqp_access_event"
            + where
            + " order by recorded desc, id desc fetch first ? rows only",
        (row, number) -> AccessEvents.event(row),
        values.toArray());
  }

  /** Those that the watch found unusual, the latest first. */
  public List<StoredEvent> flagged(Wanted wanted, int most) {
    List<Object> values = new ArrayList<>();
    String where = where(wanted, values) + FLAGGED;
    values.add(most);
    return jdbc.query(
        "select * from eqp_access_event"
            + where
            + " order by recorded desc, id desc fetch first ? rows only",
        (row, number) -> AccessEvents.event(row),
        values.toArray());
  }

  /**
   * Those that the watch found unusual, in numbers.
   *
   * @param count how many
   * @param first the time of the earliest; null where there is none
   */
  public record Flagged(long count, Instant first) {}

  /** How many the watch found unusual. */
  public Flagged flagged(Wanted wanted) {
    List<Object> values = new ArrayList<>();
    return jdbc.queryForObject(
        "select count(*), min(recorded) from eqp_access_event" + where(wanted, values) + FLAGGED,
        (row, number) -> {
          OffsetDateTime first = row.getObject(2, OffsetDateTime.class);
          return new Flagged(row.getLong(1), first == null ? null : first.toInstant());
        },
        values.toArray());
  }

  /** Those that the watch has not come to yet, the last that were kept first. */
  public List<StoredEvent> unjudged(Wanted wanted, int most) {
    // Asked for apart: as a part of the question it would have the database read all of a patient.
    Long judged =
        jdbc.queryForObject("select last_id from eqp_access_walk where name = 'watch'", Long.class);
    List<Object> values = new ArrayList<>();
    String where = where(wanted, values) + " and id > ?";
    values.add(judged);
    values.add(most);
    return jdbc.query(
        "select * from eqp_access_event" + where + " order by id desc fetch first ? rows only",
        (row, number) -> AccessEvents.event(row),
        values.toArray());
  }

  /**
   * How often each actor came, who came last first.
   *
   * @param most at most so many actors
   */
  public List<Tally> tallies(Wanted wanted, int most) {
    List<Object> values = new ArrayList<>();
    String where = where(wanted, values);
    values.add(most);
    return jdbc.query(
        "select ground, outcome, person, device, client, source,"
            + " sum(case when door = 'TOKEN' then 0 else 1 end) as looks,"
            + " sum(case when door = 'TOKEN' then 1 else 0 end) as taken_back,"
            + " min(case when door = 'TOKEN' then null else recorded end) as earliest,"
            + " max(case when door = 'TOKEN' then null else recorded end) as latest"
            + " from eqp_access_event"
            + where
            + " group by ground, outcome, person, device, client, source"
            + " order by max(recorded) desc fetch first ? rows only",
        (row, number) ->
            new Tally(
                Ground.valueOf(row.getString("ground")),
                row.getInt("outcome"),
                row.getString("person"),
                row.getString("device"),
                row.getString("client"),
                row.getString("source"),
                row.getLong("looks"),
                row.getLong("taken_back"),
                instant(row, "earliest"),
                instant(row, "latest")),
        values.toArray());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** How often somebody came within each of these spans; those without any are left out. */
  public List<SpanTally> tallies(Wanted wanted, List<Span> spans) {
    if (spans.isEmpty()) {
      return List.of();
    }
    List<Object> values = new ArrayList<>();
    String span = "(?, cast(? as timestamp with time zone), cast(? as timestamp with time zone))";
    for (int i = 0; i < spans.size(); i++) {
      values.add(i);
      values.add(Timestamp.from(spans.get(i).from()));
      values.add(Timestamp.from(spans.get(i).until()));
    }
    String where = where(wanted, values);
    return jdbc.query(
        "select n, ground, outcome, ai, elsewhere, count(*) as number from (select s.n as n,"
            + " ground, outcome, case when device is null then 0 else 1 end as ai,"
            + " case when source is null then 0 else 1 end as elsewhere from (values "
            + String.join(", ", Collections.nCopies(spans.size(), span))
            + ") as s(n, f, u) join eqp_access_event e on e.recorded >= s.f and e.recorded < s.u"
            + where
            + " and door <> 'TOKEN') as t group by n, ground, outcome, ai, elsewhere",
        (row, number) ->
            new SpanTally(
                row.getInt("n"),
                Ground.valueOf(row.getString("ground")),
                row.getInt("outcome"),
                row.getInt("ai") == 1,
                row.getInt("elsewhere") == 1,
                row.getLong("number")),
        values.toArray());
  }

  private static String where(Wanted wanted, List<Object> values) {
    String where = " where patient = ? and recorded >= ?";
    values.add(wanted.patient());
    values.add(Timestamp.from(wanted.from()));
    if (wanted.until() != null) {
      where += " and recorded < ?";
      values.add(Timestamp.from(wanted.until()));
    }
    if (wanted.who() != null) {
      where += " and (person = ? or device = ?)";
      Collections.addAll(values, wanted.who(), wanted.who());
    }
    return wanted.includeAi() ? where : where + " and device is null";
  }
}
