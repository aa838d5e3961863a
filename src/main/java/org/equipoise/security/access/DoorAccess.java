package org.equipoise.security.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.UnusualAccessRecords;
import org.equipoise.security.Callers;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
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
   * Marks a request whose operation was found allowed with its {@link Reach}, so that what it
   * writes is not judged by plain-write rules.
   */
  private static final String OPERATION = DoorAccess.class.getName() + ".operation";

  /** What a transaction may do to a resource that stands already. Of no verb it says no. */
  private static final Set<Bundle.HTTPVerb> CHANGES =
      Collections.unmodifiableSet(
          EnumSet.of(Bundle.HTTPVerb.DELETE, Bundle.HTTPVerb.PATCH, Bundle.HTTPVerb.PUT));

  private static final String PROVENANCE = "Provenance";

  private static final Pattern NAMED_BY_SERVER =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** Beside the directory: what never hangs on an AI document. */
  private static final Set<String> NEVER_WITHHELD =
      Set.of("Communication", "Consent", "Device", "Patient", "QuestionnaireResponse");

  private static final Pattern SERVED_GET =
      Pattern.compile("/?[A-Z][A-Za-z]+(/[A-Za-z0-9.-]{1,64}(/_history(/[0-9]+)?)?)?(\\?.*)?");

  private final AccessRules rules;
  private final Viewers viewers;
  private final Sights sights;
  private final StoredResources stored;
  private final NeutralTasks neutralTasks;

  DoorAccess(AccessRules rules, Sights sights, StoredResources stored, NeutralTasks neutralTasks) {
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.sights = sights;
    this.stored = stored;
    this.neutralTasks = neutralTasks;
  }

  /** Whether one of our operations, found allowed, is what this request runs. */
  public static boolean isOperation(RequestDetails request) {
    return request.getUserData().containsKey(OPERATION);
  }

  /** Marks a request that runs one of our operations, for data of this reach. */
  static void allow(RequestDetails request, Reach reach) {
    request.getUserData().put(OPERATION, reach);
  }

  /** For whose data the operation of this request may run; empty where it is no operation. */
  static Optional<Reach> reachOfOperation(RequestDetails request) {
    return Optional.ofNullable((Reach) request.getUserData().get(OPERATION));
  }

  /** Before the body is read: what nobody may write is refused whatever stands in it. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void beforeReading(RequestDetails request) {
    boolean isRead =
        request.getRequestType() == RequestTypeEnum.GET
            || String.valueOf(request.getRequestPath()).endsWith("/_search");
    if (request.getResourceName() != null
        && Interactions.LOGS.contains(request.getResourceName())
        && !isRead
        && !isTold(request)) {
      throw LogWrites.refusal(
          request.getRequestType(),
          request.getResourceName(),
          request.getResourceName().equals(request.getRequestPath()),
          request.getId() != null);
    }
  }

  /** Whether a trusted program tells what happened in another system. */
  private static boolean isTold(RequestDetails request) {
    return request.getRequestType() == RequestTypeEnum.POST
        && request.getResourceName().equals(request.getRequestPath())
        && request instanceof ServletRequestDetails http
        && Callers.of(http).filter(Caller::isAuditSource).isPresent();
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void atTheDoor(RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (!Interactions.isOffered(interaction, request)) {
      throw notOffered(nameOf(interaction, request));
    }
    if (interaction == RestOperationTypeEnum.METADATA || Interactions.isOnDefinitions(request)) {
      return;
    }
    Viewer viewer = viewers.of(request);
    String type = request.getResourceName();
    switch (interaction) {
      case READ -> {
        if (LastLook.isLeft(request)) {
          viewer.assumeCare();
        }
        if (!viewer.isOwnIdentity(type, request.getId().getIdPart())) {
          require(viewer, type, Permission.READ);
        }
      }
      case VREAD, HISTORY_INSTANCE -> require(viewer, type, Permission.READ);
      case SEARCH_TYPE -> require(viewer, type, Permission.SEARCH);
      case CREATE -> {
        require(viewer, type, Permission.CREATE);
        refuseStories(viewer, type);
      }
      case UPDATE, PATCH -> require(viewer, type, Permission.UPDATE);
      case DELETE -> require(viewer, type, Permission.DELETE);
      case EXTENDED_OPERATION_INSTANCE, EXTENDED_OPERATION_TYPE -> allowOperation(viewer, request);
      case TRANSACTION -> {
        // Each entry is judged on its own besides, when it is stored or shown.
        if (request.getResource() instanceof Bundle bundle) {
          foreseeChanges(bundle, request);
          bundle.getEntry().forEach(entry -> judge(viewer, entry, request));
        }
      }
      default -> throw notOffered(nameOf(interaction, request));
    }
    if (request.getConditionalUrl(interaction) != null) {
      requireOpenCondition(viewer, type);
    }
    requireVisible(viewer, interaction, request);
  }

  /**
   * HAPI counts all versions of a resource, those of a time when it was filed under another patient
   * too: whoever does not reach everybody gets the versions without that count.
   */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void beforeAnswering(RequestDetails request, IBaseResource answer) {
    if (answer instanceof Bundle bundle
        && Callers.of((ServletRequestDetails) request).isPresent()
        && !viewers.of(request).isWithoutLimits()) {
      withoutHistoryTotal(bundle);
      bundle.getEntry().stream()
          .map(Bundle.BundleEntryComponent::getResource)
          .filter(Bundle.class::isInstance)
          .forEach(inner -> withoutHistoryTotal((Bundle) inner));
    }
  }

  private static void withoutHistoryTotal(Bundle bundle) {
    if (bundle.getType() == Bundle.BundleType.HISTORY) {
      bundle.setTotalElement(null);
    }
  }

  private static String nameOf(RestOperationTypeEnum interaction, RequestDetails request) {
    return request.getOperation() == null ? interaction.getCode() : request.getOperation();
  }

  private static RuntimeException notOffered(String interaction) {
    return Refusal.forbidden("This server does not offer the interaction " + interaction);
  }

  private void allowOperation(Viewer viewer, ServletRequestDetails request) {
    if (request.isSubRequest()) {
      // The entries of a bundle share one mark, and what one may do is not what the next may.
      throw Refusal.forbidden("Operations are called on their own, not in a batch or transaction");
    }
    String operation = request.getOperation().substring(1);
    List<OperationScopes.Need> missing =
        OperationScopes.missing(viewer, request.getResourceName(), operation);
    if (!missing.isEmpty()) {
      throw Refusal.forbidden(
          "The token lacks scopes that $"
              + operation
              + " needs: "
              + missing.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
    if (operation.equals(OperationScopes.EVERYTHING)) {
      return;
    }
    OperationScopes.reach(viewer, request.getResourceName(), operation)
        .ifPresent(reach -> allow(request, reach));
    if (operation.equals(NeutralTasks.CONFIRM) && viewer.caller().isPractitioner()) {
      // It works with the patient's answers too, which it shows nobody.
      neutralTasks
          .patientOf(viewer.caller().user().getIdPart(), request.getId().getIdPart())
          .ifPresent(viewer::entrust);
    }
  }

  private static void require(Viewer viewer, String type, Permission permission) {
    if (!viewer.isAllowed(type, permission)) {
      throw lacking(type, permission);
    }
  }

  /**
   * The storage engine looks for the targets of a new Provenance before the write is judged: who
   * writes none is refused before, since that would tell what is there.
   */
  private static void refuseStories(Viewer viewer, String type) {
    if (type.equals(PROVENANCE) && viewer.caller().isPatientSide()) {
      throw Refusal.forbidden("Patients, and those who act for them, write no Provenance");
    }
  }

  /** 403: no scope of the token is for this. */
  static RuntimeException lacking(String type, Permission permission) {
    return Refusal.forbidden(
        "The token has no scope that allows " + type + "." + permission.letter());
  }

  /** Looks up at once what each entry will be asked about. */
  private void foreseeChanges(Bundle bundle, RequestDetails request) {
    Sight sight = sights.of(request);
    if (!sight.isOpen()) {
      sight.foresee(
          bundle.getEntry().stream()
              .map(Bundle.BundleEntryComponent::getRequest)
              .filter(one -> CHANGES.contains(one.getMethod()) && one.getUrl() != null)
              .map(one -> new IdType(one.getUrl()))
              .filter(id -> id.hasResourceType() && id.hasIdPart())
              .map(WithheldReferences::key)
              .toList());
    }
  }

  /** HAPI runs the entries of a bundle without asking at the door again. */
  private void judge(Viewer viewer, Bundle.BundleEntryComponent entry, RequestDetails whole) {
    Bundle.BundleEntryRequestComponent request = entry.getRequest();
    String url = request.getUrl() == null ? "" : request.getUrl();
    if (request.getMethod() == Bundle.HTTPVerb.GET && !SERVED_GET.matcher(url).matches()) {
      throw notOffered("GET " + url);
    }
    String type = LogWrites.typeOf(url);
    boolean write = request.getMethod() != null && request.getMethod() != Bundle.HTTPVerb.GET;
    if (Interactions.LOGS.contains(type)) {
      if (url.replaceFirst("\\?.*", "").endsWith("/_history")) {
        throw notOffered(request.getMethod() + " " + type);
      }
      // What of it may be read is judged where it is read; that it may not be written, where it is
      // written, so that a batch goes on without it.
      return;
    }
    if (request.getMethod() == Bundle.HTTPVerb.POST && type.equals(PROVENANCE)) {
      require(viewer, type, Permission.CREATE);
      refuseStories(viewer, type);
    }
    if (request.hasIfNoneExist() || (write && url.contains("?"))) {
      // Where nothing is written in the end, nobody else asks for this.
      require(viewer, type, permissionOf(request.getMethod()));
      requireOpenCondition(viewer, type);
    }
    if (CHANGES.contains(request.getMethod()) && !url.contains("?")) {
      requireVisible(
          viewer,
          new IdType(url),
          permissionOf(request.getMethod()),
          request.getMethod() == Bundle.HTTPVerb.PUT,
          whole);
    }
    if (request.getMethod() == Bundle.HTTPVerb.GET && url.contains("/_history")) {
      requireVisible(
          viewer, new IdType(url.replaceFirst("/_history.*", "")), Permission.READ, false, whole);
    }
  }

  /**
   * Whether a PUT may bring something into being by this id. A UUID is what the server names
   * resources by: were one free for clients to take, a PUT would tell whether something hidden has
   * it.
   */
  private static boolean isForClientsToName(IIdType id) {
    return NEVER_WITHHELD.contains(id.getResourceType())
        || AccessRules.DIRECTORY.contains(id.getResourceType())
        || !NAMED_BY_SERVER.matcher(id.getIdPart()).matches();
  }

  private static boolean isWithheld(Sight sight, IIdType id) {
    return sight.view(id.getResourceType() + "/" + id.getIdPart(), Set.of(), false)
        == View.WITHHELD;
  }

  private static Permission permissionOf(Bundle.HTTPVerb method) {
    return switch (method) {
      case POST -> Permission.CREATE;
      case DELETE -> Permission.DELETE;
      default -> Permission.UPDATE;
    };
  }

  /**
   * A condition ("create unless one matches") is a search of the whole server; for a caller who
   * does not find everything its answer would tell whether others' data match.
   */
  static void requireOpenCondition(Viewer viewer, String type) {
    require(viewer, type, Permission.SEARCH);
    if (!viewer.isUnlimited(type, Permission.SEARCH)) {
      throw Refusal.forbidden(
          "Conditions are not open to a token that does not reach everybody's data");
    }
  }

  /**
   * Histories, old versions and changes of what the caller cannot see are answered as a read is,
   * 404: HAPI on its own tells a deleted, a foreign and a never known id apart, and an old version
   * may be of a time when the resource was filed under the wrong patient.
   */
  private void requireVisible(
      Viewer viewer, RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (Interactions.LOGS.contains(String.valueOf(request.getResourceName()))) {
      // None is ever changed, and whoever reads them is judged where they are read.
      return;
    }
    switch (interaction) {
      case VREAD, HISTORY_INSTANCE ->
          requireVisible(viewer, request.getId(), Permission.READ, false, request);
      case UPDATE, PATCH -> {
        if (request.getConditionalUrl(interaction) == null) {
          requireVisible(
              viewer,
              request.getId(),
              Permission.UPDATE,
              interaction == RestOperationTypeEnum.UPDATE,
              request);
        }
      }
      case DELETE -> {
        if (request.getConditionalUrl(interaction) == null) {
          requireVisible(viewer, request.getId(), Permission.DELETE, false, request);
        }
      }
      case EXTENDED_OPERATION_INSTANCE -> requireReached(viewer, request);
      default -> {
        // A read or search judges what it finds; a create has nothing to see yet.
      }
    }
  }

  /**
   * What an operation is called on is read before its provider looks at the body: of what is out of
   * reach, no wrong body tells that it is there. The operation reads it again, in its own
   * transaction.
   */
  private void requireReached(Viewer viewer, ServletRequestDetails request) {
    switch (request.getOperation().substring(1)) {
      case OperationScopes.ACCESS_REPORT -> {
        // It answers by who asks, and reaches further than the caller does.
      }
      case BreakGlass.NAME -> {
        BreakGlassProvider.requireClinicianInPerson(viewer.caller());
        stored.require(request.getId(), new SystemRequestDetails());
      }
      default -> stored.require(request.getId(), request);
    }
  }

  /**
   * @param mayCreate whether what is not there yet may come into being by this id
   */
  private void requireVisible(
      Viewer viewer, IIdType id, Permission permission, boolean mayCreate, RequestDetails request) {
    if (id == null || !id.hasResourceType() || !id.hasIdPart()) {
      throw Refusal.invalid(null, "The request names no resource");
    }
    if (UnusualAccessRecords.TYPES.contains(id.getResourceType())
        && stored
            .find(id)
            .filter(found -> UnusualAccessSight.isHidden(viewer.caller(), found))
            .isPresent()) {
      throw Refusal.notFound(new IdType(id.toUnqualifiedVersionless().getValue()));
    }
    Sight sight = sights.of(request);
    if (!sight.isOpen() && !sight.isAi() && isWithheld(sight, id)) {
      throw Refusal.notFound(new IdType(id.toUnqualifiedVersionless().getValue()));
    }
    if (viewer.isUnlimited(id.getResourceType(), permission)) {
      if (!sight.isOpen()
          && !Interactions.DEFINITIONS.contains(id.getResourceType())
          && !(mayCreate && isForClientsToName(id))
          && !stored.everWas(id)) {
        // Here, like what is withheld: a batch goes on after what the storage engine refuses, and a
        // DELETE of nothing succeeds there.
        throw Refusal.notFound(new IdType(id.toUnqualifiedVersionless().getValue()));
      }
      return;
    }
    require(viewer, id.getResourceType(), permission);
    if (stored
        .find(id)
        .filter(found -> rules.isOpen(viewer, found, EnumSet.of(permission, Permission.READ)))
        // Of what is masked, older versions are not there, nor is it there to be changed.
        .filter(found -> sights.view(sight, found, false) == View.SHOWN)
        .isEmpty()) {
      throw Refusal.notFound(new IdType(id.toUnqualifiedVersionless().getValue()));
    }
  }
}
