package org.equipoise.aidocument;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every write, by whichever door, to what an AI document is: labelled for good, with what is
 * made out of it; moved through its life by a clinician; completed at intake; no text beyond 1 MiB.
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
    if (write.caller().isAi() && !write.byOperation() && LabelInheritance.inherits(incoming)) {
      // A program that is an AI says what an AI says, whether it labels it or not.
      LabelInheritance.label(incoming, new IdType(write.caller().device()));
    }
    if (incoming instanceof DocumentReference document
        && !AiLabel.isOn(document)
        && !write.byOperation()
        && !write.caller().isPatientSide()
        && LabelInheritance.inherits(document)
        && LabelInheritance.addsAiAuthor(document, stored, write.record())) {
      AiDocument.label(document, Canonical.AIAST);
    }
    if (!AiLabel.isOn(incoming) && LabelInheritance.inherits(incoming)) {
      List<Resource> origins = LabelInheritance.labelledOrigins(incoming, write.record());
      if (!origins.isEmpty()) {
        LabelInheritance.label(incoming, origins);
      }
    }
    if (incoming instanceof Provenance story && stored == null) {
      nameNextVersions(story, write.record());
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
    DocumentReference before = stored instanceof DocumentReference old ? old : null;
    if (!write.byOperation()) {
      live(before, document, write);
    }
    if (ModelCardIntake.isModelCard(document)) {
      ModelCardIntake.complete(document);
    } else if (AiDocument.is(document) && (before == null || AiDocument.isDraft(before))) {
      new AiDocumentIntake(defaultCustodian, Clock.fixed(write.now(), ZoneOffset.UTC))
          .complete(document);
    }
  }

  /** Holds a plain write to the life of an AI document. */
  private static void live(DocumentReference before, DocumentReference document, Write write) {
    for (Reference replaced : AiDocumentLife.newlyReplaced(before, document)) {
      if (Stream.concat(write.record().entriesAt(replaced), write.record().find(replaced).stream())
          .anyMatch(AiDocument::is)) {
        throw Refusal.businessRule(
            "DocumentReference.relatesTo",
            "DocumentReference.relatesTo: an AI document is replaced by a clinician's correction alone, by"
                + " DocumentReference/[id]/$review");
      }
    }
    if (AiDocument.is(before)) {
      AiDocumentLife.keepWhatIsLeftOut(before, document);
      AiDocumentLife.requireKept(
          before, document, isTold(before, document, write.record()), write.caller());
    } else if (AiDocument.is(document)) {
      AiDocumentLife.requireDraft(document);
    }
  }

  /** Whether the same transaction tells how the new text of a document came about. */
  private static boolean isTold(
      DocumentReference before, DocumentReference document, WholeRecord record) {
    String next = next(before);
    return LabelInheritance.storiesOf(
            document,
            record,
            target ->
                // Of an entry the version is known when it is written; of what stands already, the
                // new text is the next one.
                !target.getReferenceElement().hasResourceType()
                    || next.equals(target.getReferenceElement().getVersionIdPart()))
        .anyMatch(
            story ->
                ProfileSelection.of(story)
                    .filter(Canonical.Profile.AI_PROVENANCE::equals)
                    .isPresent());
  }

  private static String next(Resource before) {
    return String.valueOf(before.getIdElement().getVersionIdPartAsLong() + 1);
  }

  /**
   * Creates are stored before updates, so the storage engine takes the old version for the target
   * of a Provenance that comes with a new text.
   */
  private static void nameNextVersions(Provenance story, WholeRecord record) {
    for (Reference target : story.getTarget()) {
      if (target.getReferenceElement().hasVersionIdPart()
          || !target.getReferenceElement().hasResourceType()) {
        continue;
      }
      Optional<Resource> before = record.find(target).filter(AiDocument::is);
      Optional<Resource> after = record.entriesAt(target).filter(AiDocument::is).findFirst();
      if (before.isPresent()
          && after.isPresent()
          && !AiDocumentLife.isSameText(
              (DocumentReference) before.get(), (DocumentReference) after.get())) {
        target.setReference(LabelInheritance.key(target) + "/_history/" + next(before.get()));
      }
    }
  }

  /**
   * A label that comes later than what was made out of it goes down to that too: a Provenance that
   * tells of an origin after its target was written, or a resource that is labelled late.
   */
  @Override
  public void afterStore(Resource stored, Resource before, Write write) {
    if (write.byOperation()) {
      return;
    }
    WholeRecord record = write.record();
    if (stored instanceof Provenance story) {
      List<Resource> targets =
          LabelInheritance.origins(story).isEmpty()
              ? List.of()
              : story.getTarget().stream()
                  .filter(target -> !isLabelledEntry(target, record))
                  .flatMap(target -> record.find(target).stream())
                  .filter(target -> !AiLabel.isOn(target) && LabelInheritance.inherits(target))
                  .toList();
      if (!targets.isEmpty()) {
        List<Resource> origins =
            LabelInheritance.origins(story).stream()
                .flatMap(origin -> record.find(origin).stream())
                .filter(LabelInheritance::passesOn)
                .toList();
        if (!origins.isEmpty()) {
          targets.forEach(target -> labelStored(target, origins, write));
        }
      }
    } else if (before != null && !AiLabel.isOn(before) && LabelInheritance.passesOn(stored)) {
      passOn(stored, write);
    }
  }

  /** Most often the target came with it, labelled: nothing has to be read then. */
  private static boolean isLabelledEntry(Reference target, WholeRecord record) {
    return record.transaction().stream()
        .flatMap(bundle -> bundle.getEntry().stream())
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(Objects::nonNull)
        .anyMatch(
            resource ->
                AiLabel.isOn(resource)
                    && resource.getIdElement().hasIdPart()
                    && LabelInheritance.key(target)
                        .equals(resource.fhirType() + "/" + resource.getIdElement().getIdPart()));
  }

  private void passOn(Resource origin, Write write) {
    LabelInheritance.madeOutOf(origin, write.record()).stream()
        .filter(made -> !AiLabel.isOn(made) && LabelInheritance.inherits(made))
        .forEach(made -> labelStored(made, List.of(origin), write));
  }

  /**
   * As a new version, not on the old one: whoever holds the old version in their hands sees that it
   * is old, and the history tells from when on the label stands.
   */
  private void labelStored(Resource target, List<Resource> origins, Write write) {
    if (write.record().find(reference(target)).filter(AiLabel::isOn).isPresent()) {
      return;
    }
    LabelInheritance.label(target, origins);
    if (target instanceof DocumentReference document) {
      if (!AiDocument.isDraft(document)) {
        throw Refusal.businessRule(
            "Provenance.entity",
            "Provenance.entity: %s was made out of what an AI wrote, and stands as decided on without $review; write it"
                    .formatted(reference(target).getReference())
                + " anew as a draft that transforms its origin, and have it reviewed");
      }
      new AiDocumentIntake(defaultCustodian, Clock.fixed(write.now(), ZoneOffset.UTC))
          .complete(document);
    }
    write.record().rewrite(target);
    passOn(target, write);
  }

  private static Reference reference(Resource resource) {
    return new Reference(resource.getIdElement().toUnqualifiedVersionless().getValue());
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
}
