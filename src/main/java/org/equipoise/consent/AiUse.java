package org.equipoise.consent;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;

/**
 * One use of AI that a patient may have decided about.
 *
 * @param patient whose record, e.g. {@code Patient/1}
 * @param purpose what for
 * @param document the AI document that is used, or null where no document exists yet
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
  static Stream<Reference> devices(DocumentReference document) {
    return document.getAuthor().stream()
        .filter(author -> "Device".equals(author.getReferenceElement().getResourceType()));
  }

  /**
   * True where this Consent speaks of this use. A Consent that names documents speaks of these
   * alone. One that names actors permits them alone, so every actor of the use must be among them;
   * it denies where one of them takes part.
   */
  boolean isNamedBy(Consent consent) {
    return patient.equals(key(consent.getPatient()))
        && AiPurpose.of(consent).contains(purpose)
        && (documents(consent).isEmpty() || documents(consent).contains(document))
        && (actors(consent).isEmpty() || actorsAreNamedBy(consent));
  }

  private boolean actorsAreNamedBy(Consent consent) {
    Set<String> named = actors(consent);
    return switch (consent.getProvision().getType() == null
        ? ""
        : consent.getProvision().getType().toCode()) {
      case "deny" -> actors.stream().anyMatch(named::contains);
      default -> !actors.isEmpty() && named.containsAll(actors);
    };
  }

  /** 0 for a general Consent; more where it names actors, still more where it names documents. */
  static int specificity(Consent consent) {
    return (documents(consent).isEmpty() ? 0 : 2) + (actors(consent).isEmpty() ? 0 : 1);
  }

  /** The documents that a Consent is limited to; empty where it is not limited to any. */
  static Set<String> documents(Consent consent) {
    return consent.getProvision().getData().stream()
        .filter(data -> data.getMeaning() == ConsentDataMeaning.INSTANCE)
        .map(data -> key(data.getReference()))
        .collect(Collectors.toSet());
  }

  private static Set<String> actors(Consent consent) {
    return consent.getProvision().getActor().stream()
        .map(actor -> key(actor.getReference()))
        .collect(Collectors.toSet());
  }

  /**
   * {@code Type/id} without version and server, so that references to the same resource are equal.
   */
  static String key(Reference reference) {
    return String.valueOf(reference.getReferenceElement().toUnqualifiedVersionless().getValue());
  }
}
