package org.equipoise.bench;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/**
 * The report of who looked at one patient's record, among many access events of others, in monthly
 * partitions of the past year: how long it takes, and how much memory for a patient with very many.
 */
final class ReportMeasure {

  private static final int MONTHS = 12;
  private static final int MOST_OF_ONE = 1_000_000;
  private static final int EVENTS_OF_A_PATIENT = 500;
  private static final int MOST_PAGES = 200;
  private static final double AIM_MILLIS = 1_000;
  private static final double AIM_MEMORY = 256;
  private static final int WARM_UP = 5;

  private final Clients clients;
  private final Report report;
  private final Postgres postgres;

  ReportMeasure(Clients clients, Report report, Postgres postgres) {
    this.clients = clients;
    this.report = report;
    this.postgres = postgres;
  }

  /**
   * @param heap flags of the server
   * @param events that are generated in all
   */
  void run(List<String> heap, int rounds, long events) throws Exception {
    List<String> flags = new ArrayList<>(Server.DEVELOPMENT);
    flags.addAll(heap);
    Path log = report.folder().resolve("audit.log");
    report.heading("Report of who looked, among " + events + " access events");
    try (Server server = Server.start(log, flags, clients.withBen(postgres.arguments()))) {
      clients.scribe(server.address()).post("", TestRecords.household()).ok(Bundle.class);
      long start = System.nanoTime();
      long ofOne = Math.min(MOST_OF_ONE, events / 10);
      generate(events, ofOne);
      report.row("generating them", "s", (System.nanoTime() - start) / 1e9);
      usual(server, rounds);
      double idle = server.residentMiB();
      many(server, ofOne);
      report.row(
          "memory beyond that before it, at most",
          "MiB",
          server.mostResidentMiB() - idle,
          AIM_MEMORY);
    }
  }

  /** The patient of the bench has a few, {@code ben} has very many, others have the rest. */
  private void generate(long events, long ofOne) throws SQLException {
    YearMonth now = YearMonth.now(ZoneOffset.UTC);
    try (Connection connection = postgres.connect();
        Statement sql = connection.createStatement()) {
      for (int back = MONTHS; back >= 1; back--) {
        YearMonth month = now.minusMonths(back);
        sql.execute(
            "create table eqp_access_event_%s partition of eqp_access_event for values from ('%s 00:00+00') to ('%s 00:00+00')"
                .formatted(
                    month.toString().replace('-', '_'),
                    month.atDay(1),
                    month.plusMonths(1).atDay(1)));
      }
      long others = Math.max(1, (events - ofOne) / EVENTS_OF_A_PATIENT);
      insert(sql, ofOne, "'ben'");
      insert(sql, EVENTS_OF_A_PATIENT, "'" + Cases.PATIENT + "'");
      insert(sql, events - ofOne - EVENTS_OF_A_PATIENT, "'other-' || i % " + others);
      sql.execute("analyze eqp_access_event");
    }
  }

  private static void insert(Statement sql, long events, String patient) throws SQLException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    sql.execute(
        """
        insert into eqp_access_event (recorded, request, door, outcome, status, client, person, ground, address,
            patient, entities, more)
        select timestamptz '%s 00:00+00' - make_interval(secs => i * (%d.0 / %d)), 'generated-' || i,
            (array['READ', 'SEARCH', 'OPERATION', 'UPDATE'])[1 + i %% 4],
            case when i %% 50 = 0 then 4 else 0 end, case when i %% 50 = 0 then 404 else 200 end,
            'demo-practitioner', 'Practitioner/demo-practitioner',
            case when i %% 50 = 0 then 'NONE' else 'CARE' end, '127.0.0.1', %s,
            'Observation/' || i || '/_history/1 Observation/' || i + 1 || '/_history/1', 0
        from generate_series(1, %d) i
        """
            .formatted(today, MONTHS * 30L * 86_400, events, patient, events));
  }

  private void usual(Server server, int rounds) {
    Client patient = clients.patient(server.address());
    String start = "&start=" + LocalDate.now(ZoneOffset.UTC).minusYears(1);
    String[][] calls = {
      {"report of 90 days", "Patient/" + Cases.PATIENT + "/$access-report"},
      {"report of a year", "Patient/" + Cases.PATIENT + "/$access-report?_count=500" + start},
      {
        "report of a year, as a document",
        "Patient/" + Cases.PATIENT + "/$access-report?format=document" + start
      }
    };
    for (String[] call : calls) {
      List<Double> millis = new ArrayList<>();
      for (int i = -WARM_UP; i < rounds; i++) {
        Client.Answer answer = patient.get(call[1]);
        answer.ok(Resource.class);
        if (i >= 0) {
          millis.add(answer.millis());
        }
      }
      report.row(call[0] + ", some hundred events", "ms", Samples.of(millis), AIM_MILLIS);
    }
  }

  /** Page after page of the patient with very many. */
  private void many(Server server, long ofOne) {
    Client ben = clients.ben(server.address());
    String next =
        "Patient/ben/$access-report?_count=500&start="
            + LocalDate.now(ZoneOffset.UTC).minusYears(1);
    List<Double> millis = new ArrayList<>();
    while (next != null && millis.size() < MOST_PAGES) {
      Client.Answer answer = ben.get(next);
      Bundle page = answer.ok(Bundle.class);
      millis.add(answer.millis());
      next =
          page.getLink(Bundle.LINK_NEXT) == null
              ? null
              : URI.create(page.getLink(Bundle.LINK_NEXT).getUrl())
                  .toString()
                  .replaceFirst(".*/fhir/", "");
    }
    String what = "of one patient with " + ofOne + " events";
    report.row("first page of the report " + what, "ms", millis.get(0), AIM_MILLIS);
    report.row("each page of the report " + what, "ms", Samples.of(millis));
    report.row("pages that were read", "", millis.size());
  }
}
