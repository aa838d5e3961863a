package org.equipoise.everything;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.util.FhirTerser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordView;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SimpleParameters;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * One page of a patient's record. It runs plain searches, one after the other, with the caller's
 * own scopes and reach: what it shows they would find too, in the same order. A page costs as many
 * searches as it has types on it, however large the record is.
 */
final class Everything {

  /** What a search for everything about a patient begins with, and what it ends with. */
  private static final String ABOUT_ME = "about-me";

  private static final String ABOUT_ME_BEFORE = "about-me-before";

  private static final String STATUS_CURRENT = "current";

  /** What a page's resources refer to is given with them where it holds no patient's data. */
  private static final Set<String> INCLUDED =
      Set.of(
          "Device",
          "DocumentReference",
          "Location",
          "Medication",
          "Organization",
          "Practitioner",
          "PractitionerRole");

  /** So many resources are given besides those of a page, at most. */
  private static final int MOST_INCLUDED = 1000;

  /** A part of the record, read by one search for this type. */
  private record Part(String name, String type, Supplier<SearchParameterMap> search) {}

  /** Where a page begins. */
  private record Place(String part, int offset) {}

  private final RecordView view;
  private final String base;
  private final int defaultPage;
  private final int largestPage;
  private final Set<String> patientTypes;
  private final FhirContext context;
  private final FhirTerser terser;

  /**
   * @param base address of the server
   * @param patientTypes types that have the search parameter {@code patient}
   */
  Everything(
      RecordView view,
      FhirContext context,
      String base,
      int defaultPage,
      int largestPage,
      Set<String> patientTypes) {
    this.view = view;
    this.base = base;
    this.defaultPage = defaultPage;
    this.largestPage = largestPage;
    this.patientTypes = patientTypes;
    this.context = context;
    this.terser = context.newTerser();
  }

  Bundle page(IdType id, EverythingRequest request) {
    IdType patient =
        view.read(Patient.class, id.toUnqualifiedVersionless())
            .getIdElement()
            .toUnqualifiedVersionless();
    int count = Math.min(request.count().orElse(defaultPage), largestPage);
    Set<String> closed = new TreeSet<>();
    List<Part> open = new ArrayList<>();
    for (Part part : wanted(patient, request)) {
      if (part.type().equals("Patient") || view.maySearch(part.type())) {
        open.add(part);
      } else {
        closed.add(part.type());
      }
    }
    Place from = request.from().map(name -> new Place(name, request.offset())).orElse(null);
    List<Resource> found = new ArrayList<>();
    Place next = read(open, from == null ? first(open) : from, count, patient, found);

    Bundle bundle = new Bundle().setType(BundleType.SEARCHSET).setTimestamp(Date.from(view.now()));
    bundle.addLink().setRelation("self").setUrl(address(patient, request, count, from));
    if (next != null) {
      bundle.addLink().setRelation("next").setUrl(address(patient, request, count, next));
    }
    found.forEach(one -> add(bundle, one, SearchEntryMode.MATCH));
    referredTo(found, patient).forEach(one -> add(bundle, one, SearchEntryMode.INCLUDE));
    if (!closed.isEmpty()) {
      addOutcome(bundle, closed);
    }
    return bundle;
  }

  // ---- what there is

  private List<Part> wanted(IdType patient, EverythingRequest request) {
    List<Part> parts = all(patient, request);
    Set<String> known = parts.stream().map(Part::type).collect(Collectors.toSet());
    request.types().stream()
        .filter(type -> !known.contains(type))
        .findFirst()
        .ifPresent(
            type -> {
              throw Refusal.notSupported(
                  SimpleParameters.at(EverythingRequest.TYPE),
                  "'%s' is no type of a patient's record here; there are %s"
                      .formatted(SimpleParameters.plain(type), new TreeSet<>(known)));
            });
    return parts.stream()
        .filter(part -> request.types().isEmpty() || request.types().contains(part.type()))
        .toList();
  }

  private List<Part> all(IdType patient, EverythingRequest request) {
    Supplier<SearchParameterMap> about =
        () -> {
          SearchParameterMap search =
              new SearchParameterMap().add("patient", new ReferenceParam(patient.getValue()));
          return since(search, request);
        };
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            ABOUT_ME,
            "DocumentReference",
            () ->
                about
                    .get()
                    .add(DocumentReference.SP_TYPE, aboutMe())
                    .add(DocumentReference.SP_STATUS, new TokenParam(STATUS_CURRENT))));
    parts.add(
        new Part(
            "Patient",
            "Patient",
            () ->
                since(
                    new SearchParameterMap()
                        .add(Patient.SP_RES_ID, new TokenParam(patient.getIdPart())),
                    request)));
    for (String type : new TreeSet<>(patientTypes)) {
      parts.add(
          new Part(
              type,
              type,
              type.equals("DocumentReference")
                  ? () ->
                      about
                          .get()
                          .add(
                              DocumentReference.SP_TYPE,
                              aboutMe().setModifier(TokenParamModifier.NOT))
                  : about));
    }
    parts.add(
        new Part(
            "Provenance",
            "Provenance",
            () ->
                since(
                    new SearchParameterMap()
                        .add("record-patient", new ReferenceParam(patient.getValue())),
                    request)));
    parts.add(
        new Part(
            ABOUT_ME_BEFORE,
            "DocumentReference",
            () ->
                about
                    .get()
                    .add(DocumentReference.SP_TYPE, aboutMe())
                    .add(
                        DocumentReference.SP_STATUS,
                        new TokenParam(STATUS_CURRENT).setModifier(TokenParamModifier.NOT))));
    return parts;
  }

  private static TokenParam aboutMe() {
    return new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME);
  }

  private static SearchParameterMap since(SearchParameterMap search, EverythingRequest request) {
    request
        .since()
        .ifPresent(
            since ->
                search.setLastUpdated(
                    new DateRangeParam().setLowerBoundInclusive(Date.from(since))));
    return search;
  }

  // ---- one page of it

  private static Place first(List<Part> open) {
    return new Place(open.isEmpty() ? "" : open.get(0).name(), 0);
  }

  /**
   * @return where the next page begins; null where there is none
   */
  private Place read(List<Part> open, Place from, int count, IdType patient, List<Resource> found) {
    int start = -1;
    for (int i = 0; i < open.size(); i++) {
      if (open.get(i).name().equals(from.part())) {
        start = i;
      }
    }
    if (start < 0) {
      if (open.isEmpty()) {
        return null;
      }
      throw Refusal.invalid(
          SimpleParameters.at(EverythingRequest.FROM),
          "A page begins where the link 'next' of the page before says");
    }
    int left = count;
    for (int i = start; i < open.size(); i++) {
      Part part = open.get(i);
      int offset = i == start ? from.offset() : 0;
      SearchParameterMap search = part.search().get();
      search.setOffset(offset);
      search.setLoadSynchronousUpTo(left + 1);
      List<IdType> ids = ids(part, search, patient);
      List<IdType> shown = ids.subList(0, Math.min(left, ids.size()));
      found.addAll(resources(classOf(part.type()), shown));
      if (ids.size() > shown.size()) {
        return new Place(part.name(), offset + shown.size());
      }
      left -= shown.size();
    }
    return null;
  }

  /** The Patient was read already, which needs no scope to search. */
  private List<IdType> ids(Part part, SearchParameterMap search, IdType patient) {
    if (part.type().equals("Patient") && !view.maySearch("Patient")) {
      return search.getOffset() == 0 ? List.of(patient) : List.of();
    }
    return view.ids(classOf(part.type()), search);
  }

  /** In the order of their ids. */
  private List<Resource> resources(Class<? extends Resource> type, List<IdType> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    TokenOrListParam any = new TokenOrListParam();
    ids.forEach(id -> any.add(new TokenParam(id.getIdPart())));
    Map<String, Resource> byId = new HashMap<>();
    view.search(type, new SearchParameterMap().add(Resource.SP_RES_ID, any), ids.size())
        .forEach(one -> byId.put(one.getIdElement().getIdPart(), one));
    return ids.stream()
        .filter(id -> byId.containsKey(id.getIdPart()))
        .map(id -> byId.get(id.getIdPart()))
        .toList();
  }

  /**
   * Who works where, what is prescribed, AIs and model cards: what a search would find of these.
   */
  private List<Resource> referredTo(List<Resource> found, IdType patient) {
    Map<String, Set<String>> wanted = new TreeMap<>();
    for (Resource resource : found) {
      terser.getAllResourceReferences(resource).stream()
          .map(one -> one.getResourceReference().getReferenceElement())
          .filter(id -> isOfServer(id) && INCLUDED.contains(id.getResourceType()))
          .filter(id -> view.maySearch(id.getResourceType()))
          .forEach(
              id ->
                  wanted
                      .computeIfAbsent(id.getResourceType(), type -> new LinkedHashSet<>())
                      .add(id.getIdPart()));
    }
    Set<String> shown = found.stream().map(Everything::key).collect(Collectors.toSet());
    return wanted.entrySet().stream()
        .flatMap(entry -> all(classOf(entry.getKey()), entry.getValue()))
        .filter(one -> view.patientsOf(one).isEmpty())
        .filter(one -> !shown.contains(key(one)))
        .limit(MOST_INCLUDED)
        .toList();
  }

  private Stream<Resource> all(Class<? extends Resource> type, Collection<String> ids) {
    TokenOrListParam any = new TokenOrListParam();
    ids.stream().limit(MOST_INCLUDED).forEach(id -> any.add(new TokenParam(id)));
    SearchParameterMap search = new SearchParameterMap().add(Resource.SP_RES_ID, any);
    if (type == DocumentReference.class) {
      search.add(
          DocumentReference.SP_TYPE,
          new TokenParam(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD));
    }
    search.setLoadSynchronousUpTo(MOST_INCLUDED);
    return resources(type, view.ids(type, search)).stream();
  }

  private static boolean isOfServer(IIdType id) {
    return id.hasIdPart() && id.hasResourceType() && !id.isLocal() && !id.hasBaseUrl();
  }

  private static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  // ---- the answer

  private void add(Bundle bundle, Resource resource, SearchEntryMode mode) {
    BundleEntryComponent entry =
        bundle.addEntry().setFullUrl(base + "/" + key(resource)).setResource(resource);
    entry.getSearch().setMode(mode);
  }

  private static void addOutcome(Bundle bundle, Set<String> closed) {
    OperationOutcome outcome = new OperationOutcome();
    closed.forEach(
        type ->
            outcome
                .addIssue()
                .setSeverity(IssueSeverity.INFORMATION)
                .setCode(IssueType.SUPPRESSED)
                .setDiagnostics("The token has no scope that allows " + type + ".s"));
    bundle.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
  }

  private String address(IdType patient, EverythingRequest request, int count, Place from) {
    StringBuilder address =
        new StringBuilder(base)
            .append('/')
            .append(patient.getValue())
            .append("/$everything?_count=")
            .append(count);
    if (!request.types().isEmpty()) {
      address.append("&_type=").append(String.join(",", request.types()));
    }
    request
        .since()
        .ifPresent(
            since ->
                address
                    .append("&_since=")
                    .append(
                        URLEncoder.encode(
                            new InstantType(Date.from(since)).getValueAsString(),
                            StandardCharsets.UTF_8)));
    if (from != null) {
      address.append("&_from=").append(from.part()).append("&_offset=").append(from.offset());
    }
    return address.toString();
  }

  @SuppressWarnings("unchecked")
  private Class<? extends Resource> classOf(String type) {
    return (Class<? extends Resource>) context.getResourceDefinition(type).getImplementingClass();
  }
}
