package org.equipoise.wearable;

import java.math.BigDecimal;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What one record of a file comes to. */
sealed interface Reading {

  /**
   * A number with nothing else to it.
   *
   * @param unit UCUM
   */
  record Value(Measure measure, String unit, When when, BigDecimal value, Source source)
      implements Reading {}

  /** What needs an Observation of its own; device and subject are put in when it is written. */
  record Whole(Observation observation, Source source) implements Reading {}

  /**
   * What cannot be taken.
   *
   * @param kind what records of the same fate have in common, to count them together; null where
   *     each is told of its own
   */
  record Refused(IssueType code, String reason, String kind) implements Reading {

    Refused(IssueType code, String reason) {
      this(code, reason, null);
    }

    /**
     * @param where the element that it stands in
     */
    static Refused ofHalfCharacter(String where) {
      return new Refused(
          IssueType.STRUCTURE,
          "It holds half a character (an escape \\uD800 to \\uDFFF without its other half) at "
              + Words.quoted(where));
    }
  }
}
