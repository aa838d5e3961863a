package org.equipoise.security.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.Callers;
import org.equipoise.security.access.AccessRules.Reach;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;

/**
 * Judges a request at the door: is this interaction offered at all, and does a scope of the token
 * allow it on this type? What it finds, shows and writes is judged by {@link RecordAccess}. Belongs
 * on the REST server.
 */
@Interceptor
public class DoorAccess {

  /**
   * Marks a request whose operation was found allowed, so that what it writes is not judged by
   * plain-write rules.
   */
  private static final String OPERATION = DoorAccess.class.getName() + ".operation";

  /** What a transaction may do to a resource that stands already. */
  private static final Set<Bundle.HTTPVerb> CHANGES =
      Set.of(Bundle.HTTPVerb.DELETE, Bundle.HTTPVerb.PATCH, Bundle.HTTPVerb.PUT);

  private final AccessRules rules;
  private final DaoRegistry records;

  public DoorAccess(AccessRules rules, DaoRegistry records) {
    this.rules = rules;
    this.records = records;
  }

  /** Whether one of our operations, found allowed, is what this request runs. */
  public static boolean isOperation(RequestDetails request) {
    return request.getUserData().containsKey(OPERATION);
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void atTheDoor(RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (!Interactions.isOffered(interaction, request)) {
      throw Refusal.forbidden(
          "This server does not offer the interaction " + nameOf(interaction, request));
    }
    if (interaction == RestOperationTypeEnum.METADATA || Interactions.isOnDefinitions(request)) {
      return;
    }
    Caller caller = Callers.required(request);
    switch (interaction) {
      case READ, VREAD, HISTORY_INSTANCE ->
          require(caller, request.getResourceName(), Permission.READ);
      case SEARCH_TYPE -> require(caller, request.getResourceName(), Permission.SEARCH);
      case CREATE -> require(caller, request.getResourceName(), Permission.CREATE);
      case UPDATE, PATCH -> require(caller, request.getResourceName(), Permission.UPDATE);
      case DELETE -> require(caller, request.getResourceName(), Permission.DELETE);
      case EXTENDED_OPERATION_INSTANCE -> allowOperation(caller, request);
      case TRANSACTION -> {
        // Each entry is judged on its own, when it is stored or handled as a request of its own.
      }
      default ->
          throw Refusal.forbidden(
              "This server does not offer the interaction " + nameOf(interaction, request));
    }
    if (caller.patientId() != null) {
      refuseConditions(interaction, request);
      requireVisible(interaction, request);
    }
  }

  private static String nameOf(RestOperationTypeEnum interaction, RequestDetails request) {
    return request.getOperation() == null ? interaction.getCode() : request.getOperation();
  }

  private void allowOperation(Caller caller, ServletRequestDetails request) {
    if (request.isSubRequest()) {
      // The entries of a bundle share one mark, and what one may do is not what the next may.
      throw Refusal.forbidden("Operations are called on their own, not in a batch or transaction");
    }
    String operation = request.getOperation().substring(1);
    List<OperationScopes.Need> missing = OperationScopes.missing(rules, caller, operation);
    if (!missing.isEmpty()) {
      throw Refusal.forbidden(
          "The token lacks scopes that $"
              + operation
              + " needs: "
              + missing.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
    request.getUserData().put(OPERATION, operation);
  }

  private void require(Caller caller, String type, Permission permission) {
    if (rules.reach(caller, type, permission) == Reach.NONE) {
      throw Refusal.forbidden(
          "The token has no scope that allows " + type + "." + permission.letter());
    }
  }

  /**
   * A condition ("create unless one matches") is matched against the whole server; for a caller who
   * is limited to one patient the answer would tell whether others' data match.
   */
  private static void refuseConditions(
      RestOperationTypeEnum interaction, ServletRequestDetails request) {
    boolean conditional = request.getConditionalUrl(interaction) != null;
    if (request.getResource() instanceof Bundle bundle) {
      conditional |= bundle.getEntry().stream().anyMatch(DoorAccess::isConditional);
    }
    if (conditional) {
      throw Refusal.forbidden(
          "Conditional writes are not open to a token that is limited to one patient");
    }
  }

  /**
   * Histories, old versions and changes of what the caller cannot see are answered as a read is,
   * 404: HAPI on its own tells a deleted, a foreign and a never known id apart, and an old version
   * may be of a time when the resource was filed under the wrong patient.
   */
  private void requireVisible(RestOperationTypeEnum interaction, ServletRequestDetails request) {
    switch (interaction) {
      case VREAD, HISTORY_INSTANCE, UPDATE, PATCH, DELETE -> read(request.getId(), request);
      case TRANSACTION -> {
        if (request.getResource() instanceof Bundle bundle) {
          bundle.getEntry().stream()
              .map(Bundle.BundleEntryComponent::getRequest)
              .filter(entry -> CHANGES.contains(entry.getMethod()) && entry.hasUrl())
              .forEach(entry -> read(new IdType(entry.getUrl()), request));
        }
      }
      default -> {
        // A read, search or operation judges what it finds; a create has nothing to see yet.
      }
    }
  }

  private void read(IIdType id, ServletRequestDetails request) {
    if (id == null || !id.hasResourceType() || !id.hasIdPart()) {
      throw Refusal.invalid(null, "The request names no resource");
    }
    try {
      records.getResourceDao(id.getResourceType()).read(id.toUnqualifiedVersionless(), request);
    } catch (ResourceGoneException e) {
      throw Refusal.notFound(new IdType(id.toUnqualifiedVersionless().getValue()));
    }
  }

  private static boolean isConditional(Bundle.BundleEntryComponent entry) {
    Bundle.BundleEntryRequestComponent request = entry.getRequest();
    boolean write = request.getMethod() != null && request.getMethod() != Bundle.HTTPVerb.GET;
    return request.hasIfNoneExist()
        || (write && request.hasUrl() && request.getUrl().contains("?"));
  }
}
