package org.equipoise.opinion;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.equipoise.opinion.Opinions.Wanted;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * The request and the consent that a call makes. Pure.
 *
 * @param document that the request is about
 * @param asker who asks
 * @param agreed whether the patient's side asks, and so agrees
 * @param performers who is asked, each with a name as display
 * @param shown what they may read, {@code Type/id}, besides the request
 * @param lastDay on which they may read it
 */
record SecondOpinionDraft(
    DocumentReference document,
    Reference asker,
    boolean agreed,
    String question,
    List<Reference> performers,
    Wanted wanted,
    List<String> shown,
    LocalDate lastDay,
    Instant now,
    OpinionWords words) {

  /** The request first, then the consent, where anybody is asked. */
  Bundle bundle() {
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    String request = "urn:uuid:" + UUID.randomUUID();
    post(bundle, request, request());
    if (!performers.isEmpty()) {
      post(bundle, "urn:uuid:" + UUID.randomUUID(), consent(request));
    }
    return bundle;
  }

  private static void post(Bundle bundle, String url, org.hl7.fhir.r4.model.Resource resource) {
    bundle
        .addEntry()
        .setFullUrl(url)
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(resource.fhirType());
  }

  private ServiceRequest request() {
    ServiceRequest request = new ServiceRequest();
    request
        .setStatus(agreed ? ServiceRequestStatus.ACTIVE : ServiceRequestStatus.DRAFT)
        .setIntent(agreed ? ServiceRequestIntent.ORDER : ServiceRequestIntent.PROPOSAL)
        .setCode(new CodeableConcept().setText(question))
        .setSubject(patient())
        .setRequester(asker.copy())
        .setAuthoredOn(Date.from(now));
    request
        .addCategory()
        .addCoding(new Coding(Canonical.System.TASK, Canonical.SECOND_OPINION, null));
    performers.forEach(one -> request.addPerformer(one.copy()));
    request.addReasonReference(new Reference(Opinions.key(document)));
    request.addSupportingInfo(new Reference(Opinions.key(document)));
    shown.stream()
        .filter(key -> !key.equals(Opinions.key(document)))
        .forEach(key -> request.addSupportingInfo(new Reference(key)));
    Extension independent = request.addExtension().setUrl(Canonical.Extension.INDEPENDENT);
    independent.addExtension("blindedToFirst", new BooleanType(wanted.blinded()));
    independent.addExtension(
        "differentOrganization", new BooleanType(wanted.differentOrganization()));
    independent.addExtension("aiAllowed", new BooleanType(wanted.aiAllowed()));
    return request;
  }

  private Reference patient() {
    return new Reference(Opinions.key(document.getSubject()));
  }

  private Consent consent(String request) {
    Consent consent = new Consent();
    consent.setStatus(agreed ? ConsentState.ACTIVE : ConsentState.PROPOSED);
    consent
        .getScope()
        .addCoding(new Coding(Canonical.System.CONSENT_SCOPE, "patient-privacy", null));
    consent.addCategory().addCoding(new Coding(Canonical.System.LOINC, "59284-0", null));
    consent.addCategory().addCoding(new Coding(Canonical.System.ACT_CODE, "INFA", null));
    consent.setPatient(patient()).setDateTime(Date.from(now));
    if (agreed) {
      consent.addPerformer(asker.copy());
    }
    consent.addOrganization(
        document.getCustodian().hasReference()
            ? new Reference(Opinions.key(document.getCustodian()))
            : new Reference().setDisplay("Who keeps this record"));
    consent.addPolicy().setUri(Canonical.SECOND_OPINION_SHARING_POLICY);
    Consent.ProvisionComponent provision = consent.getProvision();
    provision.setType(ConsentProvisionType.PERMIT).setPeriod(period(now, lastDay));
    provision.addPurpose(new Coding(Canonical.System.ACT_REASON, "PATRQT", null));
    for (Reference performer : performers) {
      provision
          .addActor()
          .setReference(performer.copy())
          .getRole()
          .addCoding(new Coding(Canonical.System.PARTICIPATION_TYPE, "IRCP", null));
    }
    provision
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference(request));
    shown.forEach(
        key ->
            provision
                .addData()
                .setMeaning(ConsentDataMeaning.INSTANCE)
                .setReference(new Reference(key)));
    consent.setLanguage(words.language());
    tell(consent);
    return consent;
  }

  private void tell(Consent consent) {
    XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
    div.setAttribute("xmlns", XhtmlNode.XMLNS);
    div.addTag("p").addText(words.say("shown", names(performers)));
    div.addTag("p").addText(words.say("shown.until", lastDay));
    if (wanted.blinded()) {
      div.addTag("p").addText(words.say("shown.blinded"));
    }
    consent.getText().setStatus(NarrativeStatus.GENERATED).setDiv(div);
  }

  /** People as sentences name them. */
  static String names(List<Reference> performers) {
    return String.join(
        ", ",
        performers.stream()
            .map(one -> one.hasDisplay() ? one.getDisplay() : one.getReference())
            .toList());
  }

  /** From now to the last second of a day, in UTC. */
  static Period period(Instant now, LocalDate lastDay) {
    return new Period()
        .setStartElement(time(now))
        .setEndElement(
            time(lastDay.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1)));
  }

  static DateTimeType time(Instant instant) {
    DateTimeType time = new DateTimeType(Date.from(instant));
    time.setTimeZoneZulu(true);
    return time;
  }
}
