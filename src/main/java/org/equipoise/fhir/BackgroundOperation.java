package org.equipoise.fhir;

import java.util.function.Function;

/**
 * Changes the record on account of a caller whose request has been answered already: what a job
 * does for them, held to the same rules as a request of theirs.
 */
public interface BackgroundOperation {

  /**
   * Runs one database transaction; what is written with JDBC on the same data source takes part.
   *
   * @param caller whose request it was, with the scopes that it came with
   * @param type the resource type that the operation was called on
   * @param operation its name, without the dollar sign
   * @param work what to do. It may run more than once, after a lost race.
   * @throws StandingCallers.Ended 403 where nothing is done for this caller any more
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403 where the caller's
   *     scopes do not meet what the operation needs
   */
  <T> T run(Caller caller, String type, String operation, Function<RecordTransaction, T> work);
}
