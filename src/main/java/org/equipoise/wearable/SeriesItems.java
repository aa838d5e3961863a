package org.equipoise.wearable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.KnownItems;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.Refusal;
import org.equipoise.wearable.HeldValues.Agreement;
import org.equipoise.wearable.HeldValues.Held;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;

/** Knows a value again that stands in the series of its day, and comes alone. */
class SeriesItems implements KnownItems {

  private final PatientObservations observations;
  private final Function<IdType, Optional<Observation>> record;

  /**
   * @param record the current version of what stands, as the server sees it
   */
  SeriesItems(PatientObservations observations, Function<IdType, Optional<Observation>> record) {
    this.observations = observations;
    this.record = record;
  }

  @Override
  public Optional<IdType> find(Resource incoming, Caller caller, Instant now) {
    if (!(incoming instanceof Observation observation)) {
      return Optional.empty();
    }
    Optional<Held> held =
        patientOf(observation, caller)
            .flatMap(
                patient ->
                    HeldValues.of(
                        observation,
                        patient,
                        key ->
                            observations.known(patient, List.of(key)).values().stream()
                                .findFirst()
                                .map(IdType::new)
                                .flatMap(record)));
    held.filter(one -> one.agreement() == Agreement.OTHER)
        .ifPresent(
            one -> {
              throw Refusal.conflict(
                  "Observation.value",
                  "Observation.value: of the same time and device, "
                      + reference(one)
                      + ", which holds the values of the day, says something else; change that one, or take"
                      + " it back (entered-in-error)");
            });
    return held.filter(one -> one.agreement() == Agreement.SAME)
        .map(one -> new IdType(reference(one)));
  }

  private static String reference(Held held) {
    return "Observation/" + held.series().getIdElement().getIdPart();
  }

  /** Whether others' data are there is nobody's to learn. */
  private static Optional<String> patientOf(Observation observation, Caller caller) {
    Optional<String> subject =
        Optional.of(observation.getSubject().getReferenceElement())
            .filter(id -> "Patient".equals(id.getResourceType()))
            .map(id -> id.getIdPart());
    if (caller.isPatientSide()) {
      return caller
          .patient()
          .map(IdType::getIdPart)
          .filter(own -> subject.map(own::equals).orElse(true));
    }
    return caller.isService()
            && !caller.isAi()
            && observation
                    .getMeta()
                    .getTag(Canonical.System.US_CORE_TAGS, Canonical.PATIENT_SUPPLIED)
                != null
        ? subject
        : Optional.empty();
  }
}
