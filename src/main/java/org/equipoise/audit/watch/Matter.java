package org.equipoise.audit.watch;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.audit.StoredEvent;

/**
 * What the privacy officer looks into at once: all that one rule says of one person, AI or client
 * and one patient on one day; of all patients together where the rule is not about a single one.
 *
 * @param agent see {@link Actor#key}
 * @param patient logical id; empty where the rule is not about a single one
 * @param rule by which it is unusual
 * @param day on which it happened
 */
record Matter(String agent, String patient, Rule rule, LocalDate day) {

  /** An event that belongs to a matter, and why. */
  record Occurrence(StoredEvent stored, Flag flag) {}

  /** These by matter, in the order in which they come. */
  static Map<Matter, List<Occurrence>> sort(
      Collection<Occurrence> occurrences, UnusualSettings settings) {
    Map<Matter, List<Occurrence>> matters = new LinkedHashMap<>();
    for (Occurrence one : occurrences) {
      matters.computeIfAbsent(of(one, settings), matter -> new ArrayList<>()).add(one);
    }
    return matters;
  }

  private static Matter of(Occurrence one, UnusualSettings settings) {
    StoredEvent stored = one.stored();
    Rule rule = one.flag().rule();
    return new Matter(
        Actor.key(stored.event().agent()),
        rule.isAboutOnePatient() ? stored.event().patientId().orElse("") : "",
        rule,
        settings.dayOf(stored.recorded()));
  }
}
