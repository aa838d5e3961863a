package org.equipoise.consent.guardrail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.Obstacle.Kind;

/**
 * What the guardrails say about a yes; a pure function of how it came about and of the time. Asked
 * anew at each use, so that a rule that is switched on or off acts on what is stored.
 */
public final class Guardrails {

  /** Training and research: the one use that serves others than the patient who decides. */
  private static final String TRAINING = "ai-training";

  private static final String NONE_OBSERVED = "none-observed";

  private final GuardrailSettings settings;

  public Guardrails(GuardrailSettings settings) {
    this.settings = settings;
  }

  /** What stands in the way of this yes now; empty where nothing does. */
  public List<Obstacle> obstacles(Choice choice, Instant now) {
    return Stream.of(
            choice.signals().stream().flatMap(signal -> influence(signal, choice).stream()),
            witness(choice).stream(),
            reuse(choice).stream(),
            coolingOff(choice, now).stream())
        .flatMap(obstacles -> obstacles)
        .toList();
  }

  /** A code that is not known blocks: what cannot be read cannot be switched off or lifted. */
  private Optional<Obstacle> influence(String signal, Choice choice) {
    if (NONE_OBSERVED.equals(signal)) {
      return Optional.empty();
    }
    Optional<Guardrail> rule = Guardrail.ofSignal(signal);
    if (rule.filter(known -> !settings.isOn(known)).isPresent()) {
      return Optional.empty();
    }
    if (rule.filter(Guardrail::isLiftedByConfirmation).isPresent()) {
      return choice.confirmed()
          ? Optional.empty()
          : Optional.of(Obstacle.seen(Kind.CONFIRMATION_MISSING, signal));
    }
    return Optional.of(Obstacle.seen(Kind.INFLUENCE_OBSERVED, signal));
  }

  /** Who confirmed has heard the patient, with nobody else there: more than a witness does. */
  private Optional<Obstacle> witness(Choice choice) {
    boolean missing =
        settings.isOn(Guardrail.INDEPENDENT_WITNESS)
            && TRAINING.equals(choice.purpose())
            && choice.askedByTreating()
            && !choice.witnessed()
            && !choice.confirmed();
    return missing ? Optional.of(Obstacle.of(Kind.WITNESS_MISSING)) : Optional.empty();
  }

  private Optional<Obstacle> reuse(Choice choice) {
    return settings.isOn(Guardrail.NEW_TEACH_BACK) && choice.answersReused()
        ? Optional.of(Obstacle.of(Kind.TEACH_BACK_REUSED))
        : Optional.empty();
  }

  /** Where nobody knows when it was decided, the time never begins to run. */
  private Optional<Obstacle> coolingOff(Choice choice, Instant now) {
    return settings
        .coolingOff(choice.purpose())
        .map(time -> (choice.decidedAt() == null ? now : choice.decidedAt()).plus(time))
        .filter(now::isBefore)
        .map(Obstacle::until);
  }
}
