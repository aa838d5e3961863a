package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.function.Function;

/** How an operation reads much of the record at once, and writes nothing. */
public interface RecordReader {

  /**
   * Runs a call that only reads: everything it sees is of one moment.
   *
   * @param request the HTTP request it came with
   * @param work what to read; its result is the answer. It may run more than once.
   */
  <T> T read(RequestDetails request, Function<RecordView, T> work);
}
