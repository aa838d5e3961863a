package org.equipoise.aidocument;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * What a patient has a right to see of AI is not deleted, by anybody: not what it wrote, nor how
 * that came about, nor how it was explained, decided and asked for. What tells how it came about
 * does not change either.
 */
class KeptRecords implements WriteRule {

  /** By profile, what to do instead. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          Canonical.Profile.AI_DOCUMENT,
          "what an AI wrote is not deleted, since that would take its label off; mark it entered-in-error",
          Canonical.Profile.EXPLANATION,
          "an explanation that a patient may have read is not deleted; mark it entered-in-error",
          Canonical.Profile.AI_PROVENANCE,
          "how AI content came about is not deleted",
          Canonical.Profile.AI_USE_CONSENT,
          "a decision about AI is not deleted; it is taken back",
          Canonical.Profile.TEACH_BACK,
          "answers that show what was understood are not deleted",
          Canonical.Profile.AI_DEVICE,
          "an AI stays on record, since documents refer to it; set its status to inactive",
          Canonical.Profile.MODEL_CARD,
          "a model card stays on record, since AIs refer to it; set its status to superseded");

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (stored == null || write.byOperation()) {
      return;
    }
    if (stored instanceof Provenance story && isOfAi(story, write.record())) {
      throw Refusal.businessRule(
          "Provenance",
          "Provenance: how AI content came about is told once and does not change; add another Provenance");
    }
    requireNoText(stored, write.record());
  }

  @Override
  public void beforeDelete(Resource stored, Write write) {
    reason(stored, write.record())
        .ifPresent(
            reason -> {
              throw Refusal.businessRule(stored.fhirType(), stored.fhirType() + ": " + reason);
            });
    requireNoText(stored, write.record());
  }

  private static Optional<String> reason(Resource stored, WholeRecord record) {
    return ProfileSelection.of(stored)
        // A decision is kept by the room that knows decisions.
        .filter(profile -> !Canonical.Profile.AI_USE_CONSENT.equals(profile))
        .map(INSTEAD::get)
        .or(
            () ->
                AiLabel.isOn(stored)
                    ? Optional.of(INSTEAD.get(Canonical.Profile.AI_DOCUMENT))
                    : Optional.empty())
        .or(
            () ->
                stored instanceof Provenance story && isOfAi(story, record)
                    ? Optional.of(INSTEAD.get(Canonical.Profile.AI_PROVENANCE))
                    : Optional.empty())
        .or(
            () ->
                isAsked(stored)
                    ? Optional.of("what was asked about AI is not deleted; cancel it")
                    : Optional.empty());
  }

  /** Reviews, explanations and deletions that somebody asked for. */
  private static boolean isAsked(Resource stored) {
    return stored instanceof Task task
        && task.getCode().getCoding().stream()
            .anyMatch(code -> Canonical.System.TASK.equals(code.getSystem()));
  }

  /** Whether it is about AI content, or about what was explained, decided or asked about it. */
  private static boolean isOfAi(Provenance story, WholeRecord record) {
    return ProfileSelection.of(story).isPresent()
        || story.getTarget().stream()
            .flatMap(target -> record.find(target).stream())
            .anyMatch(
                target ->
                    AiLabel.isOn(target)
                        || isAsked(target)
                        || ProfileSelection.of(target).filter(INSTEAD::containsKey).isPresent());
  }

  /** The bytes of an AI document are its text, wherever they stand. */
  private static void requireNoText(Resource stored, WholeRecord record) {
    if (stored instanceof Binary
        && Stream.of(stored.getIdElement())
            .flatMap(binary -> record.documentsWith(binary).stream())
            .anyMatch(AiLabel::isOn)) {
      throw Refusal.businessRule(
          "Binary",
          "Binary: it holds the text of an AI document, which does not change; write another Binary, and let the draft"
              + " point to it together with a Provenance");
    }
  }
}
