package org.equipoise.contribution;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.contribution.Acknowledge.Word;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;

/**
 * {@code POST Observation/[id]/$acknowledge}, and the same of a document: a clinician says that
 * they looked at what a patient contributed. See {@code docs/contribute.md}.
 */
public final class AcknowledgeProvider implements OperationProvider {

  private static final String NAME = "acknowledge";
  private static final String CANONICAL = Canonical.BASE + "/OperationDefinition/" + NAME;

  private final RecordOperation operation;
  private final Acknowledge acknowledge;

  AcknowledgeProvider(RecordOperation operation, Acknowledge acknowledge) {
    this.operation = operation;
    this.acknowledge = acknowledge;
  }

  /** Answers {@code return} and {@code provenance}. */
  @Operation(name = "$" + NAME, typeName = "Observation", canonicalUrl = CANONICAL)
  public Parameters ofObservation(
      @IdParam IdType id, @ResourceParam IBaseResource body, RequestDetails details) {
    return acknowledge(Observation.class, id, body, details);
  }

  /** The same of a document. */
  @Operation(name = "$" + NAME, typeName = "DocumentReference", canonicalUrl = CANONICAL)
  public Parameters ofDocument(
      @IdParam IdType id, @ResourceParam IBaseResource body, RequestDetails details) {
    return acknowledge(DocumentReference.class, id, body, details);
  }

  private <T extends DomainResource> Parameters acknowledge(
      Class<T> type, IdType id, IBaseResource body, RequestDetails details) {
    Parameters input = OperationProvider.parametersOf(body);
    Word word = Word.parse(input);
    String version = details.getHeader("If-Match");
    if (version == null || version.isBlank()) {
      throw Refusal.required(
          "Parameters",
          "Give the header If-Match with the version that was read, such as W/\"1\": the patient may have changed"
              + " it meanwhile");
    }
    return operation.run(
        NAME,
        id,
        input,
        details,
        transaction -> acknowledge.contribution(transaction, type, id),
        transaction ->
            acknowledge.say(transaction, acknowledge.contribution(transaction, type, id), word));
  }
}
