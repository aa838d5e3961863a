package org.equipoise.audit.watch;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the watch found unusual: for each event, each rule once. */
public class AccessFlags {

  /** Numbers of one statement. */
  private static final int MOST = 1_000;

  private final JdbcTemplate jdbc;

  public AccessFlags(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What is unusual about these, one statement for each thousand.
   *
   * @param events numbers of events
   * @return for each that has any; a rule that an older version found and that is gone is left out
   */
  public Map<Long, List<Flag>> of(Collection<Long> events) {
    Map<Long, List<Flag>> found = new HashMap<>();
    List<Long> asked = List.copyOf(new HashSet<>(events));
    for (int from = 0; from < asked.size(); from += MOST) {
      List<Long> some = asked.subList(from, Math.min(asked.size(), from + MOST));
      jdbc.query(
          "select event_id, rule, counted, usual from eqp_access_flag where event_id in ("
              + String.join(", ", Collections.nCopies(some.size(), "?"))
              + ")",
          row -> {
            long event = row.getLong(1);
            Integer counted = row.getObject(3, Integer.class);
            Integer usual = row.getObject(4, Integer.class);
            Rule.of(row.getString(2))
                .ifPresent(
                    rule ->
                        found
                            .computeIfAbsent(event, id -> new ArrayList<>())
                            .add(new Flag(rule, counted, usual)));
          },
          some.toArray());
    }
    found.values().forEach(flags -> flags.sort((one, other) -> one.rule().compareTo(other.rule())));
    return found;
  }

  /**
   * A flag of an event.
   *
   * @param event its number
   */
  record Found(long event, Flag flag) {}

  /**
   * Keeps these, as part of the open transaction; what is kept already stays as it was.
   *
   * @return those that are new
   */
  List<Found> add(Collection<Found> flags, Instant now) {
    if (flags.isEmpty()) {
      return List.of();
    }
    Map<Long, List<Flag>> known = of(flags.stream().map(Found::event).toList());
    Set<List<Object>> seen = new HashSet<>();
    List<Found> added =
        flags.stream()
            .filter(
                one ->
                    known.getOrDefault(one.event(), List.of()).stream()
                        .noneMatch(flag -> flag.rule() == one.flag().rule()))
            .filter(one -> seen.add(List.of(one.event(), one.flag().rule())))
            .toList();
    jdbc.batchUpdate(
        "insert into eqp_access_flag (event_id, rule, found_at, counted, usual)"
            + " values (?, ?, ?, ?, ?)",
        added.stream()
            .map(
                one ->
                    new Object[] {
                      one.event(),
                      one.flag().rule().code(),
                      Timestamp.from(now),
                      one.flag().counted(),
                      one.flag().usual()
                    })
            .toList());
    return added;
  }
}
