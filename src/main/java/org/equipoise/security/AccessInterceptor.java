package org.equipoise.security;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.AccessRules.Reach;
import org.equipoise.security.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds {@link AccessRules} at every door of the server. A request is judged three times: at the door (is this
 * interaction offered, does a scope allow it), while it searches (the query itself is narrowed to the caller's
 * patient, so that counts and pages tell nothing), and on each resource that is shown or stored. A resource that the
 * caller may not see does not exist for them: 404.
 */
@Interceptor
public class AccessInterceptor {

  /** Marks a request whose operation was found allowed, so that what it writes is not judged by plain-write rules. */
  private static final String OPERATION = AccessInterceptor.class.getName() + ".operation";

  private final AccessRules rules;
  private final SearchNarrowing narrowing;

  public AccessInterceptor(FhirContext context, AccessRules rules) {
    this.rules = rules;
    this.narrowing = new SearchNarrowing(context);
  }

  /** Whether one of our operations, found allowed, is what this request runs. */
  public static boolean isOperation(RequestDetails request) {
    return request.getUserData().containsKey(OPERATION);
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void atTheDoor(RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (!Interactions.isOffered(interaction, request)) {
      throw Refusal.forbidden("This server does not offer the interaction " + nameOf(interaction, request));
    }
    if (interaction == RestOperationTypeEnum.METADATA || Interactions.isOnDefinitions(request)) {
      return;
    }
    Caller caller = callerOf(request);
    switch (interaction) {
      case READ, VREAD, HISTORY_INSTANCE -> require(caller, request.getResourceName(), Permission.READ);
      case SEARCH_TYPE -> require(caller, request.getResourceName(), Permission.SEARCH);
      case CREATE -> require(caller, request.getResourceName(), Permission.CREATE);
      case UPDATE, PATCH -> require(caller, request.getResourceName(), Permission.UPDATE);
      case DELETE -> require(caller, request.getResourceName(), Permission.DELETE);
      case EXTENDED_OPERATION_INSTANCE -> allowOperation(caller, request);
      case TRANSACTION -> {
        // Each entry is judged on its own, when it is stored or handled as a request of its own.
      }
      default -> throw Refusal.forbidden("This server does not offer the interaction " + nameOf(interaction, request));
    }
    refuseConditions(caller, interaction, request);
  }

  private static String nameOf(RestOperationTypeEnum interaction, RequestDetails request) {
    return request.getOperation() == null ? interaction.getCode() : request.getOperation();
  }

  private void allowOperation(Caller caller, ServletRequestDetails request) {
    String operation = request.getOperation().substring(1);
    List<OperationScopes.Need> missing = OperationScopes.missing(rules, caller, operation);
    if (!missing.isEmpty()) {
      throw Refusal.forbidden(
          "The token lacks scopes that $" + operation + " needs: "
              + missing.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
    request.getUserData().put(OPERATION, operation);
  }

  private void require(Caller caller, String type, Permission permission) {
    if (rules.reach(caller, type, permission) == Reach.NONE) {
      throw Refusal.forbidden("The token has no scope that allows " + type + "." + permission.letter());
    }
  }

  /**
   * A condition ("create unless one matches") is matched against the whole server; for a caller who is limited to one
   * patient the answer would tell whether others' data match.
   */
  private void refuseConditions(Caller caller, RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (caller.patientId() == null) {
      return;
    }
    boolean conditional = request.getConditionalUrl(interaction) != null;
    if (request.getResource() instanceof Bundle bundle) {
      conditional |= bundle.getEntry().stream().anyMatch(AccessInterceptor::isConditional);
    }
    if (conditional) {
      throw Refusal.forbidden("Conditional writes are not open to a token that is limited to one patient");
    }
  }

  private static boolean isConditional(Bundle.BundleEntryComponent entry) {
    Bundle.BundleEntryRequestComponent request = entry.getRequest();
    boolean write = request.getMethod() != null && request.getMethod() != Bundle.HTTPVerb.GET;
    return request.hasIfNoneExist() || (write && request.hasUrl() && request.getUrl().contains("?"));
  }

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void whileSearching(ICachedSearchDetails details, SearchParameterMap search, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    Caller caller = callerOf((ServletRequestDetails) request);
    String type = details.getResourceType();
    if (caller.patientId() != null && reachOfFinding(caller, type) != Reach.ALL) {
      narrowing.narrow(search, type, caller.patientId());
    }
  }

  private Reach reachOfFinding(Caller caller, String type) {
    return rules.reach(caller, type, Permission.READ, Permission.SEARCH);
  }

  /** A read: what may not be seen is not there. (A search hands over ids that were narrowed already.) */
  @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
  public void beforeAccess(IPreResourceAccessDetails details, RequestDetails request) {
    if (Callers.isInternal(request) || !(details instanceof SimplePreResourceAccessDetails)) {
      return;
    }
    Caller caller = callerOf((ServletRequestDetails) request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource && !maySee(caller, resource, request)) {
        details.setDontReturnResourceAtIndex(i);
      }
    }
  }

  /** Whatever is shown, by search, include, history or reference. */
  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  public void beforeShowing(IPreResourceShowDetails details, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    Caller caller = callerOf((ServletRequestDetails) request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource && !maySee(caller, resource, request)) {
        details.setResource(i, null);
      }
    }
  }

  private boolean maySee(Caller caller, Resource resource, RequestDetails request) {
    // An operation may read, on its own account, what the caller's scopes do not name; never another patient's data.
    return isOperation(request) ? rules.isWithinReach(caller, resource) : rules.maySee(caller, resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void beforeCreate(IBaseResource resource, RequestDetails request) {
    judgeWrite((Resource) resource, request, Permission.CREATE);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void beforeUpdate(IBaseResource stored, IBaseResource incoming, RequestDetails request) {
    refuseForeign((Resource) stored, request);
    judgeWrite((Resource) stored, request, Permission.UPDATE);
    judgeWrite((Resource) incoming, request, Permission.UPDATE);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void beforeDelete(IBaseResource resource, RequestDetails request) {
    refuseForeign((Resource) resource, request);
    judgeWrite((Resource) resource, request, Permission.DELETE);
  }

  private void refuseForeign(Resource stored, RequestDetails request) {
    if (!Callers.isInternal(request) && !rules.isWithinReach(callerOf((ServletRequestDetails) request), stored)) {
      throw Refusal.notFound(new IdType(stored.fhirType(), stored.getIdElement().getIdPart()));
    }
  }

  private void judgeWrite(Resource resource, RequestDetails request, Permission permission) {
    if (Callers.isInternal(request)) {
      return;
    }
    Caller caller = callerOf((ServletRequestDetails) request);
    boolean allowed =
        isOperation(request)
            ? caller.patientId() == null || rules.belongsToOnly(resource, caller.patientId())
            : rules.mayWrite(caller, resource, permission);
    if (!allowed) {
      throw Refusal.forbidden(
          "The token does not allow to " + permission.name().toLowerCase(Locale.ROOT) + " this "
              + resource.fhirType());
    }
  }

  private static Caller callerOf(ServletRequestDetails request) {
    return Callers.of(request)
        .orElseThrow(() -> new AuthenticationException("This request needs an access token"));
  }
}
