package org.equipoise.consent.recording;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentEffect;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;

/**
 * A clinician witnesses a decision that the patient has signed: they add themselves, and change
 * nothing else. An independent witness makes a permit count that awaited one, and nothing else
 * does. Pure.
 */
public final class WitnessConsent {

  private final GuardedPermit permits;

  public WitnessConsent(ConsentSettings settings) {
    this.permits = new GuardedPermit(settings);
  }

  /**
   * Refuses who cannot be this witness, before anything is read.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403
   */
  static void requireSelf(Caller caller, Reference witness) {
    boolean isSelf =
        caller.isPractitioner()
            && caller
                .person()
                .orElseThrow()
                .toUnqualifiedVersionless()
                .getValue()
                .equals(AiUse.key(witness));
    if (!isSelf) {
      throw Refusal.forbidden(
          "consentReference is for a clinician who names themself, and nobody else, as witness.");
    }
  }

  /**
   * Plans the writes of one call.
   *
   * @param consent the decision, as stored
   * @param witness the clinician
   * @param isNeutral whether they are independent of it
   * @param matter what it must be about
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 422 where the decision
   *     is about something else, 409 where it is no longer in force or already witnessed by this
   *     clinician
   */
  RecordConsent.Plan plan(
      Consent consent,
      Reference witness,
      boolean isNeutral,
      Matter matter,
      Instant now,
      ConsentWords words) {
    String at = "Parameters.parameter.where(name='consentReference')";
    // At large, the actors are those of the decision itself.
    boolean isAboutThis =
        AiUse.key(consent.getPatient()).equals(AiUse.key(matter.patient()))
            && !AiPurpose.of(consent).isEmpty()
            && (matter.isGeneral()
                ? !consent.getProvision().hasData()
                : matter.isMatterOf(consent));
    if (!isAboutThis) {
      throw Refusal.businessRule(
          at,
          at
              + (matter.isGeneral()
                  ? ": this is no consent of this patient to AI at large"
                  : ": this consent is not about this document"));
    }
    if (!Consents.isInForce(consent)) {
      throw Refusal.conflict(at, at + ": this consent is no longer in force");
    }
    if (Extensions.witnesses(consent).anyMatch(had -> AiUse.key(had).equals(AiUse.key(witness)))) {
      throw Refusal.conflict(at, at + ": this witness is already recorded");
    }
    Consent witnessed = consent.copy();
    witnessed.addExtension(
        new Extension(Canonical.Extension.CONSENT_WITNESS, new Reference(AiUse.key(witness))));
    if (isNeutral) {
      GuardedPermit.circumstances(witnessed).witnessedBy(AiUse.key(witness)).writeTo(witnessed);
    }
    ConsentEffect effect = permits.settle(witnessed, now, words);
    Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
    transaction.addEntry(Entries.update(witnessed));
    transaction.addEntry(Entries.create(provenance(witnessed, witness, now)));
    return new RecordConsent.Plan(transaction, 1, effect.effective(), outcome(effect, words));
  }

  private static Provenance provenance(Consent witnessed, Reference witness, Instant now) {
    Provenance provenance =
        ConsentProvenance.of(witnessed.getPatient(), now, ConsentProvenance.VERIFIED);
    provenance.addTarget(
        new Reference(witnessed.getIdElement().toUnqualifiedVersionless().getValue()));
    provenance
        .addAgent()
        .setType(ConsentProvenance.agentType("verifier"))
        .setWho(new Reference(AiUse.key(witness)))
        .setOnBehalfOf(witnessed.getOrganizationFirstRep().copy());
    return provenance;
  }

  private static OperationOutcome outcome(ConsentEffect effect, ConsentWords words) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.language());
    List<String> sentences =
        Stream.concat(
                Stream.of(words.say("witnessed")), effect.reasons().stream().map(words::sentence))
            .toList();
    for (String sentence : sentences) {
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.INFORMATION)
          .setCode(IssueType.INFORMATIONAL)
          .getDetails()
          .setText(sentence);
    }
    return outcome;
  }
}
