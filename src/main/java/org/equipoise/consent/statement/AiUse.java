package org.equipoise.consent.statement;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;

/**
 * One use of AI that a patient may have decided about.
 *
 * @param patient whose record, e.g. {@code Patient/1}
 * @param purpose what for
 * @param document the resource that is used, e.g. {@code DocumentReference/4}, or null where it is
 *     about none in particular
 * @param actors the AI devices and organisations that take part, e.g. {@code Device/3}; may be
 *     empty
 */
public record AiUse(String patient, AiPurpose purpose, String document, Set<String> actors) {

  public AiUse {
    actors = Set.copyOf(actors);
  }

  /** The use of one document, by the AI devices that wrote it. */
  public static AiUse of(AiPurpose purpose, DocumentReference document) {
    return new AiUse(
        key(document.getSubject()),
        purpose,
        document.getIdElement().toUnqualifiedVersionless().getValue(),
        devices(document).map(AiUse::key).collect(Collectors.toSet()));
  }

  /** The AI devices among the authors of a document. */
  public static Stream<Reference> devices(DocumentReference document) {
    return document.getAuthor().stream()
        .filter(author -> "Device".equals(author.getReferenceElement().getResourceType()));
  }

  /**
   * {@code Type/id} without version and server, so that references to the same resource are equal.
   */
  public static String key(Reference reference) {
    return String.valueOf(reference.getReferenceElement().toUnqualifiedVersionless().getValue());
  }
}
