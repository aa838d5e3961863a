package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Makes of US Core's plain write of patient data what {@code $contribute} makes of it: the same
 * labels, identifier, Provenance and waiting. What a patient contributed is changed by their side
 * alone, and what became of it by {@code $acknowledge} alone.
 */
class ContributionRule implements WriteRule {

  private final ObservationIntake observations;
  private final DocumentIntake documents;
  private final ContributionIndex index;

  ContributionRule(
      ObservationIntake observations, DocumentIntake documents, ContributionIndex index) {
    this.observations = observations;
    this.documents = documents;
    this.index = index;
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (write.byOperation()) {
      return;
    }
    if (stored != null && Contribution.isMarked(stored)) {
      keep((DomainResource) incoming, (DomainResource) stored, write);
    } else if (Contribution.isOne(incoming, write.caller())) {
      take((DomainResource) incoming, write);
    }
  }

  private void take(DomainResource incoming, Write write) {
    if (write.caller().isAi()) {
      throw Refusal.businessRule(
          incoming.fhirType() + ".meta.tag",
          incoming.fhirType() + ".meta.tag: an AI does not speak for a patient");
    }
    prepare(incoming, write);
    Acknowledgement.await(incoming, write.now());
  }

  private void prepare(DomainResource incoming, Write write) {
    String type = incoming.fhirType();
    Contributor by = contributor(incoming, write);
    if (incoming instanceof Observation observation) {
      observations.prepare(
          observation, by, device(observation, write.record()).orElse(null), write.now(), type);
    } else {
      documents.prepare((DocumentReference) incoming, by, write.now(), type);
    }
  }

  private void keep(DomainResource incoming, DomainResource stored, Write write) {
    String type = incoming.fhirType();
    Acknowledgement.keep(incoming, stored);
    if (!Labels.isTagged(incoming)) {
      incoming.getMeta().addTag(Canonical.System.US_CORE_TAGS, Canonical.PATIENT_SUPPLIED, null);
    }
    boolean same =
        Contribution.saySame(incoming, stored)
            && Contribution.isTakenBack(incoming) == Contribution.isTakenBack(stored);
    if (same) {
      keepIdentifier(incoming, stored);
      return;
    }
    if (!write.caller().isPatientSide()) {
      throw Refusal.businessRule(
          type,
          type
              + ": what a patient contributed is changed by the patient, or by who speaks for them, alone; say what"
              + " becomes of it with $acknowledge");
    }
    if (Contribution.isTakenBack(incoming)) {
      keepIdentifier(incoming, stored);
      return;
    }
    prepare(incoming, write);
    Acknowledgement.await(incoming, write.now());
  }

  private static void keepIdentifier(DomainResource incoming, DomainResource stored) {
    List<Identifier> identifiers = identifiers(incoming);
    identifiers(stored).stream()
        .filter(one -> Canonical.CONTRIBUTION.equals(one.getSystem()))
        .findFirst()
        .ifPresent(one -> ObservationIntake.identify(identifiers, one.getValue()));
  }

  private static List<Identifier> identifiers(DomainResource contribution) {
    return contribution instanceof Observation observation
        ? observation.getIdentifier()
        : ((DocumentReference) contribution).getIdentifier();
  }

  @Override
  public void afterStore(Resource stored, Resource before, Write write) {
    if (write.byOperation() || !Contribution.isMarked(stored)) {
      return;
    }
    String self = stored.getIdElement().toUnqualifiedVersionless().getValue();
    if (Contribution.isTakenBack(stored)) {
      index.forget(self);
      return;
    }
    if (before != null && !Contribution.patientOf(before).equals(Contribution.patientOf(stored))) {
      // A service put right whose it is: it is known, and waits, with the other patient alone.
      index.forget(self);
    } else if (before != null
        && Contribution.isMarked(before)
        && Contribution.saySame(stored, before)
        && !Contribution.isTakenBack(before)) {
      return;
    }
    Contributor by = contributor(stored, write);
    remember(stored, self, by.patient().getIdPart(), before == null, write);
    if (Acknowledgement.statusOf((DomainResource) stored)
        .filter(Acknowledgement.Status.PENDING::equals)
        .isPresent()) {
      index.await(by.patient().getIdPart(), self, write.now());
    }
    if (!isTold(stored, write.record())) {
      write
          .record()
          .add(
              ContributionProvenance.of(
                  stored.getIdElement().toUnqualified().getValue(),
                  before == null ? "CREATE" : "UPDATE",
                  by,
                  write.caller(),
                  stored instanceof Observation observation
                      ? device(observation, write.record())
                      : Optional.empty(),
                  write.now()));
    }
  }

  private void remember(
      Resource stored, String self, String patientId, boolean isNew, Write write) {
    List<String> keys = ItemKeys.of(stored, patientId, write.now());
    Map<String, String> known = index.known(patientId, keys);
    Map<String, String> fresh = new LinkedHashMap<>();
    for (String key : keys) {
      String other = known.get(key);
      if (other == null) {
        fresh.put(key, self);
      } else if (!other.equals(self)) {
        if (isNew && write.record().entriesAt(new Reference(other)).findAny().isEmpty()) {
          // Somebody else was faster: the next attempt finds it.
          throw new ResourceVersionConflictException(other + " was contributed just now");
        }
        throw Twins.twice(stored.fhirType(), other);
      }
    }
    index.remember(patientId, fresh);
  }

  /** Whether the same transaction tells who contributed it. */
  private static boolean isTold(Resource stored, WholeRecord record) {
    String self = stored.getIdElement().toUnqualifiedVersionless().getValue();
    return record.transaction().stream()
        .flatMap(bundle -> bundle.getEntry().stream())
        .map(entry -> entry.getResource())
        .filter(Provenance.class::isInstance)
        .flatMap(story -> ((Provenance) story).getTarget().stream())
        .map(target -> target.getReferenceElement().toUnqualifiedVersionless())
        .anyMatch(target -> self.equals(target.getValue()));
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (Contribution.isMarked(stored)) {
      index.forget(stored.getIdElement().toUnqualifiedVersionless().getValue());
    }
  }

  private static Contributor contributor(Resource resource, Write write) {
    String named = resource instanceof Observation ? ".performer" : ".author";
    return Contribution.contributor(resource, write.caller(), language(resource, write))
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.REQUIRED,
                    resource.fhirType() + named,
                    resource.fhirType()
                        + named
                        + ": what is tagged patient-supplied names its patient as subject, and as "
                        + named.substring(1)
                        + " the patient or the RelatedPerson who says it"));
  }

  private static Locale language(Resource resource, Write write) {
    Optional<IdType> patient = write.caller().patient().or(() -> Contribution.patientOf(resource));
    return patient
        .flatMap(one -> write.record().find(new Reference(one.getValue())))
        .filter(Patient.class::isInstance)
        .map(Patient.class::cast)
        .map(Contribution::languageOf)
        .orElse(Locale.ENGLISH);
  }

  private static Optional<Device> device(Observation observation, WholeRecord record) {
    return observation.hasDevice()
        ? Stream.concat(
                record.find(observation.getDevice()).stream(),
                record.entriesAt(observation.getDevice()))
            .filter(Device.class::isInstance)
            .map(Device.class::cast)
            .findFirst()
        : Optional.empty();
  }
}
