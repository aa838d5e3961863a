package org.equipoise.audit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.audit.EventQuery.Place;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Ground;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The access events of one patient, counted by the database and read page by page: what is held in
 * memory does not grow with their number.
 */
public class PatientAccesses {

  private static final String FLAGGED =
      " and exists (select 1 from eqp_access_flag f where f.event_id = eqp_access_event.id)";

  /** Without a ground, a page that asks about an app shows who the patient is. */
  private static final String GOT =
      "case when door = 'CONSENT_DECISION' then 'ANSWER'"
          + " when outcome <> 0 or (ground = 'NONE' and (operation is null or operation <> '"
          + AccessEvent.ALLOW_APP
          + "')) then 'NOTHING' else 'SOMETHING' end";

  private static final int ROWS_AT_A_TIME = 1_000;

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
  public record Wanted(String patient, Instant from, Instant until, String who, boolean includeAi) {

    /** Of these only those in a stretch of time, with no end where {@code end} is null. */
    private Wanted within(Instant start, Instant end) {
      boolean isEarlier = end != null && (until == null || end.isBefore(until));
      return new Wanted(
          patient, start.isAfter(from) ? start : from, isEarlier ? end : until, who, includeAi);
    }
  }

  /** What somebody came away with. */
  public enum Got {
    /** Something was shown or written. */
    SOMETHING,
    NOTHING,
    /** Whether a use of AI is allowed, and nothing of the record. */
    ANSWER
  }

  /**
   * How often one actor came in one way.
   *
   * @param source the client through which another system told it; null for our own
   * @param looks how often they had to do with the record
   * @param takenBack how often they took back what an app was allowed
   * @param last the last of the looks; null where there is none
   */
  public record Tally(
      Ground ground,
      Got got,
      String person,
      String device,
      String client,
      String source,
      long looks,
      long takenBack,
      Instant last) {

    private Tally uncounted() {
      return new Tally(ground, got, person, device, client, source, 0, 0, null);
    }

    private Tally and(Tally earlier) {
      return new Tally(
          ground,
          got,
          person,
          device,
          client,
          source,
          looks + earlier.looks,
          takenBack + earlier.takenBack,
          last == null ? earlier.last : last);
    }
  }

  /** How often somebody came within one of the spans. */
  public record SpanTally(
      int span, Ground ground, Got got, boolean isAi, boolean isElsewhere, long count) {

    private SpanTally times(long number) {
      return new SpanTally(span, ground, got, isAi, isElsewhere, number);
    }
  }

  /**
   * Everything counted.
   *
   * @param actors how often each came, who came last first
   * @param isCut whether there are more actors than are told
   * @param spans how often in each span, of all actors; those without any are left out
   */
  public record Counts(List<Tally> actors, boolean isCut, List<SpanTally> spans) {}

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
        "select count(*) as number, min(recorded) as earliest from eqp_access_event"
            + where(wanted, values)
            + FLAGGED,
        (row, number) -> new Flagged(row.getLong("number"), instant(row, "earliest")),
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

  /** From the first to the last look that succeeded, both included; empty where there is none. */
  public Optional<Span> seen(Wanted wanted) {
    List<Object> values = new ArrayList<>();
    return jdbc.queryForObject(
        "select min(recorded) as earliest, max(recorded) as latest from eqp_access_event"
            + where(wanted, values)
            + " and outcome = 0 and door <> 'TOKEN'",
        (row, number) -> {
          Instant first = instant(row, "earliest");
          return first == null
              ? Optional.empty()
              : Optional.of(new Span(first, instant(row, "latest")));
        },
        values.toArray());
  }

  /**
   * Counts who came how often and when, in one walk over the events: span by span, so that the
   * database has few to sort at a time, and the latest first, so that who came last is known first.
   *
   * @param spans one right after the other, the earliest first; what lies before and after them
   *     counts for the actors alone
   * @param most at most so many actors
   */
  public Counts count(Wanted wanted, List<Span> spans, int most) {
    Tallies tallies = new Tallies(most);
    if (spans.isEmpty()) {
      count(wanted, -1, tallies);
    } else {
      count(wanted.within(spans.get(spans.size() - 1).until(), null), -1, tallies);
      for (int i = spans.size() - 1; i >= 0; i--) {
        count(wanted.within(spans.get(i).from(), spans.get(i).until()), i, tallies);
      }
      count(wanted.within(Instant.MIN, spans.get(0).from()), -1, tallies);
    }
    return tallies.counts();
  }

  private void count(Wanted wanted, int span, Tallies to) {
    if (wanted.until() != null && !wanted.from().isBefore(wanted.until())) {
      return;
    }
    List<Object> values = new ArrayList<>();
    String sql =
        "select ground, got, person, device, client, source,"
            + " sum(case when door = 'TOKEN' then 0 else 1 end) as looks,"
            + " sum(case when door = 'TOKEN' then 1 else 0 end) as taken_back,"
            + " max(case when door = 'TOKEN' then null else recorded end) as latest"
            + " from (select ground, person, device, client, source, door, recorded, "
            + GOT
            + " as got from eqp_access_event"
            + where(wanted, values)
            + ") seen group by ground, got, person, device, client, source"
            + " order by max(recorded) desc";
    jdbc.query(
        connection -> {
          PreparedStatement statement = connection.prepareStatement(sql);
          statement.setFetchSize(ROWS_AT_A_TIME);
          new ArgumentPreparedStatementSetter(values.toArray()).setValues(statement);
          return statement;
        },
        row -> {
          to.add(
              span,
              new Tally(
                  Ground.valueOf(row.getString("ground")),
                  Got.valueOf(row.getString("got")),
                  row.getString("person"),
                  row.getString("device"),
                  row.getString("client"),
                  row.getString("source"),
                  row.getLong("looks"),
                  row.getLong("taken_back"),
                  instant(row, "latest")));
        });
  }

  /** Adds up what is counted stretch by stretch, the latest first. */
  private static final class Tallies {

    private final int most;
    private final Map<Tally, Tally> actors = new LinkedHashMap<>();
    private final Map<SpanTally, Long> spans = new LinkedHashMap<>();
    private boolean isCut;

    Tallies(int most) {
      this.most = most;
    }

    void add(int span, Tally tally) {
      Tally actor = tally.uncounted();
      if (actors.size() < most || actors.containsKey(actor)) {
        actors.merge(actor, tally, Tally::and);
      } else {
        isCut = true;
      }
      if (span >= 0 && tally.looks() > 0) {
        spans.merge(
            new SpanTally(
                span,
                tally.ground(),
                tally.got(),
                tally.device() != null,
                tally.source() != null,
                0),
            tally.looks(),
            Long::sum);
      }
    }

    Counts counts() {
      return new Counts(
          List.copyOf(actors.values()),
          isCut,
          spans.entrySet().stream().map(one -> one.getKey().times(one.getValue())).toList());
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
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
