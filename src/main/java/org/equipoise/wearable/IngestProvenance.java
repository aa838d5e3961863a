package org.equipoise.wearable;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Who stands behind what was taken in: the person, the AI that concluded, and the app. */
final class IngestProvenance {

  private IngestProvenance() {}

  /**
   * Tells it of what one transaction wrote.
   *
   * @param targets e.g. {@code Observation/3}
   * @param ai the AI that concluded it; then the person passes it on, else it is their word
   */
  static Provenance of(
      List<String> targets, Contributor by, Ingest ingest, Optional<Device> ai, Instant now) {
    Provenance provenance = new Provenance();
    provenance.addExtension(
        new Extension(
            Canonical.Extension.PROVENANCE_PATIENT, new Reference(by.patient().getValue())));
    targets.forEach(target -> provenance.addTarget(new Reference(target)));
    DateTimeType occurred = new DateTimeType(Date.from(now));
    occurred.setTimeZoneZulu(true);
    provenance
        .setOccurred(occurred)
        .setRecorded(Date.from(now))
        .setActivity(concept(Canonical.System.DATA_OPERATION, "CREATE"));
    ai.ifPresent(device -> addAi(provenance, device));
    ProvenanceAgentComponent person =
        provenance
            .addAgent()
            .setType(participant(ai.isPresent() ? "informant" : "author"))
            .setWho(new Reference(by.performer().toUnqualifiedVersionless().getValue()));
    if (!by.performer().getIdPart().equals(by.patient().getIdPart())) {
      person.setOnBehalfOf(new Reference(by.patient().getValue()));
    }
    // US Core: the app is the assembler.
    provenance
        .addAgent()
        .setType(participant("assembler"))
        .setWho(
            new Reference()
                .setIdentifier(
                    new Identifier()
                        .setSystem(Canonical.CLIENT)
                        .setValue(ingest.caller().clientId()))
                .setDisplay(ingest.source()));
    return provenance;
  }

  static boolean isAi(Device device) {
    return device
        .getType()
        .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  private static void addAi(Provenance provenance, Device ai) {
    provenance.addReason(concept(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST));
    provenance
        .addAgent()
        .setType(participant("author"))
        .setWho(new Reference(Devices.reference(ai)))
        .setOnBehalfOf(
            ai.hasOwner() ? ai.getOwner().copy() : new Reference().setDisplay(ai.getManufacturer()))
        .addRole(concept(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE));
    for (Extension card : ai.getExtensionsByUrl(Canonical.Extension.MODEL_CARD_DESCRIPTION)) {
      if (card.getValue() instanceof Reference reference) {
        provenance.addEntity().setRole(ProvenanceEntityRole.DERIVATION).setWhat(reference.copy());
      }
    }
  }

  private static CodeableConcept participant(String code) {
    return concept(Canonical.System.PROVENANCE_PARTICIPANT, code);
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }
}
