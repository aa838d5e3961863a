package org.equipoise.consent.recording;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Consents;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * What a decision is about: one AI document, or AI at large, perhaps only some AIs or
 * organisations.
 *
 * @param patient whose record
 * @param document the AI document, null for AI at large
 * @param actors the AI devices and organisations that it is about; empty for any
 * @param organization who holds the decision ({@code Consent.organization})
 */
public record Matter(
    Reference patient, DocumentReference document, List<Reference> actors, Reference organization) {

  public Matter {
    actors = List.copyOf(actors);
  }

  /**
   * One AI document, by the AIs that wrote it.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where it was
   *     entered in error
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where no AI wrote
   *     it, or it has no patient or custodian
   */
  static Matter of(DocumentReference document) {
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
    return new Matter(
        new Reference(AiUse.key(document.getSubject())),
        document,
        AiUse.devices(document).map(device -> new Reference(AiUse.key(device))).toList(),
        document.getCustodian());
  }

  /** AI at large, by these alone where any are named. */
  public static Matter atLarge(Reference patient, List<Reference> actors, Reference organization) {
    return new Matter(patient, null, actors, organization);
  }

  boolean isGeneral() {
    return document == null;
  }

  /** {@code DocumentReference/4}; not for AI at large. */
  String documentKey() {
    return document.getIdElement().toUnqualifiedVersionless().getValue();
  }

  /**
   * True where an earlier Consent is about this: names the document, or, at large, the same actors
   * and nothing else.
   */
  boolean isMatterOf(Consent consent) {
    if (!AiUse.key(consent.getPatient()).equals(AiUse.key(patient))) {
      return false;
    }
    return isGeneral()
        ? !consent.getProvision().hasData() && keys(actorsOf(consent)).equals(keys(actors))
        : Consents.documents(consent).contains(documentKey());
  }

  public static List<Reference> actorsOf(Consent consent) {
    return consent.getProvision().getActor().stream().map(actor -> actor.getReference()).toList();
  }

  private static Set<String> keys(List<Reference> references) {
    return references.stream().map(AiUse::key).collect(Collectors.toSet());
  }

  /** Where the earlier decisions stand, and some others with them. */
  SearchParameterMap search() {
    SearchParameterMap search =
        SearchParameterMap.newSynchronous()
            .add(Consent.SP_PATIENT, new ReferenceParam(AiUse.key(patient)));
    return isGeneral() ? search : search.add(Consent.SP_DATA, new ReferenceParam(documentKey()));
  }

  /**
   * Decisions about one matter and purpose are taken one at a time, so that each replaces the one
   * before.
   */
  public String lockKey(AiPurpose purpose) {
    return "consent:%s:%s"
        .formatted(
            isGeneral() ? AiUse.key(patient) : document.getIdElement().getIdPart(), purpose.code());
  }

  /** Writes into a provision what it leaves open. */
  void describe(ProvisionComponent provision) {
    if (!provision.hasActor()) {
      actors.forEach(
          actor ->
              provision
                  .addActor()
                  .setReference(new Reference(AiUse.key(actor)))
                  .setRole(
                      new CodeableConcept(
                          new Coding()
                              .setSystem(Canonical.System.PARTICIPATION_TYPE)
                              .setCode("IRCP"))));
    }
    if (!isGeneral() && !provision.hasData()) {
      provision
          .addData()
          .setMeaning(ConsentDataMeaning.INSTANCE)
          .setReference(new Reference(documentKey()));
    }
  }
}
