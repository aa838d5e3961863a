package org.equipoise.consent.recording;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.consent.statement.Voluntariness;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/**
 * Turns what a client said about a decision into the Consent that will stand in the record: keeps
 * what is there, adds what is missing, and refuses what cannot be. Status and narrative are left to
 * {@link RecordConsent}, which weighs it.
 */
final class ConsentDraft {

  private final ConsentRequest request;
  private final Matter matter;
  private final Signer signer;
  private final Optional<SignedAnswers> answers;
  private final ConsentSettings settings;
  private final ConsentPeriods periods;
  private final Instant now;
  private final ConsentWords words;

  ConsentDraft(
      ConsentRequest request,
      Matter matter,
      Signer signer,
      Optional<SignedAnswers> answers,
      ConsentSettings settings,
      Instant now,
      ConsentWords words) {
    this.request = request;
    this.matter = matter;
    this.signer = signer;
    this.answers = answers;
    this.settings = settings;
    this.periods = new ConsentPeriods(settings.zone());
    this.now = now;
    this.words = words;
  }

  /**
   * The decision about one purpose.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400, 403 or 422, naming
   *     the element
   */
  Consent consent(AiPurpose purpose) {
    Consent consent =
        request.finished() == null ? new Consent() : checked(request.finished()).copy();
    consent.setId((String) null);
    if (!consent.getMeta().hasProfile(Canonical.Profile.AI_USE_CONSENT)) {
      consent.getMeta().addProfile(Canonical.Profile.AI_USE_CONSENT);
    }
    consent.setStatus(ConsentState.ACTIVE);
    consent.setLanguage(words.language());
    consent.setScope(
        new CodeableConcept(
            new Coding().setSystem(Canonical.System.CONSENT_SCOPE).setCode("patient-privacy")));
    categories(purpose)
        .filter(category -> !hasCategory(consent, category))
        .forEach(consent::addCategory);
    consent.setPatient(matter.patient().copy());
    consent.setDateTimeElement(
        consent.hasDateTime() ? consent.getDateTimeElement() : Entries.time(now));
    consent.setPerformer(List.of(signer.who().copy()));
    if (!consent.hasOrganization()) {
      consent.addOrganization(matter.organization().copy());
    }
    if (!consent.hasPolicy()) {
      consent.addPolicy().setUri(settings.policyUri());
    }
    consent
        .getExtension()
        .removeIf(extension -> Canonical.Extension.COMPREHENSION.equals(extension.getUrl()));
    answers.map(given -> given.comprehension().toExtension()).ifPresent(consent::addExtension);
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
      provision.getPeriod().setStartElement(Entries.time(now));
    }
    if (request.expires() != null) {
      provision.getPeriod().setEndElement(endOf(request.expires()));
    }
    checkEnd(provision);
    purpose.toCodings().stream()
        .filter(coding -> provision.getPurpose().stream().noneMatch(had -> isSame(had, coding)))
        .forEach(provision::addPurpose);
    matter.describe(provision);
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
      consent.setSource(answers.get().reference().copy());
    } else if (!consent.hasSource()) {
      consent.setSource(attachment("title.no-words"));
    }
  }

  private Attachment attachment(String title) {
    return new Attachment().setTitle(words.say(title)).setCreationElement(Entries.time(now));
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

  private Consent checked(Consent given) {
    String at = "Parameters.parameter.where(name='consent').resource";
    if (!AiUse.key(given.getPatient()).equals(AiUse.key(matter.patient()))) {
      throw Refusal.businessRule(
          at + ".patient",
          at + ".patient: not the patient whom it is about, " + AiUse.key(matter.patient()));
    }
    if (given.getPerformer().stream()
        .anyMatch(by -> !AiUse.key(by).equals(AiUse.key(signer.who())))) {
      throw Refusal.forbidden(at + ".performer: only the caller signs, " + AiUse.key(signer.who()));
    }
    periods.requirePast(at + ".dateTime", given.getDateTimeElement(), now);
    periods.requirePast(
        at + ".provision.period.start", given.getProvision().getPeriod().getStartElement(), now);
    if (matter.isGeneral() && given.getProvision().hasData()) {
      throw Refusal.businessRule(
          at + ".provision.data",
          at + ".provision.data: a decision about one document is attached to it, $attach-consent");
    }
    boolean namesOthers =
        given.getProvision().hasData()
            && !(given.getProvision().getData().size() == 1
                && Consents.documents(given).contains(matter.documentKey()));
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

  private DateTimeType endOf(LocalDate day) {
    return new DateTimeType(
        Date.from(periods.lastSecond(day)),
        TemporalPrecisionEnum.SECOND,
        TimeZone.getTimeZone(settings.zone()));
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
