package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.Locale;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.Callers;
import org.equipoise.security.access.AccessRules.Reach;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds {@link AccessRules} inside the storage engine, where every door ends: a search is narrowed
 * to the caller's patient in the query itself, so that counts and pages tell nothing; each resource
 * that is shown or stored is judged; what the caller may not see does not exist for them (404).
 * Belongs on the storage interceptors, so that it also sees what transactions, batches and
 * operations do.
 */
@Interceptor
public class RecordAccess {

  private final AccessRules rules;
  private final SearchNarrowing narrowing;
  private final DaoRegistry records;
  private final FhirTerser terser;

  public RecordAccess(FhirContext context, AccessRules rules, DaoRegistry records) {
    this.rules = rules;
    this.narrowing = new SearchNarrowing(context);
    this.records = records;
    this.terser = context.newTerser();
  }

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void whileSearching(
      ICachedSearchDetails details, SearchParameterMap search, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    Caller caller = Callers.required((ServletRequestDetails) request);
    String type = details.getResourceType();
    if (caller.patientId() != null && reachOfFinding(caller, type) != Reach.ALL) {
      narrowing.narrow(search, type, caller.patientId());
    }
  }

  private Reach reachOfFinding(Caller caller, String type) {
    return rules.reach(caller, type, Permission.READ, Permission.SEARCH);
  }

  /**
   * A read: what may not be seen is not there. (A search hands over ids that were narrowed
   * already.)
   */
  @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
  public void beforeAccess(IPreResourceAccessDetails details, RequestDetails request) {
    if (Callers.isInternal(request) || !(details instanceof SimplePreResourceAccessDetails)) {
      return;
    }
    Caller caller = Callers.required((ServletRequestDetails) request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource
          && !maySee(caller, resource, request)) {
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
    Caller caller = Callers.required((ServletRequestDetails) request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource
          && !maySee(caller, resource, request)) {
        details.setResource(i, null);
      }
    }
  }

  private boolean maySee(Caller caller, Resource resource, RequestDetails request) {
    // An operation may read, on its own account, what the caller's scopes do not name; never
    // another patient's data.
    return DoorAccess.isOperation(request)
        ? rules.isWithinReach(caller, resource)
        : rules.maySee(caller, resource);
  }

  /** A PUT that would create: whether the id is free would tell whether somebody else has it. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_CLIENT_ASSIGNED_ID)
  public void beforeClientNamesId(IBaseResource resource, RequestDetails request) {
    if (!Callers.isInternal(request)
        && Callers.required((ServletRequestDetails) request).patientId() != null) {
      throw Refusal.notFound(new IdType(resource.fhirType(), resource.getIdElement().getIdPart()));
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void beforeCreate(IBaseResource resource, RequestDetails request) {
    judgeWrite((Resource) resource, request, Permission.CREATE);
    requireVisibleReferences((Resource) resource, request);
  }

  /** Before a patch is applied: whether its "test" holds would tell what stands in the resource. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void beforePatch(PrePatchDetails patch, RequestDetails request) {
    refuseForeign((Resource) patch.getResource(), request);
    judgeWrite((Resource) patch.getResource(), request, Permission.UPDATE);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void beforeUpdate(IBaseResource stored, IBaseResource incoming, RequestDetails request) {
    refuseForeign((Resource) stored, request);
    judgeWrite((Resource) stored, request, Permission.UPDATE);
    judgeWrite((Resource) incoming, request, Permission.UPDATE);
    requireVisibleReferences((Resource) incoming, request);
  }

  /**
   * A reference to what the caller cannot see is refused like one to nothing: HAPI, which looks
   * later, takes the one and refuses the other, and so tells whose ids exist.
   */
  private void requireVisibleReferences(Resource resource, RequestDetails request) {
    if (Callers.isInternal(request)
        || DoorAccess.isOperation(request)
        || Callers.required((ServletRequestDetails) request).patientId() == null) {
      return;
    }
    for (ResourceReferenceInfo found : terser.getAllResourceReferences(resource)) {
      IIdType id = found.getResourceReference().getReferenceElement();
      if (id.hasResourceType() && id.hasIdPart() && !id.isLocal() && !id.isAbsolute()) {
        requireVisible(
            id.toUnqualifiedVersionless(), resource.fhirType() + "." + found.getName(), request);
      }
    }
  }

  private void requireVisible(IIdType id, String path, RequestDetails request) {
    try {
      records.getResourceDao(id.getResourceType()).read(id, request);
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      throw Refusal.invalid(
          path, "Resource " + id.getValue() + " not found, specified in path: " + path);
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void beforeDelete(IBaseResource resource, RequestDetails request) {
    refuseForeign((Resource) resource, request);
    judgeWrite((Resource) resource, request, Permission.DELETE);
  }

  private void refuseForeign(Resource stored, RequestDetails request) {
    if (!Callers.isInternal(request)
        && !rules.isWithinReach(Callers.required((ServletRequestDetails) request), stored)) {
      throw Refusal.notFound(new IdType(stored.fhirType(), stored.getIdElement().getIdPart()));
    }
  }

  private void judgeWrite(Resource resource, RequestDetails request, Permission permission) {
    if (Callers.isInternal(request)) {
      return;
    }
    Caller caller = Callers.required((ServletRequestDetails) request);
    boolean allowed =
        DoorAccess.isOperation(request)
            ? caller.patientId() == null || rules.belongsToOnly(resource, caller.patientId())
            : rules.mayWrite(caller, resource, permission);
    if (!allowed) {
      throw Refusal.forbidden(
          "The token does not allow to "
              + permission.name().toLowerCase(Locale.ROOT)
              + " this "
              + resource.fhirType());
    }
  }
}
