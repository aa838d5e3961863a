package org.equipoise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Scripts of others, run in place: the same requests as those that a peer's figures were measured
 * with.
 */
final class ScriptMeasure {

  private static final int PATIENCE_MINUTES = 8;

  private final Report report;

  ScriptMeasure(Report report) {
    this.report = report;
  }

  void run(Path scripts, Server server, Client scribe, Postgres postgres)
      throws IOException, InterruptedException {
    report.heading("Plain FHIR work by the scripts in " + scripts.getFileName());
    ProcessBuilder script = new ProcessBuilder("bench/plain-scripts").inheritIO();
    script
        .environment()
        .putAll(
            Map.of(
                "BASE", server.address() + "/fhir",
                "TOKEN", scribe.token(),
                "CONNINFO", postgres.connection(),
                "SCRIPTS", scripts.toString(),
                "OUT", report.folder().resolve("scripts").toString()));
    Process running = script.start();
    try {
      if (!running.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || running.exitValue() != 0) {
        throw new IllegalStateException("bench/plain-scripts failed");
      }
    } finally {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
  }
}
