package org.equipoise.wearable;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UrlType;

/** What is told of an upload. */
final class IngestAnswer {

  /** Refusals that stand in the outcome itself; the report has all of them. */
  static final int MOST_ISSUES = 20;

  private IngestAnswer() {}

  /** Plain words for whoever waits. */
  static OperationOutcome inWords(String words) {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .setDiagnostics(words);
    return outcome;
  }

  static Parameters taken(boolean replayed) {
    Parameters answer = new Parameters();
    answer
        .addParameter()
        .setName("return")
        .setResource(
            inWords("The data is here and will be read; Content-Location tells how far it is"));
    if (replayed) {
      answer.addParameter().setName("replayed").setValue(new BooleanType(true));
    }
    return answer;
  }

  static OperationOutcome failed(String id) {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(IssueType.EXCEPTION)
        .setDiagnostics(
            "The server failed to read this upload. What was written stands; send it again, and"
                + " what is there already is not written twice. Reference for its operator: "
                + id);
    return outcome;
  }

  /** How far it is, in at most 100 characters (FHIR Bulk Data: X-Progress). */
  static String progress(Ingest ingest, int waiting) {
    return switch (ingest.state()) {
      case RECEIVING -> "Receiving the data";
      case WAITING -> "Waiting for its turn";
      default ->
          ingest.allRead()
              ? "All "
                  + ingest.records()
                  + " records read; "
                  + waiting
                  + " parts wait to be written"
              : ingest.records() + " records read";
    };
  }

  /**
   * What came of it.
   *
   * @param stopped why it ended before it was through
   */
  static Parameters of(
      Ingest ingest,
      List<Ingest.Tally> tallies,
      List<Ingest.Refusal> refusals,
      Optional<Ingest.Refusal> stopped,
      String report) {
    Parameters answer = new Parameters();
    for (String outcome : List.of(Change.ACCEPTED, Change.DUPLICATE, Change.REJECTED)) {
      answer
          .addParameter()
          .setName(outcome)
          .setValue(
              number(
                  tallies.stream()
                      .filter(tally -> tally.outcome().equals(outcome))
                      .mapToLong(Ingest.Tally::amount)
                      .sum()));
    }
    stopped.ifPresent(
        why -> answer.addParameter().setName("stopped").setValue(new StringType(why.reason())));
    if (ingest.first() != null) {
      answer.addParameter().setName("first").setValue(time(ingest.first()));
      answer.addParameter().setName("last").setValue(time(ingest.last()));
    }
    Map<String, List<Ingest.Tally>> measures =
        tallies.stream()
            .filter(tally -> !tally.subject().isEmpty())
            .collect(
                Collectors.groupingBy(Ingest.Tally::subject, TreeMap::new, Collectors.toList()));
    measures.forEach(
        (measure, amounts) -> {
          ParametersParameterComponent stored = answer.addParameter().setName("stored");
          stored.addPart().setName("measure").setValue(new StringType(measure));
          amounts.forEach(
              tally -> stored.addPart().setName(tally.outcome()).setValue(number(tally.amount())));
        });
    if (ingest.refusals() > 0) {
      answer.addParameter().setName("report").setValue(new UrlType(report));
      OperationOutcome outcome = new OperationOutcome();
      refusals.forEach(refusal -> outcome.addIssue(issue(refusal)));
      answer.addParameter().setName("outcome").setResource(outcome);
    }
    return answer;
  }

  static OperationOutcome of(Ingest.Refusal refusal) {
    return new OperationOutcome().addIssue(issue(refusal));
  }

  private static OperationOutcomeIssueComponent issue(Ingest.Refusal refusal) {
    return new OperationOutcomeIssueComponent()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(IssueType.fromCode(refusal.code()))
        .setDiagnostics(of(refusal.amount(), refusal.record()) + refusal.reason());
  }

  private static String of(long amount, long record) {
    return switch (Math.toIntExact(Math.min(amount, 2))) {
      case 0 -> "";
      case 1 -> "Record " + record + ": ";
      default -> amount + " records, the first of them " + record + ": ";
    };
  }

  private static IntegerType number(long amount) {
    return new IntegerType(Math.toIntExact(amount));
  }

  private static DateTimeType time(Instant instant) {
    DateTimeType time = new DateTimeType(Date.from(instant));
    time.setTimeZoneZulu(true);
    return time;
  }
}
