package org.equipoise.audit.seal;

/**
 * Something that is not as it was sealed.
 *
 * @param kind what it is
 * @param text one sentence for the operator
 */
record Finding(Kind kind, String text) {

  enum Kind {
    ROW_CHANGED,
    ROW_MISSING,
    ROW_ADDED,
    /** A row with a number that a seal had declared missing. */
    ROW_IN_GAP,
    SEAL_CHANGED,
    SEAL_MISSING,
    SEAL_WITHOUT_KEY,
    CHAIN_BROKEN,
    ARCHIVE_CHANGED,
    ARCHIVE_MISSING
  }
}
