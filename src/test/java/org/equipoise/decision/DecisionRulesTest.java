package org.equipoise.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.decision.TestDecisions.Draft;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of a decision, broken one at a time. */
class DecisionRulesTest {

  static final SureScore SCORES =
      new SureScore(
          Definitions.shared()
              .find(Questionnaire.class, Canonical.DECISION_CONFLICT_QUESTIONNAIRE)
              .orElseThrow());

  static Draft draft() {
    return TestDecisions.draft("1", "Practitioner/2", "Organization/3");
  }

  static Decision read(Draft draft, Map<String, Resource> record) {
    Map<String, Resource> known = new HashMap<>(record);
    draft.bundle.getEntry().forEach(entry -> known.put(entry.getFullUrl(), entry.getResource()));
    return Decision.read(
        draft.composition,
        new Finder() {
          @Override
          public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
            return Optional.ofNullable(known.get(reference.getReference()))
                .filter(type::isInstance)
                .map(type::cast);
          }
        });
  }

  private static List<String> broken(Draft draft, Map<String, Resource> record) {
    return DecisionRules.check(read(draft, record), SCORES, Set.of()).stream()
        .map(Breach::rule)
        .toList();
  }

  private static DocumentReference aiNote() {
    DocumentReference note = new DocumentReference();
    AiDocument.label(note, Canonical.AIAST);
    return note;
  }

  @Test
  void check_whenComplete_thenNothingIsWrong() {
    assertThat(broken(draft(), Map.of())).isEmpty();
  }

  @Test
  void check_whenPutOff_thenNothingIsWrong() {
    assertThat(broken(draft().without("decision"), Map.of())).isEmpty();
  }

  static Stream<Arguments> breaches() {
    return Stream.of(
        one("both-authors", draft -> draft.composition.getAuthor().remove(0)),
        one("both-authors", draft -> draft.composition.getAuthor().remove(1)),
        one("question", draft -> draft.without("question")),
        one("two-options", draft -> draft.section("options").getEntry().remove(1)),
        one(
            "two-options",
            draft ->
                draft
                    .section("options")
                    .getEntry()
                    .set(1, draft.section("options").getEntryFirstRep())),
        one(
            "do-nothing",
            draft -> draft.waiting.getCategoryFirstRep().getCodingFirstRep().setCode("other")),
        one("an-option", draft -> draft.medicine.getCategory().clear()),
        one("same-patient", draft -> draft.medicine.setSubject(new Reference("Patient/9"))),
        one("same-patient", draft -> draft.goal.setSubject(new Reference("Patient/9"))),
        one("same-patient", draft -> draft.goal.setExpressedBy(new Reference("Patient/9"))),
        one("same-patient", draft -> draft.composition.addAuthor(new Reference("Patient/9"))),
        one(
            "same-patient",
            draft -> draft.composition.addAuthor(new Reference("RelatedPerson/of-another"))),
        one(
            "same-patient",
            draft -> draft.composition.addAuthor(new Reference("RelatedPerson/unknown"))),
        one("same-patient", draft -> source(draft, new Reference("DocumentReference/of-another"))),
        one(
            "same-patient",
            draft -> {
              influence(draft, "informed");
              draft
                  .section("ai-influence")
                  .addEntry(new Reference("DocumentReference/ai-of-another"));
            }),
        one(
            "same-patient",
            draft ->
                TestDecisions.say(draft.composition, "conflict", "Sure.")
                    .addEntry(
                        new Reference(
                            draft.add(
                                TestDecisions.score(
                                        "1", 2, draft.add(TestDecisions.answers("1", "Y", "Y")))
                                    .setSubject(new Reference("Patient/9")))))),
        one("known", draft -> draft.section("preferences").addEntry(new Reference("Goal/9"))),
        one(
            "own-score",
            draft ->
                draft
                    .section("preferences")
                    .addEntry(
                        new Reference(
                            draft.add(TestDecisions.score("1", 4, "QuestionnaireResponse/9"))))),
        one("timeframe", draft -> time(draft).setCode(null)),
        one("timeframe", draft -> time(draft).setCode("kg")),
        one("ai-stated", draft -> AiDocument.label(draft.goal, Canonical.AIAST)),
        one("ai-stated", draft -> source(draft, new UriType("DocumentReference/ai"))),
        one(
            "ai-stated",
            draft -> {
              DocumentReference inside = aiNote();
              inside.setId("inside");
              draft.medicine.addContained(inside);
              source(draft, new Reference("#inside"));
            }),
        one("natural-frequency", draft -> take(draft, "outcomeOf")),
        one("natural-frequency", draft -> ratio(draft).getNumerator().setUnit("%")),
        one("natural-frequency", draft -> ratio(draft).getNumerator().setValue(1001)),
        one("natural-frequency", draft -> ratio(draft).getNumerator().setValue(0.5)),
        one("natural-frequency", draft -> ratio(draft).getDenominator().setValue(0)),
        one("natural-frequency", draft -> ratio(draft).setDenominator(null)),
        one("source", draft -> take(draft, "source")),
        one(
            "one-denominator",
            draft ->
                draft.waiting.addExtension(TestDecisions.outcome("harm", "You faint", 1, 100))),
        one("preferences", draft -> draft.section("preferences").getEntry().clear()),
        one("patient-words", draft -> draft.without("patient-words")),
        one("patient-words", draft -> TestDecisions.words(draft.composition, "es", "  ")),
        one(
            "words-language",
            draft ->
                draft
                    .section("patient-words")
                    .getText()
                    .setDivAsString(
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\">No quiero.</div>")),
        one(
            "words-language",
            draft ->
                draft
                    .section("patient-words")
                    .getText()
                    .setDivAsString(
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"es\">No quiero.</div>")),
        one("ai-stated", draft -> draft.without("ai-influence")),
        one("ai-stated", draft -> draft.section("ai-influence").getExtension().clear()),
        one("ai-stated", draft -> AiDocument.label(draft.medicine, Canonical.AIAST)),
        one("ai-named", draft -> influence(draft, "recommended")),
        one(
            "ai-named",
            draft -> draft.section("ai-influence").addEntry(new Reference("DocumentReference/ai"))),
        one(
            "ai-named",
            draft -> {
              influence(draft, "informed");
              draft.section("ai-influence").addEntry(new Reference("DocumentReference/human"));
            }),
        one(
            "known",
            draft -> {
              influence(draft, "informed");
              draft.section("ai-influence").addEntry(new Reference("DocumentReference/none"));
            }),
        one("control", draft -> control(draft).getExtension().remove(0)),
        one("control", draft -> control(draft).getExtension().remove(1)),
        one(
            "chosen-option",
            draft -> draft.section("decision").getEntryFirstRep().setReference("CarePlan/9")),
        one("chosen-option", draft -> draft.section("decision").getEntry().clear()),
        one(
            "own-score",
            draft ->
                TestDecisions.say(draft.composition, "conflict", "Sure.")
                    .addEntry(
                        new Reference(
                            draft.add(
                                TestDecisions.score(
                                    "1", 4, draft.add(TestDecisions.answers("1", "N", "Y"))))))));
  }

  private static Arguments one(String rule, Consumer<Draft> change) {
    return Arguments.of(rule, change);
  }

  private static Duration time(Draft draft) {
    return (Duration)
        draft.medicine.getExtension().get(0).getExtensionByUrl("timeframe").getValue();
  }

  private static void source(Draft draft, Type source) {
    draft.medicine.getExtension().get(0).getExtensionByUrl("source").setValue(source);
  }

  private static Extension control(Draft draft) {
    return draft.section("control").getExtensionByUrl(Canonical.Extension.DECISION_CONTROL);
  }

  private static void influence(Draft draft, String code) {
    draft
        .section("ai-influence")
        .getExtensionFirstRep()
        .setValue(TestDecisions.concept("ai-influence", code));
  }

  private static void take(Draft draft, String part) {
    draft.medicine.getExtension().get(0).getExtension().removeIf(one -> part.equals(one.getUrl()));
  }

  private static Ratio ratio(Draft draft) {
    return (Ratio) draft.medicine.getExtension().get(0).getExtensionByUrl("outcomeOf").getValue();
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void check_whenOneRuleIsBroken_thenThatOneIsNamedAndNoOther(String rule, Consumer<Draft> change) {
    Draft draft = draft();
    change.accept(draft);
    Map<String, Resource> record =
        Map.of(
            "DocumentReference/ai",
            aiNote(),
            "DocumentReference/human",
            new DocumentReference(),
            "DocumentReference/of-another",
            new DocumentReference().setSubject(new Reference("Patient/9")),
            "DocumentReference/ai-of-another",
            aiNote().setSubject(new Reference("Patient/9")),
            "RelatedPerson/of-another",
            new RelatedPerson().setPatient(new Reference("Patient/9")));

    assertThat(broken(draft, record)).isNotEmpty().containsOnly(rule);
  }

  @Test
  void check_whenRelativeRiskAlone_thenSaysWhatIsMissing() {
    Draft draft = draft();
    take(draft, "outcomeOf");
    ((org.hl7.fhir.r4.model.StringType)
            draft.medicine.getExtension().get(0).getExtensionByUrl("description").getValue())
        .setValue("Half as many strokes");

    assertThat(DecisionRules.check(read(draft, Map.of()), SCORES, Set.of()))
        .singleElement()
        .satisfies(breach -> assertThat(breach.sentence()).contains("relative risk", "20 of 1000"));
  }

  @Test
  void check_whenAiNamedAsSourceAlthoughNoneIsStated_thenThatIsSaid() {
    Draft draft = draft();
    draft
        .medicine
        .getExtension()
        .get(0)
        .getExtensionByUrl("source")
        .setValue(new Reference("DocumentReference/ai"));

    assertThat(broken(draft, Map.of("DocumentReference/ai", aiNote())))
        .containsExactly("ai-stated");
  }

  @Test
  void check_whenNamedAiCannotBeSeenButWasNamedBefore_thenNothingIsWrong() {
    Draft draft = draft();
    influence(draft, "informed");
    draft.section("ai-influence").addEntry(new Reference("DocumentReference/hidden"));

    assertThat(
            DecisionRules.check(read(draft, Map.of()), SCORES, Set.of("DocumentReference/hidden")))
        .isEmpty();
  }

  @Test
  void incomplete_whenAnOptionIsSilent_thenBenefitsAndHarmsAreMissing() {
    Draft draft = draft();
    draft.medicine.getExtension().clear();

    assertThat(DecisionRules.incomplete(read(draft, Map.of())))
        .containsExactly("benefits", "harms");
  }

  @Test
  void incomplete_whenDoingNothingHasNoBenefit_thenNothingIsMissing() {
    Draft draft = draft();
    draft.waiting.getExtension().remove(0);

    assertThat(DecisionRules.incomplete(read(draft, Map.of()))).isEmpty();
  }

  @Test
  void people_whenWritten1000And1000Point0_thenTheSame() {
    Draft draft = draft();
    ratio(draft).getDenominator().setValue(new BigDecimal("1000.0"));

    assertThat(broken(draft, Map.of())).isEmpty();
  }

  @Test
  void changesOfOthers_whenClinicianTouchesThePatientsWords_thenRefusedByName() {
    Composition before = draft().composition;
    Composition after = before.copy();
    TestDecisions.words(after, "es", TestDecisions.WORDS.replace("  ", " "));

    assertThat(
            DecisionContent.changesOfOthers(
                before, after, Optional.of(Side.CLINICIAN), who -> true))
        .extracting(Breach::rule)
        .containsExactly("own-words");
    assertThat(
            DecisionContent.changesOfOthers(before, after, Optional.of(Side.PATIENT), who -> false))
        .isEmpty();
  }

  @Test
  void changesOfOthers_whenDissentOfTheOtherSideIsWrittenOrTaken_thenRefusedByName() {
    Composition silent = draft().composition;
    Composition dissenting = silent.copy();
    TestDecisions.dissent(dissenting, "Patient/1", "I would rather wait.");

    for (Composition[] change :
        new Composition[][] {{silent, dissenting}, {dissenting, silent}, {null, dissenting}}) {
      assertThat(
              DecisionContent.changesOfOthers(
                  change[0], change[1], Optional.of(Side.CLINICIAN), who -> false))
          .extracting(Breach::rule)
          .containsExactly("own-dissent");
      assertThat(
              DecisionContent.changesOfOthers(
                  change[0], change[1], Optional.of(Side.PATIENT), who -> false))
          .isEmpty();
    }
  }
}
