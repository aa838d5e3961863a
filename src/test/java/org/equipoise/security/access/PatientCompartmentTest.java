package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PatientCompartmentTest {

  private static final FhirContext CONTEXT = FhirContext.forR4Cached();
  private static final FhirTerser TERSER = CONTEXT.newTerser();

  private final PatientCompartment compartment = new PatientCompartment(CONTEXT, id -> Set.of());

  /** Type and path of each element of R4's Patient compartment. */
  static Stream<Arguments> elements() {
    return CONTEXT.getResourceTypes().stream()
        // Who came is not who it is about, and a Patient is about itself.
        .filter(type -> !Set.of("AuditEvent", "Patient").contains(type))
        .flatMap(
            type ->
                CONTEXT
                    .getResourceDefinition(type)
                    .getSearchParamsForCompartmentName("Patient")
                    .stream()
                    .flatMap(parameter -> parameter.getPathsSplit().stream())
                    .map(path -> path.replaceFirst("\\.where\\(.*", ""))
                    .filter(path -> path.startsWith(type + "."))
                    .distinct()
                    .map(path -> Arguments.of(type, path)));
  }

  @ParameterizedTest
  @MethodSource("elements")
  void ownersOf_whenAnElementOfTheCompartmentNamesPatients_thenThese(String type, String path) {
    Resource resource = (Resource) CONTEXT.getResourceDefinition(type).newInstance();
    ((Reference) TERSER.addElement(resource, path)).setReference("Patient/anna");

    assertThat(compartment.ownersOf(resource)).containsExactly("anna");

    ((Reference) TERSER.getValues(resource, path).get(0)).setReference("Group/anna");
    assertThat(compartment.ownersOf(resource)).isEmpty();
  }

  @Test
  void ownersOf_whenSeveralAreNamed_thenAll() {
    Observation observation = new Observation();
    observation.setSubject(new Reference("Patient/anna"));
    observation.addPerformer(new Reference("Practitioner/ben"));
    observation.addPerformer(new Reference("https://example.org/fhir/Patient/cid/_history/2"));
    observation.addFocus(new Reference("Patient/dora"));

    assertThat(compartment.ownersOf(observation)).containsExactlyInAnyOrder("anna", "cid");
  }

  @Test
  void ownersOf_whenTheReferenceHoldsTheResource_thenItsId() {
    Observation observation = new Observation();
    observation.setSubject(
        new Reference((Resource) new org.hl7.fhir.r4.model.Patient().setId("Patient/anna")));

    assertThat(compartment.ownersOf(observation)).containsExactly("anna");
  }
}
