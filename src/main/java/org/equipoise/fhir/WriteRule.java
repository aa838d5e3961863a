package org.equipoise.fhir;

import java.time.Instant;
import org.hl7.fhir.r4.model.Resource;

/**
 * What a feature does with every write of the resources it cares about, by whichever door it comes:
 * POST, PUT, PATCH, transaction or operation. A rule completes what the client left out, or refuses
 * by throwing a {@link Refusal}; profiles are validated afterwards, on what is then stored.
 */
public interface WriteRule {

  /**
   * Before a create or an update is stored.
   *
   * @param incoming what will be stored; may be completed in place
   * @param stored the version that it replaces, or null for a create
   */
  void beforeStore(Resource incoming, Resource stored, Write write);

  /** Before a delete. */
  default void beforeDelete(Resource stored, Write write) {}

  /**
   * How a write came about.
   *
   * @param caller who writes
   * @param byOperation true where one of our operations writes, which has checked what it writes
   * @param now the time of the write
   */
  record Write(Caller caller, boolean byOperation, Instant now) {}
}
