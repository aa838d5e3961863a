package org.equipoise.transparency;

import static org.equipoise.transparency.Gap.Code;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Provenance;

/**
 * What is missing in the story of a document; a pure function. What the caller's scopes hide, and
 * what was cut for its length, is never called missing. An input that cannot be shown is told alike
 * whether it was deleted, never stood or is somebody else's.
 */
final class Gaps {

  static final String DOCUMENTATION = "ai-documentation";

  private static final Set<String> UNCHECKED = Set.of("unreviewed", "in-review", "unknown");

  private final DocumentStory story;
  private final Locale locale;

  private Gaps(DocumentStory story, Locale locale) {
    this.story = story;
    this.locale = locale;
  }

  /**
   * @param locale language of whoever asked, whether or not we speak it
   */
  static List<Gap> of(DocumentStory story, Locale locale) {
    Gaps gaps = new Gaps(story, locale);
    return Stream.of(gaps.ofMaking(), gaps.ofExplaining(), gaps.ofReviewing(), gaps.ofConsenting())
        .flatMap(List::stream)
        .toList();
  }

  private List<Gap> ofMaking() {
    List<Gap> gaps = new ArrayList<>();
    if (!story.isClosed("Device")) {
      if (story.devices().isEmpty() && knowsMaking()) {
        gaps.add(Gap.of(Code.NO_AI_NAMED));
      }
      story.devices().stream()
          .filter(device -> Ais.cards(device, story.cards()).isEmpty())
          .forEach(device -> gaps.add(new Gap(Code.NO_MODEL_CARD, Keys.of(device))));
    }
    if (!knowsMaking()) {
      return gaps;
    }
    if (story.provenances().isEmpty()) {
      gaps.add(Gap.of(Code.NO_PROVENANCE));
    } else {
      story.versions().stream()
          .filter(version -> story.provenancesOf(version).isEmpty())
          .forEach(
              version -> gaps.add(new Gap(Code.NO_PROVENANCE_OF_VERSION, Keys.ofVersion(version))));
    }
    if (!story.tellsPrompt()) {
      gaps.add(Gap.of(Code.NO_PROMPT));
    }
    List<Provenance.ProvenanceEntityComponent> used = story.usedEntities();
    if (used.isEmpty()) {
      gaps.add(Gap.of(Code.NO_INPUTS));
    }
    if (!story.cut().contains(Part.INPUTS)) {
      unavailable(story).forEach(key -> gaps.add(new Gap(Code.INPUT_NOT_AVAILABLE, key)));
    }
    return gaps;
  }

  private boolean knowsMaking() {
    return !story.isClosed("Provenance") && !story.cut().contains(Part.PROVENANCES);
  }

  /** The inputs that are named and cannot be shown, for another reason than scopes. */
  static List<String> unavailable(DocumentStory story) {
    return story.usedEntities().stream()
        .map(Provenance.ProvenanceEntityComponent::getWhat)
        .filter(what -> Keys.find(story.inputs(), what).isEmpty())
        .map(Keys::of)
        .flatMap(Optional::stream)
        .filter(key -> !story.isClosed(Keys.type(key)))
        .distinct()
        .toList();
  }

  private List<Gap> ofExplaining() {
    if (story.isExplanation() || story.cut().contains(Part.RELATED)) {
      return List.of();
    }
    if (story.currentExplanations().findAny().isEmpty()) {
      return List.of(Gap.of(Code.NO_EXPLANATION));
    }
    return story.isExplainedIn(locale)
        ? List.of()
        : List.of(Gap.of(Code.NO_EXPLANATION_IN_LANGUAGE));
  }

  private List<Gap> ofReviewing() {
    DocumentReference document = story.document();
    if (UNCHECKED.contains(DocumentStory.reviewStatus(document))) {
      return document.getStatus() == DocumentReferenceStatus.CURRENT
          ? List.of(Gap.of(Code.NO_REVIEW))
          : List.of();
    }
    return knowsMaking() && Reviews.of(story).stream().noneMatch(review -> review.time() != null)
        ? List.of(Gap.of(Code.NO_REVIEW_TIME))
        : List.of();
  }

  private List<Gap> ofConsenting() {
    return story
        .then(DOCUMENTATION)
        .flatMap(Gaps::ofDecision)
        .map(code -> List.of(Gap.of(code)))
        .orElse(List.of());
  }

  /** What was amiss with the consent to documentation; empty where it was given. */
  static Optional<Code> ofDecision(Decision decision) {
    if (decision.verdict() == Verdict.PERMIT) {
      return Optional.empty();
    }
    if (!decision.reasons().isEmpty()) {
      return Optional.of(Code.CONSENT_NOT_VALID);
    }
    return Optional.of(decision.basis().isEmpty() ? Code.NO_CONSENT : Code.CONSENT_REFUSED);
  }
}
