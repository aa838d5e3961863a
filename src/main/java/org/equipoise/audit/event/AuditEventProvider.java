package org.equipoise.audit.event;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.EventQuery;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.event.AuditSearch.PageSizes;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordValidation;
import org.equipoise.fhir.RecordView.Extent;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.RequestCaller;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleLinkComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who looked, as AuditEvents: a patient, and who stands for them, reads what is about them; a
 * privacy officer reads all; nobody else reads any. Nothing changes one. A service that the
 * operator trusts adds what happened in another system.
 */
public class AuditEventProvider implements IResourceProvider, OperationProvider {

  private static final String TYPE = "AuditEvent";

  /** The search parameters, without those that every search has. */
  public static final Set<String> SEARCH_PARAMETERS = AuditSearch.PARAMETERS;

  private final AccessEvents events;
  private final AuditEvents shape;
  private final RequestCaller callers;
  private final ReadScopes scopes;
  private final DaoRegistry records;
  private final RecordValidation validation;
  private final FhirContext context;
  private final Clock clock;

  AuditEventProvider(
      AccessEvents events,
      AuditEvents shape,
      RequestCaller callers,
      ReadScopes scopes,
      DaoRegistry records,
      RecordValidation validation,
      FhirContext context,
      Clock clock) {
    this.events = events;
    this.shape = shape;
    this.callers = callers;
    this.scopes = scopes;
    this.records = records;
    this.validation = validation;
    this.context = context;
    this.clock = clock;
  }

  @Override
  public Class<AuditEvent> getResourceType() {
    return AuditEvent.class;
  }

  /** One event; version 1 is the only one that each has. */
  @Read(version = true)
  public AuditEvent read(@IdParam IdType id, ServletRequestDetails request) {
    Optional<String> about = about(request);
    if (scopes.extent(request, TYPE, about.orElse("")) != Extent.ALL) {
      throw lacking("r");
    }
    boolean isOnlyVersion = !id.hasVersionIdPart() || id.getVersionIdPart().equals("1");
    return number(id.getIdPart()).stream()
        .filter(number -> isOnlyVersion)
        .boxed()
        .flatMap(number -> events.find(number).stream())
        .filter(found -> about.isEmpty() || about.equals(found.event().patientId()))
        .findFirst()
        .map(found -> shape.of(toldTo(about, found), request.getFhirServerBase()))
        .map(found -> underIdAsked(found, id))
        .orElseThrow(() -> Refusal.notFound(id));
  }

  /** What is read has the id that was asked for (FHIR R4, http.html#read), also a former one. */
  private static AuditEvent underIdAsked(AuditEvent event, IdType id) {
    event.setId(new IdType(TYPE, id.getIdPart(), event.getMeta().getVersionId()));
    return event;
  }

  private OptionalLong number(String fhirId) {
    OptionalLong number = StoredEvent.number(fhirId);
    return number.isPresent() ? number : events.movedFrom(fhirId);
  }

  /**
   * Whose events the caller may read.
   *
   * @return logical id of the one patient; empty for everybody's
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403 where nobody's
   */
  private Optional<String> about(ServletRequestDetails request) {
    Caller caller = callers.of(request).orElseThrow(() -> lacking("rs"));
    if (caller.isPatientSide()) {
      return Optional.of(caller.patient().orElseThrow(() -> lacking("rs")).getIdPart());
    }
    if (!caller.isPrivacyOfficer()) {
      throw lacking("rs");
    }
    return Optional.empty();
  }

  private static RuntimeException lacking(String letters) {
    return Refusal.forbidden("The token has no scope that allows AuditEvent." + letters);
  }

  /** A page of events, latest first unless asked for otherwise. */
  @Search(allowUnknownParams = true)
  public Bundle search(ServletRequestDetails request) {
    Optional<String> about = about(request);
    if (!scopes.maySearch(request, TYPE)) {
      throw lacking("s");
    }
    RestfulServer server = request.getServer();
    String base = request.getFhirServerBase();
    AuditSearch search =
        AuditSearch.parse(
            request.getParameters(),
            base,
            new PageSizes(server.getDefaultPageSize(), server.getMaximumPageSize()),
            clock.instant());
    List<Long> numbers =
        search.ids().stream().flatMapToLong(id -> number(id).stream()).boxed().toList();
    boolean isEmpty =
        search.isImpossible()
            || (!search.ids().isEmpty() && numbers.isEmpty())
            || !search.mayAsk(about.orElse(null))
            || (about.isPresent()
                && search.patient().isPresent()
                && !about.equals(search.patient()));
    EventQuery query =
        isEmpty ? null : search.query(about.orElse(null), numbers, search.count() + 1);
    Bundle bundle = new Bundle().setType(BundleType.SEARCHSET);
    if (search.isTotalWanted()) {
      bundle.setTotal(
          query == null
              ? 0
              : (int) Math.min(Integer.MAX_VALUE, events.count(query.withoutPlace())));
    }
    bundle.addLink().setRelation("self").setUrl(base + "/" + address(request.getParameters()));
    List<StoredEvent> found = query == null || search.count() == 0 ? List.of() : events.find(query);
    found.stream().limit(search.count()).forEach(event -> add(bundle, toldTo(about, event), base));
    if (found.size() > search.count() && search.count() > 0) {
      bundle.addLink(next(request, found.get(search.count() - 1)));
    }
    // HAPI tells the size of a page as the total of a Bundle that has none.
    request.removeParameter(Constants.PARAM_COUNT);
    return bundle;
  }

  private static StoredEvent toldTo(Optional<String> patient, StoredEvent event) {
    return patient.map(event::toldTo).orElse(event);
  }

  private void add(Bundle bundle, StoredEvent found, String base) {
    AuditEvent event = shape.of(found, base);
    bundle
        .addEntry()
        .setFullUrl(base + "/" + event.getIdElement().toUnqualifiedVersionless().getValue())
        .setResource(event)
        .getSearch()
        .setMode(SearchEntryMode.MATCH);
  }

  private static BundleLinkComponent next(ServletRequestDetails request, StoredEvent last) {
    Map<String, String[]> parameters = new TreeMap<>(request.getParameters());
    parameters.put(AuditSearch.AFTER, new String[] {AuditSearch.after(last)});
    return new BundleLinkComponent()
        .setRelation("next")
        .setUrl(request.getFhirServerBase() + "/" + address(parameters));
  }

  private static String address(Map<String, String[]> parameters) {
    String query =
        new TreeMap<>(parameters)
            .entrySet().stream()
                .flatMap(
                    one ->
                        Arrays.stream(one.getValue())
                            .map(value -> encoded(one.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
    return query.isEmpty() ? TYPE : TYPE + "?" + query;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * Takes in what happened in another system, told by a service that the operator trusts to.
   *
   * @return 201 with its address
   */
  @Create
  public MethodOutcome create(@ResourceParam AuditEvent told, ServletRequestDetails request) {
    Caller caller =
        callers
            .of(request)
            .filter(Caller::isAuditSource)
            .orElseThrow(
                () ->
                    Refusal.forbidden("This server takes AuditEvents from trusted services alone"));
    AuditEvent event = told.copy();
    // The server's to say.
    event.setId((String) null);
    event.setMeta(null);
    event.getExtension().removeIf(one -> Canonical.Extension.TOLD_ELSEWHERE.equals(one.getUrl()));
    requireValid(event);
    String base = request.getFhirServerBase();
    long number =
        events.add(
            ToldEvent.of(
                event,
                context.newJsonParser().encodeResourceToString(event),
                caller,
                request.getServletRequest().getRemoteAddr(),
                request.getRequestId(),
                this::isKnown,
                context
                    .newTerser()
                    .getAllPopulatedChildElementsOfType(event, Reference.class)
                    .stream()
                    .map(Reference::getReference)
                    .toList(),
                base,
                clock.instant()));
    AuditEvent kept = events.find(number).map(found -> shape.of(found, base)).orElseThrow();
    return new MethodOutcome(kept.getIdElement(), true).setResource(kept);
  }

  private void requireValid(AuditEvent event) {
    List<String> errors =
        validation.validate(event).getMessages().stream()
            .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
            .map(message -> message.getLocationString() + ": " + message.getMessage())
            .toList();
    if (!errors.isEmpty()) {
      throw Refusal.unprocessable(IssueType.INVARIANT, "AuditEvent", String.join("; ", errors));
    }
  }

  private boolean isKnown(IdType patient) {
    try {
      records.getResourceDao(Patient.class).read(patient, new SystemRequestDetails());
      return true;
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return false;
    }
  }
}
