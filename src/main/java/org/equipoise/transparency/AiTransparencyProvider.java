package org.equipoise.transparency;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordReader;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;

/**
 * {@code DocumentReference/[id]/$ai-transparency} and {@code Patient/[id]/$ai-transparency}. See
 * {@code docs/ai-transparency.md}.
 */
public final class AiTransparencyProvider implements OperationProvider {

  private static final String NAME = "$ai-transparency";
  private static final String CANONICAL = Canonical.BASE + "/OperationDefinition/ai-transparency";

  private final RecordReader records;
  private final AiTransparency transparency;

  AiTransparencyProvider(RecordReader records, AiTransparency transparency) {
    this.records = records;
    this.transparency = transparency;
  }

  /** The whole story of an AI document. */
  @Operation(
      name = NAME,
      typeName = "DocumentReference",
      idempotent = true,
      canonicalUrl = CANONICAL)
  public Bundle ofDocument(@IdParam IdType id, ServletRequestDetails request) {
    StoryRequest asked = StoryRequest.ofDocument(request);
    String base = request.getFhirServerBase();
    return records.read(request, view -> transparency.ofDocument(view, id, asked, base));
  }

  /** A page of all AI documents of a patient. */
  @Operation(name = NAME, typeName = "Patient", idempotent = true, canonicalUrl = CANONICAL)
  public Bundle ofPatient(@IdParam IdType id, ServletRequestDetails request) {
    StoryRequest asked = StoryRequest.ofPatient(request);
    String base = request.getFhirServerBase();
    return records.read(request, view -> transparency.ofPatient(view, id, asked, base));
  }
}
