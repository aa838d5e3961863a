package org.equipoise.wearable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Type;

/**
 * The time that a value is of, in the time zone in which it was written.
 *
 * @param start when it begins, or the moment
 * @param end when it ends; null for a moment
 */
record When(OffsetDateTime start, OffsetDateTime end) {

  /** Years that FHIR can write, and a database can find. */
  private static final int EARLIEST = 1900;

  private static final int LATEST = 9999;

  /** Clocks differ by a little. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** What a time cannot be; the message is the reason that the user reads. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String reason) {
      super(reason);
    }
  }

  /**
   * Reads times as ISO 8601 writes them.
   *
   * @param end null for a moment
   */
  static When of(String start, String end) throws Unusable {
    return of(parse(start), end == null ? null : parse(end));
  }

  /**
   * Judges times that were read.
   *
   * @param end null for a moment
   */
  static When of(OffsetDateTime start, OffsetDateTime end) throws Unusable {
    requireUsual(start);
    if (end != null) {
      requireUsual(end);
    }
    if (end != null && end.isBefore(start)) {
      throw new Unusable("It ends (" + text(end) + ") before it begins (" + text(start) + ")");
    }
    return new When(start, end != null && end.isEqual(start) ? null : end);
  }

  private static void requireUsual(OffsetDateTime time) throws Unusable {
    if (time.getYear() < EARLIEST || time.getYear() > LATEST) {
      throw new Unusable("It is of a time that no living person's device measured in");
    }
    if (time.getOffset().getTotalSeconds() % 60 != 0) {
      throw new Unusable("Its time zone is not of whole minutes");
    }
  }

  private static OffsetDateTime parse(String text) throws Unusable {
    if (text == null || text.isBlank()) {
      throw new Unusable("It has no time");
    }
    try {
      return OffsetDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new Unusable(
          text.matches("\\d{4}(-\\d{2}(-\\d{2})?)?")
              ? "'" + text + "' names no time of day"
              : text.matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?")
                  ? "'" + text + "' has no time zone"
                  : "'" + Words.quoted(text) + "' is no date and time");
    }
  }

  /** What makes it unusable at {@code now}; null where nothing does. */
  String problem(Instant now) {
    OffsetDateTime last = end == null ? start : end;
    return last.toInstant().isAfter(now.plus(CLOCK_SKEW))
        ? "It is of the future: " + text(last)
        : null;
  }

  /** Whether milliseconds say it without loss. */
  boolean isOfMilliseconds() {
    return start.getNano() % 1_000_000 == 0 && (end == null || end.getNano() % 1_000_000 == 0);
  }

  Point point(java.math.BigDecimal value) {
    long from = start.toInstant().toEpochMilli();
    return new Point(from, end == null ? from : end.toInstant().toEpochMilli(), value);
  }

  Instant last() {
    return (end == null ? start : end).toInstant();
  }

  /** Puts it into an Observation. */
  void into(Observation observation) {
    observation.setEffective(
        end == null
            ? new DateTimeType(text(start))
            : new Period()
                .setStartElement(new DateTimeType(text(start)))
                .setEndElement(new DateTimeType(text(end))));
  }

  /** The time of an Observation. */
  static When of(Type effective) throws Unusable {
    if (effective instanceof Period period) {
      return of(
          period.getStartElement().getValueAsString(),
          period.hasEnd() ? period.getEndElement().getValueAsString() : null);
    }
    if (effective == null || !effective.isPrimitive()) {
      throw new Unusable("It has no time (effective)");
    }
    return of(effective.primitiveValue(), null);
  }

  static String text(OffsetDateTime time) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
  }

  /** The same for the same instants, whatever their time zone. */
  String key() {
    return start.toInstant() + (end == null ? "" : "/" + end.toInstant());
  }
}
