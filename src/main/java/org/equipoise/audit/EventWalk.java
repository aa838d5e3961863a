package org.equipoise.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Walks over the access events in the order of their numbers and misses none, though numbers become
 * visible in another order than they were given out: a transaction may commit a lower one after a
 * higher one was seen, and what is rolled back leaves its number out for ever. So a walk remembers
 * where it stands and each gap below. What appears in a gap is handed on like what is new; a gap
 * that is older than the lag is taken for rolled back, and forgotten a day after it was noticed.
 *
 * <p>The place stands in the database under the walk's name (V22 lists the names) and moves in the
 * transaction in which the events are handed on: so what that transaction writes is written exactly
 * once for each event, and what goes elsewhere happens at least once, also when the node dies in
 * the middle. One node walks at a time; who comes second does nothing.
 */
public class EventWalk {

  /** No transaction is open for so long: what was a gap until then is one for ever. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  /** For whoever walks every minute or more often: what is longer is no step. */
  public static final Duration LONGEST_STEP = Duration.ofMinutes(2);

  private final JdbcTemplate jdbc;
  private final TransactionOperations transactions;
  private final String name;
  private final Duration lag;
  private final Duration longestStep;
  private final Clock clock;

  /**
   * Numbers that were given out and do not show.
   *
   * @param first the lowest
   * @param last the highest, included
   * @param noticed when a higher number was first seen
   */
  public record Gap(long first, long last, Instant noticed) {}

  /**
   * @param name whose walk it is: a row of {@code eqp_access_walk}
   * @param lag how long after it was noticed a gap may still be filled; only {@link #settled} asks
   * @param longestStep so much a gap ages at most from one step to the next
   */
  public EventWalk(
      JdbcTemplate jdbc,
      TransactionOperations transactions,
      String name,
      Duration lag,
      Duration longestStep,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.name = name;
    this.lag = lag;
    this.longestStep = longestStep;
    this.clock = clock;
  }

  /**
   * Hands on, in one transaction, the numbers of the next events that nobody had before, in their
   * order. The events are not read: one that cannot be is no obstacle. Where that throws, the walk
   * stays where it was and the next step hands on the same.
   *
   * @param most at most so many numbers
   * @param to gets them within the transaction; not called where there are none
   * @return how many were handed on; 0 where there are none, or another node is walking
   */
  public int step(int most, Consumer<List<Long>> to) {
    Integer handed =
        transactions.execute(
            status -> {
              if (!lock()) {
                return 0;
              }
              List<Long> numbers = next(most);
              if (!numbers.isEmpty()) {
                to.accept(numbers);
              }
              forget(Long.MAX_VALUE);
              return numbers.size();
            });
    return handed == null ? 0 : handed;
  }

  /**
   * Takes the walk for the open transaction, which must hold it before it asks anything below.
   *
   * @return false where another node has it
   */
  public boolean lock() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("A walk is held by a transaction");
    }
    return !jdbc.queryForList(
            "select name from eqp_access_walk where name = ? for update skip locked",
            String.class,
            name)
        .isEmpty();
  }

  /**
   * Goes on past the next numbers that nobody had before.
   *
   * @param most at most so many
   * @return in ascending order; those below where the walk stood had been a gap
   */
  public List<Long> next(int most) {
    age(clock.instant());
    List<Long> numbers = appeared(most);
    long last = last();
    List<Long> news =
        jdbc.queryForList(
            "select distinct id from eqp_access_event where id > ? order by id limit ?",
            Long.class,
            last,
            most - numbers.size());
    for (long number : news) {
      if (number > last + 1) {
        add(new Gap(last + 1, number - 1, clock.instant()));
      }
      last = number;
    }
    if (!news.isEmpty()) {
      jdbc.update(
          "update eqp_access_walk set last_id = ?, walked_at = ? where name = ?",
          last,
          time(clock.instant()),
          name);
    }
    numbers.addAll(news);
    return numbers;
  }

  /**
   * Lets the gaps grow older, by no more in a step than a short while: a clock that was put ahead,
   * or a time in which nobody walked, says nothing about whether their transactions have ended.
   * Where the clock was put back, they are counted from now on.
   */
  private void age(Instant now) {
    List<Gap> gaps = gaps();
    if (!gaps.isEmpty()) {
      OffsetDateTime walked =
          jdbc.queryForObject(
              "select walked_at from eqp_access_walk where name = ?", OffsetDateTime.class, name);
      Duration passed = walked == null ? Duration.ZERO : Duration.between(walked.toInstant(), now);
      Duration notCounted = passed.minus(longestStep);
      for (Gap gap : gaps) {
        Instant counted = notCounted.isNegative() ? gap.noticed() : gap.noticed().plus(notCounted);
        Instant noticed = counted.isAfter(now) ? now : counted;
        if (!noticed.equals(gap.noticed())) {
          jdbc.update(
              "update eqp_access_gap set noticed = ? where walk = ? and first_id = ?",
              time(noticed),
              name,
              gap.first());
        }
      }
      jdbc.update("update eqp_access_walk set walked_at = ? where name = ?", time(now), name);
    }
  }

  /**
   * What now shows in the gaps, which are made smaller by it. Each gap is asked for alone: of a
   * join PostgreSQL may make a walk through all events.
   */
  private List<Long> appeared(int most) {
    List<Long> numbers = new ArrayList<>();
    for (Gap gap : gaps()) {
      if (numbers.size() == most) {
        break;
      }
      List<Long> filled =
          jdbc.queryForList(
              "select distinct id from eqp_access_event where id between ? and ?"
                  + " order by id limit ?",
              Long.class,
              gap.first(),
              gap.last(),
              most - numbers.size());
      if (!filled.isEmpty()) {
        narrow(gap, filled);
        numbers.addAll(filled);
      }
    }
    return numbers;
  }

  private void narrow(Gap gap, List<Long> filled) {
    jdbc.update("delete from eqp_access_gap where walk = ? and first_id = ?", name, gap.first());
    long from = gap.first();
    for (long number : filled) {
      if (from < number) {
        add(new Gap(from, number - 1, gap.noticed()));
      }
      from = number + 1;
    }
    if (from <= gap.last()) {
      add(new Gap(from, gap.last(), gap.noticed()));
    }
  }

  private void add(Gap gap) {
    jdbc.update(
        "insert into eqp_access_gap (walk, first_id, last_id, noticed) values (?, ?, ?, ?)",
        name,
        gap.first(),
        gap.last(),
        time(gap.noticed()));
  }

  /** The highest number that was seen; 0 before the first. */
  public long last() {
    Long last =
        jdbc.queryForObject("select last_id from eqp_access_walk where name = ?", Long.class, name);
    if (last == null) {
      throw new IllegalStateException("No walk has the name " + name);
    }
    return last;
  }

  /** The gaps that are remembered, lowest first. */
  public List<Gap> gaps() {
    return jdbc.query(
        "select first_id, last_id, noticed from eqp_access_gap where walk = ? order by first_id",
        (row, number) ->
            new Gap(
                row.getLong("first_id"),
                row.getLong("last_id"),
                row.getObject("noticed", OffsetDateTime.class)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toInstant()),
        name);
  }

  /** Up to this number everything has been seen, or will, as far as the lag can tell, never be. */
  public long settled() {
    Long open =
        jdbc.queryForObject(
            "select min(first_id) from eqp_access_gap where walk = ? and noticed > ?",
            Long.class,
            name,
            time(clock.instant().minus(lag)));
    return open == null ? last() : open - 1;
  }

  /**
   * Looks no longer into old gaps.
   *
   * @param upTo only into those up to this number
   */
  public void forget(long upTo) {
    jdbc.update(
        "delete from eqp_access_gap where walk = ? and last_id <= ? and noticed < ?",
        name,
        upTo,
        time(clock.instant().minus(REMEMBERED)));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
