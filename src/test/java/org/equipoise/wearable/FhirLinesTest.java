package org.equipoise.wearable;

import static org.assertj.core.api.Assertions.assertThat;

import org.equipoise.fhir.FhirR4;
import org.junit.jupiter.api.Test;

class FhirLinesTest {

  private static final String HEART_RATE =
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":"
          + "\"http://loinc.org\",\"code\":\"8867-4\"}]},\"subject\":{\"reference\":\"Patient/ada\"},"
          + "\"effectiveDateTime\":\"2026-11-20T08:00:00+01:00\",\"valueQuantity\":{\"value\":61.0,"
          + "\"unit\":\"beats\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"/min\"}}";

  private static Readings read(String... lines) {
    return Readings.of(new FhirLines(FhirR4.context(), "ada"), String.join("\n", lines));
  }

  @Test
  void read_whenNothingButAValue_thenItIsOneOfItsDay() {
    Reading.Value value = read(HEART_RATE).value(0);

    assertThat(value.measure()).isEqualTo(Measure.HEART_RATE);
    assertThat(value.value().toPlainString()).isEqualTo("61.0");
    assertThat(value.source()).isEqualTo(Source.UNKNOWN);
  }

  @Test
  void read_whenOnlyTheServersOwnWordsAreBesideIt_thenStillAValueOfItsDay() {
    Reading.Value value =
        read(HEART_RATE.replace(
                "\"status\"",
                "\"performer\":[{\"reference\":\"Patient/ada\"}],\"meta\":{\"security\":[{\"system\":"
                    + "\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"PATAST\"}]},"
                    + "\"status\""))
            .value(0);

    assertThat(value.measure()).isEqualTo(Measure.HEART_RATE);
  }

  @Test
  void read_whenThereIsMoreToIt_thenItIsKeptWhole() {
    Readings readings =
        read(
            HEART_RATE.replace("\"status\"", "\"note\":[{\"text\":\"on a run\"}],\"status\""),
            HEART_RATE.replace("\"final\"", "\"preliminary\""),
            HEART_RATE.replace("8867-4\"}", "8867-4\"},{\"system\":\"urn:x\",\"code\":\"hr\"}"),
            HEART_RATE.replace("8867-4", "99999-1"));

    assertThat(readings.all()).allMatch(Reading.Whole.class::isInstance);
    assertThat(readings.whole(0).observation().getNoteFirstRep().getText()).isEqualTo("on a run");
  }

  @Test
  void read_whenDeviceIsContainedOrReferredTo_thenItIsTheSource() {
    Readings readings =
        read(
            HEART_RATE.replace(
                "\"status\"",
                "\"contained\":[{\"resourceType\":\"Device\",\"id\":\"w\",\"manufacturer\":\"Acme\","
                    + "\"modelNumber\":\"W1\"}],\"device\":{\"reference\":\"#w\"},\"status\""),
            HEART_RATE.replace("\"status\"", "\"device\":{\"reference\":\"Device/7\"},\"status\""));

    assertThat(readings.value(0).source().device())
        .isEqualTo(new Source.Description(null, "Acme", "W1", null, null, null));
    assertThat(readings.value(1).source().reference()).isEqualTo("Device/7");
  }

  @Test
  void read_whenUnusable_thenThePlainReasonAndTheRestGoesOn() {
    Readings readings =
        read(
            HEART_RATE.replace("Patient/ada", "Patient/ben"),
            HEART_RATE.replace("+01:00", ""),
            HEART_RATE.replace("T08:00:00+01:00", ""),
            "{\"resourceType\":\"Patient\"}",
            "no json",
            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"colour\":\"red\"}",
            HEART_RATE,
            HEART_RATE.substring(0, 100));

    assertThat(readings.refusal(0)).contains("somebody else than the patient");
    assertThat(readings.refusal(1)).contains("has no time zone");
    assertThat(readings.refusal(2)).contains("names no time of day");
    assertThat(readings.refusal(3)).contains("It is a Patient");
    assertThat(readings.refusal(4)).contains("no FHIR R4 resource");
    assertThat(readings.refusal(5)).contains("no FHIR R4 resource");
    assertThat(readings.value(6).value()).isEqualTo("61.0");
    assertThat(readings.refusal(7)).contains("The file ends in the middle of this line");
    assertThat(readings.records()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void read_whenSubjectOrDeviceIsOfAnotherServer_thenRefused() {
    Readings readings =
        read(
            HEART_RATE.replace("Patient/ada", "https://elsewhere.example/fhir/Patient/ada"),
            HEART_RATE.replace(
                "\"status\"",
                "\"device\":{\"reference\":\"https://elsewhere.example/fhir/Device/7\"},\"status\""));

    assertThat(readings.refusal(0)).contains("somebody else");
    assertThat(readings.refusal(1)).contains("of another server");
  }

  @Test
  void read_whenDevicesHaveIdentifiersOnly_thenTheyAreApart_andOneOfNothingIsNone() {
    String device =
        "\"contained\":[{\"resourceType\":\"Device\",\"id\":\"w\"%s}],"
            + "\"device\":{\"reference\":\"#w\"},\"status\"";
    Readings readings =
        read(
            HEART_RATE.replace(
                "\"status\"",
                device.formatted(",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"1\"}]")),
            HEART_RATE.replace(
                "\"status\"",
                device.formatted(",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"2\"}]")),
            HEART_RATE.replace("\"status\"", device.formatted(",\"status\":\"active\"")));

    assertThat(readings.value(0).source().key()).isNotEqualTo(readings.value(1).source().key());
    assertThat(readings.value(2).source()).isEqualTo(Source.UNKNOWN);
  }

  @Test
  void read_whenByteOrderMarkOrNul_thenTheFirstIsPassedOverAndTheOtherRefused() {
    Readings readings =
        read(
            "\uFEFF" + HEART_RATE,
            HEART_RATE.replace("\"beats\"", "\"a\\u0000b\""),
            HEART_RATE.replace("+01:00", "+01:00:30"));

    assertThat(readings.value(0).value()).isEqualTo("61.0");
    assertThat(readings.refusal(1)).contains("NUL");
    assertThat(readings.all().get(2)).isInstanceOf(Reading.Refused.class);
  }

  @Test
  void read_whenALineNeverEnds_thenOnlyThatLineIsLost() {
    Readings readings = read("x".repeat(3 << 20), HEART_RATE);

    assertThat(readings.refusal(0)).contains("longer than 1 MiB");
    assertThat(readings.value(1).value()).isEqualTo("61.0");
  }
}
