package org.equipoise.wearable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What the values of a series have in common.
 *
 * @param day in UTC, as {@code 2026-11-20}: the same instant is of the same day, in whichever time
 *     zone it was written
 */
record SeriesHead(Measure measure, String unit, Source source, String day) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A value with the number of its record and the time zone it was written in, in seconds. */
  record Line(long record, int zone, Point point) {

    @Override
    public String toString() {
      return record
          + " "
          + zone
          + " "
          + point.start()
          + " "
          + point.end()
          + " "
          + point.value().toPlainString();
    }

    static Line parse(String text) {
      String[] parts = text.split(" ");
      return new Line(
          Long.parseLong(parts[0]),
          Integer.parseInt(parts[1]),
          new Point(Long.parseLong(parts[2]), Long.parseLong(parts[3]), new BigDecimal(parts[4])));
    }
  }

  static SeriesHead of(Reading.Value value) {
    return new SeriesHead(
        value.measure(),
        value.unit(),
        value.source(),
        dayOf(value.when().start().toInstant()).toString());
  }

  static LocalDate dayOf(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /** The name of its bucket; names are in the order of time. */
  String bucket() {
    return day + " " + measure.name() + " " + Hash.of(unit, source.key()).substring(0, 32);
  }

  String toJson() {
    return json(this);
  }

  static SeriesHead parse(String json) {
    return parse(json, SeriesHead.class);
  }

  static List<Line> lines(String body) {
    return body.lines().map(Line::parse).toList();
  }

  static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T parse(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
