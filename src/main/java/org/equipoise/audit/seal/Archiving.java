package org.equipoise.audit.seal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.seal.SealStore.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Moves blocks that are older than the retention to files, oldest first. The rows go in one
 * transaction with the note of where they are, once the file is on the disk: who dies before that
 * has changed nothing, and the next goes on with the file.
 */
class Archiving {

  private static final Logger log = LoggerFactory.getLogger(Archiving.class);

  /** Until then a walk looks for what commits late. */
  private static final Duration SEALED_FOR = Duration.ofDays(1);

  private final EventWalk walk;
  private final SealStore store;
  private final ArchiveFiles files;
  private final TransactionOperations transactions;
  private final AuditSettings settings;
  private final Clock clock;

  /**
   * @param walk that of the seals: whoever holds it archives alone
   */
  Archiving(
      EventWalk walk,
      SealStore store,
      ArchiveFiles files,
      TransactionOperations transactions,
      AuditSettings settings,
      Clock clock) {
    this.walk = walk;
    this.store = store;
    this.files = files;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
  }

  /** Archives every block that is due. Can be run by every node at any time. */
  void run() {
    while (Boolean.TRUE.equals(transactions.execute(status -> step()))) {
      // Each block in a transaction of its own.
    }
  }

  private boolean step() {
    Instant now = clock.instant();
    if (!walk.lock()) {
      return false;
    }
    return store
        .toArchive(settings.oldest(now), now.minus(SEALED_FOR))
        .map(
            seal -> {
              archive(seal, now);
              return true;
            })
        .orElse(false);
  }

  private void archive(Seal seal, Instant now) {
    Map<Long, Long> late = store.late();
    List<Place> places = new ArrayList<>();
    SealStore.Archive archive;
    try {
      archive =
          files.write(
              seal,
              lines ->
                  store.rows(
                      seal.numbers(),
                      row -> {
                        // One that came late goes with the block that names it, or is yet to
                        // be named.
                        if (late.getOrDefault(row.id(), seal.number()) == seal.number()
                            && !seal.missing().contains(row.id())) {
                          lines.accept(row.line());
                          places.add(new Place(row.id(), row.recorded()));
                        }
                      }));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "equipoise.audit.archive cannot be written to: " + e.getMessage(), e);
    }
    store.archived(seal.number(), archive, now);
    store.remove(places);
    if (places.size() != seal.rows().rows().size()) {
      log.error(
          "Block {} of access events was sealed with {} events, and there were {} when it was"
              + " archived: run verify-audit",
          seal.number(),
          seal.rows().rows().size(),
          places.size());
    }
    log.info("Block {} of access events was archived as {}", seal.number(), archive.file());
  }
}
