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

  /**
   * After a create or an update, when references to other entries of the same transaction lead to
   * their ids; a refusal still takes everything back.
   *
   * @param stored the resource as it stands now
   * @param before the version that it replaced, or null for a create
   */
  default void afterStore(Resource stored, Resource before, Write write) {}

  /** Before a delete. */
  default void beforeDelete(Resource stored, Write write) {}

  /**
   * How a write came about.
   *
   * @param caller who writes
   * @param byOperation true where one of our operations writes, which has checked what it writes
   * @param now the time of the write
   * @param record what else is there
   */
  record Write(Caller caller, boolean byOperation, Instant now, WholeRecord record) {

    /** A write into an empty record. */
    public Write(Caller caller, boolean byOperation, Instant now) {
      this(caller, byOperation, now, WholeRecord.EMPTY);
    }
  }
}
