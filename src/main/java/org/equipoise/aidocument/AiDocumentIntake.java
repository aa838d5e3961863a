package org.equipoise.aidocument;

import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.StateWords;
import org.equipoise.fhir.StateWords.State;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * What happens to an AI document before it is validated: what a scribe leaves out because it knows
 * only US Core is filled in, so that the document says that nobody has checked it yet: its
 * description and titles too, after what the scribe says in them. Author, subject, type and text
 * cannot be known here and are left to the validator.
 */
public final class AiDocumentIntake {

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
    if (!AiDocument.isDraft(document)) {
      return;
    }
    if (!document.hasExtension(Canonical.Extension.REVIEW_STATUS)) {
      AiDocument.setReviewStatus(document, AiDocument.UNREVIEWED);
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
    StateWords.tell(document, State.UNREVIEWED);
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
