package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/**
 * The AI that wrote an explanation which a caller gives. An explanation written by an AI is AI
 * content like any other: it bears AIAST, and its own ai-provenance names the AI, on whose behalf
 * it worked, and its model card.
 *
 * @param agents the AI agents, at least one
 * @param derivations model cards, prompts, or that they are withheld; at least one
 */
record AiSource(
    List<ProvenanceAgentComponent> agents, List<ProvenanceEntityComponent> derivations) {

  AiSource {
    agents = List.copyOf(agents);
    derivations = List.copyOf(derivations);
  }

  /**
   * The AI that {@code sourceProvenance} names: one that worked on the explained document and
   * explains its own work.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where it is not
   *     about the document or names no AI
   */
  static AiSource of(Provenance provenance, DocumentReference document) {
    String at = AttachExplanationRequest.at("sourceProvenance");
    String wanted = document.getIdElement().toUnqualifiedVersionless().getValue();
    if (provenance.getTarget().stream()
        .noneMatch(target -> wanted.equals(DocumentFacts.key(target)))) {
      throw Refusal.businessRule(
          at, "sourceProvenance must be a Provenance of the explained document");
    }
    List<ProvenanceAgentComponent> agents =
        provenance.getAgent().stream()
            .filter(AiRole::isIn)
            .map(ProvenanceAgentComponent::copy)
            .toList();
    List<ProvenanceEntityComponent> derivations =
        provenance.getEntity().stream()
            .filter(entity -> entity.getRole() == ProvenanceEntityRole.DERIVATION)
            .map(ProvenanceEntityComponent::copy)
            .toList();
    if (agents.isEmpty() || derivations.isEmpty()) {
      throw Refusal.businessRule(
          at, "sourceProvenance must name an AI as agent, and its model card or prompt as entity");
    }
    return new AiSource(agents, derivations);
  }

  /**
   * The AI Devices that an explanation names as its authors.
   *
   * @param at the explanation, for the refusal
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where none of them
   *     has a model card
   */
  static AiSource of(List<Device> devices, Reference custodian, String at) {
    List<ProvenanceAgentComponent> agents = new ArrayList<>();
    List<ProvenanceEntityComponent> derivations = new ArrayList<>();
    for (Device device : devices) {
      agents.add(
          new ProvenanceAgentComponent()
              .setType(new CodeableConcept().addCoding(Agents.code("author")))
              .addRole(AiRole.concept())
              .setWho(new Reference(device.getIdElement().toUnqualifiedVersionless().getValue()))
              .setOnBehalfOf(custodian.copy()));
      DocumentFacts.cardReferences(device)
          .forEach(
              card ->
                  derivations.add(
                      new ProvenanceEntityComponent()
                          .setRole(ProvenanceEntityRole.DERIVATION)
                          .setWhat(card.copy())));
    }
    if (derivations.isEmpty()) {
      throw Refusal.businessRule(
          at + ".author",
          "The AI that wrote the explanation has no model card (extension "
              + Canonical.Extension.MODEL_CARD_DESCRIPTION
              + ")");
    }
    return new AiSource(agents, derivations);
  }

  /** The AIs themselves. */
  List<Reference> authors() {
    return agents.stream().map(agent -> agent.getWho().copy()).toList();
  }
}
