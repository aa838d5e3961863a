package org.equipoise.opinion;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceRelatesToComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;

/** What can be read off the resources of a second opinion. Pure. */
final class Opinions {

  private Opinions() {}

  /** An address of a Binary here; elsewhere there is none by this id that is the patient's. */
  private static final Pattern BINARY =
      Pattern.compile("^(?:.*/)?(Binary/[A-Za-z0-9.-]{1,64})(?:/_history/.*)?$");

  static boolean isRequest(Resource resource) {
    return resource instanceof ServiceRequest request
        && request.getCategory().stream()
            .anyMatch(
                category -> category.hasCoding(Canonical.System.TASK, Canonical.SECOND_OPINION));
  }

  static boolean isAnswer(Resource resource) {
    return resource instanceof DocumentReference document
        && document
            .getType()
            .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.SECOND_OPINION_NOTE);
  }

  static boolean isSharing(Resource resource) {
    return resource instanceof Consent consent
        && consent.getPolicy().stream()
            .anyMatch(policy -> Canonical.SECOND_OPINION_SHARING_POLICY.equals(policy.getUri()));
  }

  /** How independent whoever is asked must be. */
  record Wanted(boolean blinded, boolean differentOrganization, boolean aiAllowed) {

    static Wanted of(ServiceRequest request) {
      return new Wanted(
          said(request, "blindedToFirst"),
          said(request, "differentOrganization"),
          said(request, "aiAllowed"));
    }

    private static boolean said(ServiceRequest request, String name) {
      return request.getExtensionsByUrl(Canonical.Extension.INDEPENDENT).stream()
          .flatMap(independent -> independent.getExtensionsByUrl(name).stream())
          .anyMatch(one -> one.getValue() instanceof BooleanType value && value.booleanValue());
    }
  }

  /** The request that an answer, or a consent, names; empty where it names none or several. */
  static Optional<Reference> requestOf(DocumentReference answer) {
    return single(answer.getContext().getRelated().stream());
  }

  /** See {@link #requestOf(DocumentReference)}. */
  static Optional<Reference> requestOf(Consent sharing) {
    return single(sharing.getProvision().getData().stream().map(data -> data.getReference()));
  }

  private static Optional<Reference> single(Stream<Reference> references) {
    List<Reference> requests =
        references
            .filter(one -> "ServiceRequest".equals(one.getReferenceElement().getResourceType()))
            .toList();
    return requests.size() == 1 ? Optional.of(requests.get(0)) : Optional.empty();
  }

  /** The document that an answer appends. */
  static Optional<Reference> documentOf(DocumentReference answer) {
    return targets(answer, DocumentRelationshipType.APPENDS).findFirst();
  }

  static Stream<Reference> targets(DocumentReference document, DocumentRelationshipType relation) {
    return document.getRelatesTo().stream()
        .filter(one -> one.getCode() == relation)
        .map(DocumentReferenceRelatesToComponent::getTarget);
  }

  /** The Binaries, {@code Binary/id}, that a document holds. */
  static Stream<String> binaries(Resource resource) {
    return resource instanceof DocumentReference document
        ? document.getContent().stream()
            .map(content -> content.getAttachment().getUrl())
            .filter(url -> url != null)
            .flatMap(url -> BINARY.matcher(url).results())
            .map(address -> address.group(1))
        : Stream.empty();
  }

  /** {@code Type/id}; empty string where the reference has no address. */
  static String key(Reference reference) {
    String id = reference.getReferenceElement().toUnqualifiedVersionless().getValue();
    return id == null ? "" : id;
  }

  static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }
}
