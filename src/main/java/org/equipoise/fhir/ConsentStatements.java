package org.equipoise.fhir;

import java.util.List;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;

/**
 * What a patient decided about AI, as other features need it; implemented by {@code consent}.
 * Declared here so that features do not import each other.
 */
public interface ConsentStatements {

  /**
   * The consents in force that name this document, newest first, as far as the caller may read
   * them; for a purpose of which none does, those about AI in general, or about the AIs that wrote
   * it.
   *
   * @param transaction the open transaction of the call
   * @param document an AI document as stored
   */
  List<Statement> about(RecordTransaction transaction, DocumentReference document);

  /**
   * One decision for one purpose.
   *
   * @param consent id of the Consent it comes from
   * @param purpose a code of {@code ai-purpose}
   * @param permit what the patient said: true for permit, false for deny
   * @param effective whether it counts; a permit that is not effective evaluates to deny
   */
  record Statement(IdType consent, String purpose, boolean permit, boolean effective) {}
}
