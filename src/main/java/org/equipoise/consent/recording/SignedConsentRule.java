package org.equipoise.consent.recording;

import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Consents;
import org.equipoise.fhir.BrightLine;
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
    if (incoming instanceof Consent asking && !isOver(asking)) {
      Consents.provisions(asking.getProvision())
          .flatMap(provision -> provision.getPurpose().stream())
          .forEach(purpose -> BrightLine.refuse("Consent.provision.purpose", purpose));
    }
    boolean isOurs = isAboutAi(incoming) || isAboutAi(stored);
    if (write.byOperation() || !isOurs || !(incoming instanceof Consent consent)) {
      return;
    }
    requireMarksOfServer(consent, stored);
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

  /**
   * What the server found out about a permit makes it count later without a new teach-back: a plain
   * write neither says it nor changes what it was said of.
   */
  private static void requireMarksOfServer(Consent incoming, Resource stored) {
    if (!Consents.isInForce(incoming)) {
      return;
    }
    boolean wasMarked =
        stored instanceof Consent before
            && Consents.isInForce(before)
            && GuardedPermit.isMarked(before);
    if (!wasMarked && !GuardedPermit.isMarked(incoming)) {
      return;
    }
    if (!wasMarked || !isSaidOf(incoming).equalsDeep(isSaidOf((Consent) stored))) {
      throw Refusal.businessRule(
          "Consent.extension",
          "Consent.extension: what the server found out about how a permit was given stands as it is; decide anew by"
              + " $attach-consent or $decide-ai-use, or take it back");
    }
  }

  private static Consent isSaidOf(Consent consent) {
    Consent said = consent.copy();
    said.setMeta(null);
    said.setText(null);
    said.setId((String) null);
    return said;
  }

  private static boolean isOver(Consent consent) {
    return consent.getStatus() == ConsentState.INACTIVE
        || consent.getStatus() == ConsentState.REJECTED
        || consent.getStatus() == ConsentState.ENTEREDINERROR;
  }

  /** A deleted refusal would be silence, and silence may be asked again. */
  @Override
  public void beforeDelete(Resource stored, Write write) {
    if (isAboutAi(stored) && isInForce(stored) && !write.caller().isPatientSide()) {
      throw Refusal.forbidden(
          "Consent: a decision that is in force is taken back by nobody but the patient's side");
    }
    if (isAboutAi(stored)) {
      throw Refusal.businessRule(
          "Consent.status",
          "Consent: a decision about AI is not deleted, since it shows what was allowed and when; take it back instead");
    }
  }

  private static Set<String> signers(Consent consent) {
    return consent.getPerformer().stream().map(AiUse::key).collect(Collectors.toSet());
  }

  private static boolean isInForce(Resource resource) {
    return resource instanceof Consent consent && Consents.isInForce(consent);
  }

  private static boolean isAboutAi(Resource resource) {
    return resource instanceof Consent consent && Consents.speaksOfAi(consent);
  }
}
