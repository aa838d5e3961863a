package org.equipoise.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.equipoise.fhir.FhirR4;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;

/**
 * Taking in wearable data: values a second against plain transaction Bundles of one Observation
 * each, in turn on one server; whether a value costs the same among many; the memory that a year of
 * one-minute heart rates takes; and that a server killed in the middle loses and repeats nothing.
 */
final class IngestMeasure {

  private static final int BUNDLE = 100;
  private static final int UPLOAD = 10_000;
  private static final int YEAR = 525_600;
  private static final double RATE_AIM = 3;
  private static final double FLAT_AIM = 1.2;
  private static final double MEMORY_AIM = 512;
  private static final Duration PATIENCE = Duration.ofHours(1);

  /** Each piece of data is of a time of its own: none repeats another. */
  private Instant next = Instant.parse("2019-01-01T00:00:00Z");

  private final Clients clients;
  private final Report report;
  private final HttpClient http = HttpClient.newHttpClient();

  IngestMeasure(Clients clients, Report report) {
    this.clients = clients;
    this.report = report;
  }

  void run(List<String> heap, List<String> arguments, int rounds) throws Exception {
    List<String> flags = new ArrayList<>(Server.DEVELOPMENT);
    flags.addAll(heap);
    List<String> all = new ArrayList<>(clients.both(arguments));
    all.add("--equipoise.wearables.lease=5s");
    all.add("--equipoise.wearables.max-upload=1GB");
    Path log = report.folder().resolve("ingest.log");
    report.heading("Wearable data");
    try (Server server = Server.start(log, flags, all)) {
      clients.scribe(server.address()).post("", TestRecords.household()).ok(Bundle.class);
      double idle = server.residentMiB();
      rate(server, rounds);
      flat(server, rounds);
      report.row(
          "memory beyond that after start, at most",
          "MiB",
          server.mostResidentMiB() - idle,
          MEMORY_AIM);
    }
    if (rounds > 1) {
      year(flags, all, log);
    }
    killed(flags, all, log);
  }

  private void rate(Server server, int rounds) throws Exception {
    List<Double> plain = new ArrayList<>();
    List<Double> ingested = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    Client patient = clients.patient(server.address());
    for (int i = 0; i < rounds + 1; i++) {
      Bundle bundle = bundle();
      double millis = patient.post("", bundle).millis();
      double seconds = upload(server, UPLOAD, "rate");
      if (i > 0) {
        plain.add(BUNDLE / millis * 1000);
        ingested.add(UPLOAD / seconds);
        ratios.add(UPLOAD / seconds / (BUNDLE / millis * 1000));
      }
    }
    report.row("transaction Bundles of " + BUNDLE + " Observations", "values/s", Samples.of(plain));
    report.row("$ingest-wearable of " + UPLOAD, "values/s", Samples.of(ingested));
    report.row("ratio, aim at least " + RATE_AIM, "", Samples.of(ratios));
  }

  private Bundle bundle() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int i = 0; i < BUNDLE; i++) {
      Observation observation = Cases.observation(i);
      observation.setEffective(new DateTimeType(time()));
      bundle
          .addEntry()
          .setResource(observation)
          .getRequest()
          .setMethod(Bundle.HTTPVerb.POST)
          .setUrl("Observation");
    }
    return bundle;
  }

  private String time() {
    next = next.plusSeconds(60);
    return next.toString();
  }

  /** 10 thousand values, 100 thousand, and where there is time for it a million. */
  private void flat(Server server, int rounds) throws Exception {
    double first = 0;
    for (int values :
        rounds < 3 ? new int[] {UPLOAD, 100_000} : new int[] {UPLOAD, 100_000, 1_000_000}) {
      double microseconds = upload(server, values, "flat") / values * 1e6;
      first = first == 0 ? microseconds : first;
      report.row("a value among " + values, "µs", microseconds, FLAT_AIM * first);
    }
  }

  private void year(List<String> flags, List<String> arguments, Path log) throws Exception {
    try (Server server = Server.start(log, flags, arguments)) {
      double idle = server.residentMiB();
      double seconds = upload(server, YEAR, "year");
      report.row("a year of one-minute heart rates", "s", seconds);
      report.row(
          "memory beyond that after start, at most",
          "MiB",
          server.mostResidentMiB() - idle,
          MEMORY_AIM);
    }
  }

  /** Killed while days are written, and started again. */
  private void killed(List<String> flags, List<String> arguments, Path log) throws Exception {
    int values = 100 * 1440;
    String status;
    try (Server server = Server.start(log, flags, arguments)) {
      status = kickOff(server, file(values, "killed"));
      while (!ask(server, status).headers().firstValue("X-Progress").orElse("").startsWith("All")) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      server.kill();
    }
    try (Server server = Server.start(log, flags, arguments)) {
      Parameters outcome = await(server, status);
      int accepted = count(outcome, "accepted");
      if (accepted != values || count(outcome, "duplicate") != 0) {
        throw new IllegalStateException(
            "Killed and started again, it took " + accepted + " of " + values);
      }
      int twice = count(await(server, kickOff(server, file(values, "killed"))), "duplicate");
      if (twice != values) {
        throw new IllegalStateException("Sent again, it knew " + twice + " of " + values);
      }
      report.row("values lost or repeated by kill -9 and restart", "", 0, 0);
    }
  }

  private double upload(Server server, int values, String source) throws Exception {
    Path file = file(values, source);
    long start = System.nanoTime();
    Parameters outcome = await(server, kickOff(server, file));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (count(outcome, "accepted") != values) {
      throw new IllegalStateException("It took " + count(outcome, "accepted") + " of " + values);
    }
    return seconds;
  }

  /** A value a minute, as NDJSON of Open mHealth; the name of the device keeps uploads apart. */
  private Path file(int values, String device) throws IOException {
    Path file = report.folder().resolve("ingest-" + device + ".ndjson");
    boolean anew = device.equals("killed");
    Instant from = anew ? Instant.parse("2018-01-01T00:00:00Z") : next;
    try (var out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < values; i++) {
        out.write(
            "{\"header\":{\"schema_id\":{\"namespace\":\"omh\",\"name\":\"heart-rate\",\"version\":\"2.0\"},"
                + "\"acquisition_provenance\":{\"source_name\":\""
                + device
                + "\",\"modality\":\"sensed\"}},\"body\":{\"heart_rate\":{\"value\":"
                + (55 + i % 60)
                + ",\"unit\":\"beats/min\"},\"effective_time_frame\":{\"date_time\":\""
                + from.plusSeconds(60L * i)
                + "\"}}}\n");
      }
    }
    if (!anew) {
      next = next.plusSeconds(60L * values);
    }
    return file;
  }

  private String kickOff(Server server, Path file) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            request(
                    server,
                    server.address()
                        + "/fhir/Patient/"
                        + Cases.PATIENT
                        + "/$ingest-wearable?format=omh&source=bench")
                .header("Prefer", "respond-async")
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofFile(file))
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() != 202) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    String status = answer.headers().firstValue("Content-Location").orElseThrow();
    return status.substring(status.indexOf("/fhir/"));
  }

  private HttpRequest.Builder request(Server server, String address) {
    return HttpRequest.newBuilder(URI.create(address))
        .header("Authorization", "Bearer " + clients.patient(server.address()).token());
  }

  private HttpResponse<String> ask(Server server, String status)
      throws IOException, InterruptedException {
    return http.send(
        request(server, server.address() + status).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private Parameters await(Server server, String status) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      HttpResponse<String> answer = ask(server, status);
      if (answer.statusCode() == 200) {
        return FhirR4.context().newJsonParser().parseResource(Parameters.class, answer.body());
      }
      if (answer.statusCode() != 202) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IllegalStateException("It did not end within " + PATIENCE);
  }

  private static int count(Parameters outcome, String name) {
    return ((IntegerType) outcome.getParameter(name).getValue()).getValue();
  }
}
