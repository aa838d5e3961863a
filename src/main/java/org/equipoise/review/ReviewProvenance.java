package org.equipoise.review;

import java.time.Instant;
import java.util.Date;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Who decided on a draft, when, and for how long they can have looked at it. */
final class ReviewProvenance {

  private ReviewProvenance() {}

  /**
   * The Provenance of a decision (profile ai-provenance): the AI stays among the agents, the
   * clinician stands beside it.
   *
   * @param draft what was decided on, in the version that was read
   * @param target fullUrl of what the decision made of it
   */
  static Provenance of(
      ReviewRequest request,
      DocumentReference draft,
      AiAuthors ai,
      Reference reviewer,
      ReviewTime time,
      String target,
      Instant now) {
    Provenance provenance = about(draft, target, now);
    provenance.addExtension(time.toExtension());
    request
        .claimedSeconds()
        .ifPresent(
            seconds ->
                provenance.addExtension(
                    new Extension(
                        Canonical.Extension.CLAIMED_REVIEW_TIME, ReviewTime.seconds(seconds))));
    if (request.decision() != ReviewRequest.Decision.REJECT) {
      provenance.addExtension(
          new Extension(Canonical.Extension.REVIEW_PACE, time.pace().toConcept()));
    }
    provenance.addReason(concept(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST));
    request.reason().ifPresent(words -> provenance.addReason(new CodeableConcept().setText(words)));
    provenance.setActivity(concept(Canonical.System.LIFECYCLE, activity(request.decision())));
    ai.agents().forEach(agent -> provenance.addAgent(agent.copy()));
    addPerson(provenance, "verifier", reviewer, draft.getCustodian());
    if (request.decision() == ReviewRequest.Decision.ATTEST_WITH_EDITS) {
      addPerson(provenance, "author", reviewer, draft.getCustodian());
    }
    ai.derivations().forEach(entity -> provenance.addEntity(entity.copy()));
    provenance
        .addEntity()
        .setRole(
            request.decision() == ReviewRequest.Decision.ATTEST_WITH_EDITS
                ? ProvenanceEntityRole.REVISION
                : ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference(draft.getIdElement().toUnqualified().getValue()));
    request.signature().ifPresent(signature -> provenance.addSignature(signature.copy()));
    return provenance;
  }

  /** The Provenance of refusals that name the corrected document besides the draft. */
  static Provenance ofRefusals(
      DocumentReference draft, Reference reviewer, Instant now, ReviewWords words) {
    Provenance provenance = about(draft, null, now);
    provenance.setActivity(
        concept(Canonical.System.DATA_OPERATION, "UPDATE").setText(words.say("refusal.activity")));
    addPerson(provenance, "enterer", reviewer, draft.getCustodian());
    return provenance;
  }

  private static Provenance about(DocumentReference draft, String target, Instant now) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(
            Canonical.Extension.PROVENANCE_PATIENT,
            new Reference(draft.getSubject().getReference())));
    if (target != null) {
      provenance.addTarget(new Reference(target));
    }
    DateTimeType occurred = new DateTimeType(Date.from(now));
    occurred.setTimeZoneZulu(true);
    return provenance.setOccurred(occurred).setRecorded(Date.from(now));
  }

  /** Codes of ISO 21089: rejected content is deprecated, a warning against its use. */
  private static String activity(ReviewRequest.Decision decision) {
    return switch (decision) {
      case ATTEST -> "attest";
      case ATTEST_WITH_EDITS -> "amend";
      case REJECT -> "deprecate";
    };
  }

  static CodeableConcept type(String code) {
    return concept(Canonical.System.PROVENANCE_PARTICIPANT, code);
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }

  private static void addPerson(
      Provenance provenance, String type, Reference who, Reference onBehalfOf) {
    provenance.addAgent().setType(type(type)).setWho(who.copy()).setOnBehalfOf(onBehalfOf.copy());
  }
}
