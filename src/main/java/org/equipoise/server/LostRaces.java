package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.DeleteConflictList;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.jpa.delete.DeleteConflictOutcome;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.fhir.Refusal;
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

  /**
   * What is referred to stays so however often its deletion is tried. In a transaction, what refers
   * to it may yet go as well.
   */
  @Hook(Pointcut.STORAGE_PRESTORAGE_DELETE_CONFLICTS)
  public DeleteConflictOutcome refuseAtOnce(DeleteConflictList conflicts, RequestDetails request) {
    if (request != null
        && request.getRestOperationType() == RestOperationTypeEnum.DELETE
        && !conflicts.isEmpty()) {
      throw Refusal.stillReferredTo(conflicts.iterator().next().getTargetId());
    }
    return null;
  }
}
