package org.equipoise.explanation;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletResponse;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Task;

/**
 * {@code POST DocumentReference/[id]/$attach-explanation}. See {@code docs/attach-explanation.md}.
 */
public final class AttachExplanationProvider implements OperationProvider {

  private static final String NAME = "attach-explanation";

  private final RecordOperation operation;
  private final AttachExplanationExecutor executor;

  public AttachExplanationProvider(RecordOperation operation, AttachExplanationExecutor executor) {
    this.operation = operation;
    this.executor = executor;
  }

  /**
   * Answers 200 with what was attached, or 202 where a patient asked and a person will have to
   * answer.
   */
  @Operation(
      name = "$" + NAME,
      typeName = "DocumentReference",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters attachExplanation(
      @IdParam IdType id, @ResourceParam IBaseResource body, ServletRequestDetails request) {
    Parameters input = OperationProvider.parametersOf(body);
    Parameters answer =
        operation.run(
            NAME, id, input, request, transaction -> executor.run(transaction, id, input));
    if (answer.getParameterFirstRep().getResource() instanceof Task) {
      // HAPI keeps the status that a provider sets.
      request.getServletResponse().setStatus(HttpServletResponse.SC_ACCEPTED);
    }
    return answer;
  }
}
