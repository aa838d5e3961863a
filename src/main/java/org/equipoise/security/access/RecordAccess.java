package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.jpa.dao.MatchResourceUrlService;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.fhir.UnusualAccessRecords;
import org.equipoise.security.Callers;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds {@link AccessRules} inside the storage engine, where every door ends: a search is narrowed
 * to what the caller may find in the query itself, so that counts and pages tell nothing; each
 * resource that is shown or stored is judged; what the caller may not see does not exist for them
 * (404). Belongs on the storage interceptors, so that it also sees what transactions, batches and
 * operations do.
 */
@Interceptor
public class RecordAccess {

  private static final int FIRST = -1000;
  private static final int LAST = 1000;

  /** {@code Type/id} of what a transaction writes; its entries share them. */
  private static final String COMING = RecordAccess.class.getName() + ".coming";

  /** On a resource that was read for this {@link Viewer}, and may be shown to them. */
  private static final String SEEN_BY = RecordAccess.class.getName() + ".seenBy";

  private static final String PROVENANCE_TARGET = "Provenance.target";

  private static final Set<Permission> READ = Set.of(Permission.READ);

  /** What an include or a written resource may be shown by: the caller could read or find it. */
  private static final Set<Permission> READ_OR_SEARCH = Set.of(Permission.READ, Permission.SEARCH);

  private final AccessRules rules;
  private final Viewers viewers;
  private final Sights sights;
  private final SearchNarrowing narrowing;
  private final StoredResources stored;
  private final WithheldReferences withheld;
  private final Includes includes;
  private final FhirTerser terser;

  RecordAccess(
      FhirContext context,
      AccessRules rules,
      Sights sights,
      ISearchParamRegistry parameters,
      StoredResources stored,
      WithheldReferences withheld,
      Includes includes,
      SecondOpinions opinions) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.sights = sights;
    this.narrowing = new SearchNarrowing(parameters, opinions);
    this.stored = stored;
    this.withheld = withheld;
    this.includes = includes;
    this.terser = context.newTerser();
  }

  /**
   * For an hour, HAPI refuses a second resource that was created on the same condition; of one that
   * the caller may not find, that would tell. Before others add to the condition.
   */
  @Hook(value = Pointcut.STORAGE_PRESEARCH_REGISTERED, order = FIRST)
  public void beforeMatching(
      ICachedSearchDetails details, SearchParameterMap search, RequestDetails request) {
    if (Callers.isInternal(request)
        || !MatchResourceUrlService.isDuringMatchUrlQuerySpan(request)
        || sights.of(request).isOpen()) {
      return;
    }
    String type = details.getResourceType();
    String condition = type + search.toNormalizedQueryString();
    for (String id : stored.createdOn(condition)) {
      Sight sight = sights.of(request);
      if (sight.view(type + "/" + id, Set.of(), false) == View.WITHHELD
          && !SearchNarrowing.findsAgain(type, id, sight)) {
        stored.forget(condition, type, id);
      }
    }
  }

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void whileSearching(
      ICachedSearchDetails details, SearchParameterMap search, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    if (search.containsKey(Constants.PARAM_FILTER)) {
      throw Refusal.notSupported(null, "_filter parameter is disabled on this server");
    }
    refuseByWayOfLogs(search);
    if (!search.getIncludes().isEmpty() || !search.getRevIncludes().isEmpty()) {
      // Else HAPI reckons the total from what is left on the page, less what it had included.
      search.setSearchTotalMode(SearchTotalModeEnum.ACCURATE);
    }
    Viewer viewer = viewers.of(request);
    String type = details.getResourceType();
    List<Grant> grants =
        DoorAccess.isOperation(request)
            ? byReachAlone(reachOf(viewer, request), type)
            : viewer.grants(type, Set.of(Permission.SEARCH));
    if (grants.isEmpty()) {
      throw DoorAccess.lacking(type, Permission.SEARCH);
    }
    if (search.values().stream()
        .flatMap(List::stream)
        .flatMap(List::stream)
        .anyMatch(UnusualAccessSight::looksBack)) {
      throw Refusal.forbidden("_has does not look at Tasks and Communications");
    }
    boolean unusual = UnusualAccessSight.areAskedFor(search, type, viewer.caller());
    Sight sight = sights.of(request);
    if (sight.isAi() || grants.stream().noneMatch(Grant::isUnlimited)) {
      narrowing.narrow(search, type, grants, viewer, sight);
    }
    if (!unusual) {
      UnusualAccessSight.leaveOut(search, type, viewer.caller());
    }
    if (sight.isOpen()) {
      return;
    }
    narrowing.withhold(
        search,
        type,
        grants,
        viewer,
        sight,
        MatchResourceUrlService.isDuringMatchUrlQuerySpan(request));
  }

  /** Who looked at what is asked for by its own searches, and by no other. */
  private static void refuseByWayOfLogs(SearchParameterMap search) {
    boolean isAsked =
        search.getRevIncludes().stream()
                .anyMatch(
                    include -> Interactions.LOGS.contains(String.valueOf(include.getParamType())))
            || search.values().stream()
                .flatMap(List::stream)
                .flatMap(List::stream)
                .anyMatch(RecordAccess::leadsToLogs);
    if (isAsked) {
      throw Refusal.forbidden("AuditEvents are found by a search of AuditEvent only");
    }
  }

  private static boolean leadsToLogs(IQueryParameterType parameter) {
    String way =
        parameter instanceof HasParam has
            ? has.getTargetResourceType() + ":" + has.getParameterName()
            : parameter instanceof ReferenceParam to && to.getChain() != null
                ? to.getResourceType() + ":" + to.getChain()
                : "";
    return Arrays.stream(way.split("[:.]")).anyMatch(Interactions.LOGS::contains);
  }

  /** Of an operation the reach of the scopes that it needs, else the widest of any scope. */
  private static Optional<Reach> reachOf(Viewer viewer, RequestDetails request) {
    return DoorAccess.isOperation(request)
        ? DoorAccess.reachOfOperation(request)
        : viewer.widestReach();
  }

  /** An operation looks, on its own account, for what the caller's scopes do not name. */
  static List<Grant> byReachAlone(Optional<Reach> ofOperation, String type) {
    return ofOperation
        .map(
            reach ->
                new Grant(reach, new SmartScope("user", type, Set.of(Permission.SEARCH), Set.of())))
        .stream()
        .toList();
  }

  /**
   * A read: what may not be seen is not there. (A search hands over ids that were narrowed already,
   * a write what it wrote.)
   */
  @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
  public void beforeAccess(IPreResourceAccessDetails details, RequestDetails request) {
    if (Callers.isInternal(request)
        || !(details instanceof SimplePreResourceAccessDetails)
        || isWrite(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource) {
        if (maySee(viewer, resource, request)) {
          resource.setUserData(SEEN_BY, viewer);
        } else {
          details.setDontReturnResourceAtIndex(i);
        }
      }
    }
  }

  /** Whatever is shown, by search, include, history or reference. */
  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  public void beforeShowing(IPreResourceShowDetails details, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    for (int i = 0; i < details.size(); i++) {
      if (details.getResource(i) instanceof Resource resource
          && resource.getUserData(SEEN_BY) != viewer
          && !maySee(viewer, resource, request)) {
        details.setResource(i, null);
      }
    }
  }

  /** After all who hide something: what was included by way of it goes with it. */
  @Hook(value = Pointcut.STORAGE_PRESHOW_RESOURCES, order = LAST)
  public void afterHiding(IPreResourceShowDetails details, RequestDetails request) {
    if (!Callers.isInternal(request) && !DoorAccess.isOperation(request)) {
      includes.keepReached(details, request, sights.of(request).isAi());
    }
  }

  static boolean isWrite(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    return interaction != null
        && switch (interaction) {
          case CREATE, UPDATE, PATCH, DELETE, TRANSACTION -> !DoorAccess.isOperation(request);
          default -> false;
        };
  }

  private boolean maySee(Viewer viewer, Resource resource, RequestDetails request) {
    if (DoorAccess.isOperation(request)) {
      // It may read, on its own account, what the caller's scopes do not name; never another
      // patient's data.
      return rules.isWithinReach(viewer, reachOf(viewer, request), resource);
    }
    RestOperationTypeEnum interaction = request.getRestOperationType();
    if (interaction == RestOperationTypeEnum.READ && viewer.isOwnIdentity(resource)) {
      return true;
    }
    return rules.isOpen(viewer, resource, isReading(interaction) ? READ : READ_OR_SEARCH);
  }

  /** Of an entry of the same transaction, which has no type yet, nothing could be told. */
  private boolean isSeen(Viewer viewer, IIdType id, RequestDetails request) {
    return !id.hasResourceType()
        || stored
            .find(id)
            .filter(found -> rules.isOpen(viewer, found, READ_OR_SEARCH))
            .filter(found -> sights.view(sights.of(request), found, false) == View.SHOWN)
            .isPresent();
  }

  private static boolean isReading(RestOperationTypeEnum interaction) {
    return interaction != null
        && switch (interaction) {
          case READ, VREAD, HISTORY_INSTANCE, HISTORY_TYPE, HISTORY_SYSTEM -> true;
          default -> false;
        };
  }

  /** A PUT that would create: whether the id is free would tell whether somebody else has it. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_CLIENT_ASSIGNED_ID)
  public void beforeClientNamesId(IBaseResource resource, RequestDetails request) {
    if (!Callers.isInternal(request)
        && !viewers.of(request).isUnlimited(((Resource) resource).fhirType(), Permission.UPDATE)) {
      throw notFound((Resource) resource);
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void beforeCreate(
      IBaseResource resource, RequestDetails request, TransactionDetails transaction) {
    judgeWrite((Resource) resource, request, Permission.CREATE, false);
    requireVisibleReferences((Resource) resource, Set.of(), request, transaction);
  }

  /** Before a patch is applied: whether its "test" holds would tell what stands in the resource. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void beforePatch(PrePatchDetails patch, RequestDetails request) {
    refuseForeign((Resource) patch.getResource(), request);
    judgeWrite((Resource) patch.getResource(), request, Permission.UPDATE, true);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void beforeUpdate(
      IBaseResource old,
      IBaseResource incoming,
      RequestDetails request,
      TransactionDetails transaction) {
    refuseForeign((Resource) old, request);
    judgeWrite((Resource) old, request, Permission.UPDATE, true);
    judgeWrite((Resource) incoming, request, Permission.UPDATE, false);
    requireVisibleReferences((Resource) incoming, references((Resource) old), request, transaction);
  }

  private Set<String> references(Resource resource) {
    Set<String> references = new HashSet<>();
    terser
        .getAllResourceReferences(resource)
        .forEach(
            found ->
                references.add(
                    WithheldReferences.key(found.getResourceReference().getReferenceElement())));
    terser.getAllPopulatedChildElementsOfType(resource, Attachment.class).stream()
        .filter(Attachment::hasUrl)
        .map(attachment -> stored.binaryAt(attachment.getUrl()))
        .filter(binary -> binary != null)
        .forEach(binary -> references.add(WithheldReferences.key(binary)));
    return references;
  }

  /** References to other entries of the same transaction lead to their ids only now. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void afterCreate(
      IBaseResource resource, RequestDetails request, TransactionDetails transaction) {
    refuseWithheldOnceStored((Resource) resource, request, transaction);
    judgeWrite((Resource) resource, request, Permission.CREATE, true);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void afterUpdate(
      IBaseResource before,
      IBaseResource resource,
      RequestDetails request,
      TransactionDetails transaction) {
    refuseWithheldOnceStored((Resource) resource, request, transaction);
    judgeWrite((Resource) resource, request, Permission.UPDATE, true);
  }

  private void refuseWithheldOnceStored(
      Resource resource, RequestDetails request, TransactionDetails transaction) {
    if (!Callers.isInternal(request)) {
      List<IIdType> named =
          terser.getAllResourceReferences(resource).stream()
              .map(found -> found.getResourceReference().getReferenceElement())
              .filter(RecordAccess::isOfThisServer)
              .toList();
      withheld.refuseOnceStored(resource, named, () -> sights.anew(request), transaction);
    }
  }

  /** What a transaction writes may be referred to before it is there. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(IBaseBundle entries, RequestDetails request) {
    if (entries instanceof Bundle bundle
        && bundle.getType() != Bundle.BundleType.BATCH
        && !Callers.isInternal(request)) {
      refuseLogs(bundle, (ServletRequestDetails) request);
    }
    if (request != null
        && entries instanceof Bundle bundle
        && bundle.getType() == Bundle.BundleType.TRANSACTION) {
      Set<String> put = new HashSet<>();
      Set<String> posted = new HashSet<>();
      for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
        Resource resource = entry.getResource();
        if (resource == null) {
          continue;
        }
        keys(entry.getRequest().getUrl()).forEach(put::add);
        keys(entry.getFullUrl(), resource.fhirType() + "/" + resource.getIdElement().getIdPart())
            .forEach(posted::add);
      }
      request.getUserData().put(COMING, new Coming(put, posted));
    }
  }

  private static void refuseLogs(Bundle bundle, ServletRequestDetails request) {
    boolean isTrusted = Callers.of(request).filter(Caller::isAuditSource).isPresent();
    bundle.getEntry().stream()
        .flatMap(entry -> LogWrites.refusal(entry, isTrusted).stream())
        .findFirst()
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }

  private static Stream<String> keys(String... addresses) {
    return Stream.of(addresses)
        .filter(address -> address != null)
        .map(IdType::new)
        .filter(id -> id.hasResourceType() && id.hasIdPart())
        .map(WithheldReferences::key);
  }

  /**
   * What a transaction writes, {@code Type/id}: by the client's own ids, or by ones that HAPI
   * replaces.
   */
  private record Coming(Set<String> put, Set<String> posted) {

    static Coming of(RequestDetails request) {
      return request.getUserData().get(COMING) instanceof Coming known
          ? known
          : new Coming(Set.of(), Set.of());
    }

    Set<String> with(Resource resource) {
      Set<String> all = new HashSet<>(put);
      all.addAll(posted);
      if (resource.getIdElement().hasIdPart()) {
        all.add(Sights.key(resource));
      }
      return all;
    }
  }

  private static boolean isOfThisServer(IIdType id) {
    return id.hasResourceType() && id.hasIdPart() && !id.isLocal() && !id.isAbsolute();
  }

  /**
   * A reference to what the caller cannot see is refused like one to nothing: HAPI, which looks
   * later, takes the one and refuses the other, and so tells whose ids exist.
   *
   * @param before what it referred to before, {@code Type/id}: that tells nothing new
   */
  private void requireVisibleReferences(
      Resource resource,
      Set<String> before,
      RequestDetails request,
      TransactionDetails transaction) {
    if (Callers.isInternal(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    Optional<Reach> reach = reachOf(viewer, request);
    boolean seesAll = reach.filter(Reach.ALL::equals).isPresent();
    boolean byScopes = !(seesAll && DoorAccess.isOperation(request));
    // What this transaction writes changes what hangs on what, so nothing is kept of this look.
    Sight sight = sights.anew(request);
    List<IIdType> named = new ArrayList<>();
    Set<String> ofAnswer = rules.mayBeNamedBy(viewer, resource);
    for (ResourceReferenceInfo found : terser.getAllResourceReferences(resource)) {
      IIdType id = found.getResourceReference().getReferenceElement();
      int condition = id.getValue() == null ? -1 : id.getValue().indexOf('?');
      if (condition > 0 && byScopes) {
        // HAPI would look for the one resource that matches.
        DoorAccess.requireOpenCondition(viewer, id.getValue().substring(0, condition));
      }
      if (!isOfThisServer(id) || ofAnswer.contains(WithheldReferences.key(id))) {
        continue;
      }
      boolean isNew = !before.contains(WithheldReferences.key(id));
      if (!isNew && UnusualAccessRecords.isOne(resource)) {
        // An officer's office opens nothing of the record of whom it is about.
        continue;
      }
      if (seesAll && isNew) {
        named.add(id);
      } else if (!seesAll) {
        requireVisible(
            id,
            resource.fhirType() + "." + found.getName(),
            one ->
                rules.isWithinReach(viewer, reach, one)
                    && (!isNew || sights.view(sight, one, true) != View.WITHHELD));
      }
    }
    Coming coming = Coming.of(request);
    if (seesAll) {
      withheld.refuse(resource, named, sight, coming.with(resource), transaction);
    }
    // An address opens a Binary to whoever may see the document around it.
    for (Attachment attachment :
        terser.getAllPopulatedChildElementsOfType(resource, Attachment.class)) {
      IIdType binary = attachment.hasUrl() ? stored.binaryAt(attachment.getUrl()) : null;
      String key = binary == null ? null : WithheldReferences.key(binary);
      if (key == null || (seesAll && (before.contains(key) || coming.put().contains(key)))) {
        continue;
      }
      requireVisible(
          binary,
          resource.fhirType() + ".attachment.url",
          one ->
              rules.isWithinReach(viewer, reach, one)
                  && sights.view(sight, one, true) != View.WITHHELD);
    }
  }

  private void requireVisible(IIdType id, String path, Predicate<Resource> isVisible) {
    if (stored.find(id).filter(isVisible).isEmpty()) {
      throw Refusal.unknownReference(id, path);
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void beforeDelete(IBaseResource resource, RequestDetails request) {
    refuseForeign((Resource) resource, request);
    judgeWrite((Resource) resource, request, Permission.DELETE, true);
  }

  private void refuseForeign(Resource resource, RequestDetails request) {
    if (Callers.isInternal(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    if (!rules.isWithinReach(viewer, reachOf(viewer, request), resource)
        || sights.view(sights.of(request), resource, false) != View.SHOWN) {
      throw notFound(resource);
    }
  }

  private static RuntimeException notFound(Resource resource) {
    return Refusal.notFound(new IdType(resource.fhirType(), resource.getIdElement().getIdPart()));
  }

  private void judgeWrite(
      Resource resource, RequestDetails request, Permission permission, boolean isResolved) {
    if (Callers.isInternal(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    boolean allowed =
        DoorAccess.isOperation(request)
            ? rules.mayWriteByOperation(viewer, reachOf(viewer, request), resource)
            : rules.mayWrite(viewer, resource, permission, isResolved);
    if (!allowed
        && resource instanceof Provenance story
        && permission != Permission.DELETE
        && !story.getTarget().stream()
            .allMatch(target -> isSeen(viewer, target.getReferenceElement(), request))) {
      // Of a target that is not there, the storage engine says so before this is asked: another
      // answer would tell that it is.
      throw Refusal.unknownReference(
          story.getTargetFirstRep().getReferenceElement(), PROVENANCE_TARGET);
    }
    if (!allowed) {
      throw Refusal.forbidden(
          "The token does not allow to "
              + permission.name().toLowerCase(Locale.ROOT)
              + " this "
              + resource.fhirType());
    }
  }
}
