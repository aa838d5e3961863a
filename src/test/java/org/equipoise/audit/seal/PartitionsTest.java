package org.equipoise.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.AuditDatabase.Open;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionsTest {

  @TempDir private Path archive;
  private SealedEvents events;

  private Partitions start(SealedEvents sealed) {
    events = sealed;
    return new Partitions(
        sealed.database.jdbc, sealed.database.transactions, sealed.database.clock);
  }

  private List<String> partitions() {
    return events.database.jdbc.queryForList(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            + " where i.inhparent = 'eqp_access_event'::regclass order by 1",
        String.class);
  }

  private long rows(String table) {
    return events.database.jdbc.queryForObject("select count(*) from " + table, Long.class);
  }

  private static String name(int ahead) {
    YearMonth month = YearMonth.from(Instant.now().atZone(ZoneOffset.UTC)).plusMonths(ahead);
    return "eqp_access_event_" + month.toString().replace('-', '_');
  }

  @Test
  void make_whenNewOrAgain_thenThisMonthAndTheNextThree() {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    partitions.make();
    partitions.make();
    assertThat(partitions())
        .containsExactly(name(0), name(1), name(2), name(3), "eqp_access_event_rest");
    events.database.write("a");
    assertThat(rows(name(0))).isEqualTo(1);
    assertThat(rows("eqp_access_event_rest")).isZero();
    assertThat(
            events.database.jdbc.queryForList(
                "select indexdef from pg_indexes where tablename = ?", String.class, name(0)))
        .anyMatch(index -> index.endsWith("(patient, recorded)"))
        .anyMatch(index -> index.endsWith("(id, recorded)"));
  }

  @Test
  void make_whenEventsFellIntoTheDefault_thenMovedUnchanged() {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    events.block(5);
    assertThat(rows("eqp_access_event_rest")).isEqualTo(5);

    partitions.make();

    assertThat(rows("eqp_access_event_rest")).isZero();
    assertThat(rows(name(0))).isEqualTo(5);
    assertThat(events.kinds()).isEmpty();
  }

  @Test
  void make_whenManyNodesStartWhileOthersWrite_thenNothingIsLost() throws Exception {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Future<?>> work = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      work.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 100; i++) {
                  events.database.write("p" + i);
                }
              }));
    }
    for (int node = 0; node < 3; node++) {
      work.add(threads.submit(partitions::make));
    }
    for (Future<?> one : work) {
      one.get();
    }
    threads.shutdown();
    assertThat(partitions()).hasSize(5);
    assertThat(rows("eqp_access_event")).isEqualTo(200);
    assertThat(rows("eqp_access_event_rest")).isZero();
  }

  /** Longer than a lock is waited for. */
  private static final Duration LONG = Duration.ofMillis(1800);

  private void whileSomebodyAdds(Runnable work) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Open slow = events.database.open()) {
      slow.write("slow");
      Future<?> done = thread.submit(work);
      Thread.sleep(LONG.toMillis());
      assertThat(done).as("it waits for whoever adds").isNotDone();
      slow.commit();
      done.get();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void make_whenSomebodyAddsForLong_thenTriedAgain() throws Exception {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    whileSomebodyAdds(partitions::make);

    assertThat(partitions()).hasSize(5);
    assertThat(rows(name(0))).isEqualTo(1);
  }

  @Test
  void dropEmpty_whenSomebodyAddsForLong_thenTriedAgain() throws Exception {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    partitions.make();
    // To another month: nobody but the whole table is in the way.
    whileSomebodyAdds(() -> partitions.dropEmpty(Instant.now().plus(Duration.ofDays(70))));

    assertThat(partitions()).contains(name(0), name(3)).doesNotContain(name(1));
  }

  @Test
  void makeOfRest_whenEventsOfEarlierMonthsAreInTheDefault_thenTheyGetTheirOwn() {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL));
    events.database.write("a", "b");
    events.tamper("update eqp_access_event set recorded = recorded - interval '65 days'");
    events.database.write("c");
    events.tamper(
        "update eqp_access_event set recorded = recorded + interval '30 years' where patient = 'c'");
    partitions.make();
    partitions.makeOfRest();
    partitions.makeOfRest();

    assertThat(partitions()).hasSize(6);
    assertThat(rows("eqp_access_event")).isEqualTo(3);
    assertThat(rows("eqp_access_event_rest")).as("what comes of a wrong clock").isEqualTo(1);
  }

  @Test
  void dropEmpty_whenAMonthIsWhollyArchived_thenDropped() {
    Partitions partitions = start(SealedEvents.on(Engine.POSTGRESQL, archive));
    partitions.make();
    events.block(5).after(Duration.ofDays(130));
    Instant before = events.settings().oldest(events.database.clock.instant());
    partitions.dropEmpty(before);
    assertThat(partitions()).as("not archived yet").contains(name(0));

    events.archive();
    partitions.dropEmpty(before);

    assertThat(partitions()).doesNotContain(name(0)).contains(name(3));
    assertThat(events.kinds()).isEmpty();
  }
}
