package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.http.HttpStatus;

/** The answer to one item, as an entry of a batch-response. */
final class ItemAnswer {

  private ItemAnswer() {}

  /** What stands in the record now. */
  static BundleEntryComponent stored(Resource resource, boolean isNew) {
    BundleEntryComponent entry = new BundleEntryComponent().setResource(resource);
    entry
        .getResponse()
        .setStatus(isNew ? "201 Created" : "200 OK")
        .setLocation(resource.getIdElement().toUnqualified().getValue())
        .setEtag("W/\"" + resource.getIdElement().getVersionIdPart() + "\"")
        .setLastModified(resource.getMeta().getLastUpdated());
    List<CodeableConcept> marks = marks(resource);
    if (!marks.isEmpty()) {
      OperationOutcome outcome = new OperationOutcome();
      marks.forEach(
          mark ->
              outcome
                  .addIssue()
                  .setSeverity(IssueSeverity.WARNING)
                  .setCode(IssueType.VALUE)
                  .setDiagnostics(mark.getText()));
      entry.getResponse().setOutcome(outcome);
    }
    return entry;
  }

  private static List<CodeableConcept> marks(Resource resource) {
    List<CodeableConcept> marks = new ArrayList<>();
    if (resource instanceof Observation observation) {
      marks.addAll(observation.getInterpretation());
      observation.getComponent().forEach(one -> marks.addAll(one.getInterpretation()));
    }
    marks.removeIf(mark -> !ObservationIntake.isImpossibleMark(mark));
    return marks;
  }

  /**
   * What is wrong with an item, at its place in the call.
   *
   * @param type of the item's resource, with which the validator's own paths begin
   * @param at where it stands in the call
   */
  static BundleEntryComponent refused(BaseServerResponseException refusal, String type, String at) {
    OperationOutcome outcome =
        refusal.getOperationOutcome() instanceof OperationOutcome told
            ? told.copy()
            : new OperationOutcome();
    if (!outcome.hasIssue()) {
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.ERROR)
          .setCode(IssueType.PROCESSING)
          .setDiagnostics(refusal.getMessage());
    }
    for (OperationOutcome.OperationOutcomeIssueComponent issue : outcome.getIssue()) {
      issue.setDiagnostics(moved(issue.getDiagnostics(), type, at));
      if (!issue.hasExpression()) {
        issue.addExpression(at);
      }
      for (StringType expression : issue.getExpression()) {
        expression.setValue(moved(expression.getValue(), type, at));
      }
    }
    BundleEntryComponent entry = new BundleEntryComponent();
    HttpStatus status = HttpStatus.resolve(refusal.getStatusCode());
    entry
        .getResponse()
        .setStatus(refusal.getStatusCode() + (status == null ? "" : " " + status.getReasonPhrase()))
        .setOutcome(outcome);
    return entry;
  }

  private static String moved(String text, String type, String at) {
    return text != null && text.matches("(?s)" + type + "([.:\\[].*)?")
        ? at + text.substring(type.length())
        : text;
  }
}
