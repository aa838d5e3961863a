package org.equipoise.fhir;

import java.time.Instant;
import org.hl7.fhir.r4.model.Resource;

/**
 * Told when somebody was handed one whole resource that they asked for by its address, or by an
 * operation that shows it. Not told of searches: a page of fifty documents is no look at any of
 * them.
 */
public interface ReadWatch {

  /**
   * After a read.
   *
   * @param resource what was shown, with its version
   * @param caller to whom
   * @param now when
   */
  void shown(Resource resource, Caller caller, Instant now);
}
