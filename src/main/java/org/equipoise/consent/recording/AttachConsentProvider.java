package org.equipoise.consent.recording;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;

/**
 * {@code POST DocumentReference/[id]/$attach-consent}: records what a patient decided about AI and
 * this document.
 */
public class AttachConsentProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "attach-consent";

  private final RecordOperation operation;
  private final ConsentRecorder decisions;

  AttachConsentProvider(RecordOperation operation, ConsentRecorder decisions) {
    this.operation = operation;
    this.decisions = decisions;
  }

  /**
   * Attaches a decision.
   *
   * @param document the AI document
   * @param body a Parameters resource, as {@code OperationDefinition/attach-consent} says
   * @return {@code return} 1..* (the Consents as stored), {@code effective}, {@code provenance} and
   *     {@code outcome}
   */
  @Operation(name = "$" + NAME, typeName = "DocumentReference")
  public Parameters attachConsent(
      @IdParam IdType document, @ResourceParam IBaseResource body, RequestDetails requestDetails) {
    Parameters input = OperationProvider.parametersOf(body);
    ConsentRequest request = ConsentRequest.parse(input);
    String languages = requestDetails.getHeader("Accept-Language");
    return operation.run(
        NAME,
        document,
        input,
        requestDetails,
        transaction ->
            decisions.record(
                transaction,
                request,
                open -> Matter.of(open.read(DocumentReference.class, document)),
                languages));
  }
}
