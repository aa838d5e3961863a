package org.equipoise.fhir;

import java.time.Instant;
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
}
