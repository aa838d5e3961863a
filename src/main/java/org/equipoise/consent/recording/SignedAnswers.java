package org.equipoise.consent.recording;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.teachback.TeachBack;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;

/**
 * The teach-back answers behind a decision, checked and scored.
 *
 * @param comprehension the score
 * @param reference where they stand, or will stand
 * @param entry how they are stored, empty where they are on record
 * @param authored when the questions were answered
 * @param usedBefore whether another decision rests on them already
 */
record SignedAnswers(
    Comprehension comprehension,
    Reference reference,
    Optional<BundleEntryComponent> entry,
    Instant authored,
    boolean usedBefore) {

  /**
   * The answers of a call.
   *
   * @param answers the answers
   * @param onRecord true where they are stored already
   * @param usedBefore whether another decision rests on them already
   */
  record Evidence(QuestionnaireResponse answers, boolean onRecord, boolean usedBefore) {}

  /**
   * Whether these were given for an earlier yes, of which the decision is a renewal.
   *
   * @param allowed the permits of this matter and purpose that were in force before
   */
  boolean areThoseOf(List<Consent> allowed, ConsentPeriods periods) {
    return !allowed.isEmpty()
        && (usedBefore
            || allowed.stream()
                .filter(Consent::hasDateTime)
                .anyMatch(permit -> !authored.isAfter(periods.start(permit.getDateTimeElement()))));
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where they are of
   *     another patient, signer or author, of the future, or cannot be scored
   */
  static SignedAnswers of(
      Evidence evidence,
      TeachBack teachBack,
      Reference patient,
      Signer signer,
      ConsentPeriods periods,
      Instant now) {
    QuestionnaireResponse given = evidence.answers();
    check(given, patient, signer, periods, now);
    if (!evidence.onRecord()) {
      requireOwn(given, signer);
    }
    Comprehension comprehension = teachBack.score(given);
    Instant authored = periods.start(given.getAuthoredElement());
    if (evidence.onRecord()) {
      return new SignedAnswers(
          comprehension,
          new Reference(given.getIdElement().toUnqualifiedVersionless().getValue()),
          Optional.empty(),
          authored,
          evidence.usedBefore());
    }
    BundleEntryComponent entry = Entries.create(complete(given, patient, signer));
    return new SignedAnswers(
        comprehension,
        new Reference(entry.getFullUrl()),
        Optional.of(entry),
        authored,
        evidence.usedBefore());
  }

  /**
   * Who signs can say in nobody else's name that they wrote or judged the answers; a clinician who
   * did stores them themself.
   */
  private static void requireOwn(QuestionnaireResponse answers, Signer signer) {
    if (answers.hasAuthor() && !AiUse.key(answers.getAuthor()).equals(AiUse.key(signer.who()))) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.author",
          "QuestionnaireResponse.author: only who signs, %s; answers that a clinician has judged are stored by the clinician, and named by Consent.source"
              .formatted(AiUse.key(signer.who())));
    }
  }

  private static void check(
      QuestionnaireResponse response,
      Reference patient,
      Signer signer,
      ConsentPeriods periods,
      Instant now) {
    if (response.hasSubject() && !AiUse.key(response.getSubject()).equals(AiUse.key(patient))) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.subject",
          "QuestionnaireResponse.subject: not the patient whom it is about, " + AiUse.key(patient));
    }
    if (response.hasSource() && !AiUse.key(response.getSource()).equals(AiUse.key(signer.who()))) {
      throw Refusal.businessRule(
          "QuestionnaireResponse.source",
          "QuestionnaireResponse.source: who signs must have answered, " + AiUse.key(signer.who()));
    }
    if (!response.hasAuthored()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          "QuestionnaireResponse.authored",
          "QuestionnaireResponse.authored: say when the questions were answered");
    }
    periods.requirePast("QuestionnaireResponse.authored", response.getAuthoredElement(), now);
  }

  private static QuestionnaireResponse complete(
      QuestionnaireResponse given, Reference patient, Signer signer) {
    QuestionnaireResponse complete = given.copy();
    complete.setId((String) null);
    if (!complete.getMeta().hasProfile(Canonical.Profile.TEACH_BACK)) {
      complete.getMeta().addProfile(Canonical.Profile.TEACH_BACK);
    }
    complete.setSubject(patient.copy());
    complete.setSource(signer.who().copy());
    return complete;
  }
}
