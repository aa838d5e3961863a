package org.equipoise.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;

/** From nothing to ready, and how much slower the first call is than the ones after it. */
final class StartMeasure {

  private static final int NEXT = 50;

  /** The first validated write against the median of the next ones. */
  private static final double MOST = 2;

  private final Clients clients;
  private final List<String> heap;
  private final Report report;

  StartMeasure(Clients clients, List<String> heap, Report report) {
    this.clients = clients;
    this.heap = heap;
    this.report = report;
  }

  void run(String database, List<String> arguments, int rounds) throws Exception {
    List<Double> wall = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> resident = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    report.heading(
        "Start on " + database + ", JDK " + Runtime.version() + ", " + String.join(" ", flags()));
    for (int round = 0; round <= rounds; round++) {
      try (Server server =
          Server.start(log(database, round), flags(), clients.scribeOnly(arguments))) {
        TimeUnit.SECONDS.sleep(1);
        double memory = server.residentMiB();
        Client scribe = clients.scribe(server.address());
        if (round == 0) {
          report.row("start, empty " + database + ", schema made", "wall s", server.wallSeconds());
          report.row("start, empty " + database + ", schema made", "CPU s", server.cpuSeconds());
          scribe.post("", TestRecords.household()).ok(Bundle.class);
        } else {
          wall.add(server.wallSeconds());
          cpu.add(server.cpuSeconds());
          resident.add(memory);
          scribe.token();
          first.add(
              ratio(
                  "write of an AI note",
                  () -> scribe.post("DocumentReference", TestRecords.plainNote(Cases.PATIENT))));
        }
      }
    }
    report.row("start, " + database + " with schema", "wall s", Samples.of(wall));
    report.row("start, " + database + " with schema", "CPU s", Samples.of(cpu));
    report.row("resident after start, " + database, "MiB", Samples.of(resident));
    report.row(
        "first validated write / median of the next 50", "ratio", Samples.of(first).median(), MOST);
  }

  /** The first call of each operation on a server that has just started, against the next ones. */
  void firstCalls(String database, List<String> arguments) throws Exception {
    report.heading("First calls after a start on " + database);
    try (Server server = Server.start(log(database, -1), flags(), clients.both(arguments))) {
      Client scribe = clients.scribe(server.address());
      Client patient = clients.patient(server.address());
      patient
          .post("Patient/" + Cases.PATIENT + "/$decide-ai-use", Cases.permit())
          .ok(Parameters.class);
      String note =
          "DocumentReference/"
              + scribe
                  .post("DocumentReference", TestRecords.plainNote(Cases.PATIENT))
                  .ok(DocumentReference.class)
                  .getIdElement()
                  .getIdPart();
      ratio(
          "$attach-explanation",
          () -> OperationMeasure.attach(scribe, note, "explanation", Cases.givenExplanation()));
      ratio(
          "$attach-consent",
          () -> OperationMeasure.attach(patient, note, "consent", Cases.permit()));
      ratio(
          "$attach-explanation, generate",
          () -> OperationMeasure.attach(scribe, note, "explanation", Cases.generatedExplanation()));
      ratio(
          "transaction of note and Provenance",
          () -> scribe.post("", TestRecords.noteWithProvenance(Cases.PATIENT)));
    }
  }

  private Path log(String database, int round) {
    return report.folder().resolve("start-%s-%d.log".formatted(database, round));
  }

  private double ratio(String what, Measured.Call call) {
    List<Double> next = new ArrayList<>();
    Client.Answer first = call.send();
    first.ok(Resource.class);
    for (int i = 0; i < NEXT; i++) {
      Client.Answer answer = call.send();
      answer.ok(Resource.class);
      next.add(answer.millis());
    }
    report.row("first " + what, "ms", first.millis());
    report.row("next " + what, "ms", Samples.of(next));
    return first.millis() / Samples.of(next).median();
  }

  private List<String> flags() {
    List<String> flags = new ArrayList<>(Server.DEVELOPMENT);
    flags.addAll(heap);
    return flags;
  }
}
