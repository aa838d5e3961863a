package org.equipoise.audit.watch;

import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.watch.Circumstances.AgentDay;
import org.equipoise.audit.watch.Circumstances.AgentMinute;
import org.equipoise.fhir.AccessEvent.Ground;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the watch remembers of events that it has seen, in tables of its own (V23). It writes within
 * the transaction in which the walk moves on, so that each event counts exactly once; one node
 * writes at a time. A batch takes a fixed number of statements, however many events it has.
 */
class WatchMemory {

  private static final int DAYS_OF_PATIENTS = 2;

  private final JdbcTemplate jdbc;
  private final UnusualSettings settings;

  WatchMemory(JdbcTemplate jdbc, UnusualSettings settings) {
    this.jdbc = jdbc;
    this.settings = settings;
  }

  // ---- habits

  private record Seen(String agent, LocalDate day, String patient) {

    AgentDay agentDay() {
      return new AgentDay(agent, day);
    }
  }

  /**
   * Counts these accesses, and says what is usual for whoever opened more than a few records.
   *
   * @param kinds who is like them, of those whose first access on a day it is; null for nobody
   */
  Map<AgentDay, Habit> habits(
      List<StoredEvent> events, Function<Set<String>, Map<String, String>> kinds) {
    Set<Seen> counted = new LinkedHashSet<>();
    for (StoredEvent stored : events) {
      if (Actor.isAccess(stored.event())
          && stored.event().source() == null
          && !Actor.isPatientSide(stored.event().agent())
          && stored.event().agent().ground() != Ground.OVERSIGHT) {
        counted.add(
            new Seen(
                Actor.key(stored.event().agent()),
                settings.dayOf(stored.recorded()),
                stored.event().patient()));
      }
    }
    if (counted.isEmpty()) {
      return Map.of();
    }
    counted.removeAll(known(counted));
    jdbc.batchUpdate(
        "insert into eqp_access_habit_patient (agent, for_day, patient) values (?, ?, ?)",
        counted.stream()
            .map(one -> new Object[] {one.agent(), Date.valueOf(one.day()), one.patient()})
            .toList());
    Map<AgentDay, Integer> added = new HashMap<>();
    counted.forEach(one -> added.merge(one.agentDay(), 1, Integer::sum));
    Set<AgentDay> present =
        events.stream()
            .filter(stored -> Actor.isAccess(stored.event()))
            .map(
                stored ->
                    new AgentDay(
                        Actor.key(stored.event().agent()), settings.dayOf(stored.recorded())))
            .collect(Collectors.toSet());
    Map<AgentDay, Integer> today = todays(present);
    store(added, today, kinds);
    today.values().removeIf(patients -> patients <= settings.fewPatients());
    return usual(today);
  }

  private Set<Seen> known(Set<Seen> asked) {
    List<Object> values = new ArrayList<>();
    String where =
        in("agent", asked.stream().map(Seen::agent), values)
            + " and "
            + in("for_day", asked.stream().map(one -> Date.valueOf(one.day())), values)
            + " and "
            + in("patient", asked.stream().map(Seen::patient), values);
    return new HashSet<>(
        jdbc.query(
            "select agent, for_day, patient from eqp_access_habit_patient where " + where,
            (row, number) ->
                new Seen(row.getString(1), row.getDate(2).toLocalDate(), row.getString(3)),
            values.toArray()));
  }

  private Map<AgentDay, Integer> todays(Set<AgentDay> asked) {
    List<Object> values = new ArrayList<>();
    String where =
        in("agent", asked.stream().map(AgentDay::agent), values)
            + " and "
            + in("for_day", asked.stream().map(one -> Date.valueOf(one.day())), values);
    Map<AgentDay, Integer> found = new HashMap<>();
    jdbc.query(
        "select agent, for_day, patients from eqp_access_habit where " + where,
        row -> {
          AgentDay key = new AgentDay(row.getString(1), row.getDate(2).toLocalDate());
          if (asked.contains(key)) {
            found.put(key, row.getInt(3));
          }
        },
        values.toArray());
    return found;
  }

  /** Adds to what stands there, in the database and in {@code today}. */
  private void store(
      Map<AgentDay, Integer> added,
      Map<AgentDay, Integer> today,
      Function<Set<String>, Map<String, String>> kinds) {
    Set<AgentDay> first = new HashSet<>(added.keySet());
    first.removeAll(today.keySet());
    added.forEach((key, patients) -> today.merge(key, patients, Integer::sum));
    jdbc.batchUpdate(
        "update eqp_access_habit set patients = ? where agent = ? and for_day = ?",
        added.keySet().stream()
            .filter(key -> !first.contains(key))
            .map(key -> new Object[] {today.get(key), key.agent(), Date.valueOf(key.day())})
            .toList());
    if (first.isEmpty()) {
      return;
    }
    Map<String, String> kind =
        kinds.apply(first.stream().map(AgentDay::agent).collect(Collectors.toSet()));
    jdbc.batchUpdate(
        "insert into eqp_access_habit (agent, for_day, kind, patients) values (?, ?, ?, ?)",
        first.stream()
            .map(
                key ->
                    new Object[] {
                      key.agent(), Date.valueOf(key.day()), kind.get(key.agent()), today.get(key)
                    })
            .toList());
  }

  private Map<AgentDay, Habit> usual(Map<AgentDay, Integer> today) {
    if (today.isEmpty()) {
      return Map.of();
    }
    LocalDate last = Collections.max(today.keySet().stream().map(AgentDay::day).toList());
    LocalDate first =
        Collections.min(today.keySet().stream().map(AgentDay::day).toList())
            .minusDays(settings.habitDays());
    Map<String, Map<LocalDate, Integer>> days = new HashMap<>();
    Map<String, String> kinds = new HashMap<>();
    List<Object> values = new ArrayList<>();
    String agents = in("agent", today.keySet().stream().map(AgentDay::agent), values);
    Collections.addAll(values, Date.valueOf(first), Date.valueOf(last));
    jdbc.query(
        "select agent, for_day, kind, patients from eqp_access_habit where "
            + agents
            + " and for_day >= ? and for_day <= ?",
        row -> {
          days.computeIfAbsent(row.getString(1), agent -> new TreeMap<>())
              .put(row.getDate(2).toLocalDate(), row.getInt(4));
          if (row.getString(3) != null) {
            kinds.put(row.getString(1), row.getString(3));
          }
        },
        values.toArray());
    Map<String, Integer> ofKind = medians(new HashSet<>(kinds.values()), first, last);
    Map<AgentDay, Habit> habits = new HashMap<>();
    today.forEach(
        (key, patients) -> {
          List<Integer> before =
              days.getOrDefault(key.agent(), Map.of()).entrySet().stream()
                  .filter(
                      day ->
                          day.getKey().isBefore(key.day())
                              && !day.getKey().isBefore(key.day().minusDays(settings.habitDays())))
                  .map(Map.Entry::getValue)
                  .toList();
          String kind = kinds.get(key.agent());
          habits.put(key, new Habit(patients, before, kind == null ? null : ofKind.get(kind)));
        });
    return habits;
  }

  /** Of the days before the last one, since that one is not over. */
  private Map<String, Integer> medians(Set<String> kinds, LocalDate first, LocalDate last) {
    if (kinds.isEmpty()) {
      return Map.of();
    }
    List<Object> values = new ArrayList<>();
    String where = in("kind", kinds.stream(), values);
    Collections.addAll(values, Date.valueOf(first), Date.valueOf(last));
    Map<String, Integer> found = new HashMap<>();
    jdbc.query(
        "select kind, percentile_cont(0.5) within group (order by patients)"
            + " from eqp_access_habit where "
            + where
            + " and for_day >= ? and for_day < ? group by kind",
        row -> {
          found.put(row.getString(1), (int) Math.ceil(row.getDouble(2)));
        },
        values.toArray());
    return found;
  }

  // ---- refusals

  /** Counts the refusals among these, minute by minute, and says how many there were lately. */
  Map<AgentMinute, Integer> refusals(List<StoredEvent> events) {
    Map<AgentMinute, Integer> added = new HashMap<>();
    for (StoredEvent stored : events) {
      if (stored.event().source() == null && Actor.isTurnedAway(stored.event())) {
        added.merge(
            AgentMinute.of(Actor.key(stored.event().agent()), stored.recorded()), 1, Integer::sum);
      }
    }
    if (added.isEmpty()) {
      return Map.of();
    }
    List<Instant> minutes = added.keySet().stream().map(AgentMinute::minute).toList();
    List<Object> values = new ArrayList<>();
    String agents = in("agent", added.keySet().stream().map(AgentMinute::agent), values);
    Collections.addAll(
        values,
        time(Collections.min(minutes).minus(settings.refusalsWithin())),
        time(Collections.max(minutes)));
    Map<AgentMinute, Integer> known = new HashMap<>();
    jdbc.query(
        "select agent, in_minute, refusals from eqp_access_refused where "
            + agents
            + " and in_minute >= ? and in_minute <= ?",
        row -> {
          known.put(
              AgentMinute.of(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant()),
              row.getInt(3));
        },
        values.toArray());
    Set<AgentMinute> old = Set.copyOf(known.keySet());
    added.forEach((minute, count) -> known.merge(minute, count, Integer::sum));
    jdbc.batchUpdate(
        "update eqp_access_refused set refusals = ? where agent = ? and in_minute = ?",
        rows(added.keySet().stream().filter(old::contains).toList(), known));
    jdbc.batchUpdate(
        "insert into eqp_access_refused (refusals, agent, in_minute) values (?, ?, ?)",
        rows(added.keySet().stream().filter(one -> !old.contains(one)).toList(), known));
    return known;
  }

  private static List<Object[]> rows(
      Collection<AgentMinute> minutes, Map<AgentMinute, Integer> counts) {
    return minutes.stream()
        .map(one -> new Object[] {counts.get(one), one.agent(), time(one.minute())})
        .toList();
  }

  // ---- AIs that document

  private record ScribeOf(String device, String patient) {}

  private static final class Scribe {
    private Long event;
    private Instant looked;
    private Instant wrote;
  }

  /** Notes who looked and has yet to write, and who wrote. */
  void noteScribes(List<StoredEvent> events) {
    List<StoredEvent> theirs =
        events.stream()
            .filter(stored -> stored.event().source() == null)
            .filter(
                stored ->
                    Actor.isLookOfScribe(stored.event()) || Actor.isWriteOfScribe(stored.event()))
            .sorted((one, other) -> one.recorded().compareTo(other.recorded()))
            .toList();
    if (theirs.isEmpty()) {
      return;
    }
    Map<ScribeOf, Scribe> scribes = new HashMap<>();
    List<Object> values = new ArrayList<>();
    String where =
        in("device", theirs.stream().map(one -> one.event().agent().device()), values)
            + " and "
            + in("patient", theirs.stream().map(one -> one.event().patient()), values);
    jdbc.query(
        "select device, patient, event_id, looked, wrote from eqp_access_scribe where " + where,
        row -> {
          Scribe scribe = new Scribe();
          scribe.event = row.getObject(3, Long.class);
          scribe.looked = instant(row.getObject(4, OffsetDateTime.class));
          scribe.wrote = instant(row.getObject(5, OffsetDateTime.class));
          scribes.put(new ScribeOf(row.getString(1), row.getString(2)), scribe);
        },
        values.toArray());
    Set<ScribeOf> old = Set.copyOf(scribes.keySet());
    Set<ScribeOf> touched = new LinkedHashSet<>();
    for (StoredEvent stored : theirs) {
      ScribeOf key = new ScribeOf(stored.event().agent().device(), stored.event().patient());
      touched.add(key);
      note(stored, scribes.computeIfAbsent(key, one -> new Scribe()));
    }
    jdbc.batchUpdate(
        "update eqp_access_scribe set event_id = ?, looked = ?, wrote = ?"
            + " where device = ? and patient = ?",
        rowsOf(touched.stream().filter(old::contains).toList(), scribes));
    jdbc.batchUpdate(
        "insert into eqp_access_scribe (event_id, looked, wrote, device, patient)"
            + " values (?, ?, ?, ?, ?)",
        rowsOf(touched.stream().filter(one -> !old.contains(one)).toList(), scribes));
  }

  private void note(StoredEvent stored, Scribe scribe) {
    if (Actor.isWriteOfScribe(stored.event())) {
      scribe.wrote = stored.recorded();
      scribe.event = null;
      scribe.looked = null;
    } else if (scribe.event == null
        && (scribe.wrote == null
            || scribe.wrote.isBefore(stored.recorded().minus(settings.aiWritesWithin())))) {
      scribe.event = stored.id();
      scribe.looked = stored.recorded();
    }
  }

  private static List<Object[]> rowsOf(Collection<ScribeOf> keys, Map<ScribeOf, Scribe> scribes) {
    return keys.stream()
        .map(
            key -> {
              Scribe scribe = scribes.get(key);
              return new Object[] {
                scribe.event, time(scribe.looked), time(scribe.wrote), key.device(), key.patient()
              };
            })
        .toList();
  }

  /**
   * The looks after which nothing was written in time; each is handed out once.
   *
   * @param most at most so many
   * @return numbers of events
   */
  List<Long> unwritten(Instant now, int most) {
    List<Long> due =
        jdbc.queryForList(
            "select event_id from eqp_access_scribe where event_id is not null and looked < ?"
                + " order by looked limit ?",
            Long.class,
            time(now.minus(settings.aiWritesWithin())),
            most);
    jdbc.batchUpdate(
        "update eqp_access_scribe set event_id = null, looked = null where event_id = ?",
        due.stream().map(event -> new Object[] {event}).toList());
    return due;
  }

  // ---- the rest

  /** Says that an event is not judged. */
  void giveUp(long event, Instant now) {
    if (jdbc.queryForList(
            "select 1 from eqp_access_unjudged where event_id = ?", Integer.class, event)
        .isEmpty()) {
      jdbc.update(
          "insert into eqp_access_unjudged (event_id, given_up) values (?, ?)", event, time(now));
    }
  }

  /** Forgets what no rule asks for any more. */
  void forget(Instant now) {
    LocalDate today = settings.dayOf(now);
    jdbc.update(
        "delete from eqp_access_habit_patient where for_day < ?",
        Date.valueOf(today.minusDays(DAYS_OF_PATIENTS)));
    jdbc.update(
        "delete from eqp_access_habit where for_day < ?",
        Date.valueOf(today.minusDays(settings.habitDays() + (long) DAYS_OF_PATIENTS)));
    jdbc.update(
        "delete from eqp_access_task where for_day < ?",
        Date.valueOf(today.minusDays(settings.habitDays())));
    jdbc.update(
        "delete from eqp_access_refused where in_minute < ?",
        time(now.minus(settings.refusalsWithin().multipliedBy(2))));
    jdbc.update(
        "delete from eqp_access_scribe where event_id is null and (wrote is null or wrote < ?)",
        time(now.minus(settings.aiWritesWithin())));
  }

  private static <T> String in(String column, Stream<T> among, List<Object> values) {
    List<T> distinct = among.distinct().toList();
    values.addAll(distinct);
    return column + " in (" + String.join(", ", Collections.nCopies(distinct.size(), "?")) + ")";
  }

  static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
