package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.security.access.DoorAccess;

/**
 * Tries a write again that lost a race, so that clients need not: two writers of one row, two
 * creators of one key. A client that names a version with {@code If-Match} wants to know that it
 * lost, and is told.
 */
@Interceptor
class LostRaces {

  private static final int RETRIES = 20;

  @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
  public ResourceVersionConflictResolutionStrategy resolve(RequestDetails request) {
    ResourceVersionConflictResolutionStrategy strategy =
        new ResourceVersionConflictResolutionStrategy();
    // An operation compares the version itself, at each try.
    boolean conditional =
        request != null
            && request.getHeader("If-Match") != null
            && !DoorAccess.isOperation(request);
    strategy.setRetry(!conditional);
    strategy.setMaxRetries(RETRIES);
    return strategy;
  }
}
