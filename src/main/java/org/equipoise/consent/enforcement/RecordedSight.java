package org.equipoise.consent.enforcement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.SecondOpinions;
import org.hl7.fhir.r4.model.Resource;

/**
 * What one caller sees in one request. The entries of a batch may ask at once, so each question
 * waits for the one before.
 */
class RecordedSight implements Sight {

  /** Beyond so many patients, it is cheaper to look at all that is parked or denied. */
  private static final int MANY = 1_000;

  private static final String DOCUMENT = "DocumentReference/";
  private static final String TASK = "Task/";

  private final Caller caller;
  private final AiPurpose purpose;
  private final Decisions decisions;
  private final AiDocuments lookup;
  private final AiContentIndex index;
  private final Employers employers;
  private final SecondOpinions opinions;

  /** The AI documents that a resource hangs on, by {@code Type/id}. */
  private final Map<String, List<AiDocument>> behind = new HashMap<>();

  /** What an AI sees of a patient's data in general, by the patient's logical id. */
  private final Map<String, View> general = new HashMap<>();

  /** The patient who shows a resource to the caller for a second opinion, by {@code Type/id}. */
  private final Map<String, Optional<String>> shownBy = new HashMap<>();

  private Set<String> organizations;
  private Set<String> blinded;
  private Set<String> telling;
  private Boolean isAsked;

  RecordedSight(
      Caller caller,
      Decisions decisions,
      AiDocuments lookup,
      AiContentIndex index,
      Employers employers,
      SecondOpinions opinions) {
    this.caller = caller;
    this.purpose = caller.isAi() ? AiPurpose.of(caller.aiPurpose()).orElseThrow() : null;
    this.decisions = decisions;
    this.lookup = lookup;
    this.index = index;
    this.employers = employers;
    this.opinions = opinions;
  }

  @Override
  public boolean isOpen() {
    return caller.isPatientSide();
  }

  @Override
  public boolean isAi() {
    return caller.isAi();
  }

  // ---- what an AI may find

  @Override
  public synchronized Set<String> permitting(
      Collection<String> patients, String type, Set<String> searchedBy) {
    decisions.foresee(patients);
    return patients.stream()
        .filter(
            patient ->
                switch (inGeneral(patient)) {
                  case SHOWN -> true;
                  case MASKED -> Masking.finds(type, searchedBy);
                  case WITHHELD -> false;
                })
        .collect(Collectors.toSet());
  }

  @Override
  public Set<String> permitting(String type, Set<String> searchedBy) {
    return permitting(decisions.permitting(purpose, actors()), type, searchedBy);
  }

  @Override
  public synchronized Set<String> permittedSingly(Collection<String> patients, String type) {
    decisions.foresee(patients);
    Map<String, String> ownerOf = new HashMap<>();
    for (String patient : patients) {
      for (String resource : decisions.named(patient, purpose)) {
        if (decisions.view(patient, purpose, resource, actors()) != View.SHOWN) {
          continue;
        }
        if (resource.startsWith(type + "/")) {
          ownerOf.put(resource, patient);
        }
        if (resource.startsWith(DOCUMENT)) {
          index
              .ofType(type, Set.of(Decisions.idPart(resource)))
              .forEach(id -> ownerOf.put(type + "/" + id, patient));
        }
      }
    }
    // What hangs on another document besides may still be withheld.
    foresee(ownerOf.keySet());
    return ownerOf.entrySet().stream()
        .filter(one -> view(one.getKey(), Set.of(one.getValue()), false) == View.SHOWN)
        .map(one -> Decisions.idPart(one.getKey()))
        .collect(Collectors.toSet());
  }

  // ---- what is withheld

  @Override
  public synchronized Set<String> withheld(String type, Optional<Set<String>> patients) {
    List<AiDocument> parked = parked(patients);
    Set<String> parkedAway = ids(parked.stream().filter(this::isParkedAway));
    List<AiDocument> denying = denied(patients).filter(this::isDeniedToForeign).toList();
    foreseeShown(denying.stream().map(AiDocument::key).toList());
    Set<String> denied =
        ids(denying.stream().filter(document -> !isShown(document.key(), document)));
    denied.addAll(blinded());
    if (isAi() && patients.isPresent()) {
      parkedAway.addAll(denied);
      Set<String> withheld = new HashSet<>(withheldFromAi(type, patients.get(), parkedAway));
      withheld.addAll(telling(type));
      return withheld;
    }
    Set<String> withheld = new HashSet<>(index.ofTypeFromBirth(type, parkedAway));
    if (type.equals("Task")) {
      parked.stream().filter(this::isToldOf).map(AiDocument::notice).forEach(withheld::remove);
    }
    withheld.addAll(index.ofType(type, denied));
    withheld.addAll(telling(type));
    return withheld;
  }

  /** Logical ids of the documents on which the caller is to give an opinion without seeing them. */
  private Set<String> blinded() {
    if (blinded == null) {
      blinded = asked().map(opinions::hiddenFrom).orElse(Set.of());
    }
    return blinded;
  }

  /** What tells of them, whoever wrote them: what no AI wrote is in no index. */
  private Set<String> telling() {
    if (telling == null) {
      telling = blinded().isEmpty() ? Set.of() : opinions.tellingOf(blinded());
    }
    return telling;
  }

  private Set<String> telling(String type) {
    return telling().stream()
        .filter(one -> one.startsWith(type + "/"))
        .map(Decisions::idPart)
        .collect(Collectors.toSet());
  }

  /**
   * The caller, as they are named where they are asked for a second opinion; empty if they aren't.
   */
  private Optional<String> asked() {
    Optional<String> name =
        caller.isPractitioner()
            ? Optional.of("Practitioner/" + practitioner())
            : Optional.ofNullable(caller.device());
    if (isAsked == null) {
      isAsked = name.filter(opinions::isAsked).isPresent();
    }
    return name.filter(one -> isAsked);
  }

  /** Looks up at once what {@link #shownBy(String)} will be asked about. */
  private void foreseeShown(Collection<String> resources) {
    List<String> unknown =
        resources.stream().filter(one -> !shownBy.containsKey(one)).distinct().toList();
    Optional<String> asked = asked();
    if (asked.isPresent() && !unknown.isEmpty()) {
      Map<String, String> found = opinions.patientsOf(asked.get(), unknown);
      unknown.forEach(one -> shownBy.put(one, Optional.ofNullable(found.get(one))));
    }
  }

  /** Logical id of the patient who shows it to the caller for a second opinion. */
  private Optional<String> shownBy(String resource) {
    foreseeShown(List.of(resource));
    return shownBy.getOrDefault(resource, Optional.empty());
  }

  private static Set<String> ids(Stream<AiDocument> documents) {
    return documents.map(AiDocument::id).collect(Collectors.toCollection(HashSet::new));
  }

  private List<AiDocument> parked(Optional<Set<String>> patients) {
    List<AiDocument> found =
        patients
            .filter(some -> some.size() <= MANY)
            .map(few -> lookup.parked(practitioner(), few))
            .orElseGet(() -> lookup.parked(practitioner()))
            .stream()
            .filter(one -> patients.map(some -> some.contains(one.patient())).orElse(true))
            .toList();
    foreseeWaiting(found.stream());
    return found;
  }

  private void foreseeWaiting(Stream<AiDocument> documents) {
    decisions.foresee(
        documents.filter(AiDocument::waitsForTime).map(AiDocument::patient).distinct().toList());
  }

  /** The documents of those who said no to sharing; whether to this caller is not asked yet. */
  private Stream<AiDocument> denied(Optional<Set<String>> patients) {
    if (!mayBeForeign()) {
      return Stream.empty();
    }
    Optional<Set<String>> few = patients.filter(some -> some.size() <= MANY);
    few.ifPresent(decisions::foresee);
    Set<String> denying =
        few.map(
                some ->
                    some.stream()
                        .filter(one -> decisions.isDeniedToSome(one, AiPurpose.AI_SHARING)))
            .orElseGet(
                () ->
                    decisions.denying(AiPurpose.AI_SHARING).stream()
                        .filter(one -> patients.map(some -> some.contains(one)).orElse(true)))
            .collect(Collectors.toSet());
    if (denying.isEmpty() || organizations().isEmpty()) {
      return Stream.empty();
    }
    decisions.foresee(denying);
    return lookup.about(practitioner(), denying).stream();
  }

  /**
   * Of patients who permit in general: what they refuse besides.
   *
   * @param hidden logical ids of the documents that are hidden whatever they say
   */
  private Set<String> withheldFromAi(String type, Set<String> patients, Set<String> hidden) {
    decisions.foresee(patients);
    Map<String, Set<String>> ownersOf = new HashMap<>();
    Set<String> spokenOf = new HashSet<>(hidden);
    Set<String> againstNamed = new HashSet<>();
    for (String patient : patients) {
      for (String resource : decisions.named(patient, purpose)) {
        if (resource.startsWith(type + "/")) {
          ownersOf.computeIfAbsent(resource, key -> new HashSet<>()).add(patient);
        }
        if (resource.startsWith(DOCUMENT)) {
          spokenOf.add(Decisions.idPart(resource));
        }
      }
      if (decisions.isDeniedToNamed(patient, purpose)) {
        againstNamed.add(patient);
      }
    }
    spokenOf.addAll(index.ofPatients(againstNamed));
    index
        .ofType(type, spokenOf)
        .forEach(id -> ownersOf.computeIfAbsent(type + "/" + id, key -> new HashSet<>()));
    foresee(ownersOf.keySet());
    ownersOf.forEach(
        (resource, owners) ->
            behind.get(resource).stream()
                .map(AiDocument::patient)
                .filter(patients::contains)
                .forEach(owners::add));
    return ownersOf.entrySet().stream()
        .filter(
            one ->
                one.getValue().stream()
                    .anyMatch(
                        patient -> view(one.getKey(), Set.of(patient), false) == View.WITHHELD))
        .map(one -> Decisions.idPart(one.getKey()))
        .collect(Collectors.toSet());
  }

  // ---- one resource

  @Override
  public synchronized void foresee(Collection<String> resources) {
    List<String> unknown =
        resources.stream().filter(one -> !behind.containsKey(one)).distinct().toList();
    if (unknown.isEmpty()) {
      return;
    }
    if (isAi()) {
      foreseeShown(unknown);
    }
    unknown.forEach(one -> behind.put(one, List.of()));
    Map<String, List<AiDocument>> found = lookup.behind(practitioner(), unknown);
    behind.putAll(found);
    if (mayBeForeign() || isAi()) {
      decisions.foresee(
          found.values().stream().flatMap(List::stream).map(AiDocument::patient).toList());
    }
    foreseeWaiting(found.values().stream().flatMap(List::stream));
  }

  @Override
  public synchronized View view(String resource, Collection<String> patients, boolean ofWriter) {
    if (isOpen()) {
      return View.SHOWN;
    }
    if (!ofWriter && telling().contains(resource)) {
      return View.WITHHELD;
    }
    foresee(List.of(resource));
    if (behind.get(resource).stream()
        .anyMatch(document -> isHidden(resource, document, ofWriter))) {
      return View.WITHHELD;
    }
    if (!isAi()) {
      return View.SHOWN;
    }
    if (shownBy(resource).filter(patients::contains).isPresent()) {
      return View.SHOWN;
    }
    decisions.foresee(patients);
    return patients.stream()
        .map(patient -> toAi(resource, patient))
        .max(View::compareTo)
        .orElse(View.WITHHELD);
  }

  @Override
  public synchronized boolean isOwnWaiting(String resource) {
    foresee(List.of(resource));
    return behind.get(resource).stream().anyMatch(document -> isOwn(resource, document));
  }

  /** What one of the patients whom a resource is about leaves of it. */
  private View toAi(String resource, String patient) {
    List<View> views = new ArrayList<>();
    behind.get(resource).stream()
        .filter(document -> document.patient().equals(patient))
        .forEach(document -> views.add(toAi(document)));
    if (decisions.named(patient, purpose).contains(resource)) {
      views.add(decisions.view(patient, purpose, resource, actors()));
    } else if (views.isEmpty()) {
      views.add(inGeneral(patient));
    }
    View view = views.stream().max(View::compareTo).orElseThrow();
    boolean isLeft = Masking.isFor(resource.substring(0, resource.indexOf('/')));
    return view == View.MASKED && !isLeft ? View.WITHHELD : view;
  }

  /**
   * The AIs that wrote a document take part where it is used: a no that names them counts for
   * whoever reads.
   */
  private View toAi(AiDocument document) {
    Set<String> withAuthors = new HashSet<>(actors());
    return withAuthors.addAll(document.authors())
            && decisions.isRefused(document.patient(), purpose, document.key(), withAuthors)
        ? View.WITHHELD
        : decisions.view(document.patient(), purpose, document.key(), actors());
  }

  private View inGeneral(String patient) {
    return general.computeIfAbsent(patient, one -> decisions.view(one, purpose, null, actors()));
  }

  @Override
  public Resource masked(Resource resource) {
    return Masking.mask(resource);
  }

  private boolean isHidden(String resource, AiDocument document, boolean ofWriter) {
    boolean isOwn = ofWriter && isOwn(resource, document);
    boolean isToldOf =
        resource.startsWith(TASK)
            && resource.substring(TASK.length()).equals(document.notice())
            && isToldOf(document);
    boolean isBlinded = !ofWriter && blinded().contains(document.id());
    return isBlinded
        || (document.fromBirth() && !isOwn && !isToldOf && isParkedAway(document))
        || (isDeniedToForeign(document) && !isShown(resource, document));
  }

  /** Whether the caller wrote just this, and the patient has not refused it. */
  private boolean isOwn(String resource, AiDocument document) {
    return !document.isRefused()
        && resource.equals(document.key())
        && caller.clientId().equals(document.parkedBy());
  }

  /** A yes that began to count shows a document, whether or not it was released since. */
  private boolean isParkedAway(AiDocument document) {
    return document.isParkedAway()
        && !(document.waitsForTime()
            && decisions.wasPermitted(
                document.patient(),
                AiPurpose.AI_DOCUMENTATION,
                document.key(),
                document.authors(),
                document.checkedAt()));
  }

  /**
   * Whether the caller is one of those who are asked to delete a refused document: who was to ask
   * the patient, and the systems of who keeps it, but the one that wrote it.
   */
  private boolean isToldOf(AiDocument document) {
    return document.notice() != null
        && (document.isReader()
            || (caller.isService()
                && !caller.clientId().equals(document.parkedBy())
                && caller.organization() != null
                && caller.organization().equals(document.custodian())));
  }

  /**
   * A yes for a second opinion, to this very document or to what hangs on it, is the more special
   * one; with it, who gave an opinion reads their own.
   */
  private boolean isShown(String resource, AiDocument document) {
    return shownBy(document.key()).isPresent()
        || shownBy(resource).filter(document.patient()::equals).isPresent();
  }

  /** An explicit no to sharing, asked of somebody who works for another than who keeps it. */
  private boolean isDeniedToForeign(AiDocument document) {
    if (!mayBeForeign()
        || !decisions.isDeniedToSome(document.patient(), AiPurpose.AI_SHARING)
        || organizations().isEmpty()
        || organizations().contains(document.custodian())) {
      return false;
    }
    Set<String> taking = new HashSet<>(organizations());
    taking.addAll(document.authors());
    if (isAi()) {
      taking.add(caller.device());
    }
    return decisions.isRefused(document.patient(), AiPurpose.AI_SHARING, document.key(), taking);
  }

  // ---- who asks

  private Set<String> actors() {
    return Stream.of(caller.device(), caller.organization())
        .filter(actor -> actor != null)
        .collect(Collectors.toSet());
  }

  /** Whether it may be known at all for whom the caller works. */
  private boolean mayBeForeign() {
    return caller.organization() != null || caller.isPractitioner();
  }

  private Set<String> organizations() {
    if (organizations == null) {
      organizations =
          caller.organization() == null
              ? employers.of(caller.user().getIdPart(), decisions.now())
              : Set.of(caller.organization());
    }
    return organizations;
  }

  /** Logical id of the Practitioner who asks; one that nobody has where none does. */
  private String practitioner() {
    return caller.isPractitioner() ? caller.user().getIdPart() : "";
  }
}
