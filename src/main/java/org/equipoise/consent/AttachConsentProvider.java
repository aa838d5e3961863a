package org.equipoise.consent;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.util.List;
import java.util.Optional;
import org.equipoise.consent.AttachConsent.Evidence;
import org.equipoise.consent.AttachConsent.Plan;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code POST DocumentReference/[id]/$attach-consent}: records what a patient decided about AI and
 * this document.
 */
public class AttachConsentProvider implements OperationProvider {

  /** The operation, without the dollar sign. */
  public static final String NAME = "attach-consent";

  private final RecordOperation operation;
  private final AttachConsent attachConsent;
  private final WitnessConsent witnessConsent;
  private final ConsentPeriods periods;

  public AttachConsentProvider(
      RecordOperation operation, TeachBack teachBack, ConsentSettings settings) {
    this.operation = operation;
    this.attachConsent = new AttachConsent(teachBack, settings);
    this.witnessConsent = new WitnessConsent(settings);
    this.periods = new ConsentPeriods(settings.zone());
  }

  /**
   * Attaches a decision.
   *
   * @param document the AI document
   * @param body a Parameters resource, as {@code OperationDefinition/attach-consent} says
   * @return {@code return} 1..* (the Consents as stored), {@code effective}, {@code provenance} and
   *     {@code outcome}
   */
  @Operation(name = "$" + NAME, typeName = "DocumentReference")
  public Parameters attachConsent(
      @IdParam IdType document, @ResourceParam IBaseResource body, RequestDetails requestDetails) {
    Parameters input = OperationProvider.parametersOf(body);
    ConsentRequest request = ConsentRequest.parse(input);
    String languages = requestDetails.getHeader("Accept-Language");
    return operation.run(
        NAME,
        document,
        input,
        requestDetails,
        transaction -> attach(transaction, document, request, languages));
  }

  private Parameters attach(
      RecordTransaction transaction, IdType id, ConsentRequest request, String languages) {
    if (request.isWitnessing()) {
      WitnessConsent.requireSelf(transaction.caller(), request.witness());
      return write(transaction, witness(transaction, id, request, languages));
    }
    Signer.requirePatientSide(transaction.caller());
    DocumentReference document = transaction.read(DocumentReference.class, id);
    attachConsent.requireAiDocument(document);
    Signer signer = signer(transaction, document.getSubject());
    requireOnRecord(transaction, request.witness());
    Optional<Evidence> evidence = evidence(transaction, request);
    ConsentWords words =
        ConsentWords.in(
            evidence.map(given -> given.answers().getLanguage()).orElse(null), languages);
    transaction.lock(lockKeys(document, request.purposes()));
    List<Consent> earlier = transaction.search(Consent.class, about(document));
    return write(
        transaction,
        attachConsent.plan(request, evidence, document, signer, earlier, transaction.now(), words));
  }

  private Plan witness(
      RecordTransaction transaction, IdType id, ConsentRequest request, String languages) {
    DocumentReference document = transaction.read(DocumentReference.class, id);
    attachConsent.requireAiDocument(document);
    IdType consentId = new IdType(AiUse.key(request.witnessed()));
    // A change between this read and the write is a lost race: the write names the version that was
    // read.
    Consent consent = transaction.read(Consent.class, consentId);
    return witnessConsent.plan(
        consent, request.witness(), document, transaction.now(), ConsentWords.in(languages));
  }

  private Signer signer(RecordTransaction transaction, Reference patient) {
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

  static SearchParameterMap about(DocumentReference document) {
    return SearchParameterMap.newSynchronous()
        .add(
            Consent.SP_DATA,
            new ReferenceParam(document.getIdElement().toUnqualifiedVersionless().getValue()))
        .add(Consent.SP_PATIENT, new ReferenceParam(AiUse.key(document.getSubject())));
  }

  /**
   * Decisions about one document and purpose are taken one at a time, so that each replaces the one
   * before.
   */
  private static String[] lockKeys(DocumentReference document, List<AiPurpose> purposes) {
    return purposes.stream()
        .sorted()
        .map(
            purpose ->
                "consent:%s:%s".formatted(document.getIdElement().getIdPart(), purpose.code()))
        .toArray(String[]::new);
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
