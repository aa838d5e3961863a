package org.equipoise.contribution;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;

/**
 * {@code GET Patient/[id]/$waiting}: what a patient contributed and nobody has looked at. See
 * {@code docs/contribute.md}.
 */
public final class WaitingProvider implements OperationProvider {

  private static final String NAME = "waiting";

  private final RecordOperation operation;
  private final Waiting waiting;

  WaitingProvider(RecordOperation operation, Waiting waiting) {
    this.operation = operation;
    this.waiting = waiting;
  }

  /** A page, the longest waiting first. */
  @Operation(
      name = "$" + NAME,
      typeName = "Patient",
      idempotent = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Bundle waiting(@IdParam IdType patient, ServletRequestDetails request) {
    WaitingRequest asked = WaitingRequest.parse(request);
    String self =
        request.getFhirServerBase()
            + "/"
            + patient.toUnqualifiedVersionless().getValue()
            + "/$"
            + NAME;
    return operation.look(request, transaction -> waiting.page(transaction, patient, asked, self));
  }
}
