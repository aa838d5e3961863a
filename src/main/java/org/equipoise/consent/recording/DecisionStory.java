package org.equipoise.consent.recording;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.policy.Reason;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What people are told about a decision: in the Consent itself, and in the answer to the call. */
final class DecisionStory {

  private final Matter matter;
  private final Signer signer;
  private final ConsentPeriods periods;
  private final ConsentWords words;
  private final OperationOutcome outcome = new OperationOutcome();

  DecisionStory(Matter matter, Signer signer, ConsentPeriods periods, ConsentWords words) {
    this.matter = matter;
    this.signer = signer;
    this.periods = periods;
    this.words = words;
    outcome.setLanguage(words.language());
  }

  OperationOutcome outcome() {
    return outcome;
  }

  private String what(AiPurpose purpose) {
    return matter.isGeneral() ? words.purposeInGeneral(purpose) : words.purpose(purpose);
  }

  /**
   * Tells of one decision.
   *
   * @param reasons why it does not count; empty where it does
   */
  void tell(Consent consent, AiPurpose purpose, boolean permit, List<Reason> reasons) {
    String who = words.say(signer.representative() ? "who.representative" : "who.patient");
    String decision;
    if (!permit) {
      decision = words.say("deny", who, what(purpose));
    } else if (reasons.isEmpty()) {
      Instant end = periods.end(consent.getProvision().getPeriod().getEndElement());
      decision = words.say("permit.effective", who, what(purpose), periods.day(end.minusMillis(1)));
    } else if (consent.getStatus() == ConsentState.ACTIVE) {
      // Nothing is missing but time.
      Instant end = periods.end(consent.getProvision().getPeriod().getEndElement());
      decision = words.say("permit.later", who, what(purpose), periods.day(end.minusMillis(1)));
    } else {
      decision = words.say("permit.without-effect", who, what(purpose));
    }
    List<String> sentences = new ArrayList<>(List.of(decision));
    if (matter.isGeneral() && !matter.actors().isEmpty()) {
      sentences.add(
          words.say(
              "only-these",
              matter.actors().stream()
                  .map(actor -> actor.hasDisplay() ? actor.getDisplay() : AiUse.key(actor))
                  .collect(Collectors.joining(", "))));
    }
    String told = String.join(" ", sentences);
    reasons.stream().map(words::sentence).forEach(sentences::add);
    ConsentNarrative.set(consent, sentences);
    issue(
        reasons.isEmpty() ? IssueSeverity.INFORMATION : IssueSeverity.WARNING,
        purpose.code(),
        told);
    reasons.forEach(
        reason -> issue(IssueSeverity.WARNING, reason.code().code(), words.sentence(reason)));
  }

  /**
   * What the record knows of uses before a refusal. It cannot know them all, and says what it
   * knows.
   */
  void tellUses(AiPurpose purpose) {
    if (purpose == AiPurpose.AI_DOCUMENTATION && !matter.isGeneral()) {
      issue(IssueSeverity.INFORMATION, "use-written", words.say("use.written"));
    }
    if (purpose == AiPurpose.AI_DECISION_USE
        && !matter.isGeneral()
        && matter.document().hasAuthenticator()) {
      issue(IssueSeverity.INFORMATION, "use-signed", words.say("use.signed"));
    }
  }

  /**
   * That something was allowed before.
   *
   * @param effective whether it counts until now
   */
  void tellPermitted(Consent permit, AiPurpose purpose, boolean effective) {
    if (!permit.getProvision().getPeriod().hasStart()) {
      return;
    }
    LocalDate start =
        periods.day(periods.start(permit.getProvision().getPeriod().getStartElement()));
    if (permit.getStatus() == ConsentState.ACTIVE && effective) {
      issue(
          IssueSeverity.INFORMATION, "use-allowed", words.say("use.allowed", start, what(purpose)));
    } else if (permit.getStatus() == ConsentState.ACTIVE
        || permit.getStatus() == ConsentState.INACTIVE) {
      ended(permit)
          .map(end -> words.say("use.allowed-before", start, end, what(purpose)))
          .ifPresent(sentence -> issue(IssueSeverity.INFORMATION, "use-allowed", sentence));
    }
  }

  /** When a former permit ended: when it was taken back, else when it lapsed. */
  private Optional<LocalDate> ended(Consent permit) {
    Optional<LocalDate> takenBack =
        permit.getExtensionsByUrl(Canonical.Extension.WITHDRAWAL).stream()
            .flatMap(withdrawal -> Extensions.parts(withdrawal, "when", DateTimeType.class))
            .map(when -> periods.day(periods.start(when)))
            .findFirst();
    return takenBack.or(
        () ->
            Optional.of(permit.getProvision().getPeriod())
                .filter(period -> period.hasEnd())
                .map(period -> periods.day(periods.end(period.getEndElement()).minusMillis(1))));
  }

  private void issue(IssueSeverity severity, String code, String sentence) {
    outcome
        .addIssue()
        .setSeverity(severity)
        .setCode(
            severity == IssueSeverity.WARNING ? IssueType.BUSINESSRULE : IssueType.INFORMATIONAL)
        .setDiagnostics(code)
        .setDetails(new CodeableConcept().setText(sentence));
  }
}
