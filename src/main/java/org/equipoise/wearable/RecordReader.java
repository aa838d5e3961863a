package org.equipoise.wearable;

import java.io.IOException;
import java.io.InputStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** Reads one format, record by record, in memory that does not grow with the file. */
interface RecordReader {

  /** Longest record: bytes of a line, of a tag, of an element of an array. */
  int LONGEST_RECORD = 1 << 20;

  /** Where the records go. */
  interface Sink {

    /**
     * @param record its number, from 1: a line, an element, a tag
     */
    void accept(long record, Reading reading);
  }

  /** Why the rest of a file cannot be read; the message is the reason that the user reads. */
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final long record;
    private final IssueType code;

    /**
     * @param record the number of the record that could not be read
     */
    Unreadable(long record, IssueType code, String reason) {
      super(reason);
      this.record = record;
      this.code = code;
    }

    long record() {
      return record;
    }

    IssueType code() {
      return code;
    }
  }

  /**
   * Reads a file from its beginning.
   *
   * @param file its bytes, decompressed
   * @param skip so many records at its beginning were read before, and are only counted
   * @throws Unreadable where what follows cannot be made out; what was whole has been handed over
   */
  void read(InputStream file, long skip, Sink sink) throws IOException, Unreadable;
}
