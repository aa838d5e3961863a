package org.equipoise.audit.report;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.equipoise.audit.PatientAccesses.Span;

/**
 * The spans of a chart: weeks, where they would be too many months, else years. Whole ones, in the
 * time zone of the patient.
 */
record Timeline(Unit unit, List<Span> spans) {

  /** So many weeks or months make a chart that can be read. */
  private static final int MOST = 53;

  /** How long a span is. */
  enum Unit {
    WEEK,
    MONTH,
    YEAR;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    private LocalDate begin(LocalDate day) {
      return switch (this) {
        case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        case MONTH -> day.withDayOfMonth(1);
        case YEAR -> day.withDayOfYear(1);
      };
    }

    private LocalDate next(LocalDate begin) {
      return switch (this) {
        case WEEK -> begin.plusWeeks(1);
        case MONTH -> begin.plusMonths(1);
        case YEAR -> begin.plusYears(1);
      };
    }
  }

  /**
   * From the span that holds the first access to the one that holds the last.
   *
   * @param first not after {@code last}
   */
  static Timeline over(Instant first, Instant last, ZoneId zone) {
    LocalDate from = first.atZone(zone).toLocalDate();
    LocalDate to = last.atZone(zone).toLocalDate();
    Unit unit =
        ChronoUnit.WEEKS.between(from, to) < MOST
            ? Unit.WEEK
            : ChronoUnit.MONTHS.between(from, to) < MOST ? Unit.MONTH : Unit.YEAR;
    List<Span> spans = new ArrayList<>();
    for (LocalDate begin = unit.begin(from); !begin.isAfter(to); begin = unit.next(begin)) {
      spans.add(
          new Span(
              begin.atStartOfDay(zone).toInstant(),
              unit.next(begin).atStartOfDay(zone).toInstant()));
    }
    return new Timeline(unit, spans);
  }
}
