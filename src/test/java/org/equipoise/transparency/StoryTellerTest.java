package org.equipoise.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.explanation.Grades;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.equipoise.fhir.Canonical;
import org.equipoise.transparency.Section.Line;
import org.equipoise.transparency.TestStories.Builder;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoryTellerTest {

  private static final BigDecimal GRADE = BigDecimal.valueOf(6);

  private static List<Section> tell(Builder builder, String language) {
    DocumentStory story = builder.build();
    StoryWords words = StoryWords.in(Locale.forLanguageTag(language));
    return new StoryTeller(story, Gaps.of(story, words.locale()), words).sections();
  }

  private static String text(List<Section> sections) {
    return sections.stream()
        .flatMap(section -> section.lines().stream())
        .map(Line::text)
        .map(line -> line.matches(".*[.!?:]") ? line : line + ".")
        .collect(Collectors.joining("\n"));
  }

  private static String section(List<Section> sections, String code) {
    return text(sections.stream().filter(section -> section.code().equals(code)).toList());
  }

  @Test
  void sections_whenAllIsTold_thenEachSaysWhatTheRecordHolds() {
    List<Section> told = tell(TestStories.told(), "en");

    assertThat(told)
        .extracting(Section::code)
        .containsExactly(
            "in-short",
            "ai",
            "review",
            "versions",
            "explanations",
            "inputs",
            "consent",
            "follow-up",
            "missing");
    assertThat(section(told, "in-short"))
        .contains("An AI wrote this visit note. It is dated May 3, 2026.")
        .contains("Nothing that should be told is missing.");
    assertThat(section(told, "ai"))
        .contains("The AI is called Scribe One.", "It was made by Hill Software.", "version 2.1")
        .contains(
            "The sheet tells one thing.", "On one thing it says that the maker does not tell.")
        .contains("is not shown. The reason: The maker keeps it to itself.");
    assertThat(section(told, "review"))
        .contains("Dr. Eva Ruiz checked it on May 5, 2026.", "They had it open for 4 seconds.")
        .contains("That is less time than it takes to read it.")
        .contains("Of 100 words, about 80 were written by AI.");
    assertThat(section(told, "versions"))
        .contains("There are 2 versions.")
        .contains("Version 2, May 5, 2026. Made by Dr. Eva Ruiz. Checked and found right.")
        .contains("Version 1, May 4, 2026. Made by Scribe One. Not checked yet.");
    assertThat(section(told, "explanations"))
        .contains("English (now)", "Spanish (now)", "English (older, May 3, 2026)");
    assertThat(section(told, "inputs")).contains("What was said at the visit");
    assertThat(section(told, "consent"))
        .contains("You had said yes to AI that writes notes about you.")
        .contains("You say no to AI that writes notes about you.")
        .contains("It may not be used to teach AI. You were not asked, and that counts as a no.")
        .contains("that yes does not count now.", "It was over on May 1, 2026.");
    assertThat(section(told, "follow-up"))
        .contains("Someone says that a part of it is wrong")
        .contains("Someone asked if they may use it. The answer was no (May 5, 2026).");
    assertThat(section(told, "missing")).isEqualTo("We found no gap.");
  }

  @Test
  void sections_whenNothingIsTold_thenEachGapIsASentence() {
    List<Section> told = tell(TestStories.bare(), "en");

    assertThat(section(told, "in-short")).contains("7 things that should be told are missing.");
    assertThat(section(told, "missing").lines()).hasSize(7);
    assertThat(section(told, "ai")).contains("The record does not say which AI it was.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void sections_whenMeasured_thenAtMostGradeSix(String language) {
    for (Builder story : stories()) {
      String text = text(tell(story, language));

      assertThat(Grades.of(text, Locale.forLanguageTag(language)))
          .as(text)
          .isLessThanOrEqualTo(GRADE);
    }
  }

  private static List<Builder> stories() {
    List<Builder> stories = new ArrayList<>(List.of(TestStories.told(), TestStories.bare()));
    for (String status : List.of("in-review", "attested-with-edits", "rejected", "unknown")) {
      Builder story = new Builder(TestStories.note(1, status));
      story.closed = Set.copyOf(StoryReader.TYPES);
      story.cut = EnumSet.allOf(Part.class);
      story.document.setStatus(DocumentReferenceStatus.ENTEREDINERROR);
      stories.add(story);
    }
    Builder refused = TestStories.told();
    refused.then = List.of(TestStories.decision("ai-documentation", Verdict.DENY));
    refused.cards = List.of();
    refused.inputs = List.of();
    refused.related = List.of();
    stories.add(refused);
    return stories;
  }

  @Test
  void sections_whenAPersonFoundItWrong_thenWhyAndNotThatNobodySaidSo() {
    Builder story = new Builder(TestStories.note(1, "rejected"));
    story.document.addExtension(
        Canonical.Extension.REJECTION_REASON, new StringType("The asthma is her sister's"));

    assertThat(section(tell(story, "en"), "review"))
        .contains("found that it is wrong", "The reason: The asthma is her sister's.");
    assertThat(section(tell(story, "en"), "follow-up"))
        .contains("Nothing more was said about it")
        .doesNotContain("No one has said");
  }

  @Test
  void words_whenComparedByLanguage_thenEachHasAll() {
    List<Set<String>> keys =
        StoryWords.SPOKEN.stream().map(StoryWords::keys).map(Set::copyOf).toList();

    assertThat(keys).hasSize(2).allMatch(keys.get(0)::equals);
  }

  @Test
  void words_whenAGapOrPartIsAdded_thenThereAreWordsForIt() {
    StoryWords words = StoryWords.in(Locale.ENGLISH);

    assertThat(Gap.Code.values()).allMatch(code -> words.has("missing." + code.code()));
    assertThat(Part.values()).allMatch(part -> words.has("cut." + part.code()));
    assertThat(StoryReader.TYPES).allMatch(type -> words.has("part." + type));
    assertThat(Stream.of("unreviewed", "in-review", "attested", "attested-with-edits", "rejected"))
        .allMatch(state -> words.has("state." + state) && words.has("review." + state));
  }

  @Test
  void sections_whenNamesAreHostile_thenHarmlessInASentence() {
    Builder story = TestStories.told();
    story.devices.get(0).setManufacturer("<script>\u0007\u202e" + "x".repeat(500));

    String told = section(tell(story, "en"), "ai");

    assertThat(told).contains("(a name of 5", "letters)").doesNotContain("\u0007", "\u202e");
    assertThat(
            new StorySummary("http://here", StoryWords.in(Locale.ENGLISH), TestStories.NOW)
                .write("note", "ana", "title", tell(story, "en"))
                .getText()
                .getDivAsString())
        .contains("&lt;script&gt;")
        .doesNotContain("<script");
  }
}
