package org.equipoise.fhir;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** Knows again what somebody sends a second time; implemented by the features that may know. */
public interface KnownItems {

  /**
   * What stands in the record of the same item; empty where nothing does, or where this caller may
   * not learn it.
   *
   * @param incoming as it came, before any rule completed it
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where the same
   *     item stands with something else in it
   */
  Optional<IdType> find(Resource incoming, Caller caller, Instant now);

  /**
   * By what it would be known again in its own transaction, before it is on record; empty where it
   * would not.
   *
   * @param incoming as it came
   */
  default List<String> keys(Resource incoming, Caller caller, Instant now) {
    return List.of();
  }

  /**
   * Compares two that share a key.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where they say
   *     different things
   */
  default void requireSame(Resource incoming, Resource earlier) {}
}
