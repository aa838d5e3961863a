package org.equipoise.visits;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run of the loader did.
 *
 * @param answers for each kind of call (token, visit, note, attach-explanation, attach-consent …)
 *     how often each HTTP status came; 0 stands for no answer
 * @param decisions how often {@code $attach-consent} said that a decision counts (key true) and
 *     that it does not
 * @param readings how hard each explanation is to read, as the server says
 * @param alreadyThere notes found from an earlier run and not sent again
 * @param failures every answer that was not 2xx, and every answer that was not what was expected
 * @param retries calls sent again after a 5xx or a lost connection; each is among the failures too
 * @param seconds from the first call to the last
 */
public record LoadReport(
    Map<String, Map<Integer, Integer>> answers,
    Map<Boolean, Integer> decisions,
    List<Reading> readings,
    int alreadyThere,
    List<Failure> failures,
    int retries,
    double seconds) {

  /**
   * One call that did not go as it should.
   *
   * @param call its kind
   * @param subject what it was about
   * @param status HTTP status, 0 without an answer
   * @param body the OperationOutcome as received, or what was unexpected
   */
  public record Failure(String call, String subject, int status, String body) {}

  /**
   * How hard one explanation is to read.
   *
   * @param subject the note it explains
   * @param grade school grade; null where it was not computed
   * @param target the grade it should not exceed
   */
  public record Reading(String subject, String language, BigDecimal grade, BigDecimal target) {

    /** Whether the grade is known and at most the target. */
    public boolean isEasyEnough() {
      return grade != null && grade.compareTo(target) <= 0;
    }
  }

  /** For each language: the share of explanations that are easy enough, from 0 to 1. */
  public Map<String, Double> easyEnough() {
    return readings.stream()
        .collect(
            Collectors.groupingBy(
                Reading::language,
                TreeMap::new,
                Collectors.averagingInt(reading -> reading.isEasyEnough() ? 1 : 0)));
  }

  /** For people. */
  public String print() {
    String problems =
        failures.stream()
            .map(
                failure ->
                    "%n%s of %s: %d %s"
                        .formatted(
                            failure.call(), failure.subject(), failure.status(), failure.body()))
            .collect(Collectors.joining());
    return ("Answers by call and status: %s%nDecisions that count: %s%nShare of explanations at most at their target"
                + " grade: %s%nNotes already there: %d, retries: %d, %.1f s%n")
            .formatted(answers, decisions, easyEnough(), alreadyThere, retries, seconds)
        + "Failures: "
        + failures.size()
        + problems;
  }
}
