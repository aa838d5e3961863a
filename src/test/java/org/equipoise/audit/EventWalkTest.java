package org.equipoise.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.AuditDatabase.Open;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventWalkTest {

  private static final Duration LAG = Duration.ofMinutes(10);

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private AuditDatabase database;
  private EventWalk walk;

  private void start(Engine engine) {
    database = AuditDatabase.on(engine);
    walk = walk();
  }

  private EventWalk walk() {
    return walk(Duration.ofDays(1000));
  }

  private EventWalk walk(Duration longestStep) {
    return new EventWalk(
        database.jdbc, database.transactions, "watch", LAG, longestStep, database.clock);
  }

  private int step() {
    return walk.step(100, this::see);
  }

  private void see(List<Long> numbers) {
    new AccessEvents(database.jdbc)
        .numbered(numbers)
        .forEach(event -> seen.add(event.event().patientId().orElseThrow()));
  }

  @ParameterizedTest
  @EnumSource
  void step_whenThereAreNewEvents_thenEachIsHandedOnOnceInOrder(Engine engine) {
    start(engine);
    assertThat(step()).isZero();
    database.write("a", "b", "c");
    assertThat(walk.step(2, this::see)).isEqualTo(2);
    database.write("d");
    assertThat(step()).isEqualTo(2);
    assertThat(step()).isZero();

    assertThat(seen).containsExactly("a", "b", "c", "d");
    assertThat(walk.settled()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void step_whenALowerNumberCommitsLater_thenHandedOnWhenItDoes(Engine engine) throws SQLException {
    start(engine);
    try (Open slow = database.open();
        Open never = database.open()) {
      database.write("a");
      slow.write("slow");
      never.write("never");
      database.write("b");
      slow.write("slow too");
      database.write("c");
      assertThat(step()).isEqualTo(3);
      assertThat(walk.settled()).as("what may still come is not settled").isEqualTo(1);

      slow.commit();
      never.rollback();

      assertThat(step()).isEqualTo(2);
      assertThat(seen).containsExactly("a", "b", "c", "slow", "slow too");
      assertThat(walk.gaps()).singleElement().matches(gap -> gap.first() == 3 && gap.last() == 3);
      assertThat(walk.settled()).isEqualTo(2);
      database.clock.move(LAG.plusSeconds(1));
      assertThat(walk.settled()).as("taken for rolled back").isEqualTo(6);
      assertThat(step()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void step_whenAGapIsFilledAfterTheLag_thenHandedOnAllTheSame(Engine engine) throws SQLException {
    start(engine);
    try (Open slow = database.open()) {
      slow.write("slow");
      database.write("a");
      step();
      database.clock.move(Duration.ofHours(5));
      assertThat(walk.settled()).isEqualTo(2);
      step();
      slow.commit();

      assertThat(step()).isEqualTo(1);
      assertThat(seen).containsExactly("a", "slow");
    }
  }

  @ParameterizedTest
  @EnumSource
  void gaps_whenADayOld_thenForgotten(Engine engine) throws SQLException {
    start(engine);
    try (Open never = database.open()) {
      never.write("never").rollback();
    }
    database.write("a");
    step();
    assertThat(walk.gaps()).hasSize(1);
    database.clock.move(Duration.ofHours(25));
    step();
    assertThat(walk.gaps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void step_whenTheClockIsPutAhead_thenWhatCommitsLaterIsStillHandedOn(Engine engine)
      throws SQLException {
    start(engine);
    walk = walk(Duration.ofMinutes(2));
    try (Open slow = database.open()) {
      slow.write("slow");
      database.write("a");
      step();
      database.clock.move(Duration.ofDays(3));
      step();
      assertThat(walk.settled()).as("a step ages a gap by no more than a step").isZero();
      step();
      slow.commit();

      assertThat(step()).isEqualTo(1);
      assertThat(seen).containsExactly("a", "slow");
    }
    for (int minute = 0; minute < 10; minute++) {
      database.clock.move(Duration.ofMinutes(1));
      step();
    }
    assertThat(walk.gaps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void settled_whenTheClockIsPutBack_thenWaitsForTheLagFromThen(Engine engine) throws SQLException {
    start(engine);
    try (Open never = database.open()) {
      never.write("never").rollback();
    }
    database.write("a");
    step();
    database.clock.move(Duration.ofDays(-400));
    step();
    assertThat(walk.settled()).isZero();
    database.clock.move(LAG.plusSeconds(1));
    assertThat(walk.settled()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void step_whenItFails_thenTheSameAreHandedOnAgain(Engine engine) {
    start(engine);
    database.write("a", "b");
    assertThatThrownBy(
            () ->
                walk.step(
                    100,
                    events -> {
                      throw new IllegalStateException("the node dies");
                    }))
        .hasMessage("the node dies");

    assertThat(step()).isEqualTo(2);
    assertThat(seen).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource
  void step_whenOneCannotBeRead_thenItsNumberIsHandedOnAllTheSame(Engine engine) {
    start(engine);
    database.write("a", "b");
    database.jdbc.update(
        "insert into eqp_access_event (door, outcome, status, ground) values (?, 0, 200, 'CARE')",
        "NO_SUCH_DOOR");
    List<Long> numbers = new ArrayList<>();

    assertThat(walk.step(100, numbers::addAll)).isEqualTo(3);
    assertThat(numbers).containsExactly(1L, 2L, 3L);
    assertThat(step()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void step_whenGapsAreFilledBesideWhatIsNew_thenNoMoreThanAskedForAndNoneTwice(Engine engine)
      throws SQLException {
    start(engine);
    try (Open one = database.open();
        Open two = database.open()) {
      one.write("1a").write("1b").write("1c");
      database.write("a");
      two.write("2a").write("2b");
      database.write("b");
      step();
      one.commit();
      two.commit();
      database.write("c");
    }
    List<List<Long>> handed = new ArrayList<>();
    while (walk.step(2, handed::add) > 0) {
      // Until nothing is left.
    }

    assertThat(handed).containsExactly(List.of(1L, 2L), List.of(3L, 5L), List.of(6L, 8L));
    assertThat(walk.gaps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void step_whenManyWriteAndTwoNodesWalk_thenEachIsHandedOnOnce(Engine engine) throws Exception {
    start(engine);
    int writers = 4;
    int each = 60;
    ExecutorService threads = Executors.newFixedThreadPool(writers + 2);
    List<Future<?>> writing = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      String name = "w" + writer + "-";
      writing.add(
          threads.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  try (Open one = database.open()) {
                    one.write(name + i);
                    if (i % 5 == 4) {
                      one.rollback();
                    } else {
                      one.commit();
                    }
                  }
                }
                return null;
              }));
    }
    boolean[] over = {false};
    List<Future<?>> walking = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      walking.add(
          threads.submit(
              () -> {
                EventWalk mine = walk();
                boolean last;
                do {
                  last = over[0];
                  while (mine.step(7, this::see) > 0) {
                    // Until nothing is left.
                  }
                } while (!last);
              }));
    }
    for (Future<?> one : writing) {
      one.get();
    }
    over[0] = true;
    for (Future<?> one : walking) {
      one.get();
    }
    threads.shutdown();
    while (step() > 0) {
      // What one node left to the other.
    }

    assertThat(seen).doesNotHaveDuplicates().hasSize(writers * each * 4 / 5);
    assertThat(walk.gaps().stream().mapToLong(gap -> gap.last() - gap.first() + 1).sum())
        .isLessThanOrEqualTo(writers * each / 5);
  }
}
