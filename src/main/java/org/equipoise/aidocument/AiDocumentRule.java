package org.equipoise.aidocument;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every write, by whichever door, to what an AI document is: completed at intake, labelled
 * for good; no text beyond 1 MiB.
 */
class AiDocumentRule implements WriteRule {

  /** As a FHIR string may have (R4, Datatypes); sound and images may be longer. */
  private static final int LONGEST_TEXT = 1024 * 1024;

  private final Optional<Reference> defaultCustodian;

  AiDocumentRule(Optional<Reference> defaultCustodian) {
    this.defaultCustodian = defaultCustodian;
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (stored != null) {
      AiLabel.removal(stored, incoming)
          .ifPresent(
              refusal -> {
                throw refusal;
              });
    }
    if (!(incoming instanceof DocumentReference document)) {
      return;
    }
    requireReadableSize(document);
    if (stored instanceof DocumentReference before
        && AiLabel.isOn(before)
        && ModelCardIntake.isModelCard(document) != ModelCardIntake.isModelCard(before)) {
      throw Refusal.businessRule(
          "DocumentReference.type",
          "DocumentReference.type: what an AI wrote of a patient does not become a model card, which everybody may"
              + " read, nor the other way round");
    }
    if (ModelCardIntake.isModelCard(document)) {
      ModelCardIntake.complete(document);
    } else if (AiLabel.isOn(document) && !isExplanation(document) && !wasDecidedUpon(stored)) {
      new AiDocumentIntake(defaultCustodian, Clock.fixed(write.now(), ZoneOffset.UTC))
          .complete(document);
    }
  }

  private static void requireReadableSize(DocumentReference document) {
    for (int i = 0; i < document.getContent().size(); i++) {
      Attachment attachment = document.getContent().get(i).getAttachment();
      boolean isText =
          attachment.hasContentType()
              && attachment.getContentType().strip().toLowerCase(Locale.ROOT).startsWith("text/");
      if (isText && attachment.hasData() && attachment.getData().length > LONGEST_TEXT) {
        throw Refusal.tooLong(
            "DocumentReference.content[%d].attachment.data".formatted(i),
            "One text may hold at most 1 MiB");
      }
    }
  }

  /** What a human attested or rejected is not a draft again because a client left that out. */
  private static boolean wasDecidedUpon(Resource stored) {
    return stored instanceof DocumentReference before && !AiDocument.isDraft(before);
  }

  /**
   * An explanation may be written by an AI too; it explains a document, and is not one to be
   * explained.
   */
  private static boolean isExplanation(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION);
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (AiLabel.isOn(stored)) {
      throw Refusal.businessRule(
          stored.fhirType() + ".meta.security",
          stored.fhirType()
              + ": what an AI wrote is not deleted, since that would take its label off; mark it entered-in-error");
    }
  }
}
