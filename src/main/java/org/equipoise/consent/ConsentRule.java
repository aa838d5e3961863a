package org.equipoise.consent;

import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Resource;

/**
 * A permit becomes active by {@code $attach-consent} alone, where the teach-back is scored and the signer is known: a
 * plain write could claim both.
 */
class ConsentRule implements WriteRule {

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (!write.byOperation()
        && incoming instanceof Consent consent
        && !AiPurpose.of(consent).isEmpty()
        && consent.getStatus() == ConsentState.ACTIVE
        && ConsentPolicy.isPermit(consent)) {
      throw Refusal.businessRule(
          "Consent.status",
          "Consent.status: a permit about AI becomes active by DocumentReference/[id]/$attach-consent, which scores"
              + " the teach-back and knows who signs; a plain write may store it as proposed");
    }
  }
}
