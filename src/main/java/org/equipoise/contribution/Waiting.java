package org.equipoise.contribution;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** What a patient contributed and nobody has looked at yet. */
final class Waiting {

  private final ContributionIndex index;

  Waiting(ContributionIndex index) {
    this.index = index;
  }

  /**
   * One page, the longest waiting first.
   *
   * @param self the address of the operation
   */
  Bundle page(RecordTransaction transaction, IdType id, WaitingRequest asked, String self) {
    if (!transaction.caller().isPatientSide()) {
      throw Refusal.forbidden(
          "$waiting is for patients and for who speaks for them; clinicians search by ack-status=pending");
    }
    Patient patient = transaction.read(Patient.class, id.toUnqualifiedVersionless());
    String patientId = patient.getIdElement().getIdPart();
    Locale language =
        asked
            .language()
            .flatMap(ContributionWords::spoken)
            .orElseGet(() -> Contribution.languageOf(patient));
    int total = index.waitingCount(patientId);
    Bundle page = new Bundle().setType(Bundle.BundleType.SEARCHSET).setTotal(total);
    page.addLink().setRelation("self").setUrl(address(self, asked, asked.offset()));
    if (asked.offset() + asked.count() < total) {
      page.addLink()
          .setRelation("next")
          .setUrl(address(self, asked, asked.offset() + asked.count()));
    }
    if (asked.offset() > 0) {
      page.addLink()
          .setRelation("previous")
          .setUrl(address(self, asked, Math.max(0, asked.offset() - asked.count())));
    }
    page.addEntry()
        .setResource(
            words(
                total,
                index.waitingSince(patientId),
                transaction.now(),
                new ContributionWords(language)))
        .getSearch()
        .setMode(Bundle.SearchEntryMode.OUTCOME);
    String base = self.substring(0, self.indexOf("/Patient/"));
    for (IdType one : index.waiting(patientId, asked.offset(), asked.count())) {
      find(transaction, one)
          .ifPresent(
              waiting ->
                  page.addEntry()
                      .setFullUrl(base + "/" + one.getValue())
                      .setResource(waiting)
                      .getSearch()
                      .setMode(Bundle.SearchEntryMode.MATCH));
    }
    return page;
  }

  private static Optional<? extends DomainResource> find(RecordTransaction transaction, IdType id) {
    Reference reference = new Reference(id.getValue());
    return "Observation".equals(id.getResourceType())
        ? transaction.find(Observation.class, reference)
        : transaction.find(DocumentReference.class, reference);
  }

  private static String address(String self, WaitingRequest asked, int offset) {
    return self + "?_count=" + asked.count() + "&_offset=" + offset;
  }

  private static OperationOutcome words(
      int total, Optional<Instant> since, Instant now, ContributionWords words) {
    String said =
        total == 0
            ? words.say("waiting.none")
            : words.say(
                total == 1 ? "waiting.one" : "waiting.many",
                Integer.toString(total),
                howLong(Duration.between(since.orElse(now), now), words));
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.locale().getLanguage());
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .setDiagnostics(said)
        .getDetails()
        .setText(said);
    return outcome;
  }

  static String howLong(Duration waited, ContributionWords words) {
    if (waited.toDays() > 0) {
      return words.say("waiting.days", waited.toDays());
    }
    return waited.toHours() > 0
        ? words.say("waiting.hours", waited.toHours())
        : words.say("waiting.soon");
  }
}
