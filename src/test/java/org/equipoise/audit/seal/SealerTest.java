package org.equipoise.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.AuditDatabase.Open;
import org.equipoise.audit.seal.RowHashes.RowHash;
import org.equipoise.audit.seal.SealStore.End;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SealerTest {

  private static List<Long> ids(Seal seal) {
    return seal.rows().rows().stream().map(RowHash::id).toList();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenTheFirstEventIsAnHourOld_thenTheBlockIsClosed(Engine engine) {
    SealedEvents events = SealedEvents.on(engine);
    events.database.write("a", "b", "c");
    assertThat(events.seal().store().end()).isEqualTo(End.NONE);
    assertThat(events.verify().unsealed()).isEqualTo(3);

    events.after(SealedEvents.BLOCK_TIME.plusMinutes(1)).seal();

    Seal seal = events.sealed(1);
    assertThat(ids(seal)).containsExactly(1L, 2L, 3L);
    assertThat(seal.previous()).isEqualTo("0".repeat(64));
    assertThat(seal.hash()).matches("[0-9a-f]{64}");
    assertThat(events.kinds()).isEmpty();
    assertThat(events.verify().unsealed()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenThereAreEnough_thenClosedAtOnceAndTheRestWaits(Engine engine) {
    SealedEvents events = SealedEvents.on(engine);
    for (int i = 0; i < 25; i++) {
      events.database.write("p" + i);
    }

    assertThat(events.seal().store().numbers()).containsExactly(1L, 2L);
    assertThat(events.sealed(2).firstId()).isEqualTo(11);
    assertThat(events.sealed(2).previous()).isEqualTo(events.sealed(1).hash());
    assertThat(events.seal().store().numbers()).as("again").hasSize(2);
    assertThat(events.kinds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenALowerNumberMayStillCome_thenTheBlockEndsBelowIt(Engine engine) throws SQLException {
    SealedEvents events = SealedEvents.on(engine);
    try (Open slow = events.database.open()) {
      events.database.write("a");
      slow.write("slow");
      for (int i = 0; i < 20; i++) {
        events.database.write("p" + i);
      }
      assertThat(events.seal().store().numbers()).isEmpty();
      slow.commit();
      events.seal();
    }
    assertThat(ids(events.sealed(1))).contains(2L);
    assertThat(events.sealed(1).missing().isEmpty()).isTrue();
    assertThat(events.kinds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenANumberWasGivenUpAndComesAfterAll_thenTheNextSealNamesIt(Engine engine)
      throws SQLException {
    SealedEvents events = SealedEvents.on(engine);
    try (Open slow = events.database.open()) {
      slow.write("slow");
      events.gap();
      events.block(3);
      assertThat(events.sealed(1).missing()).hasToString("1-2");
      assertThat(events.kinds()).isEmpty();

      slow.commit();
      events.seal();
    }

    assertThat(events.sealed(2).late()).hasToString("1");
    assertThat(ids(events.sealed(2))).containsExactly(1L);
    assertThat(events.kinds()).isEmpty();
    assertThat(events.block(2).kinds()).as("and the next block follows").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void run_whenARowWasTakenOutBeforeItWasSealed_thenTheSealSaysSo(Engine engine) {
    SealedEvents events = SealedEvents.on(engine);
    events.database.write("a", "b", "c");
    events.seal().tamper("delete from eqp_access_event where id = 2");
    assertThat(events.kinds()).containsExactly(Finding.Kind.ROW_MISSING);

    events.after(SealedEvents.BLOCK_TIME.plusMinutes(1)).seal();

    assertThat(events.sealed(1).vanished()).hasToString("2");
    assertThat(events.kinds()).containsExactly(Finding.Kind.ROW_MISSING);
    assertThat(events.texts()).containsExactly("Event 2: taken out before block 1 was closed");
  }

  @ParameterizedTest
  @EnumSource
  void run_whenTheClockIsPutBackBelowASealedGap_thenNothingIsSealedTwice(Engine engine)
      throws SQLException {
    SealedEvents events = SealedEvents.on(engine);
    try (Open slow = events.database.open()) {
      slow.write("slow");
      events.gap().block(3).after(Duration.ofHours(-3));
      slow.commit();
    }
    assertThat(events.sealed(1).lastId()).isEqualTo(5);

    events.seal();
    assertThat(events.sealed(2).late()).hasToString("1");
    assertThat(events.sealed(2).lastId()).isEqualTo(5);
    events.database.write("a");
    events.after(Duration.ofMinutes(20)).seal();

    assertThat(events.kinds()).isEmpty();
    assertThat(ids(events.sealed(3))).containsExactly(6L);
  }

  /**
   * Transactions end in any order, some late, some never; nodes seal in between, and the clock is
   * put back now and then.
   */
  @Property(tries = 25)
  void run_whateverTheOrder_thenEachEventIsInOneBlockAndAllIsSound(@ForAll long seed)
      throws SQLException {
    Random random = new Random(seed);
    SealedEvents events = SealedEvents.on(Engine.H2);
    Map<Integer, Open> open = new HashMap<>();
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(9)) {
        case 0, 1 -> events.database.write("p" + step);
        case 2 -> open.put(step, events.database.open().write("o" + step));
        case 3, 4 -> {
          if (!open.isEmpty()) {
            Integer which = List.copyOf(open.keySet()).get(random.nextInt(open.size()));
            try (Open one = open.remove(which)) {
              if (random.nextBoolean()) {
                one.write("more").commit();
              } else {
                one.rollback();
              }
            }
          }
        }
        case 5 -> events.after(Duration.ofMinutes(random.nextInt(30)));
        case 6 -> events.after(Duration.ofMinutes(-random.nextInt(30)));
        default -> {
          events.seal();
          assertThat(events.kinds()).isEmpty();
        }
      }
    }
    for (Open one : open.values()) {
      one.commit();
      one.close();
    }
    events.seal().after(Duration.ofHours(2)).seal().after(Duration.ofHours(2)).seal();

    assertThat(events.kinds()).isEmpty();
    List<Long> sealed = new ArrayList<>();
    events.store().numbers().forEach(number -> sealed.addAll(ids(events.sealed(number))));
    assertThat(sealed).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(sealed))
        .isEqualTo(
            new TreeSet<>(
                events.database.jdbc.queryForList("select id from eqp_access_event", Long.class)));
  }
}
