package org.equipoise.consent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.recording.FakeConsentRecord;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.consent.statement.InfluenceSignal;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.consent.statement.Voluntariness;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConsentPolicyTest {

  private static final Instant NOW = FakeConsentRecord.NOW;

  private final ConsentPolicy policy = new ConsentPolicy(ConsentSettings.DEFAULT);

  @Test
  void effect_whenPermitHasAllEvidence_thenCounts() {
    assertThat(policy.effect(TestConsents.statement(TestConsents.permit()), NOW))
        .isEqualTo(ConsentEffect.EFFECTIVE);
  }

  @ParameterizedTest
  @MethodSource("flaws")
  void effect_whenPermitLacksOneThing_thenSaysJustThat(Reason.Code code, Consumer<Consent> flaw) {
    Consent permit = TestConsents.permit();
    flaw.accept(permit);

    ConsentEffect effect = policy.effect(TestConsents.statement(permit), NOW);

    assertThat(effect.effective()).isFalse();
    assertThat(effect.reasons()).extracting(Reason::code).containsExactly(code);
  }

  static Stream<Arguments> flaws() {
    return Stream.of(
        flaw(Reason.Code.NOT_ACTIVE, consent -> consent.setStatus(ConsentState.PROPOSED)),
        flaw(Reason.Code.NOT_ACTIVE, consent -> consent.setStatus(ConsentState.INACTIVE)),
        flaw(Reason.Code.NOT_ACTIVE, consent -> consent.setStatus(ConsentState.ENTEREDINERROR)),
        flaw(Reason.Code.NOT_YET, consent -> start(consent, "2026-08-06T10:05:01Z")),
        flaw(Reason.Code.LAPSED, consent -> end(consent, "2026-08-05")),
        flaw(Reason.Code.LAPSED, consent -> end(consent, "2026-08-06T09:59:59Z")),
        flaw(Reason.Code.NO_END, consent -> consent.getProvision().getPeriod().setEnd(null)),
        flaw(
            Reason.Code.COMPREHENSION_MISSING,
            consent -> TestConsents.without(consent, Canonical.Extension.COMPREHENSION)),
        flaw(
            Reason.Code.NOT_UNDERSTOOD,
            consent -> TestConsents.understood(consent, new Comprehension(5, 3, "en"))),
        flaw(
            Reason.Code.NOT_UNDERSTOOD,
            consent -> TestConsents.understood(consent, new Comprehension(0, 0, "en"))),
        flaw(
            Reason.Code.NOT_UNDERSTOOD,
            consent -> TestConsents.understood(consent, new Comprehension(1, 2, "en"))),
        flaw(
            Reason.Code.LANGUAGE_MISSING,
            consent -> TestConsents.understood(consent, new Comprehension(5, 5, null))),
        flaw(
            Reason.Code.VOLUNTARINESS_MISSING,
            consent -> TestConsents.without(consent, Canonical.Extension.VOLUNTARINESS)),
        flaw(Reason.Code.NOT_ASKED_PRIVATELY, consent -> free(consent, false, true, List.of())),
        flaw(Reason.Code.REFUSAL_AFFECTS_CARE, consent -> free(consent, true, false, List.of())),
        flaw(
            Reason.Code.INFLUENCE_OBSERVED,
            consent -> free(consent, true, true, List.of("not-of-this-world"))));
  }

  @ParameterizedTest
  @EnumSource(value = InfluenceSignal.class)
  void effect_whenSignalObserved_thenBlocksUnlessNoneObserved(InfluenceSignal signal) {
    Consent permit = TestConsents.permit();
    free(permit, true, true, List.of(signal.code()));

    assertThat(policy.effect(TestConsents.statement(permit), NOW).effective())
        .isEqualTo(signal == InfluenceSignal.NONE_OBSERVED);
  }

  private static ConsentPolicy with(GuardrailSettings guardrails) {
    return new ConsentPolicy(
        new ConsentSettings(
            new BigDecimal("0.8"),
            guardrails,
            ConsentSettings.DEFAULT.longestPermit(),
            ConsentSettings.DEFAULT.zone(),
            ConsentSettings.DEFAULT.policyUri(),
            Set.of()));
  }

  /** A yes in which something was offered, stored as it was when the rule was on. */
  private static Consent proposedForIncentive() {
    Consent permit = TestConsents.permit();
    permit.setStatus(ConsentState.PROPOSED);
    free(permit, true, true, List.of("incentive"));
    Circumstances.NONE.awaiting(List.of("incentive")).writeTo(permit);
    return permit;
  }

  @Test
  void effect_whenARuleIsSwitchedOn_thenActsOnWhatIsStored() {
    Consent active = TestConsents.permit();
    free(active, true, true, List.of("incentive"));

    assertThat(
            with(GuardrailSettings.without(Guardrail.INCENTIVE))
                .effect(TestConsents.statement(active), NOW)
                .effective())
        .isTrue();
    assertThat(policy.effect(TestConsents.statement(active), NOW).reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.CONFIRMATION_MISSING);
  }

  @Test
  void effect_whenTheRuleThatAProposedPermitAwaitsIsSwitchedOff_thenCounts() {
    ConsentStatement proposed = TestConsents.statement(proposedForIncentive());

    assertThat(policy.effect(proposed, NOW).reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.CONFIRMATION_MISSING);
    assertThat(
            with(GuardrailSettings.without(Guardrail.INCENTIVE)).effect(proposed, NOW).effective())
        .isTrue();
    assertThat(
            with(GuardrailSettings.without(Guardrail.DISTRESS)).effect(proposed, NOW).effective())
        .isFalse();
  }

  @Test
  void effect_whenAProposedPermitMissedSomethingElse_thenNoSwitchMakesItCount() {
    Consent missed = TestConsents.permit();
    missed.setStatus(ConsentState.PROPOSED);

    assertThat(
            with(GuardrailSettings.without(Guardrail.INCENTIVE))
                .effect(TestConsents.statement(missed), NOW)
                .reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.NOT_ACTIVE);
  }

  @Test
  void effect_whenWithinTheTimeToCoolOff_thenCountsFromItsEndWithoutAWrite() {
    ConsentPolicy patient =
        with(
            new GuardrailSettings(
                Set.of(), Map.of("ai-training", Duration.ofDays(400)), ReadingLevel.EASIER));
    Consent permit = TestConsents.permit();
    end(permit, "2029-01-01");
    ConsentStatement statement = TestConsents.statement(permit);
    ConsentEffect early = patient.effect(statement, NOW);

    assertThat(early.reasons()).extracting(Reason::code).containsExactly(Reason.Code.COOLING_OFF);
    assertThat(early.awaitsTimeAlone()).isTrue();
    assertThat(ConsentWords.in("en").sentence(early.reasons().get(0)))
        .contains("It counts from August 5, 2027");
    assertThat(patient.effect(statement, NOW.plus(Duration.ofDays(500))).effective()).isTrue();
  }

  @Test
  void effect_whenSignalIsLoosened_thenCounts() {
    ConsentSettings loose =
        new ConsentSettings(
            new BigDecimal("0.8"),
            GuardrailSettings.without(Guardrail.DISTRESS),
            ConsentSettings.DEFAULT.longestPermit(),
            ConsentSettings.DEFAULT.zone(),
            ConsentSettings.DEFAULT.policyUri(),
            Set.of());
    Consent permit = TestConsents.permit();
    free(permit, true, true, List.of("distress"));

    assertThat(new ConsentPolicy(loose).effect(TestConsents.statement(permit), NOW).effective())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "5,4,true",
    "5,3,false",
    "10,8,true",
    "10,7,false",
    "6,5,true",
    "6,4,false",
    "1,1,true",
    "1,0,false"
  })
  void effect_whenScoreIsAtThreshold_thenCountsFromFourFifths(
      int total, int correct, boolean effective) {
    Consent permit = TestConsents.permit();
    TestConsents.understood(permit, new Comprehension(total, correct, "en"));

    assertThat(policy.effect(TestConsents.statement(permit), NOW).effective()).isEqualTo(effective);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-08-06,true",
    "2026-08-05,false",
    "2026-08,true",
    "2026-07,false",
    "2026,true",
    "2025,false",
    "2026-08-06T10:00:00Z,true",
    "2026-08-06T12:00:00+02:00,true",
    "2026-08-06T09:59:59.999Z,false"
  })
  void effect_whenEndIsAsPreciseAsGiven_thenItIsIncluded(String end, boolean effective) {
    Consent permit = TestConsents.permit();
    start(permit, "2024");
    end(permit, end);

    assertThat(policy.effect(TestConsents.statement(permit), NOW).effective()).isEqualTo(effective);
  }

  @Test
  void effect_whenDayHasEndedInUtcOnly_thenZoneDecides() {
    Consent permit = TestConsents.permit();
    end(permit, "2026-08-05");
    ConsentSettings samoa =
        new ConsentSettings(
            new BigDecimal("0.8"),
            GuardrailSettings.DEFAULT,
            ConsentSettings.DEFAULT.longestPermit(),
            ZoneId.of("Pacific/Pago_Pago"),
            "x:y",
            Set.of());

    assertThat(policy.effect(TestConsents.statement(permit), NOW).effective()).isFalse();
    assertThat(
            new ConsentPolicy(samoa)
                .effect(new ConsentReader(samoa.zone()).read(permit).get(0), NOW)
                .effective())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-08-06T10:00:00Z,true",
    "2026-08-06T10:05:00Z,true",
    "2026-08-06T10:05:00.001Z,false",
    "2026-08-06T11:00:00Z,false"
  })
  void effect_whenClientClockIsAhead_thenMinutesAreToleratedAndHoursAreNot(
      String start, boolean effective) {
    Consent permit = TestConsents.permit();
    start(permit, start);

    assertThat(policy.effect(TestConsents.statement(permit), NOW).effective()).isEqualTo(effective);
  }

  @Test
  void effect_whenDenyIsOld_thenStillCounts() {
    ConsentStatement deny = TestConsents.statement(TestConsents.deny());

    assertThat(policy.effect(deny, Instant.parse("2099-01-01T00:00:00Z")))
        .isEqualTo(ConsentEffect.EFFECTIVE);
  }

  @Test
  void isPermittedAtAnyTime_whenTheYesEndedMeanwhile_thenWasPermitted() {
    Consent permit = TestConsents.permit();
    ConsentStatement statement = TestConsents.statement(permit);
    Instant end = statement.end();

    assertThat(wasPermitted(statement, end.minusSeconds(60), end.plusSeconds(60))).isTrue();
    assertThat(wasPermitted(statement, end, end.plusSeconds(60))).as("before we looked").isFalse();
    assertThat(
            policy.isPermittedAtAnyTime(
                TestConsents.statements(List.of(permit, TestConsents.deny())),
                TestConsents.use(),
                end.minusSeconds(60),
                end.plusSeconds(60)))
        .as("a no stood beside it")
        .isFalse();
  }

  private boolean wasPermitted(ConsentStatement statement, Instant since, Instant now) {
    return policy.isPermittedAtAnyTime(List.of(statement), TestConsents.use(), since, now);
  }

  @Test
  void effect_whenDenyIsWithdrawn_thenDoesNotCount() {
    Consent deny = TestConsents.deny().setStatus(ConsentState.INACTIVE);

    assertThat(policy.effect(TestConsents.statement(deny), NOW).reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.NOT_ACTIVE);
  }

  @Test
  void decide_whenDenyAndPermitAreAlikeSpecific_thenDenies() {
    assertThat(decide(TestConsents.permit(), TestConsents.deny())).isEqualTo(Verdict.DENY);
  }

  @Test
  void decide_whenPermitIsMoreSpecific_thenPermits() {
    assertThat(decide(TestConsents.permit(), TestConsents.general(TestConsents.deny())))
        .isEqualTo(Verdict.PERMIT);
  }

  @Test
  void decide_whenDenyIsMoreSpecific_thenDenies() {
    assertThat(decide(TestConsents.general(TestConsents.permit()), TestConsents.deny()))
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void decide_whenSpecificPermitDoesNotCount_thenGeneralOneDoesNotStandIn() {
    Consent unproven = TestConsents.permit().setStatus(ConsentState.PROPOSED);

    ConsentDecision decision =
        policy.decide(
            TestConsents.statements(List.of(unproven, TestConsents.general(TestConsents.permit()))),
            TestConsents.use(),
            NOW);

    assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
    assertThat(decision.reasons()).extracting(Reason::code).containsExactly(Reason.Code.NOT_ACTIVE);
  }

  @ParameterizedTest
  @EnumSource(
      value = ConsentState.class,
      names = {"INACTIVE", "REJECTED", "ENTEREDINERROR", "DRAFT"})
  void decide_whenTakenBack_thenSaysNothing(ConsentState status) {
    assertThat(decide(TestConsents.permit().setStatus(status))).isEqualTo(Verdict.DENY);
    assertThat(
            decide(
                TestConsents.permit().setStatus(status),
                TestConsents.general(TestConsents.permit())))
        .isEqualTo(Verdict.PERMIT);
  }

  @ParameterizedTest
  @CsvSource({"AI_DOCUMENTATION,ASK", "AI_DECISION_USE,ASK", "AI_TRAINING,DENY", "AI_SHARING,DENY"})
  void decide_whenNothingWasSaid_thenDefaultOfPurpose(AiPurpose purpose, Verdict verdict) {
    AiUse use =
        new AiUse(
            TestDocuments.PATIENT, purpose, "DocumentReference/note", Set.of(TestDocuments.DEVICE));

    assertThat(policy.decide(TestConsents.statements(List.of()), use, NOW).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void decide_whenOtherPatientPurposeOrDocument_thenIsNotConcerned() {
    Consent permit = TestConsents.permit();
    AiUse use = TestConsents.use();

    assertThat(
            verdict(permit, new AiUse("Patient/bo", use.purpose(), use.document(), use.actors())))
        .isNotEqualTo(Verdict.PERMIT);
    assertThat(
            verdict(
                permit,
                new AiUse(use.patient(), AiPurpose.AI_SHARING, use.document(), use.actors())))
        .isNotEqualTo(Verdict.PERMIT);
    assertThat(
            verdict(
                permit,
                new AiUse(use.patient(), use.purpose(), "DocumentReference/x", use.actors())))
        .isNotEqualTo(Verdict.PERMIT);
  }

  @Test
  void decide_whenSecondModelTakesPart_thenPermitForOneIsNotEnoughButDenyIs() {
    AiUse use = TestConsents.use();
    AiUse withSecond =
        new AiUse(
            use.patient(),
            use.purpose(),
            use.document(),
            Set.of(TestDocuments.DEVICE, "Device/second"));

    assertThat(verdict(TestConsents.permit(), withSecond)).isEqualTo(Verdict.DENY);
    assertThat(
            policy
                .decide(TestConsents.statements(List.of(TestConsents.permit())), withSecond, NOW)
                .basis())
        .isEmpty();
    assertThat(
            policy
                .decide(TestConsents.statements(List.of(TestConsents.deny())), withSecond, NOW)
                .basis())
        .hasSize(1);
  }

  private Verdict decide(Consent... consents) {
    return policy
        .decide(TestConsents.statements(List.of(consents)), TestConsents.use(), NOW)
        .verdict();
  }

  private Verdict verdict(Consent consent, AiUse use) {
    return policy.decide(TestConsents.statements(List.of(consent)), use, NOW).verdict();
  }

  private static Arguments flaw(Reason.Code code, Consumer<Consent> flaw) {
    return Arguments.of(code, flaw);
  }

  private static void start(Consent consent, String start) {
    consent.getProvision().getPeriod().setStartElement(new DateTimeType(start));
  }

  private static void end(Consent consent, String end) {
    consent.getProvision().getPeriod().setEndElement(new DateTimeType(end));
  }

  private static void free(
      Consent consent, boolean privately, boolean noEffect, List<String> signals) {
    TestConsents.free(consent, new Voluntariness(privately, noEffect, signals, null));
  }
}
