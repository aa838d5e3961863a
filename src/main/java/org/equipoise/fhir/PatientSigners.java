package org.equipoise.fhir;

import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.RelatedPerson;

/**
 * Who speaks for a patient: they themselves, or somebody who may sign for them; implemented by
 * {@code consent}, whose rule of who signs a consent holds for what else is the patient's own to
 * say.
 */
public interface PatientSigners {

  /**
   * The person who signs in this call.
   *
   * @param patient whose record, {@code Patient/id}
   * @param representative the RelatedPerson that the caller is; empty where the caller is the
   *     patient, or it cannot be read
   * @return the caller themselves, e.g. {@code RelatedPerson/4}; empty where they may not sign for
   *     this patient
   */
  Optional<IdType> signer(
      Caller caller, IdType patient, Optional<RelatedPerson> representative, Instant now);
}
