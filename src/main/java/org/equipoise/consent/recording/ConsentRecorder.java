package org.equipoise.consent.recording;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.recording.RecordConsent.Plan;
import org.equipoise.consent.recording.SignedAnswers.Evidence;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.consent.teachback.TeachBack;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
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
 * lets {@link RecordConsent} or {@link WitnessConsent} plan, and writes. The same for every
 * operation by which patients decide.
 */
final class ConsentRecorder {

  private final RecordConsent decision;
  private final WitnessConsent witnessConsent;
  private final ConsentPeriods periods;
  private final Neutrality neutrality;
  private final FreeChoiceTasks tasks;

  ConsentRecorder(
      TeachBack teachBack, ConsentSettings settings, Neutrality neutrality, FreeChoiceTasks tasks) {
    this.decision = new RecordConsent(teachBack, settings);
    this.witnessConsent = new WitnessConsent(settings);
    this.periods = new ConsentPeriods(settings.zone());
    this.neutrality = neutrality;
    this.tasks = tasks;
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
    Signer signer = Signer.of(transaction, matter.patient(), periods);
    Optional<Evidence> evidence = evidence(transaction, request);
    Circumstances circumstances = circumstances(transaction, request, matter, evidence);
    ConsentWords words =
        ConsentWords.in(
            evidence.map(given -> given.answers().getLanguage()).orElse(null), languages);
    transaction.lock(
        request.purposes().stream().sorted().map(matter::lockKey).toArray(String[]::new));
    List<Consent> earlier = transaction.search(Consent.class, matter.search());
    Plan plan =
        decision.plan(
            request, evidence, matter, signer, circumstances, earlier, transaction.now(), words);
    addTasks(transaction, plan, matter, words);
    return plan;
  }

  /** Has a neutral person asked about what waits for one, and nobody about what was replaced. */
  private void addTasks(
      RecordTransaction transaction, Plan plan, Matter matter, ConsentWords words) {
    List<BundleEntryComponent> entries = List.copyOf(plan.transaction().getEntry());
    entries.subList(0, plan.consents()).stream()
        .flatMap(entry -> tasks.ask(transaction, entry, matter.document(), words).stream())
        .forEach(plan.transaction()::addEntry);
    List<Consent> replaced =
        entries.stream()
            .filter(entry -> entry.getRequest().getMethod() == HTTPVerb.PUT)
            .map(BundleEntryComponent::getResource)
            .filter(Consent.class::isInstance)
            .map(Consent.class::cast)
            .filter(consent -> !Consents.isInForce(consent))
            .toList();
    FreeChoiceTasks.cancel(transaction, replaced).forEach(plan.transaction()::addEntry);
  }

  /** Who asked, whether they treat the patient, and which witnesses are independent. */
  private Circumstances circumstances(
      RecordTransaction transaction,
      ConsentRequest request,
      Matter matter,
      Optional<Evidence> evidence) {
    String patient = AiUse.key(matter.patient());
    String said =
        request.voluntariness() == null ? null : request.voluntariness().circumstances().askedBy();
    if (said != null) {
      requireOnRecord(
          transaction,
          new Reference(said),
          "Parameters.parameter.where(name='voluntariness').part.where(name='askedBy')");
    }
    // Who judged the answers has asked, whether or not it is said again.
    Optional<String> judge =
        evidence
            .map(given -> given.answers().getAuthor())
            .filter(by -> "Practitioner".equals(by.getReferenceElement().getResourceType()))
            .map(AiUse::key);
    String askedBy =
        judge.filter(by -> said == null || neutrality.treats(by, patient)).orElse(said);
    List<Reference> witnesses =
        request.witness() != null
            ? List.of(request.witness())
            : Stream.ofNullable(request.finished()).flatMap(Extensions::witnesses).toList();
    witnesses.forEach(
        witness ->
            requireOnRecord(transaction, witness, "Parameters.parameter.where(name='witness')"));
    return new Circumstances(
        askedBy,
        askedBy != null && neutrality.treats(askedBy, patient),
        witnesses.stream()
            .map(AiUse::key)
            .filter(witness -> isNeutral(witness, askedBy, matter))
            .toList(),
        List.of(),
        null);
  }

  private boolean isNeutral(String person, String askedBy, Matter matter) {
    return neutrality.isNeutral(
        person, AiUse.key(matter.patient()), askedBy, Stream.ofNullable(matter.document()));
  }

  private Plan witness(
      RecordTransaction transaction, ConsentRequest request, Matter matter, String languages) {
    IdType consentId = new IdType(AiUse.key(request.witnessed()));
    // A change between this read and the write is a lost race: the write names the version that was
    // read.
    Consent consent = transaction.read(Consent.class, consentId);
    return witnessConsent.plan(
        consent,
        request.witness(),
        isNeutral(
            AiUse.key(request.witness()), GuardedPermit.circumstances(consent).askedBy(), matter),
        matter,
        transaction.now(),
        ConsentWords.in(languages));
  }

  /**
   * The storage engine looks up references in elements, but none in an extension, where a witness
   * stands.
   */
  private static void requireOnRecord(RecordTransaction transaction, Reference witness, String at) {
    boolean unknown =
        switch (String.valueOf(witness.getReferenceElement().getResourceType())) {
          case "Practitioner" -> transaction.find(Practitioner.class, witness).isEmpty();
          case "RelatedPerson" -> transaction.find(RelatedPerson.class, witness).isEmpty();
          // Refused as no possible witness by the rule.
          default -> false;
        };
    if (unknown) {
      throw Refusal.unprocessable(
          IssueType.NOTFOUND, at, "%s: %s is not known".formatted(at, witness.getReference()));
    }
  }

  /** The answers that were given, else those that a finished Consent names as its source. */
  private static Optional<Evidence> evidence(
      RecordTransaction transaction, ConsentRequest request) {
    if (request.teachBack() != null) {
      return Optional.of(new Evidence(request.teachBack(), false, false));
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
            .map(answers -> new Evidence(answers, true, isSource(transaction, answers)))
            .orElseThrow(
                () ->
                    Refusal.unprocessable(
                        IssueType.NOTFOUND,
                        at,
                        at
                            + ": no such teach-back answers on record; give new ones as parameter teachBack")));
  }

  /** Whether a decision rests on these answers already. */
  private static boolean isSource(RecordTransaction transaction, QuestionnaireResponse answers) {
    SearchParameterMap resting =
        SearchParameterMap.newSynchronous()
            .add(Consent.SP_PATIENT, new ReferenceParam(AiUse.key(answers.getSubject())))
            .add(
                Consent.SP_SOURCE_REFERENCE,
                new ReferenceParam(answers.getIdElement().toUnqualifiedVersionless().getValue()));
    return !transaction.search(Consent.class, resting).isEmpty();
  }

  static Parameters write(RecordTransaction transaction, Plan plan) {
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
