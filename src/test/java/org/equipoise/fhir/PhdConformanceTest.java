package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.fhirpath.IFhirPath;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the Personal Health Device guide (hl7.fhir.uv.phd 2.0.0, PhdBaseObservation and
 * PhdNumericObservation) asks of an Observation that a device measured and a gateway sent, held
 * against our example in the category {@code phd}. Its definitions are not ours to ship, so its
 * cardinalities are told here. Its codes of IEEE 11073 are not asked for: apps for patients send
 * LOINC.
 */
class PhdConformanceTest {

  private static final Map<String, String> ASKED =
      Map.of(
          "gateway",
          "extension.where(url = 'http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice')"
              + ".value.ofType(Reference).count() = 1",
          "category",
          "category.coding.where(system ="
              + " 'http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories' and code = 'phd')"
              + ".exists()",
          "status",
          "status = 'final' or status = 'preliminary'",
          "subject",
          "subject.reference.exists()",
          "time",
          "effective.exists()",
          "device",
          "device.reference.exists()",
          "identifier",
          "identifier.where(system.exists() and value.exists()).exists()",
          "value",
          "value.exists() or dataAbsentReason.exists()",
          "unit",
          "value.ofType(Quantity).all(system = 'http://unitsofmeasure.org' and code.exists())");

  private static final IFhirPath PATH = FhirR4.context().newFhirPath();

  private static List<String> broken(Observation observation) {
    return new TreeMap<>(ASKED)
        .entrySet().stream()
            .filter(
                rule ->
                    !PATH.evaluateFirst(observation, rule.getValue(), BooleanType.class)
                        .map(BooleanType::booleanValue)
                        .orElse(false))
            .map(Map.Entry::getKey)
            .toList();
  }

  private static Stream<Observation> sentByGateways() {
    return Definitions.examples().stream()
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .filter(
            one ->
                one.getCategory().stream()
                    .flatMap(category -> category.getCoding().stream())
                    .anyMatch(coding -> "phd".equals(coding.getCode())));
  }

  @Test
  void examples_whenOfTheCategoryPhd_thenAsTheGuideAsks() {
    assertThat(sentByGateways()).isNotEmpty().allSatisfy(one -> assertThat(broken(one)).isEmpty());
  }

  static Stream<Arguments> lacking() {
    return Stream.of(
        Arguments.of(
            "gateway", (java.util.function.Consumer<Observation>) o -> o.setExtension(null)),
        Arguments.of("device", (java.util.function.Consumer<Observation>) o -> o.setDevice(null)),
        Arguments.of("time", (java.util.function.Consumer<Observation>) o -> o.setEffective(null)),
        Arguments.of(
            "unit",
            (java.util.function.Consumer<Observation>) o -> o.getValueQuantity().setSystem(null)));
  }

  @ParameterizedTest
  @MethodSource("lacking")
  void broken_whenSomethingIsMissing_thenNamed(
      String rule, java.util.function.Consumer<Observation> change) {
    Observation observation = sentByGateways().findFirst().orElseThrow().copy();
    change.accept(observation);

    assertThat(broken(observation)).containsExactly(rule);
  }
}
