package org.equipoise.contribution;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.HashMap;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;

/**
 * {@code POST Patient/[id]/$contribute}: a patient writes in their record. See {@code
 * docs/contribute.md}.
 */
public final class ContributeProvider implements OperationProvider {

  private static final String NAME = "contribute";

  private final RecordOperation operation;
  private final Contribute contribute;
  private final int maxItems;

  ContributeProvider(RecordOperation operation, Contribute contribute, int maxItems) {
    this.operation = operation;
    this.contribute = contribute;
    this.maxItems = maxItems;
  }

  /** Answers {@code return}: a batch-response with an entry for each item. */
  @Operation(
      name = "$" + NAME,
      typeName = "Patient",
      manualRequest = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters contribute(@IdParam IdType patient, RequestDetails details) {
    ContributeBody body = ContributeBody.read(details);
    ContributeRequest request = ContributeRequest.parse(body, maxItems);
    Map<Integer, BaseServerResponseException> refused = new HashMap<>(request.unreadable());
    // Ends: each round but the last adds one.
    while (true) {
      try {
        return operation.run(
            NAME,
            patient,
            body.parameters(),
            details,
            transaction -> {
              Parameters answer = new Parameters();
              answer
                  .addParameter()
                  .setName("return")
                  .setResource(contribute.run(transaction, patient, request, refused));
              return answer;
            });
      } catch (ItemRefused item) {
        refused.put(item.index(), item.refusal());
      }
    }
  }
}
