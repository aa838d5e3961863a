package org.equipoise.audit.report;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.equipoise.audit.PatientAccesses.SpanTally;
import org.equipoise.audit.PatientAccesses.Tally;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.watch.Rule;
import org.equipoise.fhir.AccessReport.Question;

/**
 * All that one page of a report is told from.
 *
 * @param question what was asked
 * @param zone of the patient, else UTC
 * @param now the time of the call
 * @param overview what stands on the first page alone; null on others
 * @param events of this page, the latest first, the patient's own looks left out
 * @param unusual accesses that stand out, the latest first: all of this page, on the first page
 *     some of the whole time too
 * @param next the mark of the next page; null on the last
 * @param people who came
 * @param kinds what sort of thing an entity is, e.g. {@code laboratory}, by reference without
 *     version, where that is more than its type
 * @param emergencies when the glass was broken
 */
record Facts(
    Question question,
    ZoneId zone,
    Instant now,
    Overview overview,
    List<StoredEvent> events,
    List<Unusual> unusual,
    String next,
    People people,
    Map<String, String> kinds,
    List<Emergency> emergencies) {

  /**
   * The whole time at a glance.
   *
   * @param tallies how often each actor came, the latest first
   * @param isCut whether there are more actors than {@code tallies} holds
   * @param timeline the spans of the chart
   * @param spans how often in each of them
   * @param unusualInAll how many accesses stand out, with those of later pages
   * @param firstUnusual the time of the earliest of them; null where there is none
   */
  record Overview(
      List<Tally> tallies,
      boolean isCut,
      Timeline timeline,
      List<SpanTally> spans,
      long unusualInAll,
      Instant firstUnusual) {}

  /**
   * An access that stands out.
   *
   * @param rules why
   */
  record Unusual(StoredEvent event, List<Rule> rules) {}
}
