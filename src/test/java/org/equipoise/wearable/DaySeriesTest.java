package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.SampledData;
import org.junit.jupiter.api.Test;

class DaySeriesTest {

  private static final long DAY = 86_400_000L;
  private static final long MIDNIGHT = Instant.parse("2026-11-20T00:00:00Z").toEpochMilli();

  @Property(tries = 500)
  void read_whenAnyPointsWereWrittenAndSentOverTheWire_thenEachStandsAtItsTimeWithItsDigits(
      @ForAll("points") SortedSet<Point> points, @ForAll("zones") ZoneOffset zone) {
    Observation observation = new Observation();

    DaySeries.write(observation, Measure.STEPS, "{steps}", points, zone);
    Observation read = overTheWire(observation);

    assertThat(texts(DaySeries.read(read))).isEqualTo(texts(points));
    assertThat(DaySeries.zone(read)).isEqualTo(zone);
    assertThat(DaySeries.unit(read)).isEqualTo("{steps}");
  }

  @Property(tries = 200)
  void read_whenPointsLieOnAGridWithGaps_thenTheSame(@ForAll("grids") SortedSet<Point> points) {
    Observation observation = new Observation();

    DaySeries.write(observation, Measure.HEART_RATE, "/min", points, ZoneOffset.UTC);

    assertThat(texts(DaySeries.read(overTheWire(observation)))).isEqualTo(texts(points));
  }

  @Test
  void write_whenAValueAMinute_thenPlainSampledDataWithGapsSaid() {
    Observation observation = new Observation();
    SortedSet<Point> points = new TreeSet<>();
    IntStream.range(0, 1440)
        .filter(minute -> minute != 2)
        .forEach(
            minute -> points.add(point(minute * 60_000L, 0, Integer.toString(60 + minute % 40))));

    DaySeries.write(observation, Measure.HEART_RATE, "/min", points, ZoneOffset.ofHours(1));

    SampledData sampled = observation.getComponentFirstRep().getValueSampledData();
    assertThat(sampled.getPeriod()).isEqualByComparingTo("60000");
    assertThat(sampled.getData()).startsWith("60 61 E 63 ");
    assertThat(sampled.getExtension()).isEmpty();
    assertThat(observation.getEffectivePeriod().getStartElement().getValueAsString())
        .isEqualTo("2026-11-20T01:00:00+01:00");
    assertThat(statistic(observation, "count")).isEqualTo("1439");
    assertThat(statistic(observation, "minimum")).isEqualTo("60");
    assertThat(statistic(observation, "maximum")).isEqualTo("99");
  }

  @Test
  void write_whenTimesAreIrregular_thenNoReaderFindsAWrongTime() {
    Observation observation = new Observation();

    DaySeries.write(
        observation,
        Measure.HEART_RATE,
        "/min",
        new TreeSet<>(List.of(point(0, 0, "60"), point(1_001, 0, "61"), point(90_007, 0, "62.50"))),
        ZoneOffset.UTC);

    SampledData sampled = observation.getComponentFirstRep().getValueSampledData();
    assertThat(sampled.getPeriodElement().hasValue()).isFalse();
    assertThat(sampled.getExtensionString(DaySeries.OFFSETS)).isEqualTo("0 1001 90007");
    assertThat(sampled.getData()).isEqualTo("60 61 62.50");
  }

  @Test
  void write_whenStepsOfSpans_thenSumAndTheLengthOfEach() {
    Observation observation = new Observation();

    DaySeries.write(
        observation,
        Measure.STEPS,
        "{steps}",
        new TreeSet<>(List.of(point(0, 60_000, "30"), point(60_000, 30_000, "12"))),
        ZoneOffset.UTC);

    SampledData sampled = observation.getComponentFirstRep().getValueSampledData();
    assertThat(sampled.getExtensionString(DaySeries.DURATIONS)).isEqualTo("60000 30000");
    assertThat(statistic(observation, "sum")).isEqualTo("42");
    assertThat(observation.getEffectivePeriod().getEndElement().getValueAsString())
        .isEqualTo("2026-11-20T00:01:30Z");
  }

  private static String statistic(Observation observation, String code) {
    return observation.getComponent().stream()
        .filter(component -> code.equals(component.getCode().getCodingFirstRep().getCode()))
        .map(component -> ((Quantity) component.getValue()).getValue().toPlainString())
        .findFirst()
        .orElseThrow();
  }

  private static Observation overTheWire(Observation observation) {
    return FhirR4.context()
        .newJsonParser()
        .parseResource(
            Observation.class,
            FhirR4.context().newJsonParser().encodeResourceToString(observation));
  }

  /** With the digits of each value, which {@code equals} of the set does not look at. */
  private static List<String> texts(SortedSet<Point> points) {
    return points.stream()
        .map(point -> point.start() + "-" + point.end() + " " + point.value().toPlainString())
        .toList();
  }

  private static Point point(long offset, long length, String value) {
    return new Point(MIDNIGHT + offset, MIDNIGHT + offset + length, new BigDecimal(value));
  }

  @Provide
  Arbitrary<ZoneOffset> zones() {
    return Arbitraries.integers()
        .between(-18 * 4, 18 * 4)
        .map(quarters -> ZoneOffset.ofTotalSeconds(quarters * 900));
  }

  @Provide
  Arbitrary<SortedSet<Point>> points() {
    Arbitrary<Long> starts = Arbitraries.longs().between(0, DAY - 1);
    Arbitrary<Long> lengths = Arbitraries.of(0L, 0L, 1L, 60_000L, 3_599_999L);
    return Combinators.combine(starts, lengths, values())
        .as((start, length, value) -> point(start, length, value.toPlainString()))
        .list()
        .ofMinSize(1)
        .ofMaxSize(200)
        .map(TreeSet::new);
  }

  @Provide
  Arbitrary<SortedSet<Point>> grids() {
    return Combinators.combine(
            Arbitraries.of(1L, 500L, 1_000L, 60_000L, 300_000L),
            Arbitraries.integers().between(0, 280).set().ofMinSize(1).ofMaxSize(250),
            values().list().ofSize(281))
        .as(
            (width, slots, values) -> {
              SortedSet<Point> points = new TreeSet<>();
              slots.forEach(
                  slot -> points.add(point(slot * width, 0, values.get(slot).toPlainString())));
              return points;
            });
  }

  private static Arbitrary<BigDecimal> values() {
    return Arbitraries.bigDecimals()
        .between(new BigDecimal("-500"), new BigDecimal("100000"))
        .ofScale(3)
        .flatMap(value -> Arbitraries.of(value, new BigDecimal(value.toBigInteger())));
  }
}
