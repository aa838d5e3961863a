package org.equipoise.audit.seal;

import java.time.Instant;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A closed block of events.
 *
 * @param number 1, 2, 3 ...
 * @param algorithm {@link Hashes#PLAIN} or {@link Hashes#KEYED}
 * @param firstId lowest number of the block: one more than the highest of the block before
 * @param lastId highest number
 * @param missing numbers in between that never showed: rolled back, as far as could be told
 * @param late numbers that blocks before declared missing and that showed only now
 * @param vanished numbers that had been seen and were gone when the block was closed: somebody took
 *     the rows away
 * @param earliest when the first of its events was recorded; null where it has none
 * @param latest when the last was; null where it has none
 * @param sealed when the block was closed
 * @param rows its events, and the late ones
 * @param previous hash of the block before; {@link Hashes#NONE} for the first
 * @param hash over {@link #content}
 */
record Seal(
    long number,
    String algorithm,
    long firstId,
    long lastId,
    Numbers missing,
    Numbers late,
    Numbers vanished,
    Instant earliest,
    Instant latest,
    Instant sealed,
    RowHashes rows,
    String previous,
    String hash) {

  /**
   * What the hash is made over: these components in the canonical JSON of RFC 8785, with SHA-256 of
   * the list of rows.
   */
  String content() {
    return CanonicalJson.of(members());
  }

  /** The first line of an archive: the content, and the hash. */
  String line() {
    TreeMap<String, Object> members = members();
    members.put("hash", hash);
    return CanonicalJson.of(members);
  }

  private TreeMap<String, Object> members() {
    TreeMap<String, Object> members = new TreeMap<>();
    members.put("number", number);
    members.put("algorithm", algorithm);
    members.put("first", firstId);
    members.put("last", lastId);
    members.put("events", rows.rows().size());
    members.put("missing", missing.toString());
    members.put("late", late.toString());
    members.put("vanished", vanished.toString());
    members.put("earliest", EventRow.text(earliest));
    members.put("latest", EventRow.text(latest));
    members.put("sealed", EventRow.text(sealed));
    members.put("rows", Hashes.sha256(rows.bytes()));
    members.put("previous", previous);
    return members;
  }

  /** The numbers whose rows belong to it, unless a later seal names one as late. */
  Numbers numbers() {
    return new Numbers(
        Stream.of(late, Numbers.between(firstId, lastId))
            .flatMap(numbers -> numbers.ranges().stream())
            .toList());
  }

  boolean isKeyed() {
    return algorithm.equals(Hashes.KEYED);
  }

  /**
   * The hash that it must have.
   *
   * @param key the operator's secret; not needed where it is not keyed
   */
  String expectedHash(String key) {
    return isKeyed() ? Hashes.hmac(key, content()) : Hashes.sha256(content());
  }

  /**
   * The same with its hash.
   *
   * @param key null for none
   */
  Seal signed(String key) {
    return new Seal(
        number,
        algorithm,
        firstId,
        lastId,
        missing,
        late,
        vanished,
        earliest,
        latest,
        sealed,
        rows,
        previous,
        expectedHash(key));
  }
}
