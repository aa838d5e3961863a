package org.equipoise.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.equipoise.transparency.TestStories.Builder;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class GapsTest {

  private static List<String> of(Builder story, String language) {
    return Gaps.of(story.build(), Locale.forLanguageTag(language)).stream()
        .map(gap -> gap.code().code())
        .toList();
  }

  private static List<String> of(Builder story) {
    return of(story, "en");
  }

  @Test
  void of_whenAllIsTold_thenNone() {
    assertThat(of(TestStories.told())).isEmpty();
    assertThat(of(TestStories.told(), "es-MX")).isEmpty();
  }

  @Test
  void of_whenNothingIsTold_thenEachOnce() {
    assertThat(of(TestStories.bare()))
        .containsExactly(
            "no-ai-named",
            "no-provenance",
            "no-prompt",
            "no-inputs",
            "no-explanation",
            "no-review",
            "no-consent");
  }

  @Test
  void of_whenExplainedInAnotherLanguageOnly_thenThatIsToldAlone() {
    assertThat(of(TestStories.told(), "ca")).containsExactly("no-explanation-in-language");
  }

  @Test
  void of_whenTheOnlyExplanationIsSuperseded_thenThereIsNone() {
    Builder story = TestStories.told();
    story.related = List.of(TestStories.explanation("en", DocumentReferenceStatus.SUPERSEDED));

    assertThat(of(story)).containsExactly("no-explanation");
  }

  @Test
  void of_whenAVersionHasNoProvenance_thenItIsNamed() {
    Builder story = TestStories.told();
    story.versions =
        List.of(TestStories.note(3, "attested"), story.document, TestStories.note(1, "unreviewed"));

    assertThat(Gaps.of(story.build(), Locale.ENGLISH))
        .containsExactly(
            new Gap(Gap.Code.NO_PROVENANCE_OF_VERSION, "DocumentReference/note/_history/3"));
  }

  @Test
  void of_whenModelCardCannotBeRead_thenTheAiIsNamed() {
    Builder story = TestStories.told();
    story.cards = List.of();

    assertThat(Gaps.of(story.build(), Locale.ENGLISH))
        .containsExactly(new Gap(Gap.Code.NO_MODEL_CARD, "Device/scribe"));
  }

  @Test
  void of_whenInputCannotBeShown_thenToldAlikeWhateverTheReason() {
    Builder story = TestStories.told();
    story.inputs = List.of();

    assertThat(Gaps.of(story.build(), Locale.ENGLISH))
        .containsExactly(new Gap(Gap.Code.INPUT_NOT_AVAILABLE, "DocumentReference/talk"));
  }

  @Test
  void of_whenInputIsOfATypeThatTheScopesHide_thenNotCalledMissing() {
    Builder story = TestStories.told();
    story
        .provenances
        .get(0)
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference("Observation/1"));
    story.closed = Set.of("Observation");

    assertThat(of(story)).isEmpty();
  }

  @Test
  void of_whenScopesHideHowItWasMade_thenNothingOfItIsCalledMissing() {
    Builder story = TestStories.bare();
    story.then = List.of();
    story.closed = Set.of("Provenance", "Device", "Consent");

    assertThat(of(story)).containsExactly("no-explanation", "no-review");
  }

  @Test
  void of_whenCut_thenWhatMayBeInTheRestIsNotCalledMissing() {
    Builder story = TestStories.bare();
    story.cut = Set.of(Part.PROVENANCES, Part.RELATED);

    assertThat(of(story)).containsExactly("no-review", "no-consent");
  }

  @Test
  void of_whenReviewTimeWasNotMeasured_thenMissing() {
    Builder story = TestStories.told();
    story.provenances.get(1).getExtension().removeIf(one -> one.getUrl().endsWith("review-time"));

    assertThat(of(story)).containsExactly("no-review-time");
  }

  @Test
  void of_whenSupersededBeforeAnyCheck_thenNoReviewIsOwed() {
    Builder story = TestStories.bare();
    story.document.setStatus(DocumentReferenceStatus.SUPERSEDED);

    assertThat(of(story)).doesNotContain("no-review");
  }

  @Test
  void of_whenConsentWasAgainst_thenRefusalAndInvalidYesAreToldApart() {
    Builder story = TestStories.told();
    story.then = List.of(TestStories.decision("ai-documentation", Verdict.DENY));
    assertThat(of(story)).containsExactly("consent-refused");

    story.then = List.of(TestStories.decision("ai-documentation", Verdict.DENY, "It was over."));
    assertThat(of(story)).containsExactly("consent-not-valid");

    story.then = List.of(new Decision("ai-documentation", Verdict.DENY, List.of(), List.of()));
    assertThat(of(story)).as("a default no").containsExactly("no-consent");
  }
}
