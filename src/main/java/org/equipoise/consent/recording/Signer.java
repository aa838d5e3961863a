package org.equipoise.consent.recording;

import java.time.Instant;
import java.util.Optional;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;

/**
 * Who signs a consent: the patient, or a person who stands for the patient. Nobody else can.
 *
 * @param who the performer of the Consent
 * @param representative true where somebody signs for the patient
 */
public record Signer(Reference who, boolean representative) {

  /**
   * Refuses those who can never sign, before anything is read.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403
   */
  public static void requirePatientSide(Caller caller) {
    if (caller.isPractitioner()) {
      throw Refusal.forbidden(
          "A clinician cannot sign a consent for the patient. A clinician can witness one: "
              + "give consentReference and witness, and nothing else.");
    }
    if (!caller.isPatientSide()) {
      throw Refusal.forbidden(
          "Only the patient, or a RelatedPerson of the patient, signs a consent.");
    }
  }

  /**
   * Who signs for this patient; the RelatedPerson that the caller may be is read.
   *
   * @param patient whose record, {@code Patient/id}
   * @throws ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException 403 where the caller is
   *     somebody else
   */
  public static Signer of(
      RecordTransaction transaction, Reference patient, ConsentPeriods periods) {
    Caller caller = transaction.caller();
    Optional<RelatedPerson> representative =
        caller
            .person()
            .filter(person -> "RelatedPerson".equals(person.getResourceType()))
            .flatMap(person -> transaction.find(RelatedPerson.class, new Reference(person)));
    return find(caller, patient, representative, periods, transaction.now())
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    "Only the patient, or a RelatedPerson of the patient, signs a consent."));
  }

  /**
   * The signer of a decision about this patient; empty where the caller is somebody else.
   *
   * @param patient whose record, {@code Patient/id}
   * @param representative the RelatedPerson that the caller is, absent where the caller is the
   *     patient or it cannot be read
   */
  static Optional<Signer> find(
      Caller caller,
      Reference patient,
      Optional<RelatedPerson> representative,
      ConsentPeriods periods,
      Instant now) {
    if (!caller.isPatientSide()) {
      return Optional.empty();
    }
    IdType user = caller.person().orElseThrow().toUnqualifiedVersionless();
    boolean ownContext =
        caller.patient().map(IdType::getValue).filter(AiUse.key(patient)::equals).isPresent();
    boolean isPatient = user.getValue().equals(AiUse.key(patient));
    boolean standsForPatient =
        representative
            .filter(person -> !person.hasActive() || person.getActive())
            .filter(person -> AiUse.key(person.getPatient()).equals(AiUse.key(patient)))
            .filter(person -> periods.contains(person.getPeriod(), now))
            .isPresent();
    return ownContext && (isPatient || standsForPatient)
        ? Optional.of(new Signer(new Reference(user.getValue()), !isPatient))
        : Optional.empty();
  }
}
