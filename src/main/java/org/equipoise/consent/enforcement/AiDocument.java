package org.equipoise.consent.enforcement;

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
 * @param isReader whether the caller is one of those who are to ask the patient
 */
record AiDocument(
    String id,
    String patient,
    String custodian,
    Set<String> authors,
    String parkedBy,
    boolean isRefused,
    boolean isReader) {

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
}
