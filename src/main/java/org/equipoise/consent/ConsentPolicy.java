package org.equipoise.consent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.equipoise.consent.ConsentDecision.Verdict;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Period;

/**
 * Decides what consents mean; a pure function of the consents, the use and the time.
 *
 * <p>A permit counts only with its evidence: active, in its period, understood, and freely given. A
 * deny needs no proof and does not lapse. The more specific decision wins over the more general
 * one, and of two that are equally specific deny wins. A permit that does not count evaluates to
 * deny, never silently to permit.
 */
public final class ConsentPolicy {

  private final ConsentSettings settings;
  private final ConsentPeriods periods;

  public ConsentPolicy(ConsentSettings settings) {
    this.settings = settings;
    this.periods = new ConsentPeriods(settings.zone());
  }

  /** Whether one Consent counts, taken by itself. */
  public ConsentEffect effect(Consent consent, Instant now) {
    List<Reason> reasons = new ArrayList<>();
    if (consent.getStatus() != ConsentState.ACTIVE) {
      reasons.add(Reason.of(Reason.Code.NOT_ACTIVE));
    }
    if (isDeny(consent)) {
      return ConsentEffect.of(reasons);
    }
    if (!isPermit(consent)) {
      reasons.add(Reason.of(Reason.Code.NO_DECISION));
    }
    checkPeriod(consent.getProvision().getPeriod(), now, reasons);
    checkComprehension(Comprehension.of(consent), reasons);
    checkVoluntariness(Voluntariness.of(consent), reasons);
    return ConsentEffect.of(reasons);
  }

  /**
   * What all of these consents together say about a use. Only active ones are statements, and
   * proposed permits: the patient was asked about just this, and the yes did not count, so a more
   * general yes does not stand in for it.
   */
  public ConsentDecision decide(Collection<Consent> consents, AiUse use, Instant now) {
    List<Consent> statements =
        consents.stream().filter(ConsentPolicy::isStatement).filter(use::isNamedBy).toList();
    if (statements.isEmpty()) {
      boolean denied = settings.deniedWhenSilent().contains(use.purpose());
      return new ConsentDecision(denied ? Verdict.DENY : Verdict.ASK, List.of(), List.of());
    }
    int level = statements.stream().mapToInt(AiUse::specificity).max().getAsInt();
    List<Consent> deciding =
        statements.stream().filter(c -> AiUse.specificity(c) == level).toList();
    List<Consent> denials = deciding.stream().filter(ConsentPolicy::isDeny).toList();
    if (!denials.isEmpty()) {
      return new ConsentDecision(Verdict.DENY, denials, List.of());
    }
    List<Consent> permits = deciding.stream().filter(c -> effect(c, now).effective()).toList();
    if (!permits.isEmpty()) {
      return new ConsentDecision(Verdict.PERMIT, permits, List.of());
    }
    Consent newest = deciding.stream().max(BY_TIME).orElseThrow();
    return new ConsentDecision(Verdict.DENY, List.of(newest), effect(newest, now).reasons());
  }

  /** From the oldest decision to the newest. */
  static final Comparator<Consent> BY_TIME =
      Comparator.comparing(Consent::getDateTime, Comparator.nullsFirst(Comparator.naturalOrder()));

  static boolean isPermit(Consent consent) {
    return consent.getProvision().getType() == ConsentProvisionType.PERMIT;
  }

  static boolean isDeny(Consent consent) {
    return consent.getProvision().getType() == ConsentProvisionType.DENY;
  }

  /** In force: it says something, and was neither withdrawn, rejected nor entered in error. */
  static boolean isStatement(Consent consent) {
    return consent.getStatus() == ConsentState.ACTIVE
        || (consent.getStatus() == ConsentState.PROPOSED && isPermit(consent));
  }

  private void checkPeriod(Period period, Instant now, List<Reason> reasons) {
    if (period.hasStart() && periods.start(period.getStartElement()).isAfter(now)) {
      reasons.add(
          Reason.of(Reason.Code.NOT_YET, periods.day(periods.start(period.getStartElement()))));
    }
    if (!period.hasEnd()) {
      reasons.add(Reason.of(Reason.Code.NO_END));
    } else if (!now.isBefore(periods.end(period.getEndElement()))) {
      reasons.add(
          Reason.of(
              Reason.Code.LAPSED, periods.day(periods.end(period.getEndElement()).minusMillis(1))));
    }
  }

  private void checkComprehension(Optional<Comprehension> comprehension, List<Reason> reasons) {
    if (comprehension.isEmpty()) {
      reasons.add(Reason.of(Reason.Code.COMPREHENSION_MISSING));
      return;
    }
    Comprehension evidence = comprehension.get();
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

  private void checkVoluntariness(Optional<Voluntariness> voluntariness, List<Reason> reasons) {
    if (voluntariness.isEmpty()) {
      reasons.add(Reason.of(Reason.Code.VOLUNTARINESS_MISSING));
      return;
    }
    Voluntariness evidence = voluntariness.get();
    if (!evidence.askedPrivately()) {
      reasons.add(Reason.of(Reason.Code.NOT_ASKED_PRIVATELY));
    }
    if (!evidence.refusalHasNoEffectOnCare()) {
      reasons.add(Reason.of(Reason.Code.REFUSAL_AFFECTS_CARE));
    }
    evidence.signals().stream()
        .filter(this::blocks)
        .forEach(signal -> reasons.add(Reason.of(Reason.Code.INFLUENCE_OBSERVED, signal)));
  }

  /** A code that is not known blocks: what cannot be read cannot be loosened. */
  private boolean blocks(String signal) {
    return InfluenceSignal.of(signal)
        .map(known -> settings.blockingSignals().contains(known))
        .orElse(true);
  }
}
