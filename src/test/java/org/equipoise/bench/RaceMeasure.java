package org.equipoise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;

/** Sixteen calls at the same time: the same call, or different ones on one document. */
final class RaceMeasure {

  private static final int CALLS = 16;

  private final Client scribe;
  private final Client patient;
  private final Report report;

  RaceMeasure(Client scribe, Client patient, Report report) {
    this.scribe = scribe;
    this.patient = patient;
    this.report = report;
  }

  void run() throws Exception {
    report.heading(CALLS + " calls at the same time on one document");
    String note = note();
    Parameters same = Cases.givenExplanation();
    race(
        "same $attach-explanation",
        () -> OperationMeasure.attach(scribe, note, "explanation", same));
    report.row(
        "explanations stored by the same $attach-explanation", "count", explanations(note, ""), 1);

    String other = note();
    race(
        "different $attach-explanation",
        () -> OperationMeasure.attach(scribe, other, "explanation", Cases.givenExplanation()));
    report.row(
        "explanations stored by different $attach-explanation", "count", explanations(other, ""));
    report.row("of these current", "count", explanations(other, "&status=current"), 1);

    String third = note();
    Parameters decision = Cases.permit();
    race(
        "same $attach-consent", () -> OperationMeasure.attach(patient, third, "consent", decision));
    report.row("consents stored by the same $attach-consent", "count", consents(third, ""), 1);

    String fourth = note();
    race(
        "different $attach-consent",
        () -> OperationMeasure.attach(patient, fourth, "consent", Cases.permit()));
    report.row("consents stored by different $attach-consent", "count", consents(fourth, ""));
    report.row("of these active", "count", consents(fourth, "&status=active"), 1);
  }

  private void race(String name, Callable<Client.Answer> call) throws Exception {
    scribe.token();
    patient.token();
    ExecutorService callers = Executors.newFixedThreadPool(CALLS);
    try {
      CyclicBarrier start = new CyclicBarrier(CALLS);
      List<Future<Client.Answer>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(
            callers.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      List<Client.Answer> answers = new ArrayList<>();
      for (Future<Client.Answer> one : calls) {
        answers.add(one.get());
      }
      answers.stream()
          .filter(answer -> answer.status() / 100 != 2)
          .forEach(
              answer ->
                  report.append(
                      "refused.txt",
                      name + ": " + answer.status() + " " + new String(answer.body())));
      report.row(
          name + ": not 2xx",
          "count",
          answers.stream().filter(answer -> answer.status() / 100 != 2).count(),
          0);
      report.row(name, "ms", Samples.of(answers.stream().map(Client.Answer::millis).toList()));
    } finally {
      callers.shutdownNow();
    }
  }

  private String note() {
    return OperationMeasure.idOf(
        scribe.post("", TestRecords.noteWithProvenance(Cases.PATIENT)).ok(Bundle.class), 0);
  }

  private long explanations(String note, String more) {
    return scribe
        .get("DocumentReference?_count=100&relatesto=" + note + more)
        .ok(Bundle.class)
        .getEntry()
        .stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .map(DocumentReference.class::cast)
        .filter(
            one ->
                one.getRelatesTo().stream()
                    .anyMatch(relation -> relation.getTarget().getReference().equals(note)))
        .count();
  }

  private long consents(String note, String more) {
    return scribe.get("Consent?_count=100&data=" + note + more).ok(Bundle.class).getEntry().size();
  }
}
