package org.equipoise.consent.policy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.fhir.Canonical;

/**
 * What an operator may set about consent.
 *
 * @param threshold share of the teach-back items that must be right for a permit to count, above 0
 *     and up to 1
 * @param guardrails the rules against undue influence
 * @param longestPermit how far in the future a permit may end, whole days; a later end is refused,
 *     never cut
 * @param zone where the days of a date without a time begin and end
 * @param policyUri address of the policy that consents are given under ({@code Consent.policy.uri})
 * @param deniedWhenSilent purposes that are denied where the patient has said nothing; the others
 *     are asked about
 */
public record ConsentSettings(
    BigDecimal threshold,
    GuardrailSettings guardrails,
    Duration longestPermit,
    ZoneId zone,
    String policyUri,
    Set<AiPurpose> deniedWhenSilent) {

  /**
   * The defaults: 0.8, every guardrail on, 365 days, UTC, training and sharing denied when nothing
   * was said.
   */
  public static final ConsentSettings DEFAULT =
      new ConsentSettings(
          new BigDecimal("0.8"),
          GuardrailSettings.DEFAULT,
          Duration.ofDays(365),
          ZoneOffset.UTC,
          Canonical.BASE + "/ai-use-policy.html",
          Set.of(AiPurpose.AI_TRAINING, AiPurpose.AI_SHARING));

  /**
   * @throws IllegalArgumentException so that a wrong configuration fails at start
   */
  public ConsentSettings {
    if (threshold.signum() <= 0 || threshold.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "The teach-back threshold must be above 0 and at most 1, not " + threshold);
    }
    if (longestPermit.toDays() < 1) {
      throw new IllegalArgumentException(
          "The longest permit must last a day or more, not " + longestPermit);
    }
    if (policyUri == null || policyUri.isBlank()) {
      throw new IllegalArgumentException("The address of the consent policy is missing");
    }
    deniedWhenSilent = Set.copyOf(deniedWhenSilent);
  }
}
