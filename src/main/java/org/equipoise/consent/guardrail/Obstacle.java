package org.equipoise.consent.guardrail;

import java.time.Instant;

/**
 * Why a yes does not count, by a guardrail.
 *
 * @param kind what stands in its way
 * @param signal the sign of pressure, else null
 * @param from when it begins to count, else null
 */
public record Obstacle(Kind kind, String signal, Instant from) {

  /** What can stand in the way of a yes. */
  public enum Kind {
    /** A treating clinician asked, and nobody independent was there. */
    WITNESS_MISSING,
    /** Pressure was seen that a neutral person could find not to have counted. */
    CONFIRMATION_MISSING,
    /** Pressure was seen. */
    INFLUENCE_OBSERVED,
    /** The time to think it over is not up. */
    COOLING_OFF,
    /** The answers are those of an earlier yes. */
    TEACH_BACK_REUSED
  }

  static Obstacle of(Kind kind) {
    return new Obstacle(kind, null, null);
  }

  static Obstacle seen(Kind kind, String signal) {
    return new Obstacle(kind, signal, null);
  }

  static Obstacle until(Instant from) {
    return new Obstacle(Kind.COOLING_OFF, null, from);
  }
}
