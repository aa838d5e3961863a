package org.equipoise.contribution;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.PatientObservations;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Observation;

/** The intake of Observations for other features, and what is on record. */
record RecordedContributions(ObservationIntake intake, ContributionIndex index)
    implements PatientObservations {

  @Override
  public List<String> prepare(
      Observation observation, Contributor by, Device device, Instant now, String at) {
    return intake.prepare(observation, by, device, now, at);
  }

  @Override
  public Map<String, String> known(String patientId, Collection<String> keys) {
    return index.known(patientId, keys);
  }

  @Override
  public void remember(String patientId, Map<String, String> resources) {
    index.remember(patientId, resources);
  }

  @Override
  public void await(Observation observation, Instant now) {
    Acknowledgement.await(observation, now);
  }

  @Override
  public void waits(String patientId, Collection<String> resources, Instant now) {
    resources.forEach(resource -> index.await(patientId, resource, now));
  }
}
