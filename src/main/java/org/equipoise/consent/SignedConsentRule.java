package org.equipoise.consent;

import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Resource;

/**
 * Keeps the plain doors (POST, PUT, PATCH, transaction) from saying what only {@code
 * $attach-consent} and {@code $decide-ai-use} may: that somebody else signed, or that a permit
 * counts whose teach-back score the client claims itself. A refusal, a proposed permit and a
 * withdrawal may come by any door, from the patient's side; what is not in force, such as a draft
 * or a record of the past, from anybody with the scope.
 */
public class SignedConsentRule implements WriteRule {

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    boolean isOurs = isAboutAi(incoming) || isAboutAi(stored);
    if (write.byOperation() || !isOurs || !(incoming instanceof Consent consent)) {
      return;
    }
    if (!write.caller().isPatientSide()) {
      if (isInForce(incoming) || isInForce(stored)) {
        Signer.requirePatientSide(write.caller());
      }
      return;
    }
    String caller = write.caller().person().orElseThrow().toUnqualifiedVersionless().getValue();
    if (!(stored instanceof Consent before && signers(before).equals(signers(consent)))
        && consent.getPerformer().stream().anyMatch(by -> !AiUse.key(by).equals(caller))) {
      throw Refusal.forbidden("Consent.performer: only the caller signs, " + caller);
    }
    if (consent.getStatus() == ConsentState.ACTIVE && Consents.permitsSomething(consent)) {
      throw Refusal.businessRule(
          "Consent.status",
          "Consent.status: a permit becomes active by DocumentReference/[id]/$attach-consent or"
              + " Patient/[id]/$decide-ai-use alone, which score the teach-back answers; store it as"
              + " proposed");
    }
  }

  /** A deleted refusal would be silence, and silence may be asked again. */
  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (isAboutAi(stored) && isInForce(stored) && !write.caller().isPatientSide()) {
      throw Refusal.forbidden(
          "Consent: a decision that is in force is not deleted by anybody but the patient's side");
    }
  }

  private static Set<String> signers(Consent consent) {
    return consent.getPerformer().stream().map(AiUse::key).collect(Collectors.toSet());
  }

  private static boolean isInForce(Resource resource) {
    return resource instanceof Consent consent && consent.getStatus() == ConsentState.ACTIVE;
  }

  private static boolean isAboutAi(Resource resource) {
    return resource instanceof Consent consent && Consents.speaksOfAi(consent);
  }
}
