package org.equipoise.transparency;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordView;
import org.equipoise.fhir.RecordView.Extent;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/**
 * Gathers the stories of AI documents of one patient: a fixed number of searches, however many
 * documents. What the caller's scopes do not open, and whatever is about another patient, is left
 * out here, before anything is told of it.
 */
final class StoryReader {

  /** The types of which a story shows something and which need a scope of their own. */
  static final List<String> TYPES =
      List.of(
          "Provenance",
          "Device",
          "Practitioner",
          "Organization",
          "Consent",
          "Task",
          "AuditEvent",
          "Composition");

  /** How many older or newer documents of a chain of replacements are followed. */
  private static final int LONGEST_CHAIN = 10;

  private final RecordView view;
  private final AiUseDecisions policy;
  private final AccessLog log;
  private final StoryLimits limits;
  private final String patient;
  private final Locale locale;
  private final Set<String> closed = new HashSet<>();
  private final Map<String, Extent> extents = new HashMap<>();
  private Consents consents;

  /**
   * @param patient logical id of the patient whom all documents are about
   * @param locale language of the reasons
   */
  StoryReader(
      RecordView view,
      AiUseDecisions policy,
      AccessLog log,
      StoryLimits limits,
      String patient,
      Locale locale) {
    this.view = view;
    this.policy = policy;
    this.log = log;
    this.limits = limits;
    this.patient = patient;
    this.locale = locale;
    TYPES.stream().filter(type -> extentOf(type) != Extent.ALL).forEach(closed::add);
  }

  /** What the patient says about themselves, as it is current. */
  Optional<DocumentReference> aboutMe() {
    return shown(
            view.search(
                DocumentReference.class,
                ofPatient("patient")
                    .add(
                        DocumentReference.SP_TYPE,
                        new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.ABOUT_ME))
                    .add(DocumentReference.SP_STATUS, new TokenParam("current")),
                1))
        .stream()
        .findFirst();
  }

  /** Everything about one document. */
  DocumentStory whole(DocumentReference document) {
    Set<Part> cut = EnumSet.noneOf(Part.class);
    List<DocumentReference> versions =
        cut(
            shown(
                view.versions(
                    DocumentReference.class, List.of(idOf(document)), limits.versions() + 1)),
            limits.versions(),
            Part.VERSIONS,
            cut);
    return read(List.of(document), Map.of(Keys.of(document), versions), cut).get(0);
  }

  /** What there is about each of these documents as they stand, without their older versions. */
  List<DocumentStory> current(List<DocumentReference> documents) {
    return documents.isEmpty() ? List.of() : read(documents, Map.of(), EnumSet.noneOf(Part.class));
  }

  private List<DocumentStory> read(
      List<DocumentReference> documents,
      Map<String, List<DocumentReference>> versions,
      Set<Part> cut) {
    List<String> keys = documents.stream().map(Keys::of).toList();
    List<DocumentReference> related = related(keys, cut);
    List<DocumentReference> replaced = replaced(documents, !versions.isEmpty());
    List<Provenance> provenances = provenances(keys, cut);
    List<Device> devices = devices(documents, provenances);
    List<DocumentReference> cards = cards(devices, provenances);
    List<Resource> inputs = inputs(documents, provenances, cards, cut);
    List<DocumentReference> opinions =
        related.stream().filter(DocumentStory::isSecondOpinion).toList();
    List<Practitioner> people =
        people(Stream.concat(documents.stream(), opinions.stream()).toList(), provenances);
    List<Organization> organizations = organizations(documents, provenances);
    if (consents().cut()) {
      cut.add(Part.CONSENTS);
    }
    List<Task> tasks = tasks(keys, cut);
    List<AuditEvent> audits = audits(keys, cut);
    List<Composition> decisions = decisions(keys, cut);
    List<ServiceRequest> requests = requests(keys, cut);

    List<DocumentStory> stories = new ArrayList<>();
    for (DocumentReference document : documents) {
      List<Provenance> own =
          provenances.stream()
              .filter(one -> one.getTarget().stream().anyMatch(to -> Keys.names(to, document)))
              .toList();
      Set<String> named = named(document, own, devices);
      opinions.stream()
          .filter(one -> relatesTo(one, document))
          .flatMap(StoryReader::references)
          .forEach(named::add);
      List<DocumentReference> ownVersions =
          versions.getOrDefault(Keys.of(document), List.of(document));
      Instant usedAt = usedAt(document, ownVersions);
      stories.add(
          new DocumentStory(
              document,
              ownVersions,
              related.stream().filter(one -> relatesTo(one, document)).toList(),
              replaced(document, replaced),
              own,
              only(named, devices),
              only(named, cards),
              only(named, inputs),
              only(named, people),
              only(named, organizations),
              consents().all().stream()
                  .filter(consent -> policy.speaksOf(policy.read(consent), document))
                  .toList(),
              tasks.stream().filter(one -> Keys.names(one.getFocus(), document)).toList(),
              audits.stream().filter(one -> isAbout(one, document)).toList(),
              decisions.stream().filter(one -> names(one, document)).toList(),
              requests.stream()
                  .filter(one -> Keys.names(one.getReasonReferenceFirstRep(), document))
                  .toList(),
              usedAt,
              decide(document, usedAt),
              decide(document, view.now()),
              closed,
              cut));
    }
    return stories;
  }

  private static boolean relatesTo(DocumentReference other, DocumentReference document) {
    return other.getRelatesTo().stream().anyMatch(one -> Keys.names(one.getTarget(), document));
  }

  /** What document and Provenances name: keys. */
  private static Set<String> named(
      DocumentReference document, List<Provenance> provenances, List<Device> devices) {
    Set<String> named = new HashSet<>();
    references(document).forEach(named::add);
    provenances.stream()
        .flatMap(one -> one.getAgent().stream())
        .flatMap(agent -> Stream.of(agent.getWho(), agent.getOnBehalfOf()))
        .flatMap(reference -> Keys.of(reference).stream())
        .forEach(named::add);
    entities(provenances).forEach(named::add);
    devices.stream()
        .filter(device -> named.contains(Keys.of(device)))
        .flatMap(Ais::cardReferences)
        .flatMap(reference -> Keys.of(reference).stream())
        .toList()
        .forEach(named::add);
    return named;
  }

  private static Stream<String> references(DocumentReference document) {
    return Stream.of(
            document.getAuthor().stream(),
            Stream.of(document.getAuthenticator(), document.getCustodian()),
            document.getContext().getRelated().stream())
        .flatMap(references -> references)
        .flatMap(reference -> Keys.of(reference).stream());
  }

  private static Stream<String> entities(List<Provenance> provenances) {
    return provenances.stream()
        .flatMap(one -> one.getEntity().stream())
        .flatMap(entity -> Keys.of(entity.getWhat()).stream());
  }

  private static <T extends Resource> List<T> only(Set<String> named, List<T> resources) {
    return resources.stream().filter(one -> named.contains(Keys.of(one))).toList();
  }

  // ---- documents

  private List<DocumentReference> related(List<String> keys, Set<Part> cut) {
    return found(
        DocumentReference.class,
        ofPatient("patient")
            .add(DocumentReference.SP_RELATESTO, either(keys))
            .setSort(new SortSpec(DocumentReference.SP_DATE, SortOrderEnum.DESC)),
        limits.related(keys.size()),
        Part.RELATED,
        cut);
  }

  /** The documents that these take the place of; of a single one those before them, too. */
  private List<DocumentReference> replaced(List<DocumentReference> documents, boolean chain) {
    List<DocumentReference> all = new ArrayList<>();
    Set<String> seen = documents.stream().map(Keys::of).collect(Collectors.toSet());
    List<DocumentReference> last = documents;
    for (int i = 0; i < (chain ? LONGEST_CHAIN : 1) && !last.isEmpty(); i++) {
      Set<String> next =
          last.stream()
              .flatMap(StoryReader::replacedBy)
              .filter(seen::add)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      last = byId(DocumentReference.class, next, ofPatient("patient"));
      all.addAll(last);
    }
    return all;
  }

  private static Stream<String> replacedBy(DocumentReference document) {
    return document.getRelatesTo().stream()
        .filter(relation -> relation.getCode() == DocumentRelationshipType.REPLACES)
        .flatMap(relation -> Keys.of(relation.getTarget()).stream());
  }

  private static List<DocumentReference> replaced(
      DocumentReference document, List<DocumentReference> all) {
    List<DocumentReference> chain = new ArrayList<>();
    Set<String> wanted = replacedBy(document).collect(Collectors.toCollection(HashSet::new));
    for (DocumentReference one : all) {
      if (wanted.contains(Keys.of(one))) {
        chain.add(one);
        replacedBy(one).forEach(wanted::add);
      }
    }
    return chain;
  }

  // ---- how they were made

  private List<Provenance> provenances(List<String> keys, Set<Part> cut) {
    List<Provenance> newestFirst =
        found(
            Provenance.class,
            ofPatient("record-patient")
                .add(Provenance.SP_TARGET, either(keys))
                .setSort(new SortSpec(Provenance.SP_RECORDED, SortOrderEnum.DESC)),
            limits.provenances(keys.size()),
            Part.PROVENANCES,
            cut);
    return newestFirst.stream()
        .sorted(
            Comparator.comparing(
                Provenance::getRecorded, Comparator.nullsFirst(Comparator.naturalOrder())))
        .toList();
  }

  private List<Device> devices(List<DocumentReference> documents, List<Provenance> provenances) {
    Stream<Reference> agents =
        provenances.stream()
            .flatMap(one -> one.getAgent().stream())
            .filter(Ais::is)
            .map(ProvenanceAgentComponent::getWho);
    return byId(
            Device.class,
            keys(Stream.concat(documents.stream().flatMap(Ais::authors), agents), "Device"),
            new SearchParameterMap())
        .stream()
        .filter(Ais::is)
        .toList();
  }

  private List<DocumentReference> cards(List<Device> devices, List<Provenance> provenances) {
    Stream<Reference> entities =
        provenances.stream()
            .flatMap(one -> one.getEntity().stream())
            .map(Provenance.ProvenanceEntityComponent::getWhat);
    return byId(
        DocumentReference.class,
        keys(
            Stream.concat(devices.stream().flatMap(Ais::cardReferences), entities),
            "DocumentReference"),
        new SearchParameterMap()
            .add(
                DocumentReference.SP_TYPE,
                new TokenParam(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD)));
  }

  private List<Resource> inputs(
      List<DocumentReference> documents,
      List<Provenance> provenances,
      List<DocumentReference> cards,
      Set<Part> cut) {
    Set<String> known = new HashSet<>();
    cards.forEach(card -> known.add(Keys.of(card)));
    documents.forEach(document -> known.add(Keys.of(document)));
    List<String> wanted =
        Stream.concat(
                entities(provenances),
                documents.stream()
                    .flatMap(document -> document.getContext().getRelated().stream())
                    .flatMap(reference -> Keys.of(reference).stream()))
            .filter(key -> !known.contains(key))
            .distinct()
            .toList();
    List<Resource> inputs = new ArrayList<>();
    cut(wanted, limits.inputs(documents.size()), Part.INPUTS, cut).stream()
        .collect(Collectors.groupingBy(Keys::type))
        .forEach((type, keys) -> inputs.addAll(inputs(type, keys)));
    return inputs;
  }

  /** The inputs of one type; a type that is not served, or not open to the caller, has none. */
  private List<? extends Resource> inputs(String type, List<String> keys) {
    FhirContext context = FhirR4.context();
    if (!context.getResourceTypes().contains(type) || !view.isServed(type)) {
      return List.of();
    }
    if (extentOf(type) != Extent.ALL) {
      closed.add(type);
    }
    Class<? extends Resource> of =
        context.getResourceDefinition(type).getImplementingClass().asSubclass(Resource.class);
    if (type.equals("Binary") || type.equals("Group")) {
      // Not to be searched for.
      return shown(
          keys.stream().flatMap(key -> view.find(of, new Reference(key)).stream()).toList());
    }
    SearchParameterMap parameters = new SearchParameterMap();
    if (type.equals("Provenance")) {
      parameters = ofPatient("record-patient");
    } else if (!view.caller().isService()
        && context.getResourceDefinition(type).getSearchParam("patient") != null
        && !type.equals("Device")) {
      // Names the patient, so that the caller's others need not be looked through.
      parameters = ofPatient("patient");
    }
    return byId(of, keys, parameters);
  }

  private List<Practitioner> people(
      List<DocumentReference> documents, List<Provenance> provenances) {
    return byId(
        Practitioner.class,
        whoever(documents, provenances, "Practitioner"),
        new SearchParameterMap());
  }

  private List<Organization> organizations(
      List<DocumentReference> documents, List<Provenance> provenances) {
    return byId(
        Organization.class,
        whoever(documents, provenances, "Organization"),
        new SearchParameterMap());
  }

  private static Set<String> whoever(
      List<DocumentReference> documents, List<Provenance> provenances, String type) {
    return Stream.concat(
            documents.stream().flatMap(StoryReader::references),
            provenances.stream()
                .flatMap(one -> one.getAgent().stream())
                .flatMap(agent -> Stream.of(agent.getWho(), agent.getOnBehalfOf()))
                .flatMap(reference -> Keys.of(reference).stream()))
        .filter(key -> Keys.type(key).equals(type))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Set<String> keys(Stream<Reference> references, String type) {
    return references
        .flatMap(reference -> Keys.of(reference).stream())
        .filter(key -> Keys.type(key).equals(type))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  // ---- what was said about them

  private List<Task> tasks(List<String> keys, Set<Part> cut) {
    List<Task> newestFirst =
        found(
            Task.class,
            ofPatient("patient")
                .add(Task.SP_FOCUS, either(keys))
                .setSort(new SortSpec(Task.SP_AUTHORED_ON, SortOrderEnum.DESC)),
            limits.tasks(keys.size()),
            Part.TASKS,
            cut);
    List<Task> oldestFirst = new ArrayList<>(newestFirst);
    Collections.reverse(oldestFirst);
    return oldestFirst;
  }

  /** What was decided about the use of these documents when somebody asked. */
  private List<AuditEvent> audits(List<String> keys, Set<Part> cut) {
    int most = limits.audits(keys.size());
    return isClosedAltogether("AuditEvent")
        ? List.of()
        : cut(shown(log.consentDecisions(patient, keys, most + 1)), most, Part.AUDITS, cut);
  }

  /** What was decided with one of these documents as an influence. */
  private List<Composition> decisions(List<String> keys, Set<Part> cut) {
    return found(
        Composition.class,
        ofPatient("patient")
            .add(
                Composition.SP_TYPE,
                new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.SHARED_DECISION))
            .add(Composition.SP_ENTRY, either(keys))
            .setSort(new SortSpec(Composition.SP_DATE, SortOrderEnum.DESC)),
        limits.decisions(keys.size()),
        Part.DECISIONS,
        cut);
  }

  /** Who was asked for a second opinion on one of these documents, and has not answered yet. */
  private List<ServiceRequest> requests(List<String> keys, Set<Part> cut) {
    if (extentOf("ServiceRequest") != Extent.ALL) {
      return List.of();
    }
    Set<String> wanted = Set.copyOf(keys);
    return found(
            ServiceRequest.class,
            ofPatient("patient")
                .add(
                    ServiceRequest.SP_CATEGORY,
                    new TokenParam(Canonical.System.TASK, Canonical.SECOND_OPINION))
                .add(ServiceRequest.SP_STATUS, new TokenOrListParam(null, "active", "draft"))
                .setSort(new SortSpec(ServiceRequest.SP_AUTHORED, SortOrderEnum.DESC)),
            limits.requests(),
            Part.REQUESTS,
            cut)
        .stream()
        .filter(
            one -> Keys.of(one.getReasonReferenceFirstRep()).filter(wanted::contains).isPresent())
        .toList();
  }

  private static boolean names(Composition decision, DocumentReference document) {
    return decision.getStatus() != CompositionStatus.ENTEREDINERROR
        && decision.getSection().stream()
            .flatMap(section -> section.getEntry().stream())
            .anyMatch(entry -> Keys.names(entry, document));
  }

  private static boolean isAbout(AuditEvent event, DocumentReference document) {
    return event.getEntity().stream().anyMatch(one -> Keys.names(one.getWhat(), document));
  }

  // ---- consents

  private Consents consents() {
    if (consents == null) {
      boolean open = !closed.contains("Consent");
      List<Consent> all =
          open
              ? shown(
                  view.search(
                      Consent.class,
                      ofPatient("patient")
                          .add(
                              Consent.SP_PURPOSE, new TokenParam(Canonical.System.AI_PURPOSE, null))
                          .setSort(new SortSpec(Consent.SP_DATE, SortOrderEnum.DESC)),
                      limits.consents() + 1))
              : List.of();
      boolean whole = all.size() <= limits.consents();
      List<IdType> changed =
          all.stream()
              .filter(consent -> !"1".equals(Keys.version(consent)))
              .map(StoryReader::idOf)
              .toList();
      List<Consent> versions =
          whole && !changed.isEmpty()
              ? shown(view.versions(Consent.class, changed, limits.consentVersions() + 1))
              : List.of();
      whole &= versions.size() <= limits.consentVersions();
      consents =
          new Consents(
              all.subList(0, Math.min(all.size(), limits.consents())),
              open && !whole,
              open && whole,
              new ConsentsInTime(all, versions, policy::read));
    }
    return consents;
  }

  /**
   * The patient's consents on AI, as they stand and as they stood.
   *
   * @param cut whether there are more than can be weighed
   * @param decisive whether all are known, so that a decision can be told
   */
  private record Consents(
      List<Consent> all, boolean cut, boolean decisive, ConsentsInTime inTime) {}

  private List<Decision> decide(DocumentReference document, Instant at) {
    return consents().decisive()
        ? policy.about(document, consents().inTime().at(at), at, locale)
        : List.of();
  }

  /**
   * When the AI wrote it: the date that the document bears, unless that lies after it came here.
   */
  private Instant usedAt(DocumentReference document, List<DocumentReference> versions) {
    Instant stored =
        Stream.concat(versions.stream(), Stream.of(document))
            .map(version -> version.getMeta().getLastUpdated())
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .map(Date::toInstant)
            .orElse(view.now());
    return Optional.ofNullable(document.getDate())
        .map(Date::toInstant)
        .filter(date -> date.isBefore(stored))
        .orElse(stored);
  }

  // ---- many documents

  /**
   * What is counted of a document.
   *
   * @param reviewStatus code of {@code review-status}
   * @param ais keys of the AIs among its authors that may be shown
   * @param consent what the patient's consents said about documentation when it was written; empty
   *     where it cannot be told
   */
  record Facet(String reviewStatus, List<String> ais, Optional<Decision> consent) {}

  List<Facet> facets(List<DocumentReference> documents) {
    List<Facet> facets = new ArrayList<>();
    for (DocumentReference document : documents) {
      facets.add(
          new Facet(
              DocumentStory.reviewStatus(document),
              Ais.authors(document).flatMap(author -> Keys.of(author).stream()).distinct().toList(),
              decide(document, usedAt(document, List.of())).stream()
                  .filter(decision -> decision.purpose().equals(Gaps.DOCUMENTATION))
                  .findFirst()));
    }
    return facets;
  }

  /** The AIs with these keys that may be shown. */
  List<Device> ais(Collection<String> keys) {
    return byId(Device.class, keys, new SearchParameterMap()).stream().filter(Ais::is).toList();
  }

  /** The documents with these ids, in this order. */
  List<DocumentReference> documents(List<IdType> ids) {
    return byId(
        DocumentReference.class,
        ids.stream().map(id -> "DocumentReference/" + id.getIdPart()).toList(),
        ofPatient("patient"));
  }

  boolean isClosed(String type) {
    return closed.contains(type);
  }

  // ---- searching

  private SearchParameterMap ofPatient(String parameter) {
    return new SearchParameterMap().add(parameter, new ReferenceParam("Patient/" + patient));
  }

  private static ReferenceOrListParam either(Collection<String> keys) {
    ReferenceOrListParam either = new ReferenceOrListParam();
    keys.forEach(key -> either.add(new ReferenceParam(key)));
    return either;
  }

  private <T extends Resource> List<T> byId(
      Class<T> type, Collection<String> keys, SearchParameterMap parameters) {
    if (keys.isEmpty() || isClosedAltogether(type.getSimpleName())) {
      return List.of();
    }
    TokenOrListParam ids = new TokenOrListParam();
    keys.forEach(key -> ids.add(new TokenParam(Keys.id(key).getIdPart())));
    Map<String, T> found = new HashMap<>();
    view.search(type, parameters.add(Resource.SP_RES_ID, ids), keys.size())
        .forEach(one -> found.put(Keys.of(one), one));
    return shown(keys.stream().map(found::get).filter(Objects::nonNull).toList());
  }

  private <T extends Resource> List<T> found(
      Class<T> type, SearchParameterMap parameters, int most, Part part, Set<Part> cut) {
    return isClosedAltogether(type.getSimpleName())
        ? List.of()
        : cut(shown(view.search(type, parameters, most + 1)), most, part, cut);
  }

  private static <T> List<T> cut(List<T> all, int most, Part part, Set<Part> cut) {
    if (all.size() <= most) {
      return all;
    }
    cut.add(part);
    return all.subList(0, most);
  }

  /** What scopes and consent open, of this patient or of nobody. */
  private <T extends Resource> List<T> shown(List<T> resources) {
    return view.showable(resources).stream()
        .filter(one -> Set.of(patient).containsAll(view.patientsOf(one)))
        .toList();
  }

  private boolean isClosedAltogether(String type) {
    return extentOf(type) == Extent.NONE;
  }

  private Extent extentOf(String type) {
    return extents.computeIfAbsent(type, one -> view.extent(one, patient));
  }

  private static IdType idOf(Resource resource) {
    return Keys.id(Keys.of(resource));
  }
}
