package org.equipoise.audit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The tables of seals, and the rows that are sealed. Nothing here is ever changed, only added. */
class SealStore {

  /** So many rows come from the database at a time: one may be 100 kB. */
  private static final int FETCHED = 200;

  private final JdbcTemplate jdbc;

  SealStore(DataSource dataSource) {
    this.jdbc = new JdbcTemplate(dataSource);
    jdbc.setFetchSize(FETCHED);
  }

  /** How far the seals have come. */
  record End(long number, long lastId, String hash) {
    static final End NONE = new End(0, 0, Hashes.NONE);
  }

  /**
   * Where an archived block is.
   *
   * @param hash SHA-256 of the file
   */
  record Archive(String file, String hash) {}

  /** The number of an event and when it was recorded. */
  record Place(long id, Instant recorded) {}

  /** The last seal. */
  End end() {
    return jdbc
        .query(
            "select number, last_id, hash from eqp_access_seal order by number desc limit 1",
            (row, number) ->
                new End(row.getLong("number"), row.getLong("last_id"), row.getString("hash")))
        .stream()
        .findFirst()
        .orElse(End.NONE);
  }

  void add(Seal seal) {
    jdbc.update(
        "insert into eqp_access_seal (number, algorithm, first_id, last_id, events, missing, late,"
            + " vanished, earliest, latest, sealed, rows_list, previous, hash)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seal.number(),
        seal.algorithm(),
        seal.firstId(),
        seal.lastId(),
        seal.rows().rows().size(),
        seal.missing().toString(),
        seal.late().toString(),
        seal.vanished().toString(),
        time(seal.earliest()),
        time(seal.latest()),
        time(seal.sealed()),
        seal.rows().bytes(),
        seal.previous(),
        seal.hash());
  }

  /** The numbers of all seals, ascending. */
  List<Long> numbers() {
    return jdbc.queryForList("select number from eqp_access_seal order by number", Long.class);
  }

  /**
   * A seal.
   *
   * @throws IllegalArgumentException where somebody made it so that it cannot be read
   */
  Optional<Seal> seal(long number) {
    return jdbc
        .query("select * from eqp_access_seal where number = ?", (row, index) -> seal(row), number)
        .stream()
        .findFirst();
  }

  private static Seal seal(ResultSet row) throws SQLException {
    RowHashes rows = RowHashes.of(row.getBytes("rows_list"));
    if (rows.rows().size() != row.getInt("events")) {
      throw new IllegalArgumentException("The number of events is not that of the list");
    }
    return new Seal(
        row.getLong("number"),
        row.getString("algorithm"),
        row.getLong("first_id"),
        row.getLong("last_id"),
        Numbers.parse(row.getString("missing")),
        Numbers.parse(row.getString("late")),
        Numbers.parse(row.getString("vanished")),
        EventRow.instant(row, "earliest"),
        EventRow.instant(row, "latest"),
        EventRow.instant(row, "sealed"),
        rows,
        row.getString("previous"),
        row.getString("hash"));
  }

  /** Whether the block that this number lies in has declared it missing. */
  boolean isDeclaredMissing(long id) {
    return jdbc
        .queryForList(
            "select missing from eqp_access_seal where first_id <= ? and last_id >= ?",
            String.class,
            id,
            id)
        .stream()
        .anyMatch(missing -> Numbers.parse(missing).contains(id));
  }

  /** By number of the event, which seal names it as late. */
  Map<Long, Long> late() {
    Map<Long, Long> late = new TreeMap<>();
    jdbc.query(
        "select number, late from eqp_access_seal where late <> ''",
        (RowCallbackHandler)
            row -> {
              long number = row.getLong("number");
              try {
                Numbers.parse(row.getString("late")).each().forEach(id -> late.put(id, number));
              } catch (IllegalArgumentException e) {
                // Somebody changed it, which verification tells when it comes to this seal.
                return;
              }
            });
    return late;
  }

  /** Hands on the numbers from this one on under which there is an event, ascending. */
  void ids(long from, LongConsumer to) {
    jdbc.query(
        "select id from eqp_access_event where id >= ? order by id",
        (RowCallbackHandler) row -> to.accept(row.getLong("id")),
        from);
  }

  /** The first events with these numbers, in their order. */
  List<Place> places(long firstId, long lastId, int most) {
    return jdbc.query(
        "select id, recorded from eqp_access_event where id between ? and ?"
            + " order by id, recorded limit ?",
        (row, number) -> new Place(row.getLong("id"), EventRow.instant(row, EventRow.RECORDED)),
        firstId,
        lastId,
        most);
  }

  /** Hands on the rows with these numbers, in their order. */
  void rows(Numbers numbers, Consumer<EventRow> to) {
    for (Numbers.Range range : numbers.ranges()) {
      jdbc.query(
          "select * from eqp_access_event where id between ? and ? order by id, recorded",
          (RowCallbackHandler) row -> to.accept(EventRow.read(row)),
          range.first(),
          range.last());
    }
  }

  /** The file of a block, where it was archived. */
  Optional<Archive> archive(long number) {
    return jdbc
        .query(
            "select file, hash from eqp_access_archive where seal = ?",
            (row, index) -> new Archive(row.getString("file"), row.getString("hash")),
            number)
        .stream()
        .findFirst();
  }

  /**
   * The first block that was not archived, where all of it is older.
   *
   * @param olderThan before which its events were recorded
   * @param sealedBefore before which it was closed, so that what commits late has been named
   */
  Optional<Seal> toArchive(Instant olderThan, Instant sealedBefore) {
    Long next =
        jdbc.queryForObject(
            "select coalesce(max(seal), 0) + 1 from eqp_access_archive", Long.class);
    return seal(next)
        .filter(seal -> seal.sealed().isBefore(sealedBefore))
        // A time ahead of that of the seal comes of a clock that was put back.
        .filter(
            seal ->
                seal.sealed().isBefore(olderThan)
                    || seal.latest() != null && seal.latest().isBefore(olderThan));
  }

  void archived(long number, Archive archive, Instant now) {
    jdbc.update(
        "insert into eqp_access_archive (seal, file, hash, archived) values (?, ?, ?, ?)",
        number,
        archive.file(),
        archive.hash(),
        time(now));
  }

  /** Takes rows away that are in an archive. */
  void remove(List<Place> places) {
    jdbc.batchUpdate(
        "delete from eqp_access_event where id = ? and recorded = ?",
        places.stream().map(place -> new Object[] {place.id(), time(place.recorded())}).toList());
  }

  private static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
