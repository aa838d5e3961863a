package org.equipoise.consent.guardrail;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How this house has set the guardrails.
 *
 * @param off rules that are switched off; never a bright line
 * @param coolingOff how long after the decision a permit begins to count, by code of {@code
 *     ai-purpose}; purposes that are not in it have no such time
 * @param readingLevel the words for a patient who has not said which they want
 */
public record GuardrailSettings(
    Set<Guardrail> off, Map<String, Duration> coolingOff, ReadingLevel readingLevel) {

  /** Everything on, no time to cool off, easy words. */
  public static final GuardrailSettings DEFAULT =
      new GuardrailSettings(Set.of(), Map.of(), ReadingLevel.EASIER);

  /**
   * @throws IllegalArgumentException so that a wrong configuration fails at start
   */
  public GuardrailSettings {
    off = Set.copyOf(off);
    coolingOff = Map.copyOf(coolingOff);
    off.stream()
        .filter(Guardrail::isBrightLine)
        .findFirst()
        .ifPresent(
            line -> {
              throw new IllegalArgumentException(
                  "The guardrail %s is a bright line: no consent can allow that use of AI, and nobody can switch the rule off"
                      .formatted(line.code()));
            });
    coolingOff.forEach(
        (purpose, time) -> {
          if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(
                "The time to cool off for %s must be longer than nothing, not %s"
                    .formatted(purpose, time));
          }
        });
  }

  /** Everything but these. */
  public static GuardrailSettings without(Guardrail... off) {
    Set<Guardrail> rules = EnumSet.noneOf(Guardrail.class);
    rules.addAll(Arrays.asList(off));
    return new GuardrailSettings(rules, Map.of(), ReadingLevel.EASIER);
  }

  /** Whether a rule is on. Time to cool off is on where any purpose has one. */
  public boolean isOn(Guardrail rule) {
    return rule == Guardrail.COOLING_OFF ? !coolingOff.isEmpty() : !off.contains(rule);
  }

  /** How long after the decision a permit for this purpose begins to count. */
  Optional<Duration> coolingOff(String purpose) {
    return Optional.ofNullable(coolingOff.get(purpose));
  }
}
