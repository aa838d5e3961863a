package org.equipoise.consent.guardrail;

import java.time.Instant;
import java.util.List;

/**
 * How a yes came about, as far as the guardrails ask.
 *
 * @param purpose code of {@code ai-purpose}
 * @param decidedAt when the patient decided; null where the record does not say
 * @param signals signs of pressure that were seen: codes of {@code influence-signal}
 * @param askedByTreating whether somebody who treated the patient had asked them
 * @param witnessed whether an independent witness was there
 * @param confirmed whether a neutral person has found since that the choice is free
 * @param answersReused whether the teach-back answers had been given for an earlier yes
 */
public record Choice(
    String purpose,
    Instant decidedAt,
    List<String> signals,
    boolean askedByTreating,
    boolean witnessed,
    boolean confirmed,
    boolean answersReused) {

  public Choice {
    signals = List.copyOf(signals);
  }
}
