package org.equipoise.decision;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * A rule of shared decisions that a record breaks.
 *
 * @param rule its name, as in {@code docs/shared-decision.md}
 * @param element a FHIRPath that leads to what is at fault
 * @param sentence what is wrong, and what to do about it
 */
record Breach(String rule, String element, String sentence) {

  /**
   * Refuses what breaks a rule, all of it at once.
   *
   * @throws UnprocessableEntityException 422 with one issue for each breach
   */
  static void refuse(List<Breach> breaches) {
    if (breaches.isEmpty()) {
      return;
    }
    OperationOutcome outcome = new OperationOutcome();
    for (Breach breach : breaches) {
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.ERROR)
          .setCode(IssueType.BUSINESSRULE)
          .setDiagnostics(breach.diagnostics())
          .addExpression(breach.element())
          .getDetails()
          .setText(breach.sentence());
    }
    throw new UnprocessableEntityException(
        breaches.stream().map(Breach::diagnostics).collect(Collectors.joining("; ")), outcome);
  }

  private String diagnostics() {
    return rule + ": " + element + ": " + sentence;
  }
}
