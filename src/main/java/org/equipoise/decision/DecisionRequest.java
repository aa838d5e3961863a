package org.equipoise.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UriType;

/**
 * What a call of {@code $record-decision} sends: resources about one patient, whose references to
 * each other lead to a {@code fullUrl}, or to {@code Type/id} where they stand in the record.
 *
 * @param composition the decision; it has an id where it is one on record
 * @param added by reference: what is new
 * @param onRecord by reference: what stands in the record, as the caller would have it
 * @param attest whether the caller signs
 */
record DecisionRequest(
    Composition composition,
    Map<String, Resource> added,
    Map<String, Resource> onRecord,
    boolean attest) {

  private static final Set<String> KNOWN = Set.of("decision", "attest", "requestId");

  /** An entry may refer to those of a type before its own: so no circle can come about. */
  private static final List<String> TYPES =
      List.of("QuestionnaireResponse", "Observation", "Goal", "CarePlan", "Composition");

  private static final int MOST_ENTRIES = 100;

  static String at(String name) {
    return "Parameters.parameter.where(name='" + name + "')";
  }

  /**
   * Reads the body of a call.
   *
   * @param patient whose record
   * @param base address of this server, e.g. {@code https://example.org/fhir}
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where an entry does
   *     not belong there
   */
  static DecisionRequest parse(Parameters body, IdType patient, String base) {
    for (ParametersParameterComponent parameter : body.getParameter()) {
      String name = parameter.getName();
      if (name == null || !KNOWN.contains(name)) {
        throw Refusal.invalid(
            at(String.valueOf(name)),
            "Unknown parameter '%s'; known are %s".formatted(name, new TreeSet<>(KNOWN)));
      }
      if (body.getParameter().stream().filter(one -> name.equals(one.getName())).count() > 1) {
        throw Refusal.invalid(at(name), "'%s' may be given once".formatted(name));
      }
    }
    ParametersParameterComponent decision = body.getParameter("decision");
    if (decision == null) {
      throw Refusal.required(
          at("decision"), "Give the decision: a Bundle with a Composition and its options");
    }
    if (!(decision.getResource() instanceof Bundle bundle)
        || bundle.getType() != BundleType.COLLECTION) {
      throw Refusal.invalid(
          at("decision") + ".resource", "'decision' is a Bundle of type collection");
    }
    return new Reading(patient.getIdPart(), base).read(bundle.copy(), attest(body));
  }

  private static boolean attest(Parameters body) {
    ParametersParameterComponent attest = body.getParameter("attest");
    if (attest == null) {
      return false;
    }
    if (!(attest.getValue() instanceof BooleanType given) || !given.hasValue()) {
      throw Refusal.invalid(at("attest"), "'attest' is a valueBoolean");
    }
    return given.booleanValue();
  }

  /** Whether it changes or signs a decision on record. */
  Optional<IdType> target() {
    return Optional.of(composition.getIdElement())
        .filter(IdType::hasIdPart)
        .map(id -> new IdType("Composition", id.getIdPart()));
  }

  /** New resources of a type, by reference. */
  <T extends Resource> Map<String, T> added(Class<T> type) {
    Map<String, T> found = new LinkedHashMap<>();
    added.forEach(
        (url, resource) -> {
          if (type.isInstance(resource)) {
            found.put(url, type.cast(resource));
          }
        });
    return found;
  }

  /** The reading of one Bundle. */
  private static final class Reading {

    private final String patient;
    private final String base;
    private final Map<String, Resource> added = new LinkedHashMap<>();
    private final Map<String, Resource> onRecord = new LinkedHashMap<>();

    /** Addresses under which others of the Bundle refer to what stands in the record. */
    private final Map<String, String> keys = new HashMap<>();

    Reading(String patient, String base) {
      this.patient = patient;
      this.base = base;
    }

    DecisionRequest read(Bundle bundle, boolean attest) {
      List<Composition> compositions = new ArrayList<>();
      if (bundle.getEntry().size() > MOST_ENTRIES) {
        throw Refusal.tooLong(
            "Bundle.entry", "A decision has at most " + MOST_ENTRIES + " entries");
      }
      for (int i = 0; i < bundle.getEntry().size(); i++) {
        BundleEntryComponent entry = bundle.getEntry().get(i);
        String at = "Bundle.entry[" + i + "]";
        Resource resource = entry.getResource();
        if (resource == null || !TYPES.contains(resource.fhirType())) {
          throw Refusal.unprocessable(
              IssueType.NOTSUPPORTED,
              at + ".resource",
              "%s.resource: a decision holds %s; what else it speaks of is referred to"
                  .formatted(at, String.join(", ", TYPES)));
        }
        belong(resource, at);
        if (resource instanceof Composition composition) {
          compositions.add(composition);
        } else {
          register(entry, resource, at);
        }
      }
      if (compositions.size() != 1) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED,
            "Bundle.entry",
            "Bundle.entry: a decision is one Composition, here are " + compositions.size());
      }
      Composition composition = compositions.get(0);
      point(composition);
      added.values().forEach(this::point);
      onRecord.values().forEach(this::point);
      requireUsed(composition);
      return new DecisionRequest(composition, added, onRecord, attest);
    }

    private void register(BundleEntryComponent entry, Resource resource, String at) {
      String url = entry.getFullUrl();
      boolean isNew =
          !resource.getIdElement().hasIdPart() || (url != null && url.startsWith("urn:"));
      if (isNew) {
        if (url == null) {
          throw Refusal.invalid(
              at + ".fullUrl", at + ".fullUrl: give it one, so that the decision can refer to it");
        }
        resource.setId((IdType) null);
        if (added.put(url, resource) != null) {
          throw Refusal.invalid(at + ".fullUrl", at + ".fullUrl: another entry has it too");
        }
        return;
      }
      String key = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
      if (onRecord.put(key, resource) != null) {
        throw Refusal.invalid(at, at + ": " + key + " is there twice");
      }
      if (url != null) {
        keys.put(url, key);
      }
    }

    /**
     * What its kind leaves no doubt about is filled in; what speaks of another patient is refused.
     */
    private void belong(Resource resource, String at) {
      if (resource instanceof Composition composition) {
        if (!composition.hasType()) {
          composition.setType(
              new CodeableConcept(
                  new Coding()
                      .setSystem(Canonical.System.DOCUMENT_TYPE)
                      .setCode(Canonical.SHARED_DECISION)));
        }
        if (!Decision.is(composition)) {
          throw Refusal.businessRule(
              at + ".resource.type",
              at + ".resource.type: the Composition is typed shared-decision (document-type)");
        }
        composition.setSubject(own(composition.getSubject(), at));
      } else if (resource instanceof CarePlan option) {
        if (!option.hasIntent()) {
          option.setIntent(CarePlanIntent.OPTION);
        }
        if (!option.hasStatus()) {
          option.setStatus(CarePlanStatus.DRAFT);
        }
        option.setSubject(own(option.getSubject(), at));
      } else if (resource instanceof Goal goal) {
        goal.setSubject(own(goal.getSubject(), at));
      } else if (resource instanceof Observation observation) {
        observation.setSubject(own(observation.getSubject(), at));
      } else if (resource instanceof QuestionnaireResponse answers) {
        answers.setSubject(own(answers.getSubject(), at));
      }
    }

    private Reference own(Reference subject, String at) {
      if (subject == null || subject.isEmpty()) {
        return new Reference("Patient/" + patient);
      }
      IdType id = subject.hasReference() ? new IdType(subject.getReference()) : new IdType();
      if (!"Patient".equals(id.getResourceType()) || !Objects.equals(patient, id.getIdPart())) {
        throw Refusal.businessRule(
            at + ".resource.subject",
            at
                + ".resource.subject: the decision is Patient/"
                + patient
                + "'s, and so is all of it");
      }
      return subject.setReference("Patient/" + patient);
    }

    /** A source in this record may be said by its address. */
    private void pointSources(CarePlan option) {
      OutcomeEstimate.of(option).stream()
          .flatMap(outcome -> outcome.source().stream())
          .filter(UriType.class::isInstance)
          .map(UriType.class::cast)
          .filter(uri -> base != null && uri.getValue().startsWith(base + "/"))
          .forEach(uri -> uri.setValue(uri.getValue().substring(base.length() + 1)));
    }

    /** Refers by {@code Type/id} to what stands in the record, and to nothing that cannot be. */
    private void point(Resource resource) {
      if (resource instanceof CarePlan option) {
        pointSources(option);
      }
      for (Reference reference :
          FhirR4.context()
              .newTerser()
              .getAllPopulatedChildElementsOfType(resource, Reference.class)) {
        String url = local(reference);
        reference.setReference(url);
        // The parser ties entries of a Bundle together; tied, one would be stored inside the other.
        reference.setResource(null);
        if (keys.containsKey(url)) {
          reference.setReference(keys.get(url));
        }
        Resource target = added.get(url);
        if (target != null
            && TYPES.indexOf(target.fhirType()) >= TYPES.indexOf(resource.fhirType())) {
          throw Refusal.businessRule(
              "Bundle.entry",
              "Bundle.entry: a new %s does not refer to a new %s"
                  .formatted(resource.fhirType(), target.fhirType()));
        }
        if (url != null && url.startsWith("urn:") && target == null) {
          throw Refusal.businessRule(
              "Bundle.entry", "Bundle.entry: no entry has the fullUrl " + url);
        }
      }
    }

    /**
     * What stands in the record is {@code Type/id}, without a version, and without the address of
     * this server.
     */
    private String local(Reference reference) {
      String url = reference.getReference();
      Reference own =
          url != null && base != null && url.startsWith(base + "/")
              ? new Reference(url.substring(base.length() + 1))
              : reference;
      return Decision.key(own);
    }

    /** Nothing is stored that the decision does not speak of. */
    private void requireUsed(Composition composition) {
      Set<String> used = references(composition);
      added.values().forEach(resource -> used.addAll(references(resource)));
      boolean areAnswersThere = added.values().stream().anyMatch(Reading::isAnswered);
      added.forEach(
          (url, resource) -> {
            boolean isCounted =
                isAnswered(resource)
                    || (areAnswersThere
                        && resource instanceof Observation score
                        && SureScore.isScore(score));
            if (!used.contains(url) && !isCounted) {
              throw Refusal.businessRule(
                  "Bundle.entry",
                  "Bundle.entry: nothing in the decision refers to the %s %s"
                      .formatted(resource.fhirType(), url));
            }
          });
    }

    private static boolean isAnswered(Resource resource) {
      return resource instanceof QuestionnaireResponse answers && SureScore.isAnswered(answers);
    }

    private static Set<String> references(Resource resource) {
      return FhirR4.context()
          .newTerser()
          .getAllPopulatedChildElementsOfType(resource, Reference.class)
          .stream()
          .map(Reference::getReference)
          .filter(Objects::nonNull)
          .collect(Collectors.toSet());
    }
  }
}
