package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.SampledData;

/** Hands in wearable data as an app does, and reads back what came of it. */
final class Uploads {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String server;
  private final Api caller;
  private final String patient;

  Uploads(String server, Api caller, String patient) {
    this.server = server;
    this.caller = caller;
    this.patient = patient;
  }

  /** The answer to a kick-off. */
  HttpResponse<String> send(String format, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    server
                        + "/fhir/Patient/"
                        + patient
                        + "/$ingest-wearable?source=Heartly&format="
                        + format))
            .header("Authorization", "Bearer " + caller.token())
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Api.send(request.build());
  }

  HttpResponse<String> sendAsync(String format, String body) {
    return send(format, body.getBytes(StandardCharsets.UTF_8), "Prefer", "respond-async");
  }

  /** Sends, waits for the end, and answers what came of it. */
  Parameters done(String format, String body) {
    return done(sendAsync(format, body));
  }

  Parameters done(HttpResponse<String> kickedOff) {
    assertThat(kickedOff.statusCode()).as(kickedOff.body()).isEqualTo(202);
    return await(status(kickedOff));
  }

  /** The address of the status, below the FHIR base. */
  static String status(HttpResponse<String> kickedOff) {
    return kickedOff
        .headers()
        .firstValue("Content-Location")
        .orElseThrow()
        .replaceFirst(".*/fhir/", "");
  }

  Parameters await(String status) {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      Api.Answer answer = caller.get(status);
      if (answer.status() == 200) {
        return answer.as(Parameters.class);
      }
      assertThat(answer.status()).as(answer.body()).isEqualTo(202);
      assertThat(answer.header("X-Progress")).isPresent();
      assertThat(answer.header("Retry-After")).isPresent();
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("It did not end: " + status);
  }

  /** What stands at an address below the FHIR base. */
  String text(String address) {
    return caller.get(address).body();
  }

  static int count(Parameters outcome, String name) {
    return ((org.hl7.fhir.r4.model.IntegerType) outcome.getParameter(name).getValue()).getValue();
  }

  /** Data points of Open mHealth, one a minute from {@code start} on. */
  static String heartRates(String start, int values, IntFunction<String> value) {
    Instant from = Instant.parse(start);
    return IntStream.range(0, values)
        .mapToObj(i -> heartRate(from.plusSeconds(60L * i).toString(), value.apply(i)))
        .collect(Collectors.joining("\n"));
  }

  static String heartRate(String time, String value) {
    return "{\"header\":{\"schema_id\":{\"namespace\":\"omh\",\"name\":\"heart-rate\",\"version\":\"2.0\"},"
        + "\"acquisition_provenance\":{\"source_name\":\"Heartly band\",\"modality\":\"sensed\"}},"
        + "\"body\":{\"heart_rate\":{\"value\":"
        + value
        + ",\"unit\":\"beats/min\"},\"effective_time_frame\":{\"date_time\":\""
        + time
        + "\"}}}";
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** The Observations of a day, as a search by day finds them. */
  List<Observation> ofDay(String day, String loinc) {
    return caller
        .get("Observation?date=" + day + "&code=http://loinc.org%7C" + loinc + "&_count=200")
        .ok(Bundle.class)
        .getEntry()
        .stream()
        .map(entry -> (Observation) entry.getResource())
        .toList();
  }

  /** Every value of a code on record with its time, read as a client would. */
  Map<Instant, BigDecimal> values(String loinc) {
    Map<Instant, BigDecimal> values = new TreeMap<>();
    List<Observation> all = new ArrayList<>();
    String next = "Observation?code=http://loinc.org%7C" + loinc + "&_count=100";
    while (next != null) {
      Bundle page = caller.get(next).ok(Bundle.class);
      page.getEntry().forEach(entry -> all.add((Observation) entry.getResource()));
      next =
          page.getLink("next") == null
              ? null
              : page.getLink("next").getUrl().replaceFirst(".*/fhir/?", "");
    }
    for (Observation observation : all) {
      if (observation.hasValueQuantity()) {
        put(
            values,
            Instant.from(
                java.time.OffsetDateTime.parse(
                    observation.getEffective() instanceof Period period
                        ? period.getStartElement().getValueAsString()
                        : observation.getEffectiveDateTimeType().getValueAsString())),
            observation.getValueQuantity().getValue());
        continue;
      }
      SampledData sampled = observation.getComponentFirstRep().getValueSampledData();
      Instant start = observation.getEffectivePeriod().getStart().toInstant();
      String[] data = sampled.getData().split(" ");
      String offsets =
          sampled.getExtensionString(
              "http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets");
      String[] at = offsets == null ? null : offsets.split(" ");
      for (int i = 0; i < data.length; i++) {
        if (!data[i].equals("E")) {
          long offset =
              at == null ? i * sampled.getPeriod().longValueExact() : Long.parseLong(at[i]);
          put(values, start.plusMillis(offset), new BigDecimal(data[i]));
        }
      }
    }
    return values;
  }

  private static void put(Map<Instant, BigDecimal> values, Instant time, BigDecimal value) {
    assertThat(values.put(time, value)).as("a second value at " + time).isNull();
  }
}
