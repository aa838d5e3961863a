package org.equipoise.audit.seal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.equipoise.audit.EventWalk;
import org.equipoise.audit.seal.Finding.Kind;
import org.equipoise.audit.seal.RowHashes.RowHash;
import org.equipoise.audit.seal.SealStore.Archive;

/**
 * Holds what stands in the database and in the archive against the seals. Reads one block at a
 * time. Must see one moment: a transaction of REPEATABLE READ.
 */
class Verification {

  private static final JsonMapper JSON = new JsonMapper();

  private final SealStore store;
  private final EventWalk walk;
  private final Path archive;
  private final Expected expected;
  private final Consumer<Finding> found;
  private final Map<Long, Long> late = new TreeMap<>();
  private int findings;
  private long events;
  private long archived;

  /**
   * What is known from elsewhere.
   *
   * @param key secret that seals are made with; null for none
   * @param keyedFrom number of the first seal that was made with it
   * @param anchors hashes of seals that were kept elsewhere, by number
   */
  record Expected(String key, long keyedFrom, Map<Long, String> anchors) {

    Expected {
      anchors = new TreeMap<>(anchors);
    }
  }

  /**
   * What was looked at.
   *
   * @param findings how many; 0 where all is sound
   * @param seals how many
   * @param events sealed ones that were there
   * @param archived of those, the ones in files
   * @param unsealed events that no block holds yet
   * @param last the last seal
   */
  record Summary(
      int findings, long seals, long events, long archived, long unsealed, SealStore.End last) {}

  /** It cannot be found out, with the reason in plain words. */
  static final class Impossible extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Impossible(String reason) {
      super(reason);
    }
  }

  /**
   * @param walk that of the seals
   * @param archive directory of archived blocks; null where none is configured
   * @param found is told each finding as it is made
   */
  Verification(
      SealStore store, EventWalk walk, Path archive, Expected expected, Consumer<Finding> found) {
    this.store = store;
    this.walk = walk;
    this.archive = archive;
    this.expected = expected;
    this.found = found;
  }

  /**
   * Looks at everything.
   *
   * @throws Impossible where the key or the archive is needed and was not given
   */
  Summary run() {
    List<Long> numbers = store.numbers();
    late.putAll(store.late());
    rows(
        Numbers.between(Long.MIN_VALUE, 0),
        (ids, block) ->
            tell(Kind.ROW_ADDED, "%s: added, no number is so low".formatted(events(ids))));
    long before = 0;
    Seal last = null;
    for (long number : numbers) {
      if (number > before + 1) {
        tell(Kind.SEAL_MISSING, "%s: missing".formatted(seals(before + 1, number - 1)));
        last = null;
      }
      last = look(number, last).orElse(null);
      before = number;
    }
    SealStore.End end = store.end();
    expected.anchors().keySet().stream()
        .filter(number -> !numbers.contains(number))
        .forEach(
            number ->
                tell(
                    Kind.SEAL_MISSING,
                    "Seal %d: missing, though its hash was kept elsewhere".formatted(number)));
    long unsealed = unsealed(end);
    return new Summary(findings, numbers.size(), events, archived, unsealed, end);
  }

  private void tell(Kind kind, String text) {
    findings++;
    found.accept(new Finding(kind, text));
  }

  private static String events(Numbers ids) {
    return (ids.isSingle() ? "Event " : "Events ") + ids;
  }

  private static String seals(long first, long last) {
    return first == last ? "Seal " + first : "Seals " + first + " to " + last;
  }

  private Optional<Seal> look(long number, Seal before) {
    Seal seal;
    try {
      seal = store.seal(number).orElseThrow();
    } catch (IllegalArgumentException e) {
      tell(Kind.SEAL_CHANGED, "Seal %d: changed, it cannot be read any more".formatted(number));
      return Optional.empty();
    }
    lookAtSeal(seal);
    lookAtChain(seal, before);
    lookAtRows(seal);
    return Optional.of(seal);
  }

  private void lookAtSeal(Seal seal) {
    if (seal.isKeyed() && expected.key() == null) {
      throw new Impossible(
          "Seal %d was made with a secret: set equipoise.audit.seal-key".formatted(seal.number()));
    }
    if (!seal.expectedHash(expected.key()).equals(seal.hash())) {
      tell(Kind.SEAL_CHANGED, "Seal %d: changed".formatted(seal.number()));
    }
    if (expected.key() != null && !seal.isKeyed() && seal.number() >= expected.keyedFrom()) {
      tell(
          Kind.SEAL_WITHOUT_KEY,
          "Seal %d: made without the secret, so anybody could have made it"
              .formatted(seal.number()));
    }
    String anchor = expected.anchors().get(seal.number());
    if (anchor != null && !anchor.equalsIgnoreCase(seal.hash())) {
      tell(
          Kind.SEAL_CHANGED,
          "Seal %d: not the one whose hash was kept elsewhere".formatted(seal.number()));
    }
    if (!seal.vanished().isEmpty()) {
      tell(
          Kind.ROW_MISSING,
          "%s: taken out before block %d was closed"
              .formatted(events(seal.vanished()), seal.number()));
    }
  }

  private void lookAtChain(Seal seal, Seal before) {
    if (before == null && seal.number() > 1) {
      // What is missing or cannot be read was told already.
      return;
    }
    String previous = before == null ? Hashes.NONE : before.hash();
    long first = before == null ? 1 : before.lastId() + 1;
    if (!seal.previous().equals(previous) || seal.firstId() != first) {
      tell(
          Kind.CHAIN_BROKEN,
          "Seal %d: does not follow on the one before, the chain is broken"
              .formatted(seal.number()));
    }
  }

  private void lookAtRows(Seal seal) {
    Optional<Archive> moved = store.archive(seal.number());
    if (moved.isPresent()) {
      lookAtArchive(seal, moved.get());
      rows(
          seal.numbers(),
          (ids, block) ->
              tell(
                  Kind.ROW_ADDED,
                  "%s: added, block %d lies in the archive".formatted(events(ids), block)),
          seal.number());
    } else {
      Comparison comparison = new Comparison(seal);
      store.rows(seal.numbers(), row -> comparison.row(row.id(), row.hash()));
      comparison.tell();
    }
  }

  private void rows(Numbers numbers, ObjLongConsumer<Numbers> to) {
    rows(numbers, to, 0);
  }

  /** Hands on the numbers of rows that are there and belong to this block. */
  private void rows(Numbers numbers, ObjLongConsumer<Numbers> to, long block) {
    Set<Long> ids = new TreeSet<>();
    store.rows(
        numbers,
        row -> {
          if (late.getOrDefault(row.id(), block) == block) {
            ids.add(row.id());
          }
        });
    if (!ids.isEmpty()) {
      to.accept(Numbers.of(ids), block);
    }
  }

  private void lookAtArchive(Seal seal, Archive moved) {
    if (archive == null) {
      throw new Impossible(
          "Block %d was archived: set equipoise.audit.archive".formatted(seal.number()));
    }
    String file = moved.file();
    if (!file.equals(ArchiveFiles.name(seal.number()))) {
      tell(
          Kind.ARCHIVE_CHANGED,
          "Archive of block %d: its name was changed".formatted(seal.number()));
      file = ArchiveFiles.name(seal.number());
    }
    if (!Files.isRegularFile(archive.resolve(file))) {
      tell(Kind.ARCHIVE_MISSING, "Archive file %s: missing".formatted(file));
      return;
    }
    ArchiveFiles files = new ArchiveFiles(archive);
    Comparison comparison = new Comparison(seal);
    boolean[] sound = {true};
    List<String> head = new ArrayList<>(1);
    try {
      sound[0] = files.hash(file).equals(moved.hash());
      files.read(
          file,
          line -> {
            if (head.isEmpty()) {
              head.add(line);
              sound[0] &= line.equals(seal.line());
            } else {
              comparison.row(number(line), Hashes.sha256(line));
            }
          });
    } catch (IOException | IllegalArgumentException e) {
      tell(Kind.ARCHIVE_CHANGED, "Archive file %s: changed, it cannot be read".formatted(file));
      return;
    }
    if (!sound[0] || head.isEmpty()) {
      tell(Kind.ARCHIVE_CHANGED, "Archive file %s: changed".formatted(file));
    }
    archived += comparison.tell();
  }

  private static long number(String line) {
    try {
      JsonNode id = JSON.readTree(line).path("id");
      if (id.isIntegralNumber()) {
        return id.longValue();
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("A line is no JSON", e);
    }
    throw new IllegalArgumentException("A line has no number of an event");
  }

  private long unsealed(SealStore.End end) {
    long first = end.lastId() + 1;
    long seen = walk.last();
    long[] count = {0};
    long[] next = {first};
    List<Numbers.Range> absent = new ArrayList<>();
    store.ids(
        first,
        id -> {
          count[0]++;
          if (id > next[0] && next[0] <= seen) {
            absent.add(new Numbers.Range(next[0], Math.min(id - 1, seen)));
          }
          next[0] = id + 1;
        });
    if (next[0] <= seen) {
      absent.add(new Numbers.Range(next[0], seen));
    }
    Numbers gone = new Numbers(absent).without(Numbers.ofGaps(walk.gaps()));
    if (!gone.isEmpty()) {
      tell(Kind.ROW_MISSING, "%s: taken out before a block was closed".formatted(events(gone)));
    }
    return count[0];
  }

  /** The rows of one block against its seal. */
  private final class Comparison {

    private final Seal seal;
    private final Map<Long, List<String>> missing = new HashMap<>();
    private final Set<Long> sealed = new TreeSet<>();
    private final Set<Long> other = new TreeSet<>();
    private final Set<Long> inGap = new TreeSet<>();
    private long count;

    Comparison(Seal seal) {
      this.seal = seal;
      for (RowHash row : seal.rows().rows()) {
        sealed.add(row.id());
        missing.computeIfAbsent(row.id(), id -> new ArrayList<>(1)).add(row.hash());
      }
    }

    void row(long id, String hash) {
      if (late.getOrDefault(id, seal.number()) != seal.number()) {
        return;
      }
      count++;
      List<String> hashes = missing.get(id);
      if (hashes == null || !hashes.remove(hash)) {
        if (!sealed.contains(id) && seal.missing().contains(id)) {
          inGap.add(id);
        } else {
          other.add(id);
        }
      }
    }

    /** Tells what differs; returns how many rows there were. */
    long tell() {
      Set<Long> gone = new TreeSet<>();
      Set<Long> changed = new TreeSet<>();
      missing.forEach(
          (id, hashes) -> {
            if (!hashes.isEmpty()) {
              (other.remove(id) ? changed : gone).add(id);
            }
          });
      tell(Kind.ROW_CHANGED, changed, "%s: changed (block %d)");
      tell(Kind.ROW_MISSING, gone, "%s: missing (block %d)");
      tell(Kind.ROW_IN_GAP, inGap, "%s: added later, block %d had declared the number missing");
      tell(Kind.ROW_ADDED, other, "%s: added (block %d)");
      events += count;
      return count;
    }

    private void tell(Kind kind, Set<Long> ids, String sentence) {
      for (Numbers.Range range : Numbers.of(ids).ranges()) {
        Verification.this.tell(
            kind, sentence.formatted(events(new Numbers(List.of(range))), seal.number()));
      }
    }
  }
}
