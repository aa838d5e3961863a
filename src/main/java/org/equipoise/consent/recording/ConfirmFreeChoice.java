package org.equipoise.consent.recording;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentEffect;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.recording.RecordConsent.Plan;
import org.equipoise.consent.statement.Consents;
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
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** A neutral person has asked the patient, and says whether a permit was given freely. Pure. */
final class ConfirmFreeChoice {

  private final GuardedPermit permits;

  ConfirmFreeChoice(ConsentSettings settings) {
    this.permits = new GuardedPermit(settings);
  }

  /**
   * Plans the writes of one call: the Consent, its Provenance, and the Tasks that are done by it.
   *
   * @param consent the permit, as stored
   * @param by the neutral person
   * @param isFree what they found
   * @param note what they want the patient to read, null for nothing
   * @param tasks the open Tasks by which they were asked
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 409 where the permit is
   *     not in force, is none, or is confirmed already
   */
  Plan plan(
      Consent consent,
      Reference by,
      boolean isFree,
      String note,
      List<Task> tasks,
      Instant now,
      ConsentWords words) {
    if (!Consents.isInForce(consent) || !Consents.isPermit(consent)) {
      throw Refusal.conflict("Consent.status", "Consent.status: this is no permit in force");
    }
    if (consent.hasExtension(Canonical.Extension.FREE_CHOICE_CONFIRMATION)) {
      throw Refusal.conflict(
          "Consent.extension", "Consent.extension: this choice is confirmed already");
    }
    Consent heard = consent.copy();
    if (isFree) {
      Extension confirmation = new Extension(Canonical.Extension.FREE_CHOICE_CONFIRMATION);
      confirmation.addExtension("by", by.copy());
      confirmation.addExtension("when", Entries.time(now));
      if (note != null) {
        confirmation.addExtension("note", new StringType(note));
      }
      heard.addExtension(confirmation);
    }
    String said = words.say(isFree ? "confirmed" : "not-confirmed", permits.day(now));
    ConsentNarrative.add(heard, said);
    ConsentEffect effect = permits.settle(heard, now, words);
    Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
    transaction.addEntry(Entries.update(heard));
    transaction.addEntry(Entries.create(provenance(heard, by, now)));
    tasks.stream()
        .map(task -> done(task, isFree, note))
        .map(Entries::update)
        .forEach(transaction::addEntry);
    return new Plan(transaction, 1, effect.effective(), outcome(said, effect, words));
  }

  private static Task done(Task task, boolean isFree, String note) {
    Task done = task.copy();
    done.setStatus(TaskStatus.COMPLETED);
    Task.TaskOutputComponent output = done.addOutput();
    output.getType().addCoding().setSystem(Canonical.System.TASK).setCode("confirm-free-choice");
    output.setValue(new org.hl7.fhir.r4.model.BooleanType(isFree));
    if (note != null) {
      Task.TaskOutputComponent words = done.addOutput();
      words.getType().setText("note");
      words.setValue(new StringType(note));
    }
    return done;
  }

  private static Provenance provenance(Consent heard, Reference by, Instant now) {
    Provenance provenance =
        ConsentProvenance.of(heard.getPatient(), now, ConsentProvenance.VERIFIED);
    provenance.addTarget(new Reference(heard.getIdElement().toUnqualifiedVersionless().getValue()));
    provenance
        .addAgent()
        .setType(ConsentProvenance.agentType("verifier"))
        .setWho(by.copy())
        .setOnBehalfOf(heard.getOrganizationFirstRep().copy());
    return provenance;
  }

  private static OperationOutcome outcome(String said, ConsentEffect effect, ConsentWords words) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.language());
    Stream.concat(Stream.of(said), effect.reasons().stream().map(words::sentence))
        .forEach(
            sentence ->
                outcome
                    .addIssue()
                    .setSeverity(IssueSeverity.INFORMATION)
                    .setCode(IssueType.INFORMATIONAL)
                    .getDetails()
                    .setText(sentence));
    return outcome;
  }
}
