package org.equipoise.audit.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.audit.EventQuery.Place;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SimpleParameters;

/** Where a page begins, as a word that stands in a link. */
final class PageMark {

  private static final Pattern MARK = Pattern.compile("(-?[0-9]{1,17})_([0-9]{1,18})");

  private PageMark() {}

  /** Of the page after this event. */
  static String after(StoredEvent last) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, last.recorded()) + "_" + last.id();
  }

  /**
   * @param mark null for the first page
   * @return null for the first page
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is none
   */
  static Place read(String mark) {
    if (mark == null) {
      return null;
    }
    Matcher matcher = MARK.matcher(mark);
    if (!matcher.matches()) {
      throw Refusal.invalid(
          SimpleParameters.at(ReportRequest.PAGE),
          "page must be what the link to the next page says, as it is");
    }
    return new Place(
        Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS),
        Long.parseLong(matcher.group(2)));
  }
}
