package org.equipoise.consent.statement;

import java.time.Duration;
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
public record ConsentPeriods(ZoneId zone) {

  /**
   * Clocks of phones and servers differ by a little: a permit that begins within this counts by
   * now. No end is ever later for it.
   */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** True at each instant of the period; a missing bound is open. */
  public boolean contains(Period period, Instant now) {
    return !(period.hasStart() && start(period.getStartElement()).isAfter(now))
        && !(period.hasEnd() && !now.isBefore(end(period.getEndElement())));
  }

  /** The first instant of a date or time. */
  public Instant start(DateTimeType time) {
    return hasTime(time)
        ? time.getValue().toInstant()
        : firstDay(time).atStartOfDay(zone).toInstant();
  }

  /** The first instant after a date or time. */
  public Instant end(DateTimeType time) {
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
  public void requirePast(String at, DateTimeType time, Instant now) {
    if (time.hasValue() && start(time).isAfter(now.plus(CLOCK_SKEW))) {
      throw Refusal.businessRule(at, at + ": this time is in the future");
    }
  }

  /** The last second of a day. */
  public Instant lastSecond(LocalDate day) {
    return day.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
  }

  public LocalDate day(Instant instant) {
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
