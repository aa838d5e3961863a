package org.equipoise.consent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.recording.FakeConsentRecord;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.consent.statement.ConsentStatement.Evidence;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.Voluntariness;
import org.hl7.fhir.r4.model.Consent.ConsentState;

/** What holds of every set of statements, not only of the cases that somebody thought of. */
class ConsentPolicyPropertyTest {

  private static final Instant NOW = FakeConsentRecord.NOW;
  private static final Evidence PROOF =
      new Evidence(
          new Comprehension(5, 5, "en"),
          new Voluntariness(true, true, List.of("none-observed"), null));
  private static final Evidence TOO_LITTLE =
      new Evidence(new Comprehension(5, 3, "en"), PROOF.voluntariness());

  private final ConsentPolicy policy = new ConsentPolicy(ConsentSettings.DEFAULT);

  @Property
  void decide_whenPermit_thenAnEffectivePermitSaysSoAndNoEquallySpecificDenyStands(
      @ForAll("statements") List<ConsentStatement> statements, @ForAll("uses") AiUse use) {
    ConsentDecision decision = policy.decide(statements, use, NOW);
    if (decision.verdict() != Verdict.PERMIT) {
      return;
    }
    assertThat(decision.basis())
        .isNotEmpty()
        .allMatch(one -> one.permit() && one.status() == ConsentState.ACTIVE)
        .allMatch(one -> one.speaksOf(use) && one.end().isAfter(NOW))
        .allMatch(one -> one.evidence().equals(PROOF));
    int level = decision.basis().get(0).specificity();
    assertThat(statements)
        .noneMatch(
            one ->
                !one.permit()
                    && one.status() == ConsentState.ACTIVE
                    && one.speaksOf(use)
                    && one.specificity() >= level
                    && isInnermost(one, statements, use));
  }

  @Property
  void decide_whenNobodyPermits_thenNeverPermits(
      @ForAll("statements") List<ConsentStatement> statements, @ForAll("uses") AiUse use) {
    List<ConsentStatement> denials = statements.stream().filter(one -> !one.permit()).toList();

    assertThat(policy.decide(denials, use, NOW).verdict()).isNotEqualTo(Verdict.PERMIT);
    assertThat(policy.decide(List.of(), use, NOW).verdict())
        .isEqualTo(
            use.purpose() == AiPurpose.AI_TRAINING || use.purpose() == AiPurpose.AI_SHARING
                ? Verdict.DENY
                : Verdict.ASK);
  }

  @Property(tries = 100)
  void decide_whenMostSpecificDenyIsAdded_thenDenies(
      @ForAll("thousand") List<ConsentStatement> statements, @ForAll("uses") AiUse use) {
    ConsentStatement deny =
        new ConsentStatement(
            "Consent/no",
            0,
            0,
            use.patient(),
            ConsentState.ACTIVE,
            false,
            use.purpose(),
            use.actors(),
            use.document() == null ? Set.of() : Set.of(use.document()),
            null,
            null,
            null,
            Evidence.NONE);
    List<ConsentStatement> more = new ArrayList<>(statements);
    more.add(deny);

    assertThat(policy.decide(more, use, NOW).verdict()).isEqualTo(Verdict.DENY);
  }

  @Property(tries = 100)
  void decide_whenOrderChanges_thenNothingDoes(
      @ForAll("thousand") List<ConsentStatement> statements,
      @ForAll("uses") AiUse use,
      @ForAll Random random) {
    List<ConsentStatement> shuffled = new ArrayList<>(statements);
    Collections.shuffle(shuffled, random);

    assertThat(policy.decide(shuffled, use, NOW)).isEqualTo(policy.decide(statements, use, NOW));
  }

  @Property
  void decide_whenStatementsAreOfOthers_thenTheyChangeNothing(
      @ForAll("statements") List<ConsentStatement> statements,
      @ForAll("uses") AiUse use,
      @ForAll("statements") List<ConsentStatement> more) {
    List<ConsentStatement> withOthers = new ArrayList<>(statements);
    more.stream().filter(one -> !one.speaksOf(use)).forEach(withOthers::add);
    // Of other Consents: an exception in one of these could be about this use.
    List<ConsentStatement> renamed =
        withOthers.subList(statements.size(), withOthers.size()).stream()
            .map(one -> at("Consent/other", one.position(), one))
            .toList();
    List<ConsentStatement> all = new ArrayList<>(statements);
    all.addAll(renamed);

    assertThat(policy.decide(all, use, NOW)).isEqualTo(policy.decide(statements, use, NOW));
  }

  @Property
  void decide_whenMoreSpecificPermitCounts_thenGeneralDenialsDoNotStandAgainstIt(
      @ForAll("statements") List<ConsentStatement> statements) {
    AiUse use =
        new AiUse("Patient/ana", AiPurpose.AI_TRAINING, "DocumentReference/n", Set.of("Device/a"));
    List<ConsentStatement> general =
        new ArrayList<>(statements.stream().filter(one -> one.specificity() < 3).toList());
    general.add(
        new ConsentStatement(
            "Consent/yes",
            0,
            0,
            use.patient(),
            ConsentState.ACTIVE,
            true,
            use.purpose(),
            use.actors(),
            Set.of(use.document()),
            NOW,
            NOW.plusSeconds(1),
            NOW,
            PROOF));

    assertThat(policy.decide(general, use, NOW).verdict()).isEqualTo(Verdict.PERMIT);
    assertThat(policy.decide(general, use, NOW.plusSeconds(1)).verdict()).isEqualTo(Verdict.DENY);
  }

  @Property
  void decide_whenTimePasses_thenWhatBecomesPermittedHadNotBegun(
      @ForAll("statements") List<ConsentStatement> statements,
      @ForAll("uses") AiUse use,
      @ForAll @IntRange(max = 40) int days) {
    Instant later = NOW.plus(Duration.ofDays(days));
    ConsentDecision then = policy.decide(statements, use, later);
    if (then.verdict() == Verdict.PERMIT
        && policy.decide(statements, use, NOW).verdict() != Verdict.PERMIT) {
      assertThat(then.basis()).allMatch(one -> one.start().isAfter(NOW));
    }
  }

  @Property
  void effect_whenMoreIsRight_thenNeverLessEffective(
      @ForAll @IntRange(min = 1, max = 50) int total, @ForAll @IntRange(max = 49) int correct) {
    int some = Math.min(correct, total - 1);
    boolean before = effective(total, some);
    boolean after = effective(total, some + 1);

    assertThat(before && !after).isFalse();
    // Integers, so that the oracle has no rounding of its own.
    assertThat(after).isEqualTo(10 * (some + 1) >= 8 * total);
  }

  private boolean effective(int total, int correct) {
    ConsentStatement permit = TestConsents.statement(TestConsents.permit());
    return policy
        .effect(
            new ConsentStatement(
                permit.consent(),
                0,
                0,
                permit.patient(),
                permit.status(),
                true,
                permit.purpose(),
                Set.of(),
                Set.of(),
                permit.start(),
                permit.end(),
                permit.givenAt(),
                new Evidence(
                    new Comprehension(total, correct, "en"), permit.evidence().voluntariness())),
            NOW)
        .effective();
  }

  private static boolean isInnermost(ConsentStatement one, List<ConsentStatement> all, AiUse use) {
    return all.stream()
        .filter(ConsentStatement::isInForce)
        .filter(other -> other.consent().equals(one.consent()) && other.speaksOf(use))
        .noneMatch(other -> other.depth() > one.depth());
  }

  private static ConsentStatement at(String consent, int position, ConsentStatement one) {
    return new ConsentStatement(
        consent,
        position,
        one.depth(),
        one.patient(),
        one.status(),
        one.permit(),
        one.purpose(),
        one.actors(),
        one.documents(),
        one.start(),
        one.end(),
        one.givenAt(),
        one.evidence());
  }

  @Provide
  Arbitrary<AiUse> uses() {
    return Combinators.combine(
            Arbitraries.of(AiPurpose.AI_TRAINING, AiPurpose.AI_DOCUMENTATION),
            Arbitraries.of("DocumentReference/n", "DocumentReference/m").injectNull(0.3),
            actors())
        .as((purpose, document, actors) -> new AiUse("Patient/ana", purpose, document, actors));
  }

  @Provide
  Arbitrary<List<ConsentStatement>> statements() {
    return numbered(statement().list().ofMaxSize(8));
  }

  @Provide
  Arbitrary<List<ConsentStatement>> thousand() {
    return numbered(statement().list().ofMinSize(900).ofMaxSize(1_000));
  }

  /** No Consent holds two statements at one place. */
  private static Arbitrary<List<ConsentStatement>> numbered(
      Arbitrary<List<ConsentStatement>> lists) {
    return lists.map(
        list ->
            IntStream.range(0, list.size())
                .mapToObj(place -> at(list.get(place).consent(), place, list.get(place)))
                .toList());
  }

  private static Arbitrary<ConsentStatement> statement() {
    Arbitrary<Long> days = Arbitraries.of(-30L, -1L, 0L, 1L, 30L);
    return Combinators.combine(
            Combinators.combine(
                    Arbitraries.integers().between(1, 40), Arbitraries.integers().between(0, 1))
                .as((id, depth) -> new int[] {id, depth}),
            Arbitraries.of("Patient/ana", "Patient/ana", "Patient/bo"),
            Arbitraries.of(ConsentState.ACTIVE, ConsentState.ACTIVE, ConsentState.PROPOSED),
            Arbitraries.of(true, false),
            Arbitraries.of(AiPurpose.AI_TRAINING, AiPurpose.AI_DOCUMENTATION),
            actors(),
            Arbitraries.of("DocumentReference/n", "DocumentReference/m").set().ofMaxSize(2),
            Combinators.combine(days, days, days, Arbitraries.of(PROOF, PROOF, TOO_LITTLE))
                .as(Times::new))
        .as(
            (place, patient, status, permit, purpose, actors, documents, times) ->
                new ConsentStatement(
                    "Consent/" + place[0],
                    place[1],
                    place[1],
                    patient,
                    status,
                    permit,
                    purpose,
                    actors,
                    documents,
                    NOW.plus(Duration.ofDays(times.start())),
                    permit ? NOW.plus(Duration.ofDays(times.end())) : null,
                    NOW.plus(Duration.ofDays(times.given())),
                    times.evidence()));
  }

  private record Times(long start, long end, long given, Evidence evidence) {}

  private static Arbitrary<Set<String>> actors() {
    return Arbitraries.of("Device/a", "Device/b", "Organization/o").set().ofMaxSize(2);
  }
}
