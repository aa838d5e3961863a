package org.equipoise.consent;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.consent.RecordDecision.Plan;
import org.equipoise.consent.SignedAnswers.Evidence;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/**
 * Records a decision, or its witness, in the open transaction of a call: reads what it rests on,
 * lets {@link RecordDecision} or {@link WitnessConsent} plan, and writes. The same for every
 * operation by which patients decide.
 */
final class DecisionRecorder {

  private final RecordDecision decision;
  private final WitnessConsent witnessConsent;
  private final ConsentPeriods periods;

  DecisionRecorder(TeachBack teachBack, ConsentSettings settings) {
    this.decision = new RecordDecision(teachBack, settings);
    this.witnessConsent = new WitnessConsent(settings);
    this.periods = new ConsentPeriods(settings.zone());
  }

  /**
   * @param matter reads what the decision is about; only after the caller may decide or witness
   * @param languages the header {@code Accept-Language}, null where there is none
   * @return {@code return} 1..* (the Consents as stored), {@code effective}, {@code provenance} and
   *     {@code outcome}
   */
  Parameters record(
      RecordTransaction transaction,
      ConsentRequest request,
      Function<RecordTransaction, Matter> matter,
      String languages) {
    if (request.isWitnessing()) {
      WitnessConsent.requireSelf(transaction.caller(), request.witness());
      return write(
          transaction, witness(transaction, request, matter.apply(transaction), languages));
    }
    Signer.requirePatientSide(transaction.caller());
    return write(transaction, decide(transaction, request, matter.apply(transaction), languages));
  }

  private Plan decide(
      RecordTransaction transaction, ConsentRequest request, Matter matter, String languages) {
    Signer signer = signer(transaction, matter.patient(), periods);
    requireOnRecord(transaction, request.witness());
    Optional<Evidence> evidence = evidence(transaction, request);
    ConsentWords words =
        ConsentWords.in(
            evidence.map(given -> given.answers().getLanguage()).orElse(null), languages);
    transaction.lock(
        request.purposes().stream().sorted().map(matter::lockKey).toArray(String[]::new));
    List<Consent> earlier = transaction.search(Consent.class, matter.search());
    return decision.plan(request, evidence, matter, signer, earlier, transaction.now(), words);
  }

  private Plan witness(
      RecordTransaction transaction, ConsentRequest request, Matter matter, String languages) {
    IdType consentId = new IdType(AiUse.key(request.witnessed()));
    // A change between this read and the write is a lost race: the write names the version that was
    // read.
    Consent consent = transaction.read(Consent.class, consentId);
    return witnessConsent.plan(
        consent, request.witness(), matter, transaction.now(), ConsentWords.in(languages));
  }

  /** Who signs for this patient; 403 where the caller does not. */
  static Signer signer(RecordTransaction transaction, Reference patient, ConsentPeriods periods) {
    Caller caller = transaction.caller();
    Optional<RelatedPerson> representative =
        caller
            .person()
            .filter(person -> "RelatedPerson".equals(person.getResourceType()))
            .flatMap(person -> transaction.find(RelatedPerson.class, new Reference(person)));
    return Signer.of(caller, patient, representative, periods, transaction.now());
  }

  /**
   * The storage engine looks up references in elements, but none in an extension, where a witness
   * stands.
   */
  private static void requireOnRecord(RecordTransaction transaction, Reference witness) {
    if (witness == null) {
      return;
    }
    boolean unknown =
        switch (String.valueOf(witness.getReferenceElement().getResourceType())) {
          case "Practitioner" -> transaction.find(Practitioner.class, witness).isEmpty();
          case "RelatedPerson" -> transaction.find(RelatedPerson.class, witness).isEmpty();
          // Refused as no possible witness by the rule.
          default -> false;
        };
    if (unknown) {
      String at = "Parameters.parameter.where(name='witness')";
      throw Refusal.unprocessable(
          IssueType.NOTFOUND, at, "%s: %s is not known".formatted(at, witness.getReference()));
    }
  }

  /** The answers that were given, else those that a finished Consent names as its source. */
  private static Optional<Evidence> evidence(
      RecordTransaction transaction, ConsentRequest request) {
    if (request.teachBack() != null) {
      return Optional.of(new Evidence(request.teachBack(), false));
    }
    boolean namesAnswers =
        request.finished() != null
            && request.finished().hasSourceReference()
            && !"DocumentReference"
                .equals(
                    request
                        .finished()
                        .getSourceReference()
                        .getReferenceElement()
                        .getResourceType());
    if (!namesAnswers) {
      return Optional.empty();
    }
    String at = "Parameters.parameter.where(name='consent').resource.source";
    return Optional.of(
        transaction
            .find(QuestionnaireResponse.class, request.finished().getSourceReference())
            .map(answers -> new Evidence(answers, true))
            .orElseThrow(
                () ->
                    Refusal.unprocessable(
                        IssueType.NOTFOUND,
                        at,
                        at
                            + ": no such teach-back answers on record; give new ones as parameter teachBack")));
  }

  private static Parameters write(RecordTransaction transaction, Plan plan) {
    List<Resource> stored = transaction.write(plan.transaction());
    Parameters answer = new Parameters();
    stored
        .subList(0, plan.consents())
        .forEach(consent -> answer.addParameter().setName("return").setResource(consent));
    answer.addParameter("effective", new BooleanType(plan.effective()));
    answer.addParameter().setName("provenance").setResource(stored.get(plan.consents()));
    answer.addParameter().setName("outcome").setResource(plan.outcome());
    return answer;
  }
}
