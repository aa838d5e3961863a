package org.equipoise.contribution;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Who contributed, through which app, and who looked. */
final class ContributionProvenance {

  private ContributionProvenance() {}

  /**
   * The Provenance of one version of a contribution.
   *
   * @param target what was written: {@code Type/id/_history/n}, or its fullUrl
   * @param activity CREATE or UPDATE of v3-DataOperation
   * @param device the device that the Observation names, where it names one
   */
  static Provenance of(
      String target,
      String activity,
      Contributor by,
      Caller caller,
      Optional<Device> device,
      Instant now) {
    Provenance provenance =
        about(by.patient(), target, now)
            .setActivity(concept(Canonical.System.DATA_OPERATION, activity));
    Optional<Device> ai = device.filter(ObservationIntake::isAi);
    ai.ifPresent(one -> addAi(provenance, one));
    // Where an AI concluded, the patient passes it on; else it is their word.
    ProvenanceAgentComponent person =
        provenance
            .addAgent()
            .setType(participant(ai.isPresent() ? "informant" : "author"))
            .setWho(new Reference(by.performer().getValue()));
    if (Labels.isProxy(by)) {
      person.setOnBehalfOf(new Reference(by.patient().getValue()));
    }
    caller
        .person()
        .map(one -> one.toUnqualifiedVersionless().getValue())
        .filter(one -> !one.equals(by.performer().getValue()))
        .filter(one -> !one.equals(by.patient().getValue()))
        .ifPresent(
            one ->
                provenance
                    .addAgent()
                    .setType(participant("enterer"))
                    .setWho(new Reference(one))
                    .setOnBehalfOf(
                        caller.organization() == null
                            ? new Reference(by.patient().getValue())
                            : new Reference(caller.organization())));
    provenance
        .addAgent()
        .setType(participant("assembler"))
        .setWho(
            new Reference()
                .setIdentifier(
                    new Identifier().setSystem(Canonical.CLIENT).setValue(caller.clientId()))
                .setDisplay(caller.clientId()));
    return provenance;
  }

  private static void addAi(Provenance provenance, Device ai) {
    provenance.addReason(concept(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST));
    ProvenanceAgentComponent agent =
        provenance
            .addAgent()
            .setType(participant("author"))
            .setWho(new Reference(ai.getIdElement().toUnqualifiedVersionless().getValue()))
            .setOnBehalfOf(
                ai.hasOwner()
                    ? ai.getOwner().copy()
                    : new Reference().setDisplay(ai.getManufacturer()));
    agent.addRole(concept(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE));
    for (Extension card : ai.getExtensionsByUrl(Canonical.Extension.MODEL_CARD_DESCRIPTION)) {
      if (card.getValue() instanceof Reference reference) {
        provenance.addEntity().setRole(ProvenanceEntityRole.DERIVATION).setWhat(reference.copy());
      }
    }
  }

  /**
   * The Provenance of somebody's looking.
   *
   * @param organization for whom the clinician works
   */
  static Provenance ofLooking(
      String target,
      IdType patient,
      Reference clinician,
      Reference organization,
      Optional<String> note,
      Instant now) {
    Provenance provenance =
        about(patient, target, now).setActivity(concept(Canonical.System.LIFECYCLE, "verify"));
    note.ifPresent(words -> provenance.addReason(new CodeableConcept().setText(words)));
    provenance
        .addAgent()
        .setType(participant("verifier"))
        .setWho(clinician)
        .setOnBehalfOf(organization);
    return provenance;
  }

  private static Provenance about(IdType patient, String target, Instant now) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(Canonical.Extension.PROVENANCE_PATIENT, new Reference(patient.getValue())));
    provenance.addTarget(new Reference(target));
    return provenance.setOccurred(Acknowledgement.time(now)).setRecorded(Date.from(now));
  }

  private static CodeableConcept participant(String code) {
    return concept(Canonical.System.PROVENANCE_PARTICIPANT, code);
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }
}
