package org.equipoise.fhir;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;

/** What an AI document says of itself ({@code docs/profiles.md}, ai-document). */
public final class AiDocument {

  public static final String UNREVIEWED = "unreviewed";
  public static final String IN_REVIEW = "in-review";
  public static final String ATTESTED = "attested";
  public static final String ATTESTED_WITH_EDITS = "attested-with-edits";
  public static final String REJECTED = "rejected";

  private static final List<String> UNDECIDED = List.of(UNREVIEWED, IN_REVIEW);

  private AiDocument() {}

  /** Whether the resource is a document that an AI wrote: no explanation, no model card. */
  public static boolean is(IBaseResource resource) {
    return resource instanceof DocumentReference document
        && ProfileSelection.of(document).filter(Canonical.Profile.AI_DOCUMENT::equals).isPresent();
  }

  /** Code of {@code review-status}; empty where none, or none of ours, is said. */
  public static Optional<String> reviewStatus(DocumentReference document) {
    return document.getExtensionsByUrl(Canonical.Extension.REVIEW_STATUS).stream()
        .map(Extension::getValue)
        .filter(CodeableConcept.class::isInstance)
        .flatMap(concept -> ((CodeableConcept) concept).getCoding().stream())
        .filter(coding -> Canonical.System.REVIEW_STATUS.equals(coding.getSystem()))
        .map(Coding::getCode)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** Replaces the review status. */
  public static void setReviewStatus(DocumentReference document, String code) {
    setExtension(
        document,
        Canonical.Extension.REVIEW_STATUS,
        new CodeableConcept(new Coding().setSystem(Canonical.System.REVIEW_STATUS).setCode(code)));
  }

  /** Replaces every extension of this address by one. */
  public static void setExtension(
      DocumentReference document, String url, org.hl7.fhir.r4.model.Type value) {
    document.getExtension().removeIf(extension -> url.equals(extension.getUrl()));
    document.addExtension(new Extension(url, value));
  }

  /**
   * Whether nobody has attested, rejected, replaced or taken back the document yet. What it does
   * not say counts as said: a draft may come without status.
   */
  public static boolean isDraft(DocumentReference document) {
    boolean current =
        !document.hasStatus() || document.getStatus() == DocumentReferenceStatus.CURRENT;
    boolean preliminary =
        !document.hasDocStatus() || document.getDocStatus() == ReferredDocumentStatus.PRELIMINARY;
    boolean unchecked =
        document.getExtensionsByUrl(Canonical.Extension.REVIEW_STATUS).stream()
            .allMatch(
                state ->
                    state.getValue() instanceof CodeableConcept concept
                        && concept.getCoding().stream()
                            .anyMatch(coding -> UNDECIDED.contains(coding.getCode())));
    return current && preliminary && unchecked;
  }

  /** Whether the resource bears an integrity label of HL7 v3 ObservationValue. */
  public static boolean isLabelled(IBaseResource resource, String code) {
    return resource.getMeta().getSecurity().stream()
        .anyMatch(
            label ->
                Canonical.System.OBSERVATION_VALUE.equals(label.getSystem())
                    && code.equals(label.getCode()));
  }

  /** Puts an integrity label on, where it is not on yet. */
  public static void label(IBaseResource resource, String code) {
    if (!isLabelled(resource, code)) {
      resource.getMeta().addSecurity().setSystem(Canonical.System.OBSERVATION_VALUE).setCode(code);
    }
  }

  /** The authors that are Devices: the AIs that wrote it. */
  public static Stream<Reference> devices(DocumentReference document) {
    return document.getAuthor().stream()
        .filter(
            author ->
                "Device".equals(author.getReferenceElement().getResourceType())
                    || "Device".equals(author.getType()));
  }
}
