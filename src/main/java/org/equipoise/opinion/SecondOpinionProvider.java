package org.equipoise.opinion;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.PatientSigners;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.TreatingClinicians;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/**
 * {@code POST DocumentReference/[id]/$second-opinion}: somebody independent is asked whether a
 * document is right. Who is independent enough decides {@link SecondOpinionRule}, for every door.
 * See {@code docs/second-opinion.md}.
 */
public final class SecondOpinionProvider implements OperationProvider {

  private static final String NAME = "second-opinion";

  private final RecordOperation operation;
  private final FhirContext context;
  private final PatientSigners signers;
  private final TreatingClinicians treating;
  private final ReadScopes scopes;
  private final int defaultDays;
  private final int longestDays;

  SecondOpinionProvider(
      RecordOperation operation,
      FhirContext context,
      PatientSigners signers,
      TreatingClinicians treating,
      ReadScopes scopes,
      int defaultDays,
      int longestDays) {
    this.operation = operation;
    this.context = context;
    this.signers = signers;
    this.treating = treating;
    this.scopes = scopes;
    this.defaultDays = defaultDays;
    this.longestDays = longestDays;
  }

  /** Answers 200 with the open request, or 202 where it waits for the patient's yes. */
  @Operation(
      name = "$" + NAME,
      typeName = "DocumentReference",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters ask(
      @IdParam IdType id, @ResourceParam IBaseResource body, ServletRequestDetails details) {
    Parameters input = OperationProvider.parametersOf(body);
    SecondOpinionRequest asked = SecondOpinionRequest.parse(input);
    OpinionWords words = OpinionWords.in(details.getHeader("Accept-Language"));
    Parameters answer =
        operation.run(
            NAME,
            id,
            input,
            details,
            transaction -> {
              DocumentReference document =
                  transaction.read(DocumentReference.class, id.toUnqualifiedVersionless());
              boolean agreed = mayAgree(transaction, document);
              if (asked.withdrawn().isPresent()) {
                return withdraw(transaction, document, agreed, asked.withdrawn().get(), words);
              }
              return asked.proposal().isPresent()
                  ? agree(transaction, document, agreed, asked, words)
                  : ask(
                      transaction,
                      document,
                      agreed,
                      asked,
                      resource -> !scopes.open(details, List.of(resource)).isEmpty(),
                      words);
            });
    if (((ServiceRequest) answer.getParameter("return").getResource()).getStatus()
        == ServiceRequestStatus.DRAFT) {
      // HAPI keeps the status that a provider sets.
      details.getServletResponse().setStatus(HttpServletResponse.SC_ACCEPTED);
    }
    return answer;
  }

  /**
   * Whether the caller speaks for the patient; a clinician who treats them proposes.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403 for everybody else
   */
  private boolean mayAgree(RecordTransaction transaction, DocumentReference document) {
    Caller caller = transaction.caller();
    IdType patient = new IdType(Opinions.key(document.getSubject()));
    if (caller.isPatientSide()) {
      Optional<RelatedPerson> representative =
          transaction.find(
              RelatedPerson.class,
              new Reference(caller.person().orElseThrow().toUnqualifiedVersionless().getValue()));
      if (signers.signer(caller, patient, representative, transaction.now()).isPresent()) {
        return true;
      }
    } else if (caller.isPractitioner() && treating.treats(caller.person().orElseThrow(), patient)) {
      return false;
    }
    throw Refusal.forbidden(
        "A second opinion is asked for by the patient, by a RelatedPerson who may sign for them, or by"
            + " a clinician who treats them");
  }

  // ---- asking

  private Parameters ask(
      RecordTransaction transaction,
      DocumentReference document,
      boolean agreed,
      SecondOpinionRequest asked,
      Predicate<Resource> open,
      OpinionWords words) {
    SecondOpinionDraft draft =
        new SecondOpinionDraft(
            document,
            new Reference(
                transaction.caller().person().orElseThrow().toUnqualifiedVersionless().getValue()),
            agreed,
            asked.question().orElseGet(() -> words.say("question")),
            asked.performers().stream().map(one -> named(transaction, one)).toList(),
            asked.wanted(),
            shown(transaction, document, asked, open),
            lastDay(asked, transaction),
            transaction.now(),
            words);
    List<Resource> stored = transaction.write(draft.bundle());
    return answer(
        (ServiceRequest) stored.get(0),
        stored.size() > 1 ? (Consent) stored.get(1) : null,
        draft.lastDay(),
        words);
  }

  /** A reference to who is asked, with their name. */
  private static Reference named(RecordTransaction transaction, Reference performer) {
    Reference named = new Reference(Opinions.key(performer));
    Optional<? extends Resource> found =
        switch (performer.getReferenceElement().getResourceType()) {
          case "Practitioner" -> transaction.find(Practitioner.class, named);
          case "PractitionerRole" ->
              transaction
                  .find(PractitionerRole.class, named)
                  .flatMap(role -> transaction.find(Practitioner.class, role.getPractitioner()));
          default -> transaction.find(Device.class, named);
        };
    return found
        .map(one -> named.setDisplay(nameOf(one)))
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.NOTFOUND,
                    "Parameters.parameter.where(name='performer')",
                    named.getReference() + " is nobody who can be asked"));
  }

  private static String nameOf(Resource asked) {
    String name =
        asked instanceof Practitioner practitioner
            ? practitioner.getNameFirstRep().getNameAsSingleString()
            : ((Device) asked).getDeviceNameFirstRep().getName();
    return name == null || name.isBlank() ? null : name;
  }

  private LocalDate lastDay(SecondOpinionRequest asked, RecordTransaction transaction) {
    LocalDate today = transaction.now().atZone(ZoneOffset.UTC).toLocalDate();
    LocalDate last = asked.expires().orElseGet(() -> today.plusDays(defaultDays));
    if (last.isBefore(today) || last.isAfter(today.plusDays(longestDays))) {
      throw Refusal.businessRule(
          "Parameters.parameter.where(name='expires')",
          "'expires' is from today on, at most %d days ahead".formatted(longestDays));
    }
    return last;
  }

  /**
   * What belongs to the document, as far as the caller may see it, and what they name besides: its
   * inputs and, unless it is to be judged without it, itself and its explanations.
   *
   * @param open whether a scope of the token reads a resource: nobody shows what they may not read
   */
  private List<String> shown(
      RecordTransaction transaction,
      DocumentReference document,
      SecondOpinionRequest asked,
      Predicate<Resource> open) {
    Set<String> patient = Set.of(document.getSubject().getReferenceElement().getIdPart());
    Map<String, Resource> shown = new LinkedHashMap<>();
    if (!asked.wanted().blinded()) {
      shown.put(Opinions.key(document), document);
      explanations(transaction, document).forEach(one -> shown.put(Opinions.key(one), one));
    }
    inputs(transaction, document)
        .flatMap(input -> find(transaction, input).stream())
        .filter(input -> scopes.patientsOf(input).equals(patient))
        .filter(open)
        .filter(input -> !asked.wanted().blinded() || !tellsOf(input, document))
        .forEach(input -> shown.put(Opinions.key(input), input));
    for (Reference given : asked.share()) {
      String at = "Parameters.parameter.where(name='share')";
      Resource found =
          find(transaction, given)
              .filter(one -> scopes.patientsOf(one).equals(patient))
              .orElseThrow(
                  () ->
                      Refusal.unprocessable(
                          IssueType.NOTFOUND,
                          at,
                          given.getReference() + " is not known in this patient's record"));
      if (!open.test(found)) {
        throw Refusal.forbidden(
            "%s: the token has no scope to read %s, so it cannot show it to somebody else"
                .formatted(at, given.getReference()));
      }
      if (asked.wanted().blinded() && tellsOf(found, document)) {
        throw Refusal.businessRule(
            at,
            given.getReference()
                + " tells of the document, and they are to judge without it (blinded)");
      }
      shown.put(Opinions.key(found), found);
    }
    addBinaries(transaction, patient, shown, open);
    return List.copyOf(shown.keySet());
  }

  /** The contents of what is shown, but none that a document holds which is not. */
  private void addBinaries(
      RecordTransaction transaction,
      Set<String> patient,
      Map<String, Resource> shown,
      Predicate<Resource> open) {
    List<Resource> binaries =
        shown.values().stream()
            .flatMap(Opinions::binaries)
            .distinct()
            .flatMap(binary -> find(transaction, new Reference(binary)).stream())
            .filter(binary -> scopes.patientsOf(binary).equals(patient))
            .filter(open)
            .toList();
    if (binaries.isEmpty()) {
      return;
    }
    Set<String> heldElsewhere =
        transaction
            .search(
                DocumentReference.class,
                SearchParameterMap.newSynchronous(
                    DocumentReference.SP_PATIENT,
                    new ReferenceParam("Patient/" + patient.iterator().next())))
            .stream()
            .filter(one -> !shown.containsKey(Opinions.key(one)))
            .flatMap(Opinions::binaries)
            .collect(Collectors.toSet());
    binaries.stream()
        .filter(binary -> !heldElsewhere.contains(Opinions.key(binary)))
        .forEach(binary -> shown.put(Opinions.key(binary), binary));
  }

  private static boolean tellsOf(Resource resource, DocumentReference document) {
    return Opinions.key(resource).equals(Opinions.key(document))
        || (resource instanceof DocumentReference other
            && Stream.of(DocumentRelationshipType.values())
                .filter(relation -> relation != DocumentRelationshipType.NULL)
                .flatMap(relation -> Opinions.targets(other, relation))
                .anyMatch(target -> Opinions.key(target).equals(Opinions.key(document))));
  }

  private static List<DocumentReference> explanations(
      RecordTransaction transaction, DocumentReference document) {
    return transaction.search(
        DocumentReference.class,
        SearchParameterMap.newSynchronous()
            .add(DocumentReference.SP_RELATESTO, new ReferenceParam(Opinions.key(document)))
            .add(
                DocumentReference.SP_TYPE,
                new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))
            .add(DocumentReference.SP_STATUS, new TokenParam("current")));
  }

  private static Stream<Reference> inputs(
      RecordTransaction transaction, DocumentReference document) {
    Stream<Reference> told =
        transaction
            .search(
                Provenance.class,
                SearchParameterMap.newSynchronous(
                    Provenance.SP_TARGET, new ReferenceParam(Opinions.key(document))))
            .stream()
            .flatMap(story -> story.getEntity().stream())
            .filter(entity -> entity.getRole() == ProvenanceEntityRole.SOURCE)
            .map(entity -> entity.getWhat());
    return Stream.concat(document.getContext().getRelated().stream(), told);
  }

  @SuppressWarnings("unchecked")
  private Optional<Resource> find(RecordTransaction transaction, Reference reference) {
    String type = reference.getReferenceElement().getResourceType();
    if (type == null || !context.getResourceTypes().contains(type)) {
      return Optional.empty();
    }
    Class<? extends Resource> kind =
        (Class<? extends Resource>) context.getResourceDefinition(type).getImplementingClass();
    return transaction.find(kind, new Reference(Opinions.key(reference))).map(Resource.class::cast);
  }

  // ---- agreeing

  private Parameters agree(
      RecordTransaction transaction,
      DocumentReference document,
      boolean isPatientSide,
      SecondOpinionRequest asked,
      OpinionWords words) {
    String at = "Parameters.parameter.where(name='request')";
    if (!isPatientSide) {
      throw Refusal.forbidden("The patient says yes, or a RelatedPerson who may sign for them");
    }
    Reference proposal = asked.proposal().orElseThrow();
    transaction.lock("second-opinion:" + proposal.getReferenceElement().getIdPart());
    ServiceRequest request = about(transaction, document, proposal, at);
    if (request.getStatus() != ServiceRequestStatus.DRAFT) {
      throw Refusal.conflict(
          at, "This request does not wait for a yes: it is " + request.getStatus().toCode());
    }
    LocalDate lastDay = lastDay(asked, transaction);
    Reference signer =
        new Reference(
            transaction.caller().person().orElseThrow().toUnqualifiedVersionless().getValue());
    List<Consent> proposed =
        sharing(transaction, request).stream()
            .filter(consent -> consent.getStatus() == ConsentState.PROPOSED)
            .toList();
    if (proposed.isEmpty() && request.hasPerformer()) {
      throw Refusal.conflict(at, "There is no proposed consent to say yes to: ask anew");
    }
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    put(bundle, request.setStatus(ServiceRequestStatus.ACTIVE));
    for (Consent consent : new ArrayList<>(proposed)) {
      consent.setStatus(ConsentState.ACTIVE).setDateTime(Date.from(transaction.now()));
      consent.getPerformer().clear();
      consent.addPerformer(signer.copy());
      consent.getProvision().setPeriod(SecondOpinionDraft.period(transaction.now(), lastDay));
      put(bundle, consent);
    }
    List<Resource> stored = transaction.write(bundle);
    return answer(
        (ServiceRequest) stored.get(0),
        stored.size() > 1 ? (Consent) stored.get(1) : null,
        lastDay,
        words);
  }

  // ---- taking back

  /** Ends a request, and the consent that showed something for it. */
  private Parameters withdraw(
      RecordTransaction transaction,
      DocumentReference document,
      boolean isPatientSide,
      Reference withdrawn,
      OpinionWords words) {
    String at = "Parameters.parameter.where(name='withdraw')";
    if (!isPatientSide) {
      throw Refusal.forbidden(
          "A request for a second opinion is ended by the patient, or by who may sign for them; who"
              + " proposed one revokes their draft");
    }
    transaction.lock("second-opinion:" + withdrawn.getReferenceElement().getIdPart());
    ServiceRequest request = about(transaction, document, withdrawn, at);
    if (request.getStatus() != ServiceRequestStatus.DRAFT
        && request.getStatus() != ServiceRequestStatus.ACTIVE) {
      throw Refusal.conflict(
          at, "This request is open no more: it is " + request.getStatus().toCode());
    }
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    put(bundle, request.setStatus(ServiceRequestStatus.REVOKED));
    for (Consent consent : sharing(transaction, request)) {
      if (consent.getStatus() == ConsentState.ACTIVE) {
        consent.addExtension(withdrawal(transaction, words));
        put(bundle, consent.setStatus(ConsentState.INACTIVE));
      } else if (consent.getStatus() == ConsentState.PROPOSED) {
        put(bundle, consent.setStatus(ConsentState.REJECTED));
      }
    }
    List<Resource> stored = transaction.write(bundle);
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(stored.get(0));
    stored.stream()
        .filter(Consent.class::isInstance)
        .findFirst()
        .ifPresent(consent -> answer.addParameter().setName("shareConsent").setResource(consent));
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.language());
    tell(outcome, words.say("withdrawn"));
    answer.addParameter().setName("outcome").setResource(outcome);
    return answer;
  }

  /** Who took a consent back, and when. */
  private static Extension withdrawal(RecordTransaction transaction, OpinionWords words) {
    Extension withdrawal = new Extension(Canonical.Extension.WITHDRAWAL);
    withdrawal.addExtension("when", SecondOpinionDraft.time(transaction.now()));
    withdrawal.addExtension(
        "by",
        new Reference(
            transaction.caller().person().orElseThrow().toUnqualifiedVersionless().getValue()));
    withdrawal.addExtension("effect", new MarkdownType(words.say("withdrawn")));
    return withdrawal;
  }

  private static ServiceRequest about(
      RecordTransaction transaction, DocumentReference document, Reference request, String at) {
    return transaction
        .find(ServiceRequest.class, request)
        .filter(Opinions::isRequest)
        .filter(
            one -> Opinions.key(one.getReasonReferenceFirstRep()).equals(Opinions.key(document)))
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.NOTFOUND,
                    at,
                    request.getReference() + " is no request about this document"));
  }

  /** The consents that show, or would show, something for a request. */
  private static List<Consent> sharing(RecordTransaction transaction, ServiceRequest request) {
    return transaction
        .search(
            Consent.class,
            SearchParameterMap.newSynchronous(
                Consent.SP_DATA, new ReferenceParam(Opinions.key(request))))
        .stream()
        .filter(Opinions::isSharing)
        .toList();
  }

  private static void put(Bundle bundle, Resource resource) {
    Bundle.BundleEntryComponent entry =
        bundle.addEntry().setFullUrl(Opinions.key(resource)).setResource(resource);
    entry
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setUrl(Opinions.key(resource))
        .setIfMatch("W/\"" + resource.getIdElement().getVersionIdPart() + "\"");
  }

  // ---- the answer

  private static Parameters answer(
      ServiceRequest request, Consent consent, LocalDate lastDay, OpinionWords words) {
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(request);
    if (consent != null) {
      answer.addParameter().setName("shareConsent").setResource(consent);
    }
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(words.language());
    if (request.getStatus() == ServiceRequestStatus.DRAFT) {
      tell(outcome, words.say("proposed"));
    } else if (consent == null) {
      tell(outcome, words.say("nobody"));
    } else {
      tell(outcome, words.say("asked", SecondOpinionDraft.names(request.getPerformer()), lastDay));
      tell(outcome, words.say("take-back"));
    }
    answer.addParameter().setName("outcome").setResource(outcome);
    return answer;
  }

  private static void tell(OperationOutcome outcome, String sentence) {
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .getDetails()
        .setText(sentence);
  }
}
