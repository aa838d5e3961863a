package org.equipoise.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;

class TouchedTest {

  private final Touched touched = new Touched();

  @Test
  void entities_whenSeveralPatients_thenEachHasTheirOwnAndWhatTheyShare() {
    touched.add("Observation/1/_history/1", Set.of("a"));
    touched.add("Observation/2/_history/1", Set.of("b"));
    touched.add("Group/g/_history/1", Set.of("a", "b"));
    touched.add("Organization/o", Set.of());

    assertThat(touched.patients()).containsExactlyInAnyOrder("a", "b");
    assertThat(touched.entities("a", "Group/g"))
        .containsExactly("Group/g/_history/1", "Observation/1/_history/1");
  }

  @Test
  void entities_whenNobodys_thenToldOfNobody() {
    touched.add("Organization/o", Set.of());

    assertThat(touched.patients()).isEmpty();
    assertThat(touched.entities(null, null)).containsExactly("Organization/o");
  }

  @Test
  void add_whenThereIsNoAddress_thenWhoseItIsStays() {
    touched.add(null, Set.of("a"));
    touched.add("#contained with blanks", Set.of("b"));

    assertThat(touched.patients()).containsExactlyInAnyOrder("a", "b");
    assertThat(touched.entities("a", null)).isEmpty();
    assertThat(touched.isTouched("a")).isFalse();
  }

  @Test
  void addNamed_whenOnePatientIsTouched_thenWhatWasCalledStandsFirst() {
    touched.add("Consent/1/_history/1", Set.of("a"));
    Bundle.BundleEntryComponent entry = new Bundle.BundleEntryComponent();
    entry.getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl("DocumentReference/7/$review");
    Asked asked = Asked.of(entry);

    touched.addNamed(asked);

    assertThat(touched.entities("a", asked.key()))
        .containsExactly("DocumentReference/7", "Consent/1/_history/1");
  }

  @Test
  void records_whenTheyStandDeepInTheAnswer_thenAllAreFound() {
    Observation observation = new Observation();
    observation.setId("Observation/1/_history/3");
    Patient patient = new Patient();
    patient.setId("a");
    patient.getMeta().setVersionId("2");
    Bundle inner = new Bundle();
    inner.addEntry().setResource(observation);
    inner.addEntry().setResource(new OperationOutcome());
    Parameters answer = new Parameters();
    answer.addParameter().addPart().setResource(inner);
    answer.addParameter().setResource(patient);

    assertThat(Touched.records(answer))
        .extracting(Touched::reference)
        .containsExactly("Observation/1/_history/3", "Patient/a/_history/2");
  }
}
