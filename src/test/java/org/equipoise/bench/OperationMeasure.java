package org.equipoise.bench;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.equipoise.server.TestRecords;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Resource;

/**
 * Each operation against one plain transaction Bundle that writes the same resources, call by call,
 * the order changing at each round. The Bundle is sent by a scribe: a patient may not write
 * Provenance plainly, and a scribe may not write a Consent in force, so the Bundle's Consent is
 * {@code proposed}.
 */
final class OperationMeasure {

  private static final int WARM_UP = 12;

  /** An operation may take this much more than the Bundle, */
  private static final double MOST = 1.2;

  /** and these statements: look the request id up, claim it, keep the answer. */
  private static final int IDEMPOTENCY = 3;

  private final Client scribe;
  private final Client patient;
  private final Measured measured;
  private final Report report;

  OperationMeasure(Client scribe, Client patient, Postgres postgres, Report report) {
    this.scribe = scribe;
    this.patient = patient;
    this.measured = new Measured(postgres, report);
    this.report = report;
  }

  void run(int rounds) throws SQLException {
    for (int i = 0; i < WARM_UP + rounds; i++) {
      if (i == WARM_UP) {
        measured.begin();
      }
      boolean operationFirst = i % 2 == 0;
      explain("given", Cases::givenExplanation, operationFirst);
      explain("given, written by AI", Cases::givenByAi, operationFirst);
      consent(operationFirst);
      String note = note();
      measured.run(
          "$attach-explanation, generate",
          () -> attach(scribe, note, "explanation", Cases.generatedExplanation()));
    }
    report.heading("Operations against one plain transaction Bundle of the same resources");
    measured.report();
    for (String kind :
        List.of(
            "explanation, given",
            "explanation, given, again",
            "explanation, given, written by AI",
            "explanation, given, written by AI, again",
            "consent")) {
      String operation = "$attach-" + kind;
      String bundle = "Bundle of " + kind;
      report.row(
          operation + " / Bundle",
          "ratio",
          measured.millis(operation).median() / measured.millis(bundle).median(),
          MOST);
      report.row(
          operation + " against Bundle",
          "SQL",
          measured.statements(operation).median(),
          MOST * measured.statements(bundle).median() + IDEMPOTENCY);
    }
  }

  private void explain(String kind, Supplier<Parameters> call, boolean operationFirst)
      throws SQLException {
    String operation = "$attach-explanation, " + kind;
    String bundle = "Bundle of explanation, " + kind;
    String model = note();
    Parameters first = attach(scribe, model, "explanation", call.get()).ok(Parameters.class);
    Parameters second = attach(scribe, model, "explanation", call.get()).ok(Parameters.class);
    String byOperation = note();
    String byBundle = note();

    Bundle plain = Cases.copyOf(explanationAndProvenance(first), Map.of(model, byBundle));
    Client.Answer written =
        both(
            operationFirst,
            operation,
            () -> attach(scribe, byOperation, "explanation", call.get()),
            bundle,
            () -> scribe.post("", plain));

    String old = idOf(written.ok(Bundle.class), 0);
    Bundle again =
        Cases.copyOf(
            explanationAndProvenance(second),
            Map.of(model, byBundle, reference(explanationOf(first)), old));
    Cases.update(
        again,
        scribe.get(old).ok(DocumentReference.class).setStatus(DocumentReferenceStatus.SUPERSEDED));
    both(
        operationFirst,
        operation + ", again",
        () -> attach(scribe, byOperation, "explanation", call.get()),
        bundle + ", again",
        () -> scribe.post("", again));
  }

  private void consent(boolean operationFirst) throws SQLException {
    String model = note();
    Parameters first = attach(patient, model, "consent", Cases.permit()).ok(Parameters.class);
    Consent consent = (Consent) first.getParameter("return").getResource();
    QuestionnaireResponse answers =
        patient.get(consent.getSourceReference().getReference()).ok(QuestionnaireResponse.class);
    String byOperation = note();
    String byBundle = note();
    Bundle plain =
        Cases.copyOf(
            List.of(consent, first.getParameter("provenance").getResource(), answers),
            Map.of(model, byBundle));
    both(
        operationFirst,
        "$attach-consent",
        () -> attach(patient, byOperation, "consent", Cases.permit()),
        "Bundle of consent",
        () -> scribe.post("", plain));
    measured.run(
        "$attach-consent, again", () -> attach(patient, byOperation, "consent", Cases.permit()));
  }

  /** Returns the Bundle's answer. */
  private Client.Answer both(
      boolean operationFirst,
      String operation,
      Measured.Call call,
      String bundle,
      Measured.Call plain)
      throws SQLException {
    if (operationFirst) {
      measured.run(operation, call);
      return measured.run(bundle, plain);
    }
    Client.Answer answer = measured.run(bundle, plain);
    measured.run(operation, call);
    return answer;
  }

  /** Stores a new AI note and returns {@code DocumentReference/[id]}. */
  private String note() {
    return idOf(scribe.post("", TestRecords.noteWithProvenance(Cases.PATIENT)).ok(Bundle.class), 0);
  }

  static Client.Answer attach(Client caller, String note, String what, Parameters call) {
    return caller.post(note + "/$attach-" + what, call);
  }

  private static List<Resource> explanationAndProvenance(Parameters answer) {
    return Stream.of(explanationOf(answer), answer.getParameter("provenance").getResource())
        .map(Resource.class::cast)
        .toList();
  }

  private static DocumentReference explanationOf(Parameters answer) {
    return (DocumentReference) answer.getParameter("return").getResource();
  }

  private static String reference(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  static String idOf(Bundle written, int entry) {
    return new IdType(written.getEntry().get(entry).getResponse().getLocation())
        .toUnqualifiedVersionless()
        .getValue();
  }
}
