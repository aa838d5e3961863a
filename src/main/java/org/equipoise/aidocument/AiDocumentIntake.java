package org.equipoise.aidocument;

import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceContentComponent;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;

/**
 * What happens to an AI document before it is validated: what a scribe leaves out because it knows
 * only US Core is filled in, so that the document says that nobody has checked it yet. What the
 * scribe says stays; author, subject, type and text cannot be known here and are left to the
 * validator.
 */
public final class AiDocumentIntake {

  /** The review state of a draft, for readers whose application shows neither status nor labels. */
  public static final String UNCHECKED = "AI draft, not yet checked by a clinician";

  private static final String UNREVIEWED = "unreviewed";
  private static final Set<String> DRAFT_STATES = Set.of(UNREVIEWED, "in-review");
  private static final String CLINICAL_NOTE = "clinical-note";

  private final Optional<Reference> defaultCustodian;
  private final Clock clock;

  /**
   * @param defaultCustodian the Organization that keeps the documents of this server, where the
   *     operator names one; a document without custodian is refused otherwise
   * @param clock gives a document its date where it has none
   */
  public AiDocumentIntake(Optional<Reference> defaultCustodian, Clock clock) {
    this.defaultCustodian = defaultCustodian;
    this.clock = clock;
  }

  /**
   * Completes a draft in place; one that is final, amended, superseded or in error is not touched.
   */
  public void complete(DocumentReference document) {
    if (!isDraft(document)) {
      return;
    }
    if (!document.hasExtension(Canonical.Extension.REVIEW_STATUS)) {
      document.addExtension(
          new Extension(
              Canonical.Extension.REVIEW_STATUS,
              new CodeableConcept(
                  new Coding().setSystem(Canonical.System.REVIEW_STATUS).setCode(UNREVIEWED))));
    }
    document.setDocStatus(ReferredDocumentStatus.PRELIMINARY);
    if (!document.hasIdentifier()) {
      document
          .addIdentifier()
          .setSystem("urn:ietf:rfc:3986")
          .setValue("urn:uuid:" + UUID.randomUUID());
    }
    if (!isClinicalNote(document)) {
      document
          .addCategory()
          .addCoding()
          .setSystem(Canonical.System.US_CORE_DOCUMENT_CATEGORY)
          .setCode(CLINICAL_NOTE);
    }
    if (!document.hasDate()) {
      document.setDate(Date.from(clock.instant()));
    }
    if (!document.hasCustodian()) {
      defaultCustodian.map(Reference::copy).ifPresent(document::setCustodian);
    }
    if (!document.hasDescription()) {
      document.setDescription(UNCHECKED);
    }
    for (DocumentReferenceContentComponent content : document.getContent()) {
      if (content.hasAttachment() && !content.getAttachment().hasTitle()) {
        content.getAttachment().setTitle(UNCHECKED);
      }
    }
  }

  /** Whether nobody has attested, rejected or replaced the document yet. */
  static boolean isDraft(DocumentReference document) {
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
                            .anyMatch(coding -> DRAFT_STATES.contains(coding.getCode())));
    return current && preliminary && unchecked;
  }

  private static boolean isClinicalNote(DocumentReference document) {
    return document.getCategory().stream()
        .anyMatch(
            category ->
                category.getCoding().stream()
                    .anyMatch(
                        coding ->
                            Canonical.System.US_CORE_DOCUMENT_CATEGORY.equals(coding.getSystem())
                                && CLINICAL_NOTE.equals(coding.getCode())));
  }
}
