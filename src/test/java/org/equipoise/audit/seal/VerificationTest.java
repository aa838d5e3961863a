package org.equipoise.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.AuditDatabase.Open;
import org.equipoise.audit.seal.Finding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;

class VerificationTest {

  private static final String KEY = "a secret of thirty-two characters!";

  @TempDir private Path archive;

  /** Blocks 1 (events 1-4, of which 2 never came), 2 (5-7) and 3 (8-10). */
  private SealedEvents threeBlocks(Engine engine) throws SQLException {
    SealedEvents events = SealedEvents.on(engine);
    events.database.write("a");
    events.gap().block(2).block(3).block(3);
    assertThat(events.kinds()).isEmpty();
    assertThat(events.sealed(1).missing()).hasToString("2");
    assertThat(events.sealed(3).lastId()).isEqualTo(10);
    return events;
  }

  // ---- rows

  @ParameterizedTest
  @EnumSource
  void verify_whenARowWasChanged_thenNamed(Engine engine) throws SQLException {
    for (String change :
        List.of(
            "person = 'Practitioner/8'",
            "patient = null",
            "outcome = 4",
            "more = 1",
            "query = ''",
            "recorded = recorded + interval '1' second")) {
      SealedEvents events = threeBlocks(engine);
      events.tamper("update eqp_access_event set " + change + " where id = 6");
      assertThat(events.kinds()).as(change).containsExactly(Kind.ROW_CHANGED);
      assertThat(events.texts()).containsExactly("Event 6: changed (block 2)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenRowsWereTakenOut_thenNamed(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    events.tamper("delete from eqp_access_event where id in (3, 6, 7)");
    assertThat(events.kinds()).containsExactly(Kind.ROW_MISSING, Kind.ROW_MISSING);
    assertThat(events.texts())
        .containsExactly("Event 3: missing (block 1)", "Events 6-7: missing (block 2)");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenARowWasPutIntoAGap_thenNamed(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    events.after(Duration.ofDays(2)).seal();
    events.tamper(SealedEvents.copy(6, 2)).seal();
    assertThat(events.kinds()).containsExactly(Kind.ROW_IN_GAP);
    assertThat(events.texts())
        .containsExactly("Event 2: added later, block 1 had declared the number missing");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenARowWasAddedUnderAKnownOrAnImpossibleNumber_thenNamed(Engine engine)
      throws SQLException {
    SealedEvents events = threeBlocks(engine);
    events.tamper(SealedEvents.copy(6, 7)).tamper(SealedEvents.copy(6, -3)).seal();
    assertThat(events.kinds()).containsExactly(Kind.ROW_ADDED, Kind.ROW_ADDED);
    assertThat(events.texts())
        .containsExactly("Event -3: added, no number is so low", "Event 7: added (block 2)");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenTwoRowsWereSwapped_thenBothNamed(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    events.tamper("update eqp_access_event set id = 99 where id = 5");
    events.tamper("update eqp_access_event set id = 5 where id = 7");
    events.tamper("update eqp_access_event set id = 7 where id = 99");
    assertThat(events.kinds()).containsExactly(Kind.ROW_CHANGED, Kind.ROW_CHANGED);
    assertThat(events.texts())
        .containsExactly("Event 5: changed (block 2)", "Event 7: changed (block 2)");
  }

  @Test
  void columns_whenTheTableHasMore_thenTheyAreSealedToo() {
    SealedEvents events = SealedEvents.on(Engine.POSTGRESQL);
    TreeSet<String> sealed = new TreeSet<>(EventRow.TEXTS);
    sealed.addAll(EventRow.NUMBERS);
    sealed.add(EventRow.RECORDED);
    assertThat(sealed)
        .isEqualTo(
            new TreeSet<>(
                events.database.jdbc.queryForList(
                    "select column_name from information_schema.columns"
                        + " where table_name = 'eqp_access_event'",
                    String.class)));
  }

  @Test
  void update_whenOnPostgres_thenRefused() throws SQLException {
    SealedEvents events = threeBlocks(Engine.POSTGRESQL);
    new Partitions(events.database.jdbc, events.database.transactions, events.database.clock)
        .make();
    for (String change :
        List.of(
            "eqp_access_event set patient = 'x' where id = 3", "eqp_access_seal set hash = 'x'")) {
      assertThatThrownBy(() -> events.database.jdbc.update("update " + change))
          .isInstanceOf(DataAccessException.class)
          .hasMessageContaining("added and never changed");
    }
    assertThat(events.kinds()).isEmpty();
  }

  // ---- seals

  @ParameterizedTest
  @EnumSource
  void verify_whenASealWasChanged_thenNamed(Engine engine) throws SQLException {
    for (String change :
        List.of(
            "missing = '2 3'",
            "late = '1'",
            "vanished = ''||'4'",
            "missing = 'x'",
            "sealed = sealed + interval '1' second",
            "algorithm = 'none'",
            "events = 17")) {
      SealedEvents events = threeBlocks(engine);
      events.tamper("update eqp_access_seal set " + change + " where number = 1");
      assertThat(events.kinds()).as(change).contains(Kind.SEAL_CHANGED);
      assertThat(events.texts()).anyMatch(text -> text.startsWith("Seal 1: changed"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenARowWasChangedWithItsHashInTheSeal_thenTheSealIsNamed(Engine engine)
      throws SQLException {
    SealedEvents events = threeBlocks(engine);
    events.tamper("delete from eqp_access_event where id = 7");
    Seal seal = events.sealed(2);
    byte[] fewer = new RowHashes(seal.rows().rows().subList(0, 2)).bytes();
    events.tamper("select 1");
    events.database.jdbc.update("delete from eqp_access_seal where number = 2");
    Seal forged =
        new Seal(
            2,
            Hashes.PLAIN,
            5,
            7,
            Numbers.parse("7"),
            Numbers.NONE,
            Numbers.NONE,
            seal.earliest(),
            seal.latest(),
            seal.sealed(),
            RowHashes.of(fewer),
            seal.previous(),
            seal.hash());
    events.store().add(forged);
    assertThat(events.kinds()).containsExactly(Kind.SEAL_CHANGED);

    events.database.jdbc.update("delete from eqp_access_seal where number = 2");
    events.store().add(forged.signed(null));
    assertThat(events.kinds()).as("made anew").containsExactly(Kind.CHAIN_BROKEN);
    assertThat(events.texts())
        .containsExactly("Seal 3: does not follow on the one before, the chain is broken");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenASealIsMissing_thenNamed(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    String hash = events.sealed(3).hash();
    events.tamper("delete from eqp_access_seal where number = 2");
    assertThat(events.kinds()).containsExactly(Kind.SEAL_MISSING);
    assertThat(events.texts()).containsExactly("Seal 2: missing");

    SealedEvents cut = threeBlocks(engine);
    cut.tamper("delete from eqp_access_seal where number = 3");
    assertThat(cut.kinds()).as("the end was cut off").isEmpty();
    cut.verify(null, 1, Map.of(3L, hash));
    assertThat(cut.texts()).containsExactly("Seal 3: missing, though its hash was kept elsewhere");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenSealsWereSwapped_thenTheChainIsBroken(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    for (String step :
        List.of("99 where number = 2", "2 where number = 3", "3 where number = 99")) {
      events.tamper("update eqp_access_seal set number = " + step);
    }
    assertThat(events.kinds()).contains(Kind.CHAIN_BROKEN, Kind.SEAL_CHANGED);
    assertThat(events.texts()).contains("Seal 2: changed", "Seal 3: changed");
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenAllWasMadeAnew_thenTheAnchorTells(Engine engine) throws SQLException {
    SealedEvents events = threeBlocks(engine);
    String kept = events.sealed(2).hash();
    assertThat(events.verify(null, 1, Map.of(2L, kept)).findings()).isZero();
    events.tamper("delete from eqp_access_seal");
    events.tamper("update eqp_access_event set person = null where id = 6");
    events.tamper("update eqp_access_walk set last_id = 0 where name = 'seal'");
    events.tamper("delete from eqp_access_gap");
    events.seal().after(Duration.ofHours(1)).seal();

    assertThat(events.kinds()).isEmpty();
    assertThat(events.verify(null, 1, Map.of(2L, kept)).findings()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenMadeWithASecret_thenOnlyWhoHasItCan(Engine engine) {
    SealedEvents events = SealedEvents.keyed(engine, KEY);
    events.block(3).block(3);
    assertThat(events.kinds()).isEmpty();
    assertThatThrownBy(() -> events.verify(null, 1, Map.of()))
        .isInstanceOf(Verification.Impossible.class)
        .hasMessageContaining("equipoise.audit.seal-key");
    assertThat(events.verify(KEY + "!", 1, Map.of()).findings()).isEqualTo(2);

    Seal second = events.sealed(2);
    events.database.jdbc.update("delete from eqp_access_seal where number = 2");
    events
        .store()
        .add(
            new Seal(
                    2,
                    Hashes.PLAIN,
                    second.firstId(),
                    second.lastId(),
                    second.missing(),
                    second.late(),
                    second.vanished(),
                    second.earliest(),
                    second.latest(),
                    second.sealed(),
                    second.rows(),
                    second.previous(),
                    null)
                .signed(null));
    assertThat(events.kinds()).containsExactly(Kind.SEAL_WITHOUT_KEY);
    assertThat(events.verify(KEY, 3, Map.of()).findings()).isZero();
  }

  // ---- archive

  private SealedEvents archived(Engine engine) throws SQLException {
    SealedEvents events = SealedEvents.on(engine, archive);
    try (Open slow = events.database.open()) {
      slow.write("slow");
      events.database.write("a");
      events.gap().block(2);
      slow.commit();
      events.seal();
    }
    events.block(3);
    assertThat(events.archive().store().archive(1)).as("too young").isEmpty();
    events.after(Duration.ofDays(70)).archive().database.write("new");
    return events;
  }

  private long rows(SealedEvents events) {
    return events.database.jdbc.queryForObject("select count(*) from eqp_access_event", Long.class);
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenBlocksAreOld_thenMovedAndStillSound(Engine engine)
      throws SQLException, IOException {
    SealedEvents events = archived(engine);

    assertThat(rows(events)).isEqualTo(1);
    assertThat(events.kinds()).isEmpty();
    Verification.Summary summary = events.verify();
    assertThat(summary.events()).isEqualTo(7);
    assertThat(summary.archived()).isEqualTo(7);
    List<String> lines = lines(2);
    assertThat(lines.get(0)).contains("\"hash\":\"" + events.sealed(2).hash() + "\"");
    assertThat(lines.get(1))
        .startsWith(
            "{\"address\":\"127.0.0.1\",\"client\":\"app\",\"door\":\"READ\",\"entities\":\"Observation/5/_history/2\"")
        .contains("\"patient\":\"slow\"");
    assertThat(archive.toFile().list()).hasSize(3);
    events.archive();
    assertThat(events.kinds()).as("again").isEmpty();
    events.block(12);
    assertThat(events.kinds()).as("it goes on").isEmpty();
  }

  private List<String> lines(long seal) throws IOException {
    try (GZIPInputStream file =
        new GZIPInputStream(Files.newInputStream(archive.resolve(ArchiveFiles.name(seal))))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private void rewrite(long seal, List<String> lines) throws IOException {
    try (GZIPOutputStream file =
        new GZIPOutputStream(Files.newOutputStream(archive.resolve(ArchiveFiles.name(seal))))) {
      file.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenAnArchiveWasChanged_thenFileAndEventAreNamed(Engine engine)
      throws SQLException, IOException {
    SealedEvents events = archived(engine);
    List<String> lines = new java.util.ArrayList<>(lines(3));
    lines.set(2, lines.get(2).replace("Practitioner/7", "Practitioner/8"));
    rewrite(3, lines);
    assertThat(events.kinds()).containsExactly(Kind.ARCHIVE_CHANGED, Kind.ROW_CHANGED);
    assertThat(events.texts())
        .containsExactly(
            "Archive file access-events-0000000003.ndjson.gz: changed",
            "Event 7: changed (block 3)");

    lines.remove(2);
    rewrite(3, lines);
    assertThat(events.kinds()).containsExactly(Kind.ARCHIVE_CHANGED, Kind.ROW_MISSING);

    Files.writeString(archive.resolve(ArchiveFiles.name(3)), "nothing");
    assertThat(events.kinds()).containsExactly(Kind.ARCHIVE_CHANGED);

    Files.delete(archive.resolve(ArchiveFiles.name(3)));
    assertThat(events.kinds()).containsExactly(Kind.ARCHIVE_MISSING);
  }

  @ParameterizedTest
  @EnumSource
  void verify_whenAnArchivedEventIsPutBack_thenNamed(Engine engine) throws SQLException {
    SealedEvents events = archived(engine);
    long last =
        events.database.jdbc.queryForObject("select max(id) from eqp_access_event", Long.class);
    events.tamper(SealedEvents.copy(last, 4));
    assertThat(events.kinds()).containsExactly(Kind.ROW_ADDED);
    assertThat(events.texts()).containsExactly("Event 4: added, block 1 lies in the archive");
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenTheNodeDiesBetweenFileAndDatabase_thenNothingIsLostOrTwice(Engine engine)
      throws SQLException {
    SealedEvents events = SealedEvents.on(engine, archive);
    events.block(4).after(Duration.ofDays(70));
    Map<String, Long> before = new TreeMap<>(Map.of("rows", rows(events)));
    events.database.transactions.executeWithoutResult(
        status -> {
          events.archive();
          // What a node leaves that dies before the commit.
          status.setRollbackOnly();
        });
    assertThat(archive.resolve(ArchiveFiles.name(1))).exists();
    assertThat(rows(events)).isEqualTo(before.get("rows"));
    assertThat(events.kinds()).isEmpty();

    events.archive();

    assertThat(rows(events)).isZero();
    assertThat(events.kinds()).isEmpty();
    assertThat(archive.toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenTheFileIsThereAndWhole_thenItIsKept(Engine engine) throws SQLException {
    SealedEvents events = SealedEvents.on(engine, archive);
    events.block(4).after(Duration.ofDays(70));
    events.database.transactions.executeWithoutResult(
        status -> {
          events.archive();
          status.setRollbackOnly();
        });
    events.tamper("update eqp_access_event set client = 'other' where id = 2");
    assertThat(events.kinds()).containsExactly(Kind.ROW_CHANGED);

    events.archive();

    assertThat(rows(events)).isZero();
    assertThat(events.kinds()).as("the file holds what was sealed").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenTheFileIsThereAndNotWhole_thenWrittenAnew(Engine engine)
      throws SQLException, IOException {
    SealedEvents events = SealedEvents.on(engine, archive);
    events.block(4).after(Duration.ofDays(70));
    String seal = events.sealed(1).line();
    rewrite(1, List.of(seal, "an event"));

    events.archive();

    assertThat(rows(events)).isZero();
    assertThat(lines(1)).hasSize(5).startsWith(seal);
    assertThat(events.kinds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenABlockOfOldEventsWasClosedToday_thenItWaitsForADay(Engine engine) {
    SealedEvents events = SealedEvents.on(engine, archive);
    events.database.write("a", "b");
    events.after(Duration.ofDays(70)).seal().archive();
    assertThat(events.store().numbers()).hasSize(1);
    assertThat(rows(events)).isEqualTo(2);

    events.after(Duration.ofHours(25)).archive();

    assertThat(rows(events)).isZero();
    assertThat(events.kinds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenADeclaredMissingEventHasComeAndIsNotYetSealed_thenItStays(Engine engine)
      throws SQLException {
    SealedEvents events = SealedEvents.on(engine, archive);
    try (Open slow = events.database.open()) {
      slow.write("slow");
      events.block(3);
      assertThat(events.sealed(1).missing()).hasToString("1");
      events.after(Duration.ofDays(70));
      slow.commit();
    }
    events.archive();

    assertThat(events.database.jdbc.queryForList("select id from eqp_access_event", Long.class))
        .containsExactly(1L);
    assertThat(events.findings).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenThereIsAFileOfAnotherBlock_thenItIsNotOverwritten(Engine engine)
      throws IOException {
    SealedEvents restored = SealedEvents.on(engine, archive);
    rewrite(1, List.of("{\"number\":1}", "an event of before the restore"));
    restored.block(4).after(Duration.ofDays(70));
    assertThatThrownBy(restored::archive).hasMessageContaining("holds another block");
    assertThat(lines(1)).contains("an event of before the restore");
    assertThat(rows(restored)).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenTheDirectoryIsGone_thenNothingIsTakenOut(Engine engine)
      throws SQLException, IOException {
    SealedEvents events = SealedEvents.on(engine, archive.resolve("gone"));
    events.block(4).after(Duration.ofDays(70));
    assertThatThrownBy(events::archive).hasMessageContaining("equipoise.audit.archive");
    assertThat(rows(events)).isEqualTo(4);
    assertThat(events.kinds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void archive_whenARowWasChangedBefore_thenTheChangeIsFoundInTheFile(Engine engine)
      throws SQLException {
    SealedEvents events = SealedEvents.on(engine, archive);
    events.block(4).tamper("update eqp_access_event set client = 'other' where id = 2");
    events.after(Duration.ofDays(70)).archive();
    assertThat(rows(events)).isZero();
    assertThat(events.kinds()).containsExactly(Kind.ROW_CHANGED);
  }
}
