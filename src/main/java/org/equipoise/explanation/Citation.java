package org.equipoise.explanation;

import org.hl7.fhir.r4.model.Resource;

/**
 * The element of the record that a sentence comes from. A sentence that says what the record does
 * not say cites the element that is empty.
 *
 * @param resource the resource it stands in, for example {@code Device/7}, without version
 * @param path FHIRPath of the element, evaluated on that resource; where a whole resource is
 *     missing, the FHIR search that does not find it, such as {@code
 *     Consent?data=DocumentReference/7}
 */
public record Citation(String resource, String path) {

  static Citation of(Resource resource, String path) {
    return new Citation(resource.getIdElement().toUnqualifiedVersionless().getValue(), path);
  }
}
