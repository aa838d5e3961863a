package org.equipoise.consent;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * Turns a patient's decision about an AI document into the resources to write: one Consent for each
 * purpose, the teach-back answers, their Provenance, and the earlier decisions that they replace.
 * Pure: reads and writes nothing.
 */
public final class AttachConsent {

  private final TeachBack teachBack;
  private final ConsentSettings settings;
  private final ConsentPolicy policy;
  private final ConsentReader reader;
  private final ConsentPeriods periods;

  public AttachConsent(TeachBack teachBack, ConsentSettings settings) {
    this.teachBack = teachBack;
    this.settings = settings;
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings);
    this.periods = new ConsentPeriods(settings.zone());
  }

  /**
   * What to write and to answer.
   *
   * @param transaction first the Consents, then their Provenance, then whatever else
   * @param consents how many Consents come first
   * @param effective whether every one of these decisions counts
   * @param outcome in plain words, what was stored and why it does or does not count
   */
  public record Plan(
      Bundle transaction, int consents, boolean effective, OperationOutcome outcome) {}

  /**
   * The teach-back answers of a call.
   *
   * @param answers the answers
   * @param onRecord true where they are stored already
   */
  public record Evidence(QuestionnaireResponse answers, boolean onRecord) {}

  /**
   * Refuses a document that no consent can be attached to.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where it was
   *     entered in error
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where no AI wrote
   *     it, or it has no patient or custodian
   */
  void requireAiDocument(DocumentReference document) {
    if (document.getStatus() == DocumentReferenceStatus.ENTEREDINERROR
        || document.getDocStatus() == ReferredDocumentStatus.ENTEREDINERROR) {
      throw Refusal.conflict(
          "DocumentReference.status",
          "DocumentReference.status: the document was entered in error");
    }
    if (document.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        == null) {
      throw Refusal.businessRule(
          "DocumentReference.meta.security",
          "DocumentReference.meta.security: not an AI document, it lacks the label "
              + Canonical.AIAST);
    }
    if (!"Patient".equals(document.getSubject().getReferenceElement().getResourceType())) {
      throw Refusal.businessRule(
          "DocumentReference.subject", "DocumentReference.subject: names no patient");
    }
    if (!document.hasCustodian()) {
      throw Refusal.businessRule(
          "DocumentReference.custodian",
          "DocumentReference.custodian: names no organization to hold the consent");
    }
  }

  /**
   * Plans the writes of one call.
   *
   * @param request what was asked
   * @param evidence the teach-back answers, given or on record
   * @param document the AI document, as stored
   * @param signer who decides
   * @param earlier every Consent of the patient that names the document
   * @param now the time of the call
   * @param words the language for people
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 403 or 422, naming the
   *     element
   */
  public Plan plan(
      ConsentRequest request,
      Optional<Evidence> evidence,
      DocumentReference document,
      Signer signer,
      List<Consent> earlier,
      Instant now,
      ConsentWords words) {
    requireAiDocument(document);
    return new Draft(request, evidence, document, signer, earlier, now, words).plan();
  }

  /** The writes of one call while they come together. */
  private final class Draft {
    private final ConsentRequest request;
    private final DocumentReference document;
    private final Signer signer;
    private final List<Consent> earlier;
    private final Instant now;
    private final ConsentWords words;
    private final Reference patient;
    private final String documentKey;
    private final Optional<Comprehension> comprehension;
    private final Optional<Bundle.BundleEntryComponent> newAnswers;
    private final Optional<Reference> answers;

    private final List<Bundle.BundleEntryComponent> consents = new ArrayList<>();
    private final List<Consent> replaced = new ArrayList<>();
    private final OperationOutcome outcome = new OperationOutcome();
    private boolean effective = true;

    Draft(
        ConsentRequest request,
        Optional<Evidence> evidence,
        DocumentReference document,
        Signer signer,
        List<Consent> earlier,
        Instant now,
        ConsentWords words) {
      this.request = request;
      this.document = document;
      this.signer = signer;
      this.now = now;
      this.words = words;
      this.patient = new Reference(AiUse.key(document.getSubject()));
      this.documentKey = document.getIdElement().toUnqualifiedVersionless().getValue();
      this.earlier = earlier.stream().filter(this::isAboutThis).toList();
      evidence.ifPresent(this::checkAnswers);
      this.comprehension = evidence.map(given -> teachBack.score(given.answers()));
      this.newAnswers =
          evidence
              .filter(given -> !given.onRecord())
              .map(given -> create(complete(given.answers())));
      this.answers =
          evidence.map(
              given ->
                  new Reference(
                      newAnswers
                          .map(Bundle.BundleEntryComponent::getFullUrl)
                          .orElseGet(
                              () ->
                                  given
                                      .answers()
                                      .getIdElement()
                                      .toUnqualifiedVersionless()
                                      .getValue())));
    }

    Plan plan() {
      for (AiPurpose purpose : request.purposes()) {
        decide(purpose);
      }
      Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
      consents.forEach(transaction::addEntry);
      transaction.addEntry(create(provenance()));
      newAnswers.ifPresent(transaction::addEntry);
      replaced.stream().map(AttachConsent::update).forEach(transaction::addEntry);
      outcome.setLanguage(words.language());
      return new Plan(transaction, consents.size(), effective, outcome);
    }

    private void decide(AiPurpose purpose) {
      List<Consent> before =
          earlier.stream().filter(consent -> AiPurpose.of(consent).contains(purpose)).toList();
      Consent consent = consent(purpose);
      List<Reason> reasons = new ArrayList<>(effect(consent).reasons());
      List<Consent> standing =
          before.stream().filter(old -> stands(old, reasons.isEmpty())).toList();
      if (!standing.isEmpty()) {
        reasons.add(Reason.of(Reason.Code.DENIED_BEFORE));
      }
      if (!reasons.isEmpty()) {
        consent.setStatus(ConsentState.PROPOSED);
        effective = false;
      }
      tell(consent, purpose, reasons);
      if (!request.permit()) {
        tellUses(purpose, before);
      }
      before.stream()
          .filter(Consents::isInForce)
          .filter(old -> !standing.contains(old))
          .forEach(this::replace);
      consents.add(create(consent));
    }

    /** Whether a Consent to one purpose counts, taken by itself. */
    private ConsentEffect effect(Consent consent) {
      return policy.effect(reader.readOnRecord(consent).get(0), now);
    }

    /**
     * A no is lifted by a yes that counts, of the patient in person; a representative lifts only
     * what a representative said. Any other no stands.
     */
    private boolean stands(Consent old, boolean newOneCounts) {
      if (!request.permit() || !Consents.isDeny(old) || !Consents.isInForce(old)) {
        return false;
      }
      boolean saidByPatient =
          old.getPerformer().stream().anyMatch(by -> AiUse.key(by).equals(AiUse.key(patient)));
      return !newOneCounts || (signer.representative() && saidByPatient);
    }

    private boolean isAboutThis(Consent consent) {
      return AiUse.key(consent.getPatient()).equals(AiUse.key(patient))
          && Consents.documents(consent).contains(documentKey);
    }

    // ---- the Consent

    private Consent consent(AiPurpose purpose) {
      Consent consent =
          request.finished() == null ? new Consent() : checked(request.finished()).copy();
      consent.setId((String) null);
      declare(consent, Canonical.Profile.AI_USE_CONSENT);
      consent.setStatus(ConsentState.ACTIVE);
      consent.setLanguage(words.language());
      consent.setScope(
          new CodeableConcept(
              new Coding().setSystem(Canonical.System.CONSENT_SCOPE).setCode("patient-privacy")));
      categories(purpose)
          .filter(category -> !hasCategory(consent, category))
          .forEach(consent::addCategory);
      consent.setPatient(patient.copy());
      consent.setDateTimeElement(consent.hasDateTime() ? consent.getDateTimeElement() : time(now));
      consent.setPerformer(List.of(signer.who().copy()));
      if (!consent.hasOrganization()) {
        consent.addOrganization(document.getCustodian().copy());
      }
      if (!consent.hasPolicy()) {
        consent.addPolicy().setUri(settings.policyUri());
      }
      consent
          .getExtension()
          .removeIf(extension -> Canonical.Extension.COMPREHENSION.equals(extension.getUrl()));
      comprehension.map(Comprehension::toExtension).ifPresent(consent::addExtension);
      if (request.finished() == null) {
        voluntariness().map(Voluntariness::toExtension).ifPresent(consent::addExtension);
      }
      if (request.witness() != null) {
        consent.addExtension(
            new Extension(Canonical.Extension.CONSENT_WITNESS, checkedWitness(request.witness())));
      }
      provision(consent.getProvision(), purpose);
      source(consent);
      return consent;
    }

    private void provision(ProvisionComponent provision, AiPurpose purpose) {
      provision.setType(request.permit() ? ConsentProvisionType.PERMIT : ConsentProvisionType.DENY);
      if (!provision.getPeriod().hasStart()) {
        provision.getPeriod().setStartElement(time(now));
      }
      if (request.expires() != null) {
        provision.getPeriod().setEndElement(endOf(request.expires()));
      }
      checkEnd(provision);
      purpose.toCodings().stream()
          .filter(coding -> provision.getPurpose().stream().noneMatch(had -> isSame(had, coding)))
          .forEach(provision::addPurpose);
      if (!provision.hasActor()) {
        AiUse.devices(document)
            .forEach(
                device ->
                    provision
                        .addActor()
                        .setReference(new Reference(AiUse.key(device)))
                        .setRole(
                            new CodeableConcept(
                                new Coding()
                                    .setSystem(Canonical.System.PARTICIPATION_TYPE)
                                    .setCode("IRCP"))));
      }
      if (!provision.hasData()) {
        provision
            .addData()
            .setMeaning(ConsentDataMeaning.INSTANCE)
            .setReference(new Reference(documentKey));
      }
    }

    private void checkEnd(ProvisionComponent provision) {
      String at =
          request.finished() == null
              ? "Parameters.parameter.where(name='expires')"
              : "Parameters.parameter.where(name='consent').resource.provision.period.end";
      boolean ends = provision.getPeriod().hasEnd();
      if (!request.permit() && ends) {
        throw Refusal.businessRule(at, at + ": a refusal does not lapse; leave its end out");
      }
      if (!request.permit()) {
        return;
      }
      if (!ends) {
        throw Refusal.unprocessable(IssueType.REQUIRED, at, at + ": a permit needs a last day");
      }
      Instant end = periods.end(provision.getPeriod().getEndElement());
      if (!end.isAfter(now)) {
        throw Refusal.businessRule(at, at + ": the last day of the permit is in the past");
      }
      LocalDate latest = periods.day(now).plusDays(settings.longestPermit().toDays());
      if (periods.day(end.minusMillis(1)).isAfter(latest)) {
        throw Refusal.businessRule(
            at,
            "%s: a permit lasts at most %d days; give %s or an earlier day"
                .formatted(at, settings.longestPermit().toDays(), latest));
      }
    }

    /**
     * Where the decision comes from: the answers for a permit, the patient's words for a refusal.
     * Words of a permit stand in {@code voluntariness}; only where that is missing they are the
     * source, so that they are never lost.
     */
    private void source(Consent consent) {
      boolean wordsStandElsewhere = request.permit() && request.voluntariness() != null;
      if (request.statement() != null && !wordsStandElsewhere) {
        consent.setSource(
            attachment("title.words")
                .setContentType("text/plain;charset=UTF-8")
                .setData(request.statement().getBytes(StandardCharsets.UTF_8)));
      } else if (answers.isPresent() && (request.permit() || !consent.hasSource())) {
        consent.setSource(answers.get().copy());
      } else if (!consent.hasSource()) {
        consent.setSource(attachment("title.no-words"));
      }
    }

    private Attachment attachment(String title) {
      return new Attachment().setTitle(words.say(title)).setCreationElement(time(now));
    }

    private Optional<Voluntariness> voluntariness() {
      if (request.voluntariness() == null) {
        return Optional.empty();
      }
      if (!request.permit() || request.statement() == null) {
        return Optional.of(request.voluntariness());
      }
      if (request.voluntariness().patientStatement() != null) {
        String at = "Parameters.parameter.where(name='statement')";
        throw Refusal.invalid(
            at, at + ": give the patient's words here or in voluntariness, not in both");
      }
      return Optional.of(request.voluntariness().withStatement(request.statement()));
    }

    // ---- what the client gave

    private Consent checked(Consent given) {
      String at = "Parameters.parameter.where(name='consent').resource";
      if (!AiUse.key(given.getPatient()).equals(AiUse.key(patient))) {
        throw Refusal.businessRule(
            at + ".patient",
            at + ".patient: not the patient of the document, " + AiUse.key(patient));
      }
      if (given.getPerformer().stream()
          .anyMatch(by -> !AiUse.key(by).equals(AiUse.key(signer.who())))) {
        throw Refusal.forbidden(
            at + ".performer: only the caller signs, " + AiUse.key(signer.who()));
      }
      requirePast(at + ".dateTime", given.getDateTimeElement());
      requirePast(
          at + ".provision.period.start", given.getProvision().getPeriod().getStartElement());
      boolean namesOthers =
          given.getProvision().hasData()
              && !(given.getProvision().getData().size() == 1
                  && Consents.documents(given).contains(documentKey));
      if (namesOthers) {
        throw Refusal.businessRule(
            at + ".provision.data", at + ".provision.data: name this document alone, as instance");
      }
      if (request.permit() && request.teachBack() != null && given.hasSource()) {
        throw Refusal.invalid(
            at + ".source",
            at + ".source: the source of a permit is teachBack; leave out the one or the other");
      }
      Extensions.witnesses(given).forEach(this::checkedWitness);
      return given;
    }

    private Reference checkedWitness(Reference witness) {
      String at =
          request.finished() == null
              ? "Parameters.parameter.where(name='witness')"
              : "Parameters.parameter.where(name='consent').resource.extension('%s')"
                  .formatted(Canonical.Extension.CONSENT_WITNESS);
      String type = String.valueOf(witness.getReferenceElement().getResourceType());
      if (!type.equals("Practitioner") && !type.equals("RelatedPerson")) {
        throw Refusal.unprocessable(
            IssueType.VALUE, at, at + ": name a Practitioner or a RelatedPerson");
      }
      if (AiUse.key(witness).equals(AiUse.key(signer.who()))) {
        throw Refusal.businessRule(at, at + ": who signs cannot be the witness");
      }
      return witness;
    }

    private void checkAnswers(Evidence given) {
      QuestionnaireResponse response = given.answers();
      if (response.hasSubject() && !AiUse.key(response.getSubject()).equals(AiUse.key(patient))) {
        throw Refusal.businessRule(
            "QuestionnaireResponse.subject",
            "QuestionnaireResponse.subject: not the patient of the document, "
                + AiUse.key(patient));
      }
      if (response.hasSource()
          && !AiUse.key(response.getSource()).equals(AiUse.key(signer.who()))) {
        throw Refusal.businessRule(
            "QuestionnaireResponse.source",
            "QuestionnaireResponse.source: who signs must have answered, "
                + AiUse.key(signer.who()));
      }
      if (!response.hasAuthored()) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED,
            "QuestionnaireResponse.authored",
            "QuestionnaireResponse.authored: say when the questions were answered");
      }
      requirePast("QuestionnaireResponse.authored", response.getAuthoredElement());
    }

    private void requirePast(String at, DateTimeType time) {
      if (time.hasValue() && periods.start(time).isAfter(now.plus(ConsentPolicy.CLOCK_SKEW))) {
        throw Refusal.businessRule(at, at + ": this time is in the future");
      }
    }

    private QuestionnaireResponse complete(QuestionnaireResponse given) {
      QuestionnaireResponse complete = given.copy();
      complete.setId((String) null);
      declare(complete, Canonical.Profile.TEACH_BACK);
      complete.setSubject(patient.copy());
      complete.setSource(signer.who().copy());
      return complete;
    }

    // ---- what it replaces

    private void replace(Consent original) {
      Consent old = original.copy();
      boolean namesMore = Consents.documents(old).size() > 1;
      LocalDate today = periods.day(now);
      if (namesMore) {
        old.getProvision()
            .getData()
            .removeIf(data -> AiUse.key(data.getReference()).equals(documentKey));
      } else if (old.getStatus() == ConsentState.ACTIVE) {
        old.setStatus(ConsentState.INACTIVE);
        old.addExtension(withdrawal(today));
      } else {
        old.setStatus(ConsentState.REJECTED);
      }
      ConsentNarrative.add(old, words.say(namesMore ? "replaced.document" : "replaced", today));
      replaced.add(old);
    }

    private Extension withdrawal(LocalDate today) {
      Extension withdrawal = new Extension(Canonical.Extension.WITHDRAWAL);
      withdrawal.addExtension("when", time(now));
      withdrawal.addExtension("by", signer.who().copy());
      if (!request.permit() && request.statement() != null) {
        withdrawal.addExtension("reasonInPatientWords", new StringType(request.statement()));
      }
      withdrawal.addExtension("effect", new MarkdownType(words.say("replaced.effect", today)));
      return withdrawal;
    }

    private Provenance provenance() {
      Provenance provenance = ConsentProvenance.of(document, now, ConsentProvenance.CREATED);
      consents.forEach(consent -> provenance.addTarget(new Reference(consent.getFullUrl())));
      consents.stream()
          .flatMap(entry -> ((Consent) entry.getResource()).getPolicy().stream())
          .map(policyOf -> policyOf.getUri())
          .filter(Objects::nonNull)
          .distinct()
          .forEach(provenance::addPolicy);
      Provenance.ProvenanceAgentComponent author =
          provenance
              .addAgent()
              .setType(ConsentProvenance.agentType("author"))
              .setWho(signer.who().copy());
      if (signer.representative()) {
        author.setOnBehalfOf(patient.copy());
      }
      answers.ifPresent(
          reference ->
              provenance
                  .addEntity()
                  .setRole(ProvenanceEntityRole.SOURCE)
                  .setWhat(reference.copy()));
      replaced.forEach(
          old ->
              provenance
                  .addEntity()
                  .setRole(ProvenanceEntityRole.REVISION)
                  .setWhat(new Reference(old.getIdElement().toUnqualified().getValue())));
      return provenance;
    }

    // ---- what people are told

    private void tell(Consent consent, AiPurpose purpose, List<Reason> reasons) {
      String who = words.say(signer.representative() ? "who.representative" : "who.patient");
      String what = words.purpose(purpose);
      List<String> sentences = reasons.stream().map(words::sentence).toList();
      String decision;
      if (!request.permit()) {
        decision = words.say("deny", who, what);
      } else if (reasons.isEmpty()) {
        Instant end = periods.end(consent.getProvision().getPeriod().getEndElement());
        decision = words.say("permit.effective", who, what, periods.day(end.minusMillis(1)));
      } else {
        decision = words.say("permit.without-effect", who, what);
      }
      ConsentNarrative.set(
          consent, Stream.concat(Stream.of(decision), sentences.stream()).toList());
      issue(
          reasons.isEmpty() ? IssueSeverity.INFORMATION : IssueSeverity.WARNING,
          purpose.code(),
          decision);
      reasons.forEach(
          reason -> issue(IssueSeverity.WARNING, reason.code().code(), words.sentence(reason)));
    }

    /**
     * What the record knows of uses before a refusal. It cannot know them all, and says what it
     * knows.
     */
    private void tellUses(AiPurpose purpose, List<Consent> before) {
      if (purpose == AiPurpose.AI_DOCUMENTATION) {
        issue(IssueSeverity.INFORMATION, "use-written", words.say("use.written"));
      }
      if (purpose == AiPurpose.AI_DECISION_USE && document.hasAuthenticator()) {
        issue(IssueSeverity.INFORMATION, "use-signed", words.say("use.signed"));
      }
      before.stream()
          .filter(Consents::isPermit)
          .sorted(Consents.BY_TIME)
          .forEach(permit -> tellPermitted(permit, words.purpose(purpose)));
    }

    private void tellPermitted(Consent permit, String what) {
      if (!permit.getProvision().getPeriod().hasStart()) {
        return;
      }
      LocalDate start =
          periods.day(periods.start(permit.getProvision().getPeriod().getStartElement()));
      if (permit.getStatus() == ConsentState.ACTIVE && effect(permit).effective()) {
        issue(IssueSeverity.INFORMATION, "use-allowed", words.say("use.allowed", start, what));
      } else if (permit.getStatus() == ConsentState.ACTIVE
          || permit.getStatus() == ConsentState.INACTIVE) {
        ended(permit)
            .map(end -> words.say("use.allowed-before", start, end, what))
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

  private DateTimeType endOf(LocalDate day) {
    return new DateTimeType(
        Date.from(periods.lastSecond(day)),
        TemporalPrecisionEnum.SECOND,
        TimeZone.getTimeZone(settings.zone()));
  }

  static DateTimeType time(Instant instant) {
    DateTimeType time = new DateTimeType(Date.from(instant), TemporalPrecisionEnum.MILLI);
    time.setTimeZoneZulu(true);
    return time;
  }

  static Bundle.BundleEntryComponent create(Resource resource) {
    Bundle.BundleEntryComponent entry = new Bundle.BundleEntryComponent();
    entry.setFullUrl("urn:uuid:" + UUID.randomUUID()).setResource(resource);
    entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
    return entry;
  }

  /** Writes over the version that was read, and no other. */
  static Bundle.BundleEntryComponent update(Resource resource) {
    Bundle.BundleEntryComponent entry = new Bundle.BundleEntryComponent();
    String url = resource.getIdElement().toUnqualifiedVersionless().getValue();
    entry.setFullUrl(url).setResource(resource);
    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(url);
    if (resource.getIdElement().hasVersionIdPart()) {
      entry.getRequest().setIfMatch("W/\"" + resource.getIdElement().getVersionIdPart() + "\"");
    }
    return entry;
  }

  private static void declare(Resource resource, String profile) {
    if (!resource.getMeta().hasProfile(profile)) {
      resource.getMeta().addProfile(profile);
    }
  }

  private static Stream<CodeableConcept> categories(AiPurpose purpose) {
    return Stream.of(
        new CodeableConcept(new Coding().setSystem(Canonical.System.LOINC).setCode("59284-0")),
        purpose.toCategory());
  }

  private static boolean hasCategory(Consent consent, CodeableConcept category) {
    Coding wanted = category.getCodingFirstRep();
    return consent.getCategory().stream()
        .flatMap(had -> had.getCoding().stream())
        .anyMatch(had -> isSame(had, wanted));
  }

  private static boolean isSame(Coding a, Coding b) {
    return Objects.equals(a.getSystem(), b.getSystem()) && Objects.equals(a.getCode(), b.getCode());
  }
}
