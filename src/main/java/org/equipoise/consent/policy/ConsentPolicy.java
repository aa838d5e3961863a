package org.equipoise.consent.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.Choice;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.guardrail.Guardrails;
import org.equipoise.consent.guardrail.Obstacle;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.consent.statement.Voluntariness;
import org.hl7.fhir.r4.model.Consent.ConsentState;

/**
 * Decides what consents mean; a pure function of the statements, the use and the time.
 *
 * <p>A permit counts only with its evidence: active, in its period, understood, and freely given. A
 * deny needs no proof and does not lapse. The guardrails of the house ({@link Guardrails}) are
 * asked anew each time. Each Consent speaks by the innermost of its provisions that speaks of the
 * use. Among Consents the more specific wins over the more general, and of two that are equally
 * specific deny wins. A permit that does not count evaluates to deny, never silently to permit. The
 * order of the statements changes nothing.
 */
public final class ConsentPolicy {

  private final ConsentSettings settings;
  private final ConsentPeriods periods;
  private final Guardrails guardrails;

  public ConsentPolicy(ConsentSettings settings) {
    this.settings = settings;
    this.periods = new ConsentPeriods(settings.zone());
    this.guardrails = new Guardrails(settings.guardrails());
  }

  /** Whether one statement counts, taken by itself. */
  public ConsentEffect effect(ConsentStatement statement, Instant now) {
    List<Reason> reasons = new ArrayList<>();
    List<Obstacle> obstacles =
        statement.permit() ? guardrails.obstacles(choice(statement), now) : List.of();
    if (statement.status() != ConsentState.ACTIVE
        && !(obstacles.isEmpty() ? awaitsOnlyWhatIsOff(statement) : awaitsGuardrails(statement))) {
      reasons.add(Reason.of(Reason.Code.NOT_ACTIVE));
    }
    if (!statement.permit()) {
      return ConsentEffect.of(reasons);
    }
    checkPeriod(statement, now, reasons);
    checkComprehension(statement.evidence().comprehension(), reasons);
    checkVoluntariness(statement.evidence().voluntariness(), reasons);
    obstacles.forEach(obstacle -> reasons.add(Reason.of(obstacle, settings.zone())));
    return ConsentEffect.of(reasons);
  }

  /** How a permit came about, as far as the guardrails ask. */
  private static Choice choice(ConsentStatement statement) {
    Comprehension understood = statement.evidence().comprehension();
    Voluntariness free = statement.evidence().voluntariness();
    Circumstances around = free == null ? Circumstances.NONE : free.circumstances();
    return new Choice(
        statement.purpose().code(),
        statement.givenAt(),
        free == null ? List.of() : free.signals(),
        around.askedByTreating(),
        !around.independentWitnesses().isEmpty(),
        around.confirmedBy() != null,
        understood != null && understood.reused());
  }

  /** True for a proposed permit that misses nothing but what the guardrails ask. */
  private static boolean awaitsGuardrails(ConsentStatement statement) {
    Voluntariness free = statement.evidence().voluntariness();
    return statement.status() == ConsentState.PROPOSED
        && free != null
        && !free.circumstances().awaits().isEmpty();
  }

  /** The same, where every such guardrail has been switched off since. */
  private boolean awaitsOnlyWhatIsOff(ConsentStatement statement) {
    return awaitsGuardrails(statement)
        && statement.evidence().voluntariness().circumstances().awaits().stream()
            .allMatch(
                code ->
                    Guardrail.of(code)
                        .filter(rule -> !settings.guardrails().isOn(rule))
                        .isPresent());
  }

  /** What all of these statements together say about a use. */
  public ConsentDecision decide(Collection<ConsentStatement> statements, AiUse use, Instant now) {
    List<ConsentStatement> speaking = innermost(statements, use);
    if (speaking.isEmpty()) {
      boolean denied = settings.deniedWhenSilent().contains(use.purpose());
      return new ConsentDecision(use, denied ? Verdict.DENY : Verdict.ASK, List.of(), List.of());
    }
    int level = speaking.stream().mapToInt(ConsentStatement::specificity).max().getAsInt();
    List<ConsentStatement> deciding =
        speaking.stream().filter(one -> one.specificity() == level).toList();
    List<ConsentStatement> denials = deciding.stream().filter(one -> !one.permit()).toList();
    if (!denials.isEmpty()) {
      return new ConsentDecision(use, Verdict.DENY, denials, List.of());
    }
    List<ConsentStatement> permits =
        deciding.stream().filter(one -> effect(one, now).effective()).toList();
    if (!permits.isEmpty()) {
      return new ConsentDecision(use, Verdict.PERMIT, permits, List.of());
    }
    ConsentStatement newest = deciding.get(0);
    return new ConsentDecision(use, Verdict.DENY, List.of(newest), effect(newest, now).reasons());
  }

  /**
   * Whether a use was permitted at any moment of a time in which the patient said nothing new. A
   * permit that began to count counts until it ends, so that its last moment tells.
   *
   * @param since the first moment; what ended before is of no account
   * @param now the last moment
   */
  public boolean isPermittedAtAnyTime(
      Collection<ConsentStatement> statements, AiUse use, Instant since, Instant now) {
    return Stream.concat(
            Stream.of(now),
            statements.stream()
                .filter(ConsentStatement::permit)
                .map(ConsentStatement::end)
                .filter(end -> end != null && end.isAfter(since) && !end.isAfter(now))
                .map(end -> end.minusNanos(1)))
        .anyMatch(moment -> decide(statements, use, moment).verdict() == Verdict.PERMIT);
  }

  /** What each Consent in force says of a use, the newest first. */
  private static List<ConsentStatement> innermost(
      Collection<ConsentStatement> statements, AiUse use) {
    List<ConsentStatement> speaking =
        statements.stream()
            .filter(ConsentStatement::isInForce)
            .filter(one -> one.speaksOf(use))
            .sorted(ConsentStatement.BY_TIME.reversed())
            .toList();
    Map<String, Integer> depths =
        speaking.stream()
            .collect(
                Collectors.toMap(ConsentStatement::consent, ConsentStatement::depth, Math::max));
    return speaking.stream().filter(one -> one.depth() == depths.get(one.consent())).toList();
  }

  private void checkPeriod(ConsentStatement statement, Instant now, List<Reason> reasons) {
    if (statement.start() != null
        && statement.start().isAfter(now.plus(ConsentPeriods.CLOCK_SKEW))) {
      reasons.add(Reason.of(Reason.Code.NOT_YET, periods.day(statement.start())));
    }
    if (statement.end() == null) {
      reasons.add(Reason.of(Reason.Code.NO_END));
    } else if (!now.isBefore(statement.end())) {
      reasons.add(Reason.of(Reason.Code.LAPSED, periods.day(statement.end().minusMillis(1))));
    }
  }

  private void checkComprehension(Comprehension evidence, List<Reason> reasons) {
    if (evidence == null) {
      reasons.add(Reason.of(Reason.Code.COMPREHENSION_MISSING));
      return;
    }
    if (!evidence.reaches(settings.threshold())) {
      int needed = evidence.needed(settings.threshold());
      reasons.add(
          Reason.of(
              Reason.Code.NOT_UNDERSTOOD, evidence.itemsCorrect(), evidence.itemsTotal(), needed));
    }
    if (evidence.language() == null) {
      reasons.add(Reason.of(Reason.Code.LANGUAGE_MISSING));
    }
  }

  private void checkVoluntariness(Voluntariness evidence, List<Reason> reasons) {
    if (evidence == null) {
      reasons.add(Reason.of(Reason.Code.VOLUNTARINESS_MISSING));
      return;
    }
    if (!evidence.askedPrivately()) {
      reasons.add(Reason.of(Reason.Code.NOT_ASKED_PRIVATELY));
    }
    if (!evidence.refusalHasNoEffectOnCare()) {
      reasons.add(Reason.of(Reason.Code.REFUSAL_AFFECTS_CARE));
    }
  }
}
