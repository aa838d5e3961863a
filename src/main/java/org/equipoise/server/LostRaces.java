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
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Tries a write again that lost a race, so that clients need not: two writers of one row, two
 * creators of one key. A client that names a version with {@code If-Match}, or an entry's {@code
 * ifMatch}, wants to know that it lost, and is told. What would fail again is not tried again.
 */
@Interceptor
class LostRaces {

  private static final int RETRIES = 20;

  /** Marks a request of which something that is referred to was to be deleted. */
  private static final String REFERRED_TO = LostRaces.class.getName() + ".referred-to";

  /** Marks a request of which an entry names the version that it changes. */
  private static final String NAMES_VERSION = LostRaces.class.getName() + ".names-version";

  /** Each entry of a batch is one of its own. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(IBaseBundle entries, RequestDetails request) {
    if (request != null) {
      request.getUserData().remove(REFERRED_TO);
      request.getUserData().remove(NAMES_VERSION);
      if (entries instanceof Bundle bundle
          && bundle.getEntry().stream().anyMatch(entry -> entry.getRequest().hasIfMatch())) {
        request.getUserData().put(NAMES_VERSION, true);
      }
    }
  }

  @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
  public ResourceVersionConflictResolutionStrategy resolve(RequestDetails request) {
    ResourceVersionConflictResolutionStrategy strategy =
        new ResourceVersionConflictResolutionStrategy();
    // An operation compares the version itself, at each try.
    boolean conditional =
        request != null
            && (request.getHeader("If-Match") != null || isMarked(request, NAMES_VERSION))
            && !DoorAccess.isOperation(request);
    // Whoever loses a race besides is told, too, rather than that all wait for what cannot be.
    strategy.setRetry(!conditional && !isMarked(request, REFERRED_TO));
    strategy.setMaxRetries(RETRIES);
    return strategy;
  }

  private static boolean isMarked(RequestDetails request, String mark) {
    return request != null && request.getUserData().containsKey(mark);
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
