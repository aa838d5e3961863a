package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppleHealthTest {

  private static final String DOCUMENT_TYPE =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE HealthData [
      <!-- HealthKit Export Version: 14 -->
      <!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout)*)>
      <!ATTLIST HealthData
        locale CDATA #REQUIRED
      >
      ]>
      """;

  private static final String WATCH =
      "&lt;&lt;HKDevice: 0x2818a1e50&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch,"
          + " hardware:Watch6,2, software:8.3&gt;";

  private static String export(String records) {
    return DOCUMENT_TYPE
        + "<HealthData locale=\"en_US\">\n <ExportDate value=\"2026-11-21 09:00:00 +0100\"/>\n"
        + " <Me HKCharacteristicTypeIdentifierDateOfBirth=\"1980-01-01\"/>\n"
        + records
        + "</HealthData>\n";
  }

  private static String record(String type, String unit, String value) {
    return " <Record type=\""
        + type
        + "\" sourceName=\"Anna’s Apple Watch\" sourceVersion=\"8.3\" device=\""
        + WATCH
        + "\""
        + (unit == null ? "" : " unit=\"" + unit.replace("<", "&lt;") + "\"")
        + " creationDate=\"2026-11-20 08:01:02 +0100\" startDate=\"2026-11-20 08:00:00 +0100\""
        + " endDate=\"2026-11-20 08:00:30 +0100\" value=\""
        + value
        + "\"/>\n";
  }

  private static Readings read(String file) {
    return Readings.of(new AppleHealth(), file);
  }

  @Test
  void read_whenHeartRate_thenValueTimeUnitAndDevice() {
    Reading.Value value =
        read(export(record("HKQuantityTypeIdentifierHeartRate", "count/min", "61.5"))).value(0);

    assertThat(value.measure()).isEqualTo(Measure.HEART_RATE);
    assertThat(value.unit()).isEqualTo("/min");
    assertThat(value.value()).isEqualTo("61.5");
    assertThat(value.when().start()).isEqualTo(OffsetDateTime.parse("2026-11-20T08:00:00+01:00"));
    assertThat(value.when().end()).isEqualTo(OffsetDateTime.parse("2026-11-20T08:00:30+01:00"));
    assertThat(value.source().device())
        .isEqualTo(
            new Source.Description("Apple Watch", "Apple Inc.", "Watch", "Watch6,2", null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "HKQuantityTypeIdentifierOxygenSaturation, %, 0.97, OXYGEN_SATURATION, %, 97",
    "HKQuantityTypeIdentifierStepCount, count, 42, STEPS, {count}, 42",
    "HKQuantityTypeIdentifierBodyMass, lb, 150.2, BODY_WEIGHT, [lb_av], 150.2",
    "HKQuantityTypeIdentifierHeight, ft, 5.5, BODY_HEIGHT, [in_i], 66.0",
    "HKQuantityTypeIdentifierHeight, cm, 170, BODY_HEIGHT, cm, 170",
    "HKQuantityTypeIdentifierBodyMassIndex, count, 22.5, BODY_MASS_INDEX, kg/m2, 22.5",
    "HKQuantityTypeIdentifierBloodGlucose, mg/dL, 99, GLUCOSE_MASS, mg/dL, 99",
    "HKQuantityTypeIdentifierBloodGlucose, mmol<180.1558800000541>/L, 5.4, GLUCOSE_MOLES, mmol/L, 5.4",
    "HKQuantityTypeIdentifierDistanceWalkingRunning, mi, 0.25, DISTANCE, [mi_i], 0.25",
    "HKCategoryTypeIdentifierSleepAnalysis, , HKCategoryValueSleepAnalysisAsleepDeep, SLEEP_DEEP, s, 30"
  })
  void read_whenAMappedType_thenMeasureUnitAndExactValue(
      String type, String unit, String sent, Measure measure, String ucum, String value) {
    Reading.Value read = read(export(record(type, unit, sent))).value(0);

    assertThat(read.measure()).isEqualTo(measure);
    assertThat(read.unit()).isEqualTo(ucum);
    assertThat(read.value().toPlainString()).isEqualTo(value);
  }

  @Test
  void read_whenUserEntered_thenNoDevice() {
    String typed =
        record("HKQuantityTypeIdentifierBodyMass", "kg", "70")
            .replace("/>\n", "><MetadataEntry key=\"HKWasUserEntered\" value=\"1\"/></Record>\n");

    assertThat(read(export(typed)).value(0).source()).isEqualTo(Source.UNKNOWN);
  }

  @Test
  void read_whenUnknownTypesAndBadValues_thenEachIsRefusedInPlainWordsAndTheRestGoesOn() {
    Readings readings =
        read(
            export(
                record("HKQuantityTypeIdentifierNumberOfAlcoholicBeverages", "count", "1")
                    + record("HKQuantityTypeIdentifierHeartRate", "furlong", "60")
                    + record("HKQuantityTypeIdentifierHeartRate", "count/min", "sixty")
                    + record("HKQuantityTypeIdentifierHeartRate", "count/min", "1E+999999999")
                    + record("HKQuantityTypeIdentifierHeartRate", "count/min", "60")
                        .replace("08:00:00 +0100", "08:00:00")
                    + " <Workout workoutActivityType=\"HKWorkoutActivityTypeRunning\"/>\n"
                    + record("HKQuantityTypeIdentifierHeartRate", "count/min", "60")));

    assertThat(readings.refusal(0)).contains("NumberOfAlcoholicBeverages").contains("not one");
    assertThat(readings.refusal(1)).contains("'furlong' is no unit of").contains("/min");
    assertThat(readings.refusal(2)).isEqualTo("Its value 'sixty' is no number");
    assertThat(readings.refusal(3)).contains("is no number");
    assertThat(readings.refusal(4)).contains("has no time zone");
    assertThat(readings.refusal(5)).isEqualTo("'Workout' is not taken");
    assertThat(readings.value(6).value()).isEqualTo("60");
    assertThat(readings.end()).isNull();
  }

  @Test
  void read_whenCorrelationRepeatsRecords_thenTheyCountOnce() {
    String systolic = record("HKQuantityTypeIdentifierBloodPressureSystolic", "mmHg", "120");
    String diastolic = record("HKQuantityTypeIdentifierBloodPressureDiastolic", "mmHg", "80");

    Readings readings =
        read(
            export(
                systolic
                    + diastolic
                    + " <Correlation type=\"HKCorrelationTypeIdentifierBloodPressure\">"
                    + systolic
                    + diastolic
                    + "</Correlation>\n"));

    assertThat(readings.all()).hasSize(2);
    assertThat(readings.whole(0).observation().getCode().getCodingFirstRep().getCode())
        .isEqualTo("85354-9");
  }

  @Test
  void read_whenRecordsAreSkipped_thenNumbersGoOn() {
    String file = export(record("HKQuantityTypeIdentifierHeartRate", "count/min", "60").repeat(5));

    Readings readings =
        Readings.of(
            new AppleHealth(),
            new java.io.ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)),
            3);

    assertThat(readings.records()).containsExactly(4L, 5L);
  }

  @Test
  void read_whenTruncated_thenWhatWasWholeIsKept() {
    String file = export(record("HKQuantityTypeIdentifierHeartRate", "count/min", "60").repeat(3));

    Readings readings = read(file.substring(0, file.length() - 60));

    assertThat(readings.all()).hasSize(2);
    assertThat(readings.end().record()).isEqualTo(3);
    assertThat(readings.end()).hasMessageContaining("ends in the middle");
  }

  @Test
  void read_whenBillionLaughs_thenRefusedBeforeAnythingElseIsRead() {
    String laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE HealthData [<!ENTITY a \"ha\">"
            + "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    Endless rest = new Endless("<Record value=\"&b;\"/>");

    Readings readings =
        Readings.of(
            new AppleHealth(),
            new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream(laughs.getBytes(StandardCharsets.UTF_8)), rest),
            0);

    assertThat(readings.all()).isEmpty();
    assertThat(readings.end()).hasMessageContaining("declares entities");
    assertThat(rest.read).isLessThan(100_000);
  }

  @Test
  void read_whenEntityIsUsedThatNobodyDeclared_thenNothingIsMadeUp() {
    Readings readings = read("<HealthData><Record type=\"&xxe;\"/></HealthData>");

    assertThat(readings.all()).isEmpty();
    assertThat(readings.end()).hasMessageContaining("no XML");
  }

  @Test
  void read_whenExternalDocumentType_thenItIsNotFetchedAndTheRestIsRead() {
    Readings readings =
        read(
            "<!DOCTYPE HealthData SYSTEM \"file:///etc/passwd\"><HealthData>"
                + record("HKQuantityTypeIdentifierHeartRate", "count/min", "60")
                + "</HealthData>");

    assertThat(readings.value(0).value()).isEqualTo("60");
  }

  @Test
  void read_whenDocumentTypeOrTagNeverEnds_thenRefusedInBoundedMemory() {
    Endless prolog = new Endless("<!ELEMENT a (b)>");
    Readings first =
        Readings.of(
            new AppleHealth(),
            new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream("<!DOCTYPE x [".getBytes(StandardCharsets.UTF_8)),
                prolog),
            0);
    Endless tag = new Endless("a=\"1\" ");
    Readings second =
        Readings.of(
            new AppleHealth(),
            new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream(
                    "<HealthData><Record type=\"".getBytes(StandardCharsets.UTF_8)),
                new Endless("x")),
            0);

    assertThat(first.end()).hasMessageContaining("too long");
    assertThat(prolog.read).isLessThan(1_000_000);
    assertThat(second.end()).hasMessageContaining("longer than 1 MiB");
    assertThat(tag.read).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<HealthData><Record x=\"|>",
        "<HealthData><!-- |<",
        "<HealthData><?x |>",
        "<HealthData><![CDATA[|<",
        "<HealthData>|<a>"
      })
  void read_whenSomethingNeverEnds_thenRefusedInBoundedMemory(String text) {
    String[] parts = text.split("\\|");
    Endless rest = new Endless(parts[1]);

    Readings readings =
        Readings.of(
            new AppleHealth(),
            new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream(parts[0].getBytes(StandardCharsets.UTF_8)),
                new Limit(rest, 40_000_000)),
            0);

    assertThat(readings.end()).isNotNull();
    assertThat(rest.read).isLessThan(40_000_000);
  }

  @Test
  void read_whenEveryNameIsAnother_thenRefused() {
    StringBuilder names = new StringBuilder("<HealthData>");
    for (int i = 0; i < 10_000; i++) {
      names.append("<n").append(i).append("/>");
    }

    assertThat(read(names + "</HealthData>").all()).hasSizeLessThan(600);
  }

  /** A file that ends, so that a test that fails does. */
  private static final class Limit extends java.io.FilterInputStream {

    private long left;

    Limit(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    @Override
    public int read() throws java.io.IOException {
      return left-- > 0 ? super.read() : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws java.io.IOException {
      if (left <= 0) {
        return -1;
      }
      int got = super.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(got, 0);
      return got;
    }
  }

  /** A file without an end. */
  private static final class Endless extends InputStream {

    private final byte[] text;
    private long read;

    Endless(String text) {
      this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      return text[(int) (read++ % text.length)];
    }
  }
}
