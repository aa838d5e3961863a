package org.equipoise.wearable;

import java.util.stream.Collectors;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.Type;

/** What an Observation says, apart from how it says it: to tell a repeat from a contradiction. */
final class Saying {

  private Saying() {}

  static String of(Observation observation) {
    return of(observation.getValue())
        + code(observation.getDataAbsentReason())
        + observation.getComponent().stream()
            .map(component -> code(component.getCode()) + "=" + of(component.getValue()))
            .sorted()
            .collect(Collectors.joining(";", "{", "}"));
  }

  private static String of(Type value) {
    if (value instanceof Quantity quantity) {
      return (quantity.hasValue() ? quantity.getValue().stripTrailingZeros().toPlainString() : "")
          + " "
          + quantity.getCode()
          + (quantity.hasComparator() ? quantity.getComparator().toCode() : "");
    }
    if (value instanceof CodeableConcept concept) {
      return code(concept) + concept.getText();
    }
    if (value instanceof SampledData sampled) {
      return String.valueOf(sampled.getData());
    }
    return value == null
        ? ""
        : FhirR4.context()
            .newJsonParser()
            .encodeResourceToString(new Observation().setValue(value.copy()));
  }

  private static String code(CodeableConcept concept) {
    return concept.getCoding().stream()
        .map((Coding coding) -> coding.getSystem() + "|" + coding.getCode())
        .sorted()
        .findFirst()
        .orElse("");
  }
}
