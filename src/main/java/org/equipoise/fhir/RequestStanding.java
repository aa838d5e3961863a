package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;

/**
 * Whether the token that a request came with still counts, where that was left to the moment when
 * its answer leaves.
 */
public interface RequestStanding {

  /** What is left to ask; empty where it was asked already. */
  Optional<Standing> due(RequestDetails request);

  /**
   * Tells what the database answered; nothing is left to ask then.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.AuthenticationException 401 where it does not stand
   */
  void settle(RequestDetails request, boolean stands);
}
