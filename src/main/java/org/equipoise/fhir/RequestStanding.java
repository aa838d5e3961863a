package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;

/**
 * Whether what a request was let in for still stands (its token, and that its caller cares for the
 * patient), where that was left to the moment when its answer leaves.
 */
public interface RequestStanding {

  /** What is left to ask; empty where it was asked already. */
  Optional<Standing> due(RequestDetails request);

  /**
   * Tells what the database answered; nothing is left to ask then.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException where it does not stand:
   *     401 for the token, 404 for what the caller may not see (any more), 503 for what they may
   *     see on another ground
   */
  void settle(RequestDetails request, boolean stands);
}
