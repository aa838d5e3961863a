package org.equipoise.fhir;

import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;

/**
 * Codes that HL7 Terminology has and the code systems bundled with R4 (of 2018, and said to be
 * complete) lack: without them a stock validator refuses the very label that says "written by an
 * AI".
 *
 * <p>Each code is put beside one that means the same kind of thing, so it belongs to every value
 * set that takes in its siblings. A code system supplement cannot do this: supplements add no
 * codes. Where a bundled code system has got a code meanwhile, nothing is added.
 */
final class CoreTerminology {

  private record Addition(String system, String sibling, String code, String display) {}

  private static final List<Addition> ADDITIONS =
      List.of(
          new Addition(
              Canonical.System.OBSERVATION_VALUE,
              "PATAST",
              Canonical.AIAST,
              "Artificial Intelligence asserted"),
          new Addition(
              Canonical.System.OBSERVATION_VALUE, "PATAST", "DICTAST", "Dictation asserted"),
          new Addition(
              Canonical.System.ACT_CODE,
              "MASK",
              "PROCESSINLINELABEL",
              "process inline security label"),
          new Addition(
              Canonical.System.ACT_REASON, "TREAT", "TREATDS", "treatment decision support"),
          new Addition(
              Canonical.System.ACT_REASON, "TREAT", "MLTRAINING", "machine learning training"),
          new Addition(
              Canonical.System.PROVENANCE_PARTICIPANT, "author", "transmitter", "Transmitter"));

  private CoreTerminology() {}

  /**
   * Copies of the bundled code systems with the missing codes in them. Goes first in a chain of
   * validation support.
   *
   * @param core where the bundled code systems come from
   */
  static IValidationSupport complete(DefaultProfileValidationSupport core) {
    PrePopulatedValidationSupport completed =
        new PrePopulatedValidationSupport(core.getFhirContext());
    ADDITIONS.stream()
        .collect(Collectors.groupingBy(Addition::system))
        .forEach((system, additions) -> completed.addCodeSystem(complete(core, system, additions)));
    return completed;
  }

  private static CodeSystem complete(
      DefaultProfileValidationSupport core, String system, List<Addition> additions) {
    CodeSystem copy = ((CodeSystem) core.fetchCodeSystem(system)).copy();
    for (Addition addition : additions) {
      if (siblingsOf(addition.code(), copy.getConcept()) == null) {
        siblingsOf(addition.sibling(), copy.getConcept())
            .add(
                new ConceptDefinitionComponent()
                    .setCode(addition.code())
                    .setDisplay(addition.display()));
      }
    }
    return copy;
  }

  /** The list that holds {@code code}, at whatever depth; null where none does. */
  private static List<ConceptDefinitionComponent> siblingsOf(
      String code, List<ConceptDefinitionComponent> concepts) {
    for (ConceptDefinitionComponent concept : concepts) {
      if (code.equals(concept.getCode())) {
        return concepts;
      }
      List<ConceptDefinitionComponent> found = siblingsOf(code, concept.getConcept());
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
