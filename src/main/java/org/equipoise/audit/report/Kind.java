package org.equipoise.audit.report;

import org.equipoise.audit.PatientAccesses.Got;
import org.equipoise.fhir.AccessEvent.Ground;

/** What sort of visitor somebody was, as a summary counts them. */
enum Kind {
  CARE(Series.CARE),
  OTHERS(Series.OTHERS),
  FAMILY(Series.YOU),
  AI(Series.AI),
  PROGRAMS(Series.OTHERS),
  /** Another system told of it. */
  ELSEWHERE(Series.OTHERS),
  /** Somebody who asked what the patient allows, and saw nothing of the record. */
  QUESTIONS(null),
  /** Somebody who got nothing to see. */
  REFUSED(null),
  YOU(Series.YOU),
  /** The patient, who got nothing to see: not to be taken for somebody else's attempt. */
  YOUR_TRIES(null);

  /** What a chart tells apart. */
  enum Series {
    CARE,
    OTHERS,
    AI,
    YOU
  }

  private final Series series;

  Kind(Series series) {
    this.series = series;
  }

  /** Null where a chart does not show it. */
  Series series() {
    return series;
  }

  /**
   * @param got what they came away with
   */
  static Kind of(Ground ground, Got got, boolean isAi, boolean isElsewhere) {
    if (isElsewhere) {
      return ELSEWHERE;
    }
    if (got == Got.NOTHING) {
      return REFUSED;
    }
    if (got == Got.ANSWER && ground != Ground.OWN) {
      return QUESTIONS;
    }
    if (isAi) {
      return AI;
    }
    return switch (ground) {
      case OWN -> YOU;
      case REPRESENTATIVE -> FAMILY;
      case CARE -> CARE;
      case SERVICE -> PROGRAMS;
      default -> OTHERS;
    };
  }
}
