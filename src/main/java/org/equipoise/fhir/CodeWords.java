package org.equipoise.fhir;

import java.util.Optional;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.StringType;

/**
 * How one of our codes is said to people: the words of its code system, so that server, pages and
 * definitions never differ. English is the language of the definitions; another stands in a {@code
 * designation} (display) and in the standard extension {@code translation} (definition).
 *
 * @param display what it is called
 * @param definition what it means, whole sentences
 */
public record CodeWords(String display, String definition) {

  private static final String TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation";

  /**
   * The words for a code.
   *
   * @param system canonical address of a code system of ours, whose codes are not nested
   * @param language BCP-47 tag, e.g. {@code es}; English words stand in for what it lacks
   * @throws IllegalArgumentException where there is no such code: a fault of the program
   */
  public static CodeWords of(String system, String code, String language) {
    ConceptDefinitionComponent concept =
        Definitions.shared().find(CodeSystem.class, system).stream()
            .flatMap(codes -> codes.getConcept().stream())
            .filter(one -> one.getCode().equals(code))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(system + " has no code " + code));
    String display =
        concept.getDesignation().stream()
            .filter(designation -> language.equals(designation.getLanguage()))
            .map(designation -> designation.getValue())
            .findFirst()
            .orElse(concept.getDisplay());
    return new CodeWords(display, translation(concept, language).orElseGet(concept::getDefinition));
  }

  private static Optional<String> translation(ConceptDefinitionComponent concept, String language) {
    return concept.getDefinitionElement().getExtensionsByUrl(TRANSLATION).stream()
        .filter(translation -> isIn(translation, language))
        .map(translation -> translation.getExtensionByUrl("content").getValue())
        .map(content -> ((StringType) content).getValue())
        .findFirst();
  }

  private static boolean isIn(Extension translation, String language) {
    return translation.getExtensionByUrl("lang").getValue() instanceof CodeType lang
        && language.equals(lang.getValue());
  }
}
