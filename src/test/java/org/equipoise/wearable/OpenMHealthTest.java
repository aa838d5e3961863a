package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.Test;

class OpenMHealthTest {

  private static String point(String schema, String body) {
    return """
    {"header": {"id": "1", "creation_date_time": "2026-11-20T08:00:01Z",
      "schema_id": {"namespace": "omh", "name": "%s", "version": "2.0"},
      "acquisition_provenance": {"source_name": "Heartly band", "modality": "sensed"}},
     "body": {%s, "effective_time_frame": {"date_time": "2026-11-20T08:00:00+01:00"}}}
    """
        .formatted(schema, body)
        .replace("\n", " ")
        .strip();
  }

  private static final String HEART_RATE =
      point("heart-rate", "\"heart_rate\": {\"value\": 61.50, \"unit\": \"beats/min\"}");

  private static Readings read(String file) {
    return Readings.of(new OpenMHealth(), file);
  }

  @Test
  void read_whenArray_thenEachPoint() {
    Readings readings = read("\n[" + HEART_RATE + ",\n" + HEART_RATE + "]");

    assertThat(readings.records()).containsExactly(1L, 2L);
    Reading.Value value = readings.value(0);
    assertThat(value.measure()).isEqualTo(Measure.HEART_RATE);
    assertThat(value.value().toPlainString()).isEqualTo("61.50");
    assertThat(value.unit()).isEqualTo("/min");
    assertThat(value.source().device().name()).isEqualTo("Heartly band");
    assertThat(When.text(value.when().start())).isEqualTo("2026-11-20T08:00:00+01:00");
  }

  @Test
  void read_whenLines_thenABrokenOneHarmsNoOther() {
    Readings readings = read(HEART_RATE + "\n{\"header\": \n\n" + HEART_RATE + "\n{\"header\": {");

    assertThat(readings.records()).containsExactly(1L, 2L, 4L, 5L);
    assertThat(readings.refusal(1)).isEqualTo("The line is no JSON");
    assertThat(readings.refusal(3)).contains("ends in the middle of this line");
    assertThat(readings.end()).isNull();
  }

  @Test
  void read_whenALineHoldsTwo_thenRefusedAndNoneIsLostInSilence() {
    Readings readings = read(HEART_RATE + HEART_RATE + "\n" + HEART_RATE + "\n");

    assertThat(readings.refusal(0)).contains("more than one value");
    assertThat(readings.value(1).value()).isEqualTo("61.50");
  }

  @Test
  void read_whenTheFirstLineIsBroken_thenTheOthersAreTaken() {
    Readings readings = read("{\"header\": {\n" + HEART_RATE + "\n" + HEART_RATE + "\n");

    assertThat(readings.refusal(0)).isEqualTo("The line is no JSON");
    assertThat(readings.records()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void read_whenBytesLookLikeAnotherEncoding_thenItEndsThereInWords() {
    Readings readings = read("[\0\0\0");

    assertThat(readings.all()).isEmpty();
    assertThat(readings.end()).isNotNull();
  }

  @Test
  void read_whenOnePointOverManyLines_thenItIsOne() {
    assertThat(read(HEART_RATE.replace("{\"value\"", "\n{\n\"value\"")).all()).hasSize(1);
  }

  @Test
  void read_whenArrayIsCutOff_thenWhatWasWholeIsKept() {
    Readings readings = read("[" + HEART_RATE + "," + HEART_RATE.substring(0, 80));

    assertThat(readings.all()).hasSize(1);
    assertThat(readings.end()).hasMessageContaining("ends in the middle");
    assertThat(readings.end().record()).isEqualTo(2);
  }

  @Test
  void read_whenIntervalWithDuration_thenStartAndEnd() {
    String steps =
        """
        {"header": {"schema_id": {"name": "step-count"}, "modality": "sensed"},
         "body": {"step_count": 120, "effective_time_frame": {"time_interval":
           {"start_date_time": "2026-11-20T08:00:00Z", "duration": {"value": 15, "unit": "min"}}}}}
        """
            .replace("\n", " ");

    Reading.Value value = read(steps).value(0);

    assertThat(value.unit()).isEqualTo("{steps}");
    assertThat(When.text(value.when().end())).isEqualTo("2026-11-20T08:15:00Z");
  }

  @Test
  void read_whenBloodPressure_thenOnePanel() {
    Observation pressure =
        read(point(
                "blood-pressure",
                "\"systolic_blood_pressure\": {\"value\": 120, \"unit\": \"mmHg\"},"
                    + " \"diastolic_blood_pressure\": {\"value\": 80, \"unit\": \"mmHg\"},"
                    + " \"position_during_measurement\": \"sitting\""))
            .whole(0)
            .observation();

    assertThat(pressure.getComponent()).hasSize(2);
    assertThat(pressure.getComponent().get(1).getValueQuantity().getCode()).isEqualTo("mm[Hg]");
    assertThat(pressure.getMethod().getText()).isEqualTo("position during measurement: sitting");
  }

  @Test
  void read_whenAQualifierComesAlong_thenItIsKeptBesideTheValue() {
    Observation rate =
        read(point(
                "heart-rate",
                "\"heart_rate\": {\"value\": 61, \"unit\": \"beats/min\"},"
                    + " \"temporal_relationship_to_physical_activity\": \"at rest\""))
            .whole(0)
            .observation();

    assertThat(rate.getValueQuantity().getValue()).isEqualByComparingTo("61");
    assertThat(rate.getMethod().getText())
        .isEqualTo("temporal relationship to physical activity: at rest");
  }

  @Test
  void read_whenActivity_thenItsNameAndDistance() {
    Observation walk =
        read(point(
                "physical-activity",
                "\"activity_name\": \"walking\", \"distance\": {\"value\": 1.5, \"unit\": \"mi\"}"))
            .whole(0)
            .observation();

    assertThat(((CodeableConcept) walk.getValue()).getText()).isEqualTo("walking");
    assertThat(walk.getComponentFirstRep().getValueQuantity().getCode()).isEqualTo("[mi_i]");
  }

  @Test
  void read_whenUnusable_thenThePlainReason() {
    Readings readings =
        read(
            String.join(
                "\n",
                point("heart-rate", "\"heart_rate\": {\"value\": 61, \"unit\": \"bpm\"}"),
                HEART_RATE.replace("08:00:00+01:00", "08:00:00"),
                HEART_RATE.replace("T08:00:00+01:00", ""),
                HEART_RATE.replace("heart-rate", "mood"),
                "{\"a\": 1}",
                HEART_RATE.replace("2026-11-20T08:00:00+01:00", "-999999999-01-01T00:00:00Z"),
                "{\"header\": {}, \"body\": {\"x\": [" + "0,".repeat(5_000) + "0]}}"));

    assertThat(readings.refusal(0)).contains("'bpm' is no unit of Heart rate").contains("/min");
    assertThat(readings.refusal(1)).contains("has no time zone");
    assertThat(readings.refusal(2)).contains("names no time of day");
    assertThat(readings.refusal(3)).contains("The schema 'mood' is not one");
    assertThat(readings.refusal(4)).contains("no data point");
    assertThat(readings.refusal(5)).contains("no living person");
    assertThat(readings.refusal(6)).contains("too large");
  }
}
