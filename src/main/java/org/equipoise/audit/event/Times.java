package org.equipoise.audit.event;

import static java.util.Comparator.naturalOrder;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Comparator;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.equipoise.audit.EventQuery.Span;
import org.hl7.fhir.r4.model.DateTimeType;

/**
 * What a date parameter asks for, as stretches of time (FHIR R4, section 3.1.1.4.5): of any
 * precision from a year to a millisecond, with any prefix.
 */
final class Times {

  /** All of time. */
  static final List<Span> EVER = List.of(new Span(null, null));

  private Times() {}

  /**
   * The stretches in which a time matches one value.
   *
   * @param value e.g. {@code ge2026-11} or {@code 2026-11-22T10:00:00Z}
   * @throws ca.uhn.fhir.parser.DataFormatException where it is no date
   * @throws IllegalArgumentException where it is no date
   */
  static List<Span> of(String value, Instant now) {
    boolean hasPrefix = value.length() > 2 && Character.isLetter(value.charAt(0));
    String prefix = hasPrefix ? value.substring(0, 2) : "eq";
    DateTimeType time = new DateTimeType(hasPrefix ? value.substring(2) : value);
    Instant start = time.getValue().toInstant();
    Instant end = end(time);
    return switch (prefix) {
      case "eq" -> List.of(new Span(start, end));
      case "ne" -> List.of(new Span(null, start), new Span(end, null));
      case "gt", "sa" -> List.of(new Span(end, null));
      case "ge" -> List.of(new Span(start, null));
      case "lt", "eb" -> List.of(new Span(null, start));
      case "le" -> List.of(new Span(null, end));
      case "ap" -> {
        // A tenth of the time between then and now, as the standard recommends.
        Duration about = Duration.between(start, now).abs().dividedBy(10);
        yield List.of(new Span(start.minus(about), end.plus(about)));
      }
      default -> throw new IllegalArgumentException("Unknown prefix " + prefix);
    };
  }

  private static Instant end(DateTimeType time) {
    TimeZone said = time.isTimeZoneZulu() ? TimeZone.getTimeZone("UTC") : time.getTimeZone();
    Calendar end = new GregorianCalendar(said == null ? TimeZone.getDefault() : said);
    end.setTime(time.getValue());
    end.add(time.getPrecision().getCalendarConstant(), 1);
    return end.toInstant();
  }

  /** What lies in both. */
  static List<Span> both(List<Span> one, List<Span> other) {
    return merged(
        one.stream()
            .flatMap(left -> other.stream().flatMap(right -> both(left, right).stream()))
            .toList());
  }

  /** The same time in as few stretches as it takes, first to last. */
  static List<Span> merged(List<Span> spans) {
    List<Span> sorted =
        spans.stream()
            .sorted(Comparator.comparing(Span::from, Comparator.nullsFirst(naturalOrder())))
            .toList();
    List<Span> merged = new ArrayList<>();
    for (Span next : sorted) {
      Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      boolean isApart =
          last == null
              || (last.until() != null
                  && next.from() != null
                  && last.until().isBefore(next.from()));
      if (isApart) {
        merged.add(next);
      } else {
        Instant until =
            last.until() == null || next.until() == null
                ? null
                : last.until().isAfter(next.until()) ? last.until() : next.until();
        merged.set(merged.size() - 1, new Span(last.from(), until));
      }
    }
    return merged;
  }

  private static Optional<Span> both(Span one, Span other) {
    Instant from =
        Stream.of(one, other)
            .map(Span::from)
            .filter(time -> time != null)
            .max(Instant::compareTo)
            .orElse(null);
    Instant until =
        Stream.of(one, other)
            .map(Span::until)
            .filter(time -> time != null)
            .min(Instant::compareTo)
            .orElse(null);
    return from != null && until != null && !from.isBefore(until)
        ? Optional.empty()
        : Optional.of(new Span(from, until));
  }

  /** One stretch that holds all of these; there is at least one. */
  static Span around(List<Span> spans) {
    List<Instant> starts = new ArrayList<>();
    List<Instant> ends = new ArrayList<>();
    for (Span span : spans) {
      starts.add(span.from());
      ends.add(span.until());
    }
    return new Span(
        starts.contains(null) ? null : starts.stream().min(Instant::compareTo).orElse(null),
        ends.contains(null) ? null : ends.stream().max(Instant::compareTo).orElse(null));
  }
}
