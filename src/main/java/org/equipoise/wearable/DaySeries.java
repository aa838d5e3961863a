package org.equipoise.wearable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.StringType;

/**
 * The values of one measure, unit and device of one day (UTC) as one Observation, and back: every
 * value with its digits and its time, to the millisecond.
 *
 * <p>The values are a {@code component} with R4's SampledData. Where they lie on a grid that is at
 * least half full, {@code period} is its width and {@code E} stands in its gaps. Where they do not,
 * R5's {@code SampledData.offsets} says the time of each, and {@code period} is absent with a
 * reason: a reader that does not know the extension finds no time rather than a wrong one. Values
 * that are of a span of time (steps) have its length beside them. Further components say mean,
 * least and most, or the sum, and how many values there are, so that a day can be found by them.
 *
 * <p>The Observation itself has no value: R4's profiles of vital signs allow a Quantity there and
 * nothing else.
 */
final class DaySeries {

  /** R5's element, for use in R4. */
  static final String OFFSETS =
      "http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets";

  /** How long each value lasts: milliseconds, one for all or one for each. */
  static final String DURATIONS = Canonical.BASE + "/StructureDefinition/sample-durations";

  /** One a second. The text of so many stays below R4's limit of a string, 1 MiB. */
  static final int MOST = 86_400;

  private static final String ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
  private static final String STATISTICS =
      "http://terminology.hl7.org/CodeSystem/observation-statistics";
  private static final String GAP = "E";

  private DaySeries() {}

  /**
   * Writes values into an Observation, in place of those that it has.
   *
   * @param points at least one, at most {@link #MOST}
   * @param zone the time zone that the times are written in
   */
  static void write(
      Observation observation,
      Measure measure,
      String unit,
      SortedSet<Point> points,
      ZoneOffset zone) {
    long last = points.stream().mapToLong(Point::end).max().orElseThrow();
    observation.setEffective(
        new Period()
            .setStartElement(time(points.first().start(), zone))
            .setEndElement(time(last, zone)));
    observation.setComponent(new ArrayList<>());
    observation
        .addComponent()
        .setCode(measure.concept())
        .setValue(sampled(unit, new ArrayList<>(points)));
    List<BigDecimal> values = points.stream().map(Point::value).toList();
    BigDecimal sum = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (measure.addsUp()) {
      statistic(observation, "sum", sum, unit);
    } else {
      int digits = values.stream().mapToInt(BigDecimal::scale).max().orElse(0);
      statistic(
          observation,
          "average",
          sum.divide(
              BigDecimal.valueOf(values.size()), Math.max(digits, 0) + 1, RoundingMode.HALF_UP),
          unit);
      statistic(observation, "minimum", values.stream().min(BigDecimal::compareTo).get(), unit);
      statistic(observation, "maximum", values.stream().max(BigDecimal::compareTo).get(), unit);
    }
    statistic(observation, "count", BigDecimal.valueOf(values.size()), "1");
  }

  /**
   * The values that such an Observation holds; none where it is no such.
   *
   * @throws IllegalArgumentException where somebody wrote it in a way in which this server does not
   */
  static SortedSet<Point> read(Observation observation) {
    SortedSet<Point> points = new TreeSet<>();
    if (!(observation.getEffective() instanceof Period period) || !period.hasStart()) {
      return points;
    }
    long start =
        Instant.from(java.time.OffsetDateTime.parse(period.getStartElement().getValueAsString()))
            .toEpochMilli();
    for (ObservationComponentComponent component : observation.getComponent()) {
      if (component.getValue() instanceof SampledData sampled) {
        read(sampled, start, points);
      }
    }
    return points;
  }

  /** The unit of the values; null where it is no such Observation. */
  static String unit(Observation observation) {
    return observation.getComponent().stream()
        .filter(ObservationComponentComponent::hasValueSampledData)
        .map(component -> component.getValueSampledData().getOrigin().getCode())
        .findFirst()
        .orElse(null);
  }

  /** The time zone that its times are written in. */
  static ZoneOffset zone(Observation observation) {
    return java.time.OffsetDateTime.parse(
            ((Period) observation.getEffective()).getStartElement().getValueAsString())
        .getOffset();
  }

  private static SampledData sampled(String unit, List<Point> points) {
    SampledData sampled = new SampledData();
    sampled.setOrigin(quantity(BigDecimal.ZERO, unit)).setDimensions(1);
    long start = points.get(0).start();
    long width = width(points);
    if (width > 0) {
      sampled.setPeriod(width);
      StringBuilder data = new StringBuilder();
      long slot = 0;
      for (Point point : points) {
        for (; slot < (point.start() - start) / width; slot++) {
          data.append(GAP).append(' ');
        }
        data.append(point.value().toPlainString()).append(' ');
        slot++;
      }
      sampled.setData(data.substring(0, data.length() - 1));
    } else {
      DecimalType absent = new DecimalType();
      absent.addExtension(
          new Extension(ABSENT, new org.hl7.fhir.r4.model.CodeType("not-applicable")));
      sampled.setPeriodElement(absent);
      sampled.addExtension(OFFSETS, new StringType(joined(points, point -> point.start() - start)));
      sampled.setData(
          points.stream()
              .map(point -> point.value().toPlainString())
              .collect(Collectors.joining(" ")));
    }
    if (points.stream().anyMatch(point -> point.end() > point.start())) {
      boolean same = points.stream().mapToLong(DaySeries::length).distinct().count() == 1;
      sampled.addExtension(
          DURATIONS,
          new StringType(joined(same ? points.subList(0, 1) : points, DaySeries::length)));
    }
    return sampled;
  }

  /**
   * The width of the grid that all starts lie on; 0 where there is none, or where most of it would
   * be gaps.
   */
  private static long width(List<Point> points) {
    long start = points.get(0).start();
    long width = 0;
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).start() == points.get(i - 1).start()) {
        return 0;
      }
      width = greatestCommonDivisor(points.get(i).start() - start, width);
    }
    if (width == 0) {
      return 0;
    }
    long slots = (points.get(points.size() - 1).start() - start) / width + 1;
    return slots <= 2L * points.size() ? width : 0;
  }

  private static long greatestCommonDivisor(long one, long other) {
    return other == 0 ? one : greatestCommonDivisor(other, one % other);
  }

  private static void read(SampledData sampled, long start, SortedSet<Point> points) {
    String[] data = sampled.getData().split(" ");
    String[] offsets = texts(sampled, OFFSETS);
    String[] lengths = texts(sampled, DURATIONS);
    if (sampled.hasFactor()
        || sampled.getDimensions() != 1
        || sampled.getOrigin().getValue() == null
        || sampled.getOrigin().getValue().signum() != 0
        || (offsets.length == 0 && !sampled.getPeriodElement().hasValue())
        || (offsets.length > 0 && offsets.length != data.length)) {
      throw new IllegalArgumentException("No series of this server");
    }
    long width = offsets.length > 0 ? 0 : sampled.getPeriod().longValue();
    int value = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i].equals(GAP)) {
        continue;
      }
      long at = start + (offsets.length > 0 ? Long.parseLong(offsets[i]) : i * width);
      if (lengths.length > 1 && value >= lengths.length) {
        throw new IllegalArgumentException("Not every value has its length");
      }
      long length =
          lengths.length == 0 ? 0 : Long.parseLong(lengths[lengths.length == 1 ? 0 : value]);
      points.add(new Point(at, at + length, new BigDecimal(data[i])));
      value++;
    }
  }

  private static String[] texts(SampledData sampled, String extension) {
    Extension found = sampled.getExtensionByUrl(extension);
    return found == null ? new String[0] : found.getValue().primitiveValue().split(" ");
  }

  private static long length(Point point) {
    return point.end() - point.start();
  }

  private static String joined(List<Point> points, ToLongFunction<Point> number) {
    return points.stream()
        .map(point -> Long.toString(number.applyAsLong(point)))
        .collect(Collectors.joining(" "));
  }

  private static DateTimeType time(long milliseconds, ZoneOffset zone) {
    return new DateTimeType(When.text(Instant.ofEpochMilli(milliseconds).atOffset(zone)));
  }

  private static void statistic(
      Observation observation, String code, BigDecimal value, String unit) {
    observation
        .addComponent()
        .setCode(new CodeableConcept(new Coding().setSystem(STATISTICS).setCode(code)))
        .setValue(quantity(value, unit));
  }

  static Quantity quantity(BigDecimal value, String unit) {
    return new Quantity().setValue(value).setUnit(unit).setSystem(Measure.UCUM).setCode(unit);
  }
}
