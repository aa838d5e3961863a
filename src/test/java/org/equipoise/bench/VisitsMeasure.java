package org.equipoise.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.FhirR4;
import org.equipoise.visits.LoadReport;
import org.equipoise.visits.Visit;
import org.equipoise.visits.VisitClients;
import org.equipoise.visits.VisitLoader;

/**
 * The 120 notes of the real visits, with both operations on each, through a server with a small
 * heap.
 */
final class VisitsMeasure {

  private static final String SECRET = "only-in-the-bench";

  private final Path data;
  private final Report report;

  VisitsMeasure(Path data, Report report) {
    this.data = data;
    this.report = report;
  }

  void run(List<String> heap, List<String> arguments) throws IOException, InterruptedException {
    List<Visit> visits = Visit.readAll(data);
    Path clients = report.folder().resolve("visit-clients.properties");
    VisitClients.write(visits, SECRET, clients);
    List<String> all = new ArrayList<>(arguments);
    all.add("--spring.profiles.active=demo");
    all.add("--spring.config.additional-location=file:" + clients.toAbsolutePath());
    Path pauses = report.folder().resolve("visits-gc.log");
    List<String> flags = new ArrayList<>(Server.DEVELOPMENT);
    flags.addAll(heap);
    flags.add("-Xlog:gc:file=" + pauses.toAbsolutePath());
    report.heading(
        "120 notes, each explained in two languages and consented to, " + String.join(" ", heap));
    try (Server server = Server.start(report.folder().resolve("visits.log"), flags, all)) {
      report.row("resident after start", "MiB", server.residentMiB());
      LoadReport loaded =
          new VisitLoader(
                  FhirR4.context(),
                  URI.create(server.address().toString()),
                  visits,
                  SECRET,
                  line -> {})
              .load();
      report.row("load", "s", loaded.seconds());
      report.row("calls that failed", "count", loaded.failures().size(), 0);
      report.row("resident after the notes", "MiB", server.residentMiB());
      report.row("most resident memory", "MiB", server.mostResidentMiB());
      report.append("visits.txt", loaded.print());
    }
    try (Stream<String> lines = Files.lines(pauses)) {
      report.row(
          "full collections, start included",
          "count",
          lines.filter(line -> line.contains("Pause Full")).count());
    }
  }
}
