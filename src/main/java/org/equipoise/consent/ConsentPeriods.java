package org.equipoise.consent;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;

/**
 * When periods begin and end. An end includes the whole of its last second, minute, day, month or
 * year (FHIR R4, Period).
 *
 * @param zone where the days of a date without a time begin and end
 */
record ConsentPeriods(ZoneId zone) {

  /** True at each instant of the period; a missing bound is open. */
  boolean contains(Period period, Instant now) {
    return !(period.hasStart() && start(period.getStartElement()).isAfter(now))
        && !(period.hasEnd() && !now.isBefore(end(period.getEndElement())));
  }

  /** The first instant of a date or time. */
  Instant start(DateTimeType time) {
    return hasTime(time)
        ? time.getValue().toInstant()
        : firstDay(time).atStartOfDay(zone).toInstant();
  }

  /** The first instant after a date or time. */
  Instant end(DateTimeType time) {
    return switch (time.getPrecision()) {
      case YEAR -> firstDay(time).plusYears(1).atStartOfDay(zone).toInstant();
      case MONTH -> firstDay(time).plusMonths(1).atStartOfDay(zone).toInstant();
      case DAY -> firstDay(time).plusDays(1).atStartOfDay(zone).toInstant();
      case MINUTE -> time.getValue().toInstant().plus(1, ChronoUnit.MINUTES);
      case SECOND -> time.getValue().toInstant().plusSeconds(1);
      case MILLI -> time.getValue().toInstant().plusMillis(1);
    };
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where the time is
   *     in the future, beyond what clocks differ by
   */
  void requirePast(String at, DateTimeType time, Instant now) {
    if (time.hasValue() && start(time).isAfter(now.plus(ConsentPolicy.CLOCK_SKEW))) {
      throw Refusal.businessRule(at, at + ": this time is in the future");
    }
  }

  /** The last second of a day. */
  Instant lastSecond(LocalDate day) {
    return day.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
  }

  LocalDate day(Instant instant) {
    return instant.atZone(zone).toLocalDate();
  }

  private static boolean hasTime(DateTimeType time) {
    return time.getValueAsString().contains("T");
  }

  private static LocalDate firstDay(DateTimeType time) {
    String text = time.getValueAsString();
    return LocalDate.parse(text + "-01-01".substring(Math.min(text.length() - 4, 6)));
  }
}
