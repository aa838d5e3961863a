package org.equipoise.wearable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.equipoise.fhir.Caller;

/**
 * One upload and what has become of it.
 *
 * @param records how many records were read so far
 * @param allRead whether the whole file was
 * @param refusals how many rows the report of refusals has
 * @param attempts how often it failed in a row
 * @param first the earliest time of a value that was taken, or null
 * @param last the latest
 */
record Ingest(
    String id,
    String patientId,
    Caller caller,
    Locale language,
    Format format,
    String source,
    State state,
    long records,
    boolean allRead,
    int refusals,
    int attempts,
    Instant first,
    Instant last) {

  /** How far it is. */
  enum State {
    /** Its body is being received. */
    RECEIVING,
    WAITING,
    RUNNING,
    DONE,
    /** Whoever sent it may not have it done any more; the last refusal says why. */
    STOPPED,
    /** The server failed at it, again and again. */
    FAILED;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why the record was not taken; {@code amount} records, of which {@code record} is the first. */
  record Refusal(long record, long amount, String code, String reason) {}

  /** How many of {@code subject} came to {@code outcome}. */
  record Tally(String subject, String outcome, long amount) {}

  /**
   * What is set aside to be written together.
   *
   * @param part the record that it was read from; of values the first
   * @param head what the values have in common, as JSON; or the source of an Observation
   * @param body the values, one a line; or the Observation as JSON
   */
  record Staged(String bucket, long part, String head, String body) {}

  /** What is set aside under one name. */
  record Bucket(String name, List<Staged> parts) {}
}
