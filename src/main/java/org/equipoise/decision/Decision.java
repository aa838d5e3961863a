package org.equipoise.decision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.ProfileSelection;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;

/**
 * A shared decision with what it speaks of.
 *
 * @param composition the decision itself
 * @param options by reference, in their order
 * @param preferences Observations and Goals, by reference
 * @param ais documents and Devices that the decision names as AI, by reference
 * @param sources what the options name as source in the record, by reference
 * @param score how sure the patient is, as stated
 * @param answers from which the score is counted
 * @param standIns who speaks for a patient, by reference
 * @param unknown references of sections that lead nowhere, by section
 */
record Decision(
    Composition composition,
    Map<String, CarePlan> options,
    Map<String, Resource> preferences,
    Map<String, Resource> ais,
    Map<String, Resource> sources,
    Optional<Observation> score,
    Optional<QuestionnaireResponse> answers,
    Map<String, RelatedPerson> standIns,
    Map<String, List<String>> unknown) {

  static final String RELATED_PERSON = "RelatedPerson";

  /** Reads a decision. */
  static Decision read(Composition composition, Finder finder) {
    Map<String, List<String>> unknown = new LinkedHashMap<>();
    Map<String, CarePlan> options = new LinkedHashMap<>();
    entries(composition, Sections.OPTIONS)
        .forEach(
            one -> put(Sections.OPTIONS, one, finder.find(CarePlan.class, one), options, unknown));
    Map<String, Resource> preferences = new LinkedHashMap<>();
    entries(composition, Sections.PREFERENCES)
        .forEach(
            one ->
                put(
                    Sections.PREFERENCES,
                    one,
                    either(one, finder, Observation.class, Goal.class),
                    preferences,
                    unknown));
    Map<String, Resource> ais = new LinkedHashMap<>();
    entries(composition, Sections.AI_INFLUENCE)
        .forEach(
            one ->
                put(
                    Sections.AI_INFLUENCE,
                    one,
                    either(one, finder, DocumentReference.class, Device.class),
                    ais,
                    unknown));
    Map<String, Resource> sources = new LinkedHashMap<>();
    options.values().stream()
        .flatMap(option -> OutcomeEstimate.of(option).stream())
        .flatMap(outcome -> outcome.source().stream())
        .flatMap(Decision::inRecord)
        .forEach(one -> any(one, finder).ifPresent(found -> sources.put(key(one), found)));
    Optional<Observation> score =
        entries(composition, Sections.CONFLICT)
            .findFirst()
            .flatMap(one -> finder.find(Observation.class, one));
    Optional<QuestionnaireResponse> answers =
        score.flatMap(
            one -> finder.find(QuestionnaireResponse.class, one.getDerivedFromFirstRep()));
    Map<String, RelatedPerson> standIns = new LinkedHashMap<>();
    Decision decision =
        new Decision(
            composition, options, preferences, ais, sources, score, answers, standIns, unknown);
    decision
        .told()
        .flatMap(one -> references(one).stream())
        .filter(one -> RELATED_PERSON.equals(one.getReferenceElement().getResourceType()))
        .forEach(
            one ->
                finder
                    .find(RelatedPerson.class, one)
                    .ifPresent(person -> standIns.put(key(one), person)));
    return decision;
  }

  /** What says something in the decision: it and all that is written for it. */
  Stream<Resource> told() {
    return Stream.of(
            Stream.of(composition),
            options.values().stream(),
            preferences.values().stream(),
            score.stream(),
            answers.stream())
        .flatMap(some -> some);
  }

  static List<Reference> references(Resource resource) {
    return FhirR4.context()
        .newTerser()
        .getAllPopulatedChildElementsOfType(resource, Reference.class);
  }

  /** A source that may stand in the record, said as a reference or as its address. */
  private static Stream<Reference> inRecord(Type source) {
    if (source instanceof Reference reference) {
      return Stream.of(reference);
    }
    IdType id = new IdType(((UriType) source).getValue());
    return FhirR4.context().getResourceTypes().contains(String.valueOf(id.getResourceType()))
        ? Stream.of(new Reference(id.getValue()))
        : Stream.empty();
  }

  private static Optional<? extends Resource> any(Reference reference, Finder finder) {
    String type = reference.getReferenceElement().getResourceType();
    if (type == null || !FhirR4.context().getResourceTypes().contains(type)) {
      return Optional.empty();
    }
    return finder.find(
        FhirR4.context()
            .getResourceDefinition(type)
            .getImplementingClass()
            .asSubclass(Resource.class),
        reference);
  }

  private static Optional<Resource> either(
      Reference reference,
      Finder finder,
      Class<? extends Resource> one,
      Class<? extends Resource> other) {
    return finder
        .find(one, reference)
        .map(Resource.class::cast)
        .or(() -> finder.find(other, reference));
  }

  private static <T> void put(
      String section,
      Reference reference,
      Optional<? extends T> found,
      Map<String, T> known,
      Map<String, List<String>> unknown) {
    String key = String.valueOf(key(reference));
    if (found.isPresent()) {
      known.put(key, found.get());
    } else {
      unknown.computeIfAbsent(section, any -> new ArrayList<>()).add(key);
    }
  }

  /**
   * What a reference leads to, always said in the same way: {@code Type/id} of the record without a
   * version, since a decision speaks of what stands now; all else as it is. Null where it is empty.
   */
  static String key(Reference reference) {
    String url = reference.getReference();
    if (url == null || url.startsWith("urn:") || url.startsWith("#") || url.contains("?")) {
      return url;
    }
    IdType id = new IdType(url);
    return id.hasResourceType() && id.hasIdPart() ? id.toVersionless().getValue() : url;
  }

  /** Lets every reference of a resource lead to what stands now, not to an older version. */
  static void pointToNow(Resource resource) {
    references(resource)
        .forEach(
            reference -> {
              String key = key(reference);
              if (!Objects.equals(key, reference.getReference())) {
                reference.setReference(key);
              }
            });
  }

  /** What a section refers to. */
  static Stream<Reference> entries(Composition composition, String section) {
    return Sections.of(composition, section).stream()
        .map(SectionComponent::getEntry)
        .flatMap(List::stream);
  }

  static boolean is(Resource resource) {
    return resource instanceof Composition
        && ProfileSelection.of(resource)
            .filter(Canonical.Profile.SHARED_DECISION::equals)
            .isPresent();
  }

  static boolean isOption(Resource resource) {
    return resource instanceof CarePlan
        && ProfileSelection.of(resource).filter(Canonical.Profile.OPTION::equals).isPresent();
  }

  /** The option that was chosen, by reference; empty where the decision was put off. */
  Optional<Map.Entry<String, CarePlan>> chosen() {
    return entries(composition, Sections.DECISION)
        .map(Decision::key)
        .flatMap(key -> options.entrySet().stream().filter(one -> one.getKey().equals(key)))
        .findFirst();
  }
}
