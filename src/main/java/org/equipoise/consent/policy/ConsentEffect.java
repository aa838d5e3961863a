package org.equipoise.consent.policy;

import java.util.List;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.policy.Reason.Code;

/**
 * Whether a decision counts.
 *
 * @param effective whether it does; a permit that does not evaluates to deny
 * @param reasons why it does not; empty where it does
 */
public record ConsentEffect(boolean effective, List<Reason> reasons) {

  static final ConsentEffect EFFECTIVE = new ConsentEffect(true, List.of());

  public ConsentEffect {
    reasons = List.copyOf(reasons);
  }

  /** True where nothing is missing but time: it will count by itself. */
  public boolean awaitsTimeAlone() {
    return !effective && reasons.stream().allMatch(reason -> reason.code() == Code.COOLING_OFF);
  }

  /**
   * Codes of the guardrails that keep it from counting, where nothing else does; empty where
   * something else does too. Time to cool off is not among them: it passes by itself.
   */
  public List<String> awaits() {
    return reasons.stream().allMatch(reason -> reason.guardrail().isPresent())
        ? reasons.stream()
            .flatMap(reason -> reason.guardrail().stream())
            .filter(rule -> rule != Guardrail.COOLING_OFF)
            .map(Guardrail::code)
            .distinct()
            .toList()
        : List.of();
  }

  static ConsentEffect of(List<Reason> reasons) {
    return new ConsentEffect(reasons.isEmpty(), reasons);
  }
}
