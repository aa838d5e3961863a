package org.equipoise.decision;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.Extension;

/** Where in a shared decision what stands: its sections by their code ({@code section}). */
final class Sections {

  static final String QUESTION = "question";
  static final String OPTIONS = "options";
  static final String PREFERENCES = "preferences";
  static final String PATIENT_WORDS = "patient-words";
  static final String AI_INFLUENCE = "ai-influence";
  static final String DECISION = "decision";
  static final String CONTROL = "control";
  static final String CONFLICT = "conflict";
  static final String DISSENT = "dissent";

  private static final Set<String> ALL =
      Set.of(
          QUESTION,
          OPTIONS,
          PREFERENCES,
          PATIENT_WORDS,
          AI_INFLUENCE,
          DECISION,
          CONTROL,
          CONFLICT,
          DISSENT);

  private Sections() {}

  static Stream<SectionComponent> all(Composition decision, String code) {
    return decision.getSection().stream()
        .filter(section -> section.getCode().hasCoding(Canonical.System.SECTION, code));
  }

  static boolean isOurs(SectionComponent section) {
    return codes(List.of(section.getCode()), Set.of(Canonical.System.SECTION))
        .anyMatch(ALL::contains);
  }

  static Optional<SectionComponent> of(Composition decision, String code) {
    return all(decision, code).findFirst();
  }

  /** A FHIRPath that leads to the section. */
  static String at(String code) {
    return "Composition.section.where(code.coding.code='" + code + "')";
  }

  static CodeableConcept code(String code) {
    return new CodeableConcept(new Coding().setSystem(Canonical.System.SECTION).setCode(code));
  }

  /** The text of a section exactly as it stands, markup and all; empty where there is none. */
  static String exactly(SectionComponent section) {
    String text = section.getText().getDivAsString();
    return text == null ? "" : text;
  }

  /** The code of {@code ai-influence} that is stated. */
  static Optional<String> aiInfluence(Composition decision) {
    return of(decision, AI_INFLUENCE)
        .map(section -> section.getExtensionByUrl(Canonical.Extension.AI_INFLUENCE))
        .flatMap(extension -> code(extension, Canonical.System.AI_INFLUENCE));
  }

  /**
   * Who decided, as a code of {@code decision-control}.
   *
   * @param which {@code preferred} or {@code actual}
   */
  static Optional<String> control(Composition decision, String which) {
    return of(decision, CONTROL)
        .map(section -> section.getExtensionByUrl(Canonical.Extension.DECISION_CONTROL))
        .map(extension -> extension.getExtensionByUrl(which))
        .flatMap(extension -> code(extension, Canonical.System.DECISION_CONTROL));
  }

  static Optional<String> code(Extension extension, String system) {
    return extension.getValue() instanceof CodeableConcept concept
        ? codes(List.of(concept), Set.of(system)).findFirst()
        : Optional.empty();
  }

  static Stream<String> codes(List<CodeableConcept> concepts, Set<String> systems) {
    return concepts.stream()
        .flatMap(concept -> concept.getCoding().stream())
        .filter(coding -> systems.contains(coding.getSystem()) && coding.hasCode())
        .map(Coding::getCode);
  }
}
