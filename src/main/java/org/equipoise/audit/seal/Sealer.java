package org.equipoise.audit.seal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.seal.RowHashes.RowHash;
import org.equipoise.audit.seal.SealStore.End;
import org.equipoise.audit.seal.SealStore.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Closes blocks of events: when the first event of one is old enough, or there are enough of them.
 * A block reaches only as far as every lower number has shown or was given up; what shows after
 * that is named, with its hash, by a seal of its own time.
 */
class Sealer {

  private static final Logger log = LoggerFactory.getLogger(Sealer.class);

  private final EventWalk walk;
  private final SealStore store;
  private final TransactionOperations transactions;
  private final AuditSettings settings;
  private final Clock clock;

  Sealer(
      EventWalk walk,
      SealStore store,
      TransactionOperations transactions,
      AuditSettings settings,
      Clock clock) {
    this.walk = walk;
    this.store = store;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
  }

  /** Closes every block that is due. Can be run by every node at any time. */
  void run() {
    while (Boolean.TRUE.equals(transactions.execute(status -> step()))) {
      // Each block in a transaction of its own.
    }
  }

  /** Whether there may be more to do. */
  private boolean step() {
    if (!walk.lock()) {
      return false;
    }
    End end = store.end();
    walk.forget(end.lastId());
    List<Long> seen = walk.next(settings.blockSize());
    Numbers late =
        Numbers.of(
            seen.stream().filter(id -> id <= end.lastId() && store.isDeclaredMissing(id)).toList());
    long first = end.lastId() + 1;
    // What is sealed stays so, also where a gap below is young again: the clock was put back, or
    // the lag is longer than it was.
    long settled = Math.max(end.lastId(), walk.settled());
    List<Place> places = store.places(first, settled, settings.blockSize());
    boolean full = places.size() == settings.blockSize();
    // What comes late is nowhere else kept until it is sealed.
    if (!full && late.isEmpty() && !isDue(places)) {
      return seen.size() == settings.blockSize();
    }
    close(end, first, full ? places.get(places.size() - 1).id() : settled, late);
    return true;
  }

  private boolean isDue(List<Place> places) {
    return places.stream()
        .map(Place::recorded)
        .min(Instant::compareTo)
        // One that lies far ahead comes of a clock that was put back.
        .filter(
            earliest ->
                Duration.between(earliest, clock.instant()).abs().compareTo(settings.blockTime())
                    >= 0)
        .isPresent();
  }

  private void close(End end, long first, long last, Numbers late) {
    List<RowHash> rows = new ArrayList<>();
    Instant[] bounds = new Instant[2];
    Numbers block = Numbers.between(first, last);
    Numbers of = new Numbers(Stream.of(late, block).flatMap(n -> n.ranges().stream()).toList());
    store.rows(
        of,
        row -> {
          rows.add(new RowHash(row.id(), row.hash()));
          if (bounds[0] == null || row.recorded().isBefore(bounds[0])) {
            bounds[0] = row.recorded();
          }
          if (bounds[1] == null || row.recorded().isAfter(bounds[1])) {
            bounds[1] = row.recorded();
          }
        });
    Numbers absent = block.without(Numbers.of(rows.stream().map(RowHash::id).toList()));
    Numbers vanished = absent.without(Numbers.ofGaps(walk.gaps()));
    Seal seal =
        new Seal(
                end.number() + 1,
                settings.sealKey() == null ? Hashes.PLAIN : Hashes.KEYED,
                first,
                last,
                absent.without(vanished),
                late,
                vanished,
                bounds[0],
                bounds[1],
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                new RowHashes(rows),
                end.hash(),
                null)
            .signed(settings.sealKey());
    store.add(seal);
    if (!vanished.isEmpty()) {
      log.error(
          "Access events were taken out of the database before they were sealed: {}", vanished);
    }
    log.info(
        "Audit seal {}:{} closes the access events {} to {}",
        seal.number(),
        seal.hash(),
        first,
        last);
  }
}
