package org.equipoise.consent.guardrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.equipoise.consent.guardrail.Obstacle.Kind;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.hl7.fhir.r4.model.CodeSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardrailsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Guardrails ALL_ON = new Guardrails(GuardrailSettings.DEFAULT);

  private static Guardrails without(Guardrail... off) {
    return new Guardrails(GuardrailSettings.without(off));
  }

  private static Choice choice(String purpose, String... signals) {
    return new Choice(purpose, NOW, List.of(signals), false, false, false, false);
  }

  private static Choice askedByTreating(String purpose, boolean witnessed, boolean confirmed) {
    return new Choice(purpose, NOW, List.of("none-observed"), true, witnessed, confirmed, false);
  }

  private static List<Kind> kinds(Guardrails rules, Choice choice) {
    return rules.obstacles(choice, NOW).stream().map(Obstacle::kind).toList();
  }

  // ---- independent witness

  @Test
  void witness_whenTreatingClinicianAskedForTraining_thenNeeded() {
    assertThat(kinds(ALL_ON, askedByTreating("ai-training", false, false)))
        .containsExactly(Kind.WITNESS_MISSING);
  }

  @Test
  void witness_whenThereOrConfirmedLater_thenNotMissing() {
    assertThat(kinds(ALL_ON, askedByTreating("ai-training", true, false))).isEmpty();
    assertThat(kinds(ALL_ON, askedByTreating("ai-training", false, true))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ai-documentation", "ai-decision-use", "ai-sharing"})
  void witness_whenNotAboutTraining_thenNotNeeded(String purpose) {
    assertThat(kinds(ALL_ON, askedByTreating(purpose, false, false))).isEmpty();
  }

  @Test
  void witness_whenNobodyTreatingAsked_thenNotNeeded() {
    assertThat(kinds(ALL_ON, choice("ai-training"))).isEmpty();
  }

  @Test
  void witness_whenRuleIsOff_thenNotNeeded() {
    assertThat(
            kinds(
                without(Guardrail.INDEPENDENT_WITNESS),
                askedByTreating("ai-training", false, false)))
        .isEmpty();
  }

  // ---- signs of pressure

  @ParameterizedTest
  @ValueSource(strings = {"care-made-conditional", "incentive"})
  void signal_whenANeutralPersonMayLiftIt_thenBlocksUntilConfirmed(String signal) {
    Choice confirmed = new Choice("ai-sharing", NOW, List.of(signal), false, false, true, false);

    assertThat(ALL_ON.obstacles(choice("ai-sharing", signal), NOW))
        .containsExactly(new Obstacle(Kind.CONFIRMATION_MISSING, signal, null));
    assertThat(kinds(ALL_ON, confirmed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time-pressure",
        "person-in-authority-present",
        "not-private",
        "language-not-understood",
        "distress",
        "of-another-system"
      })
  void signal_whenNobodyMayLiftIt_thenBlocksThoughConfirmed(String signal) {
    Choice confirmed = new Choice("ai-sharing", NOW, List.of(signal), false, true, true, false);

    assertThat(ALL_ON.obstacles(confirmed, NOW))
        .containsExactly(new Obstacle(Kind.INFLUENCE_OBSERVED, signal, null));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CARE_MADE_CONDITIONAL",
        "INCENTIVE",
        "TIME_PRESSURE",
        "PERSON_IN_AUTHORITY_PRESENT",
        "NOT_PRIVATE",
        "LANGUAGE_NOT_UNDERSTOOD",
        "DISTRESS"
      })
  void signal_whenItsRuleIsOff_thenDoesNotBlock(Guardrail rule) {
    assertThat(kinds(without(rule), choice("ai-training", rule.code()))).isEmpty();
    assertThat(kinds(ALL_ON, choice("ai-training", rule.code()))).hasSize(1);
  }

  // ---- time to cool off

  @ParameterizedTest
  @CsvSource({"PT0S, false", "PT71H59M59S, false", "PT72H, true", "PT100H, true"})
  void coolingOff_whenTimePasses_thenCountsFromItsEnd(Duration passed, boolean counts) {
    Guardrails rules =
        new Guardrails(
            new GuardrailSettings(
                Set.of(), Map.of("ai-training", Duration.ofDays(3)), ReadingLevel.EASIER));

    List<Obstacle> obstacles = rules.obstacles(choice("ai-training"), NOW.plus(passed));

    assertThat(obstacles.isEmpty()).isEqualTo(counts);
    assertThat(obstacles).allMatch(one -> one.from().equals(NOW.plus(Duration.ofDays(3))));
    assertThat(rules.obstacles(choice("ai-sharing"), NOW)).isEmpty();
  }

  @Property
  void coolingOff_whenItHasCountedOnce_thenCountsAtEveryLaterTime(
      @ForAll @LongRange(min = 1, max = 1_000_000) long wait,
      @ForAll @LongRange(min = 0, max = 2_000_000) long passed,
      @ForAll @LongRange(min = 0, max = 1_000_000) long more) {
    Guardrails rules =
        new Guardrails(
            new GuardrailSettings(
                Set.of(), Map.of("ai-training", Duration.ofSeconds(wait)), ReadingLevel.EASIER));
    boolean counts = rules.obstacles(choice("ai-training"), NOW.plusSeconds(passed)).isEmpty();

    assertThat(counts).isEqualTo(passed >= wait);
    if (counts) {
      assertThat(rules.obstacles(choice("ai-training"), NOW.plusSeconds(passed + more))).isEmpty();
    }
  }

  @Test
  void coolingOff_whenNobodyKnowsWhenItWasDecided_thenNeverCounts() {
    Guardrails rules =
        new Guardrails(
            new GuardrailSettings(
                Set.of(), Map.of("ai-training", Duration.ofDays(3)), ReadingLevel.EASIER));
    Choice undated = new Choice("ai-training", null, List.of(), false, false, false, false);

    assertThat(rules.obstacles(undated, NOW.plus(Duration.ofDays(4000)))).isNotEmpty();
  }

  // ---- answers

  @Test
  void answers_whenReused_thenDoNotCountUnlessTheRuleIsOff() {
    Choice reused = new Choice("ai-sharing", NOW, List.of(), false, false, false, true);

    assertThat(kinds(ALL_ON, reused)).containsExactly(Kind.TEACH_BACK_REUSED);
    assertThat(kinds(without(Guardrail.NEW_TEACH_BACK), reused)).isEmpty();
  }

  // ---- laws

  @Provide
  Arbitrary<Choice> choices() {
    Arbitrary<Boolean> bool = Arbitraries.of(true, false);
    return Combinators.combine(
            Arbitraries.of("ai-documentation", "ai-decision-use", "ai-training", "ai-sharing"),
            Arbitraries.of(
                    "time-pressure",
                    "incentive",
                    "care-made-conditional",
                    "distress",
                    "none-observed",
                    "unheard-of")
                .list()
                .ofMaxSize(4),
            bool,
            bool,
            bool,
            bool)
        .as(
            (purpose, signals, treating, witnessed, confirmed, reused) ->
                new Choice(purpose, NOW, signals, treating, witnessed, confirmed, reused));
  }

  @Property
  void obstacles_whenARuleIsSwitchedOff_thenNeverMoreThanBefore(
      @ForAll("choices") Choice choice, @ForAll Guardrail rule) {
    if (!rule.isBrightLine()) {
      assertThat(ALL_ON.obstacles(choice, NOW)).containsAll(without(rule).obstacles(choice, NOW));
    }
  }

  @Property
  void obstacles_whenANeutralPersonConfirms_thenNeverMoreThanBefore(
      @ForAll("choices") Choice choice) {
    Choice confirmed =
        new Choice(
            choice.purpose(),
            choice.decidedAt(),
            choice.signals(),
            choice.askedByTreating(),
            choice.witnessed(),
            true,
            choice.answersReused());

    assertThat(ALL_ON.obstacles(choice, NOW)).containsAll(ALL_ON.obstacles(confirmed, NOW));
  }

  @Property
  void obstacles_whenOneMoreSignIsSeen_thenNeverFewerThanBefore(@ForAll("choices") Choice choice) {
    List<String> signals = new ArrayList<>(choice.signals());
    signals.add("distress");
    Choice pressed =
        new Choice(
            choice.purpose(),
            choice.decidedAt(),
            signals,
            choice.askedByTreating(),
            choice.witnessed(),
            choice.confirmed(),
            choice.answersReused());

    assertThat(ALL_ON.obstacles(pressed, NOW)).containsAll(ALL_ON.obstacles(choice, NOW));
  }

  // ---- settings and list

  @ParameterizedTest
  @EnumSource(names = {"DATA_SALE", "EMOTION_INFERENCE", "AUTOMATED_CARE_DENIAL"})
  void settings_whenABrightLineIsSwitchedOff_thenRefusedByName(Guardrail line) {
    assertThatThrownBy(() -> GuardrailSettings.without(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line.code());
  }

  @Test
  void rules_whenComparedWithTheDefinition_thenTheSameInTheSameOrder() {
    assertThat(List.of(Guardrail.values()))
        .extracting(Guardrail::code)
        .containsExactlyElementsOf(
            Definitions.shared()
                .find(CodeSystem.class, Canonical.System.CONSENT_GUARDRAIL)
                .orElseThrow()
                .getConcept()
                .stream()
                .map(concept -> concept.getCode())
                .toList());
  }

  @Test
  void list_whenSwitchedOffOrSet_thenSaysSo() {
    ListedGuardrails listed =
        new ListedGuardrails(
            new GuardrailSettings(
                Set.of(Guardrail.INCENTIVE),
                Map.of("ai-training", Duration.ofDays(3), "ai-sharing", Duration.ofHours(1)),
                ReadingLevel.STANDARD));

    assertThat(listed.list("en"))
        .filteredOn(rule -> !rule.on())
        .extracting(rule -> rule.code(), rule -> rule.setting())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("incentive", "This is switched off here."));
    assertThat(listed.list("en"))
        .filteredOn(rule -> rule.code().equals("cooling-off"))
        .extracting(rule -> rule.setting())
        .containsExactly(
            "Passing on: a yes counts after 1 hour. Teaching an AI: a yes counts after 3 days.");
    assertThat(listed.list("es"))
        .filteredOn(rule -> rule.code().equals("cooling-off"))
        .extracting(rule -> rule.setting())
        .containsExactly(
            "Compartir con otros: un sí vale después de 1 hora. Entrenar una IA: un sí vale después de 3 días.");
  }

  @Test
  void list_whenNothingIsSet_thenEveryRuleIsOnButTheTimeToCoolOff() {
    assertThat(new ListedGuardrails(GuardrailSettings.DEFAULT).list("en"))
        .filteredOn(rule -> !rule.on())
        .extracting(rule -> rule.code())
        .containsExactly("cooling-off");
  }
}
