package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;

/** A year of one-minute heart rates goes in, and every value comes out at its time. */
@OnPostgres
class WearableYearOnPostgresTest extends ServerTest {

  private static final int MINUTES = 365 * 1440;
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  @Test
  void ingest_whenAYear_thenAResourceADayAndNoValueLost() throws IOException {
    Patient patient = new Patient();
    patient.setId("wear-fay");
    scribe().put(patient).ok(Patient.class);
    Uploads fay =
        new Uploads(server(), Api.as(server(), "wear-fay", SECRET, "patient/*.cruds"), "wear-fay");

    Parameters outcome =
        fay.done(fay.send("omh", year(), "Prefer", "respond-async", "Content-Encoding", "gzip"));

    assertThat(Uploads.count(outcome, "accepted")).isEqualTo(MINUTES);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_contribution where patient_id = 'wear-fay'",
                Integer.class))
        .isEqualTo(365);
    Map<Instant, BigDecimal> values = fay.values("8867-4");
    assertThat(values).hasSize(MINUTES);
    for (int i = 0; i < MINUTES; i += 997) {
      assertThat(values.get(START.plusSeconds(60L * i))).isEqualTo(Integer.toString(value(i)));
    }
    assertThat(fay.ofDay("2025-07-14", "8867-4"))
        .isNotEmpty()
        .hasSizeLessThanOrEqualTo(2)
        .allMatch(Observation::hasComponent);
  }

  private static int value(int minute) {
    return 50 + minute % 101;
  }

  private static byte[] year() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < MINUTES; i++) {
        out.write(
            (Uploads.heartRate(START.plusSeconds(60L * i).toString(), Integer.toString(value(i)))
                    + "\n")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    return packed.toByteArray();
  }
}
