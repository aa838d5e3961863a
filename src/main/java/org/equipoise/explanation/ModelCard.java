package org.equipoise.explanation;

import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;

/**
 * What a stored model card tells under one of the 31 headings.
 *
 * @param document the card
 */
record ModelCard(DocumentReference document) {

  static final String INTENDED_USE = "sa-05";
  static final String ROLE_IN_DECISIONS = "sa-08";
  static final String CAUTIONED_USES = "sa-09";
  static final String KNOWN_RISKS = "sa-10";
  static final String VALIDITY_IN_TESTS = "sa-21";

  /** The text under a heading, in markdown. */
  Optional<String> text(String code) {
    return attribute(code)
        .map(extension -> extension.getExtensionByUrl("text"))
        .filter(Extension::hasValue)
        .map(extension -> extension.getValue().primitiveValue())
        .filter(text -> !text.isBlank());
  }

  /** Whether the card says that there is nothing to tell under a heading. */
  boolean isWithheld(String code) {
    return attribute(code)
        .map(extension -> extension.getExtensionByUrl("notAvailable"))
        .map(extension -> extension.getValue() instanceof BooleanType value && value.booleanValue())
        .orElse(false);
  }

  /** The language of the card, if it says so. */
  Optional<String> language() {
    return document.getContent().stream()
        .map(content -> content.getAttachment().getLanguage())
        .filter(language -> language != null)
        .findFirst()
        .or(() -> Optional.ofNullable(document.getLanguage()));
  }

  /** A part of the source attribute with this code: {@code text} or {@code notAvailable}. */
  Citation cite(String code, String part) {
    return Citation.of(document, path(code) + ".extension.where(url='" + part + "').value");
  }

  /** The whole source attribute with this code. */
  Citation cite(String code) {
    return Citation.of(document, path(code));
  }

  private static String path(String code) {
    return "DocumentReference.extension.where(url='"
        + Canonical.Extension.SOURCE_ATTRIBUTE
        + "' and extension.where(url='code').value.coding.code='"
        + code
        + "')";
  }

  private Optional<Extension> attribute(String code) {
    return document.getExtensionsByUrl(Canonical.Extension.SOURCE_ATTRIBUTE).stream()
        .filter(
            extension ->
                extension.getExtensionByUrl("code") != null
                    && extension.getExtensionByUrl("code").getValue()
                        instanceof CodeableConcept concept
                    && concept.hasCoding(Canonical.System.SOURCE_ATTRIBUTE, code))
        .findFirst();
  }
}
