package org.equipoise.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;

/** Plain FHIR work: the SQL statements that the peer's figures count too. */
final class PlainMeasure {

  private static final int WARM_UP = 10;
  private static final int OBSERVATIONS = 30;

  private final Client scribe;
  private final Client patient;
  private final Measured measured;
  private final Report report;

  PlainMeasure(Client scribe, Client patient, Postgres postgres, Report report) {
    this.scribe = scribe;
    this.patient = patient;
    this.measured = new Measured(postgres, report);
    this.report = report;
  }

  void run(int rounds) throws SQLException, IOException {
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < OBSERVATIONS; i++) {
      observations.add(scribe.post("Observation", Cases.observation(i)).ok(Observation.class));
    }
    Consent consent = consent();
    String search = "Observation?patient=" + Cases.PATIENT + "&category=vital-signs&_count=50";
    for (int i = 0; i < WARM_UP + rounds; i++) {
      if (i == WARM_UP) {
        measured.begin();
      }
      Observation observation = observations.get(i % OBSERVATIONS);
      String id = "Observation/" + observation.getIdElement().getIdPart();
      measured.run("read Observation", () -> scribe.get(id));
      measured.run("read Observation, as the patient", () -> patient.get(id));
      int found =
          measured
              .run("search 30 Observations", () -> scribe.get(search))
              .ok(Bundle.class)
              .getEntry()
              .size();
      if (found != OBSERVATIONS) {
        throw new IllegalStateException("The search found " + found + " Observations");
      }
      measured.run("search 30 Observations, as the patient", () -> patient.get(search));
      measured.run(
          "transaction of 3 (note, Provenance, Consent)",
          () -> scribe.post("", Cases.plainTransaction()));
      measured.run(
          "transaction of 3 (AI note, Provenance, Consent)",
          () -> scribe.post("", Cases.noteProvenanceConsent(consent)));
      measured.run(
          "create AI note",
          () -> scribe.post("DocumentReference", TestRecords.plainNote(Cases.PATIENT)));
      observation.getNote().clear();
      observation.addNote(new Annotation().setText("round " + i));
      measured.run("update Observation", () -> scribe.put(observation));
    }
    report.heading("Plain FHIR work on PostgreSQL");
    measured.report();
    report.row("search of 30", "SQL", measured.statements("search 30 Observations").median(), 4);
    report.row(
        "transaction of 3",
        "SQL",
        measured.statements("transaction of 3 (note, Provenance, Consent)").median(),
        16);
    metadata(rounds);
  }

  private Consent consent() {
    String note =
        OperationMeasure.idOf(
            scribe.post("", TestRecords.noteWithProvenance(Cases.PATIENT)).ok(Bundle.class), 0);
    return (Consent)
        OperationMeasure.attach(patient, note, "consent", Cases.permit())
            .ok(Parameters.class)
            .getParameter("return")
            .getResource();
  }

  private void metadata(int rounds) {
    List<Double> millis = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; i < rounds; i++) {
      Client.Answer answer = scribe.get("metadata", "Accept-Encoding", "gzip");
      millis.add(answer.millis());
      bytes = answer.body().length;
    }
    report.row("/metadata", "ms", Samples.of(millis));
    report.row("/metadata, gzipped", "kB", bytes / 1000.0, 50);
    report.row("/metadata, plain", "kB", scribe.get("metadata").body().length / 1000.0);
  }
}
