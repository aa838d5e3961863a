package org.equipoise.consent.enforcement;

import java.time.Instant;
import java.util.Set;

/**
 * A document that an AI wrote about a patient, as far as it matters to one caller.
 *
 * @param id logical id
 * @param patient logical id
 * @param custodian e.g. {@code Organization/4}; null where nothing is said
 * @param authors the AIs that wrote it, e.g. {@code Device/5}
 * @param parkedBy the client that wrote it, where it is parked; else null
 * @param isRefused whether it is parked for good
 * @param mayCount whether the patient said a yes to documentation, which may count by now
 * @param checkedAt until when no yes is known to have counted for it; null where it is not parked
 * @param notice logical id of the Task that asks to delete it; null where none does
 * @param isReader whether the caller is one of those who are to ask the patient
 * @param fromBirth whether what was asked about has hung on it since it came into being
 */
record AiDocument(
    String id,
    String patient,
    String custodian,
    Set<String> authors,
    String parkedBy,
    boolean isRefused,
    boolean mayCount,
    Instant checkedAt,
    String notice,
    boolean isReader,
    boolean fromBirth) {

  AiDocument {
    authors = Set.copyOf(authors);
  }

  /** {@code DocumentReference/[id]}. */
  String key() {
    return "DocumentReference/" + id;
  }

  /** Whether it waits for the patient, or was refused, and this caller is not to see it. */
  boolean isParkedAway() {
    return parkedBy != null && (isRefused || !isReader);
  }

  /** Whether it waits for a yes that the patient has said, and that may count by now. */
  boolean waitsForTime() {
    return parkedBy != null && !isRefused && mayCount;
  }
}
