package org.equipoise.consent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.equipoise.consent.ConsentDecision.Verdict;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;

/** What holds of every set of consents, not only of the cases that somebody thought of. */
class ConsentPolicyPropertyTest {

  private static final Instant NOW = FakeConsentRecord.NOW;

  private final ConsentPolicy policy = new ConsentPolicy(ConsentSettings.DEFAULT);

  @Property(tries = 300)
  void decide_whenPermit_thenAnEffectivePermitSaysSoAndNoEquallySpecificDenyStands(
      @ForAll("consents") @Size(max = 6) List<Consent> consents) {
    ConsentDecision decision = policy.decide(consents, TestConsents.use(), NOW);
    if (decision.verdict() != Verdict.PERMIT) {
      return;
    }
    assertThat(decision.basis())
        .isNotEmpty()
        .allMatch(consent -> policy.effect(consent, NOW).effective());
    int level = AiUse.specificity(decision.basis().get(0));
    assertThat(consents)
        .noneMatch(
            consent ->
                ConsentPolicy.isDeny(consent)
                    && consent.getStatus() == ConsentState.ACTIVE
                    && AiUse.specificity(consent) >= level);
  }

  @Property(tries = 300)
  void decide_whenSpecificDenyIsAdded_thenNeverPermits(
      @ForAll("consents") @Size(max = 6) List<Consent> consents) {
    List<Consent> more = new ArrayList<>(consents);
    more.add(TestConsents.deny());

    assertThat(policy.decide(more, TestConsents.use(), NOW).verdict()).isEqualTo(Verdict.DENY);
  }

  @Property(tries = 200)
  void decide_whenOrderChanges_thenVerdictDoesNot(
      @ForAll("consents") @Size(max = 6) List<Consent> consents, @ForAll Random random) {
    List<Consent> shuffled = new ArrayList<>(consents);
    Collections.shuffle(shuffled, random);

    assertThat(policy.decide(shuffled, TestConsents.use(), NOW).verdict())
        .isEqualTo(policy.decide(consents, TestConsents.use(), NOW).verdict());
  }

  @Property(tries = 200)
  void effect_whenMoreIsRight_thenNeverLessEffective(
      @ForAll @IntRange(min = 1, max = 50) int total, @ForAll @IntRange(max = 49) int correct) {
    int some = Math.min(correct, total - 1);
    boolean before = policy.effect(scored(total, some), NOW).effective();
    boolean after = policy.effect(scored(total, some + 1), NOW).effective();

    assertThat(before && !after).isFalse();
    // Integers, so that the oracle has no rounding of its own.
    assertThat(after).isEqualTo(10 * (some + 1) >= 8 * total);
  }

  @Property(tries = 200)
  void effect_whenTimePasses_thenDenyStaysAndPermitNeverComesBack(
      @ForAll @IntRange(max = 2000) int days) {
    Instant later = NOW.plus(Duration.ofDays(days));

    assertThat(policy.effect(TestConsents.deny(), later).effective()).isTrue();
    assertThat(policy.effect(TestConsents.permit(), later).effective())
        .isEqualTo(later.isBefore(Instant.parse("2027-02-02T00:00:00Z")));
  }

  @Provide
  Arbitrary<List<Consent>> consents() {
    Arbitrary<Boolean> yesOrNo = Arbitraries.of(true, false);
    return Combinators.combine(
            yesOrNo,
            yesOrNo,
            yesOrNo,
            Arbitraries.of(
                ConsentState.ACTIVE,
                ConsentState.ACTIVE,
                ConsentState.PROPOSED,
                ConsentState.INACTIVE),
            Arbitraries.integers().between(0, 5),
            Arbitraries.of("2026-08-01", "2026-08-06", "2027-01-01"))
        .as(ConsentPolicyPropertyTest::consent)
        .list()
        .ofMaxSize(6);
  }

  private static Consent consent(
      boolean permit,
      boolean namesDocument,
      boolean namesDevice,
      ConsentState status,
      int correct,
      String end) {
    Consent consent = permit ? TestConsents.permit() : TestConsents.deny();
    consent.setStatus(status);
    if (permit) {
      TestConsents.understood(consent, new Comprehension(5, correct, "en"));
      consent.getProvision().getPeriod().setEndElement(new DateTimeType(end));
    }
    if (!namesDocument) {
      consent.getProvision().setData(null);
    }
    if (!namesDevice) {
      consent.getProvision().setActor(null);
    }
    return consent;
  }

  private static Consent scored(int total, int correct) {
    Consent consent = TestConsents.permit();
    TestConsents.understood(consent, new Comprehension(total, correct, "en"));
    return consent;
  }
}
