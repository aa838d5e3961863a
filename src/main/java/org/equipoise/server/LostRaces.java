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

  /** Marks a request of which something that is referred to was to be deleted. */
  private static final String REFERRED_TO = LostRaces.class.getName() + ".referred-to";

  /** Each entry of a batch is one of its own. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(RequestDetails request) {
    if (request != null) {
      request.getUserData().remove(REFERRED_TO);
    }
  }

  @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
  public ResourceVersionConflictResolutionStrategy resolve(RequestDetails request) {
    ResourceVersionConflictResolutionStrategy strategy =
        new ResourceVersionConflictResolutionStrategy();
    // An operation compares the version itself, at each try.
    boolean conditional =
        request != null
            && request.getHeader("If-Match") != null
            && !DoorAccess.isOperation(request);
    strategy.setRetry(!conditional && !isDeletingWhatIsReferredTo(request));
    strategy.setMaxRetries(RETRIES);
    return strategy;
  }

  /** Whoever loses a race besides is told, too, rather than that all wait for what cannot be. */
  private static boolean isDeletingWhatIsReferredTo(RequestDetails request) {
    return request != null && request.getUserData().containsKey(REFERRED_TO);
  }

  /**
   * What is referred to stays so however often its deletion is tried. In a transaction, what refers
   * to it may yet go as well, or refer to it no more.
   */
  @Hook(Pointcut.STORAGE_PRESTORAGE_DELETE_CONFLICTS)
  public DeleteConflictOutcome refuseAtOnce(DeleteConflictList conflicts, RequestDetails request) {
    if (request != null && !conflicts.isEmpty()) {
      if (request.getRestOperationType() == RestOperationTypeEnum.DELETE) {
        throw Refusal.stillReferredTo(conflicts.iterator().next().getTargetId());
      }
      request.getUserData().put(REFERRED_TO, true);
    }
    return null;
  }
}
