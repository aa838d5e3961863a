package org.equipoise.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * The AI that wrote a draft, as a later Provenance repeats it: what is attested stays the AI's
 * work.
 *
 * @param agents the AI agents, at least one
 * @param derivations how the AI was made or asked, or that this is not on record; at least one
 */
record AiAuthors(
    List<ProvenanceAgentComponent> agents, List<ProvenanceEntityComponent> derivations) {

  AiAuthors {
    agents = List.copyOf(agents);
    derivations = List.copyOf(derivations);
  }

  /**
   * As the Provenance of the draft tells; where there is none, from the Devices among its authors
   * and their model cards.
   *
   * @param provenances those of the draft
   * @param devices its authors that are on record
   */
  static AiAuthors of(
      DocumentReference draft,
      List<Provenance> provenances,
      List<Device> devices,
      ReviewWords words) {
    Map<String, ProvenanceAgentComponent> agents = new LinkedHashMap<>();
    provenances.stream()
        .flatMap(provenance -> provenance.getAgent().stream())
        .filter(AiAuthors::isAi)
        .forEach(agent -> agents.putIfAbsent(key(agent.getWho()), agent.copy()));
    AiDocument.devices(draft)
        .forEach(device -> agents.computeIfAbsent(key(device), unknown -> agent(device, draft)));
    Map<String, ProvenanceEntityComponent> derivations = new LinkedHashMap<>();
    provenances.stream()
        .flatMap(provenance -> provenance.getEntity().stream())
        .filter(entity -> entity.getRole() == ProvenanceEntityRole.DERIVATION)
        .forEach(entity -> derivations.putIfAbsent(key(entity.getWhat()), entity.copy()));
    if (derivations.isEmpty()) {
      devices.stream()
          .flatMap(AiAuthors::cards)
          .forEach(card -> derivations.putIfAbsent(key(card), derivation(card.copy())));
    }
    if (derivations.isEmpty()) {
      ProvenanceEntityComponent unknown =
          derivation(new Reference().setDisplay(words.say("model-card")));
      unknown.addExtension(
          new Extension(Canonical.Extension.INPUT_WITHHELD, new StringType(words.say("no-card"))));
      derivations.put("", unknown);
    }
    return new AiAuthors(new ArrayList<>(agents.values()), new ArrayList<>(derivations.values()));
  }

  private static Stream<Reference> cards(Device device) {
    return device.getExtensionsByUrl(Canonical.Extension.MODEL_CARD_DESCRIPTION).stream()
        .map(Extension::getValue)
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast);
  }

  private static ProvenanceAgentComponent agent(Reference device, DocumentReference draft) {
    return new ProvenanceAgentComponent()
        .setType(ReviewProvenance.type("author"))
        .addRole(
            new CodeableConcept(
                new Coding()
                    .setSystem(Canonical.System.AI_DEVICE_TYPE)
                    .setCode(Canonical.ARTIFICIAL_INTELLIGENCE)))
        .setWho(device.copy())
        .setOnBehalfOf(draft.getCustodian().copy());
  }

  private static ProvenanceEntityComponent derivation(Reference what) {
    return new ProvenanceEntityComponent().setRole(ProvenanceEntityRole.DERIVATION).setWhat(what);
  }

  private static boolean isAi(ProvenanceAgentComponent agent) {
    return agent.getRole().stream()
        .anyMatch(
            role ->
                role.hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE));
  }

  private static String key(Reference reference) {
    return reference.hasReference()
        ? reference.getReference()
        : reference.getIdentifier().getValue() + " " + reference.getDisplay();
  }
}
