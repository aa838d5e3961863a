package org.equipoise.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Parameters;
import org.slf4j.LoggerFactory;

/**
 * Runs the measures that are named as arguments, or all. System properties: {@code
 * bench.server-class-path} (class path of the servers), {@code bench.out} (folder for results),
 * {@code bench.rounds} (measured rounds, 30), {@code bench.starts} (measured starts, 3), {@code
 * bench.events} (generated access events, 10,000,000), {@code bench.heap} (heap flags of the
 * servers), {@code bench.scripts} (folder of scripts for plain FHIR work) and {@code
 * equipoise.test-data} (folder of the visits); what needs one of the last two is left out where it
 * is blank.
 */
public final class Bench {

  private static final List<String> MEASURES =
      List.of(
          "operations",
          "races",
          "plain",
          "access",
          "consent",
          "ingest",
          "audit",
          "scripts",
          "start",
          "visits");

  private final Report report =
      new Report(Path.of(System.getProperty("bench.out", "target/bench")));
  private final Clients clients = new Clients();
  private final int rounds = Integer.getInteger("bench.rounds", 30);
  private final List<String> heap =
      List.of(System.getProperty("bench.heap", "-Xmx512m").split(" "));
  private final long events = Long.getLong("bench.events", 10_000_000);
  private final int starts = Integer.getInteger("bench.starts", 3);

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    Set<String> wanted =
        Set.of(arguments.length == 0 ? MEASURES.toArray(String[]::new) : arguments);
    if (!MEASURES.containsAll(wanted)) {
      throw new IllegalArgumentException("Measures are " + MEASURES);
    }
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    new Bench().run(wanted);
    // HAPI leaves threads behind in this JVM.
    System.exit(0);
  }

  private void run(Set<String> wanted) throws Exception {
    try (Postgres postgres = Postgres.start()) {
      if (wanted.stream().anyMatch(Set.of("operations", "races", "plain")::contains)) {
        warm(postgres, wanted);
      }
      if (wanted.contains("access")) {
        postgres.empty();
        new AccessMeasure(clients, report).run(postgres.arguments(), rounds);
      }
      if (wanted.contains("consent")) {
        postgres.empty();
        new ConsentMeasure(clients, report).run(postgres.arguments(), rounds);
      }
      if (wanted.contains("ingest")) {
        postgres.empty();
        new IngestMeasure(clients, report).run(heap, postgres.arguments(), rounds);
      }
      if (wanted.contains("audit")) {
        postgres.empty();
        new AuditMeasure(clients, report).run(postgres.arguments(), rounds);
        postgres.empty();
        new ReportMeasure(clients, report, postgres).run(heap, rounds, events);
      }
      String scripts = System.getProperty("bench.scripts", "");
      if (wanted.contains("scripts") && !scripts.isBlank()) {
        postgres.empty();
        try (Server server =
            Server.start(
                report.folder().resolve("scripts.log"),
                Server.DEVELOPMENT,
                clients.scribeOnly(postgres.arguments()))) {
          new ScriptMeasure(report)
              .run(Path.of(scripts), server, clients.scribe(server.address()), postgres);
        }
      }
      if (wanted.contains("start")) {
        postgres.empty();
        StartMeasure start = new StartMeasure(clients, heap, report);
        start.run("PostgreSQL", postgres.arguments(), starts);
        start.firstCalls("PostgreSQL", postgres.arguments());
        Path file = report.folder().resolve("h2-" + ProcessHandle.current().pid()).toAbsolutePath();
        start.run(
            "H2",
            List.of("--spring.datasource.url=jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE"),
            starts);
      }
      String data = System.getProperty("equipoise.test-data", "");
      if (wanted.contains("visits") && data.isBlank()) {
        System.out.println("The visits are left out: equipoise.test-data names no folder");
      } else if (wanted.contains("visits")) {
        postgres.empty();
        new VisitsMeasure(Path.of(data), report).run(heap, postgres.arguments());
      }
    }
  }

  private void warm(Postgres postgres, Set<String> wanted) throws Exception {
    try (Server server =
        Server.start(
            report.folder().resolve("server.log"),
            Server.DEVELOPMENT,
            clients.both(postgres.arguments()))) {
      Client scribe = clients.scribe(server.address());
      Client patient = clients.patient(server.address());
      scribe.post("", TestRecords.household()).ok(Bundle.class);
      patient
          .post("Patient/" + Cases.PATIENT + "/$decide-ai-use", Cases.permit())
          .ok(Parameters.class);
      if (wanted.contains("operations")) {
        new OperationMeasure(scribe, patient, postgres, report).run(rounds);
      }
      if (wanted.contains("races")) {
        new RaceMeasure(scribe, patient, report).run();
      }
      if (wanted.contains("plain")) {
        new PlainMeasure(scribe, patient, postgres, report).run(rounds);
      }
    }
  }
}
