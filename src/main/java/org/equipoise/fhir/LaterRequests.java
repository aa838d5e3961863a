package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;

/** Makes the request that the storage engine asks for, where there is none any more. */
public interface LaterRequests {

  /**
   * One that is held to what the caller may do by this operation.
   *
   * @param operation its name, without the dollar sign
   * @throws StandingCallers.Ended 403 where nothing is done for this caller any more
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403 where the caller's
   *     scopes do not meet what the operation needs
   */
  RequestDetails of(Caller caller, String type, String operation);
}
