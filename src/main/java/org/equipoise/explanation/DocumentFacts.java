package org.equipoise.explanation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentStatements;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * What the record knows about an AI document, as far as the caller may read it: all that a
 * generated explanation may speak of.
 *
 * @param document the AI document
 * @param provenances its Provenances, oldest first
 * @param devices the AI Devices that they or its authors name
 * @param modelCards the cards that those Devices name
 * @param inputs further documents that the Provenances name as entities
 * @param practitioners the people who checked it
 * @param organizations its custodian and those on whose behalf the AI worked
 * @param consents the patient's decisions about it
 */
public record DocumentFacts(
    DocumentReference document,
    List<Provenance> provenances,
    List<Device> devices,
    List<DocumentReference> modelCards,
    List<DocumentReference> inputs,
    List<Practitioner> practitioners,
    List<Organization> organizations,
    List<ConsentStatements.Statement> consents) {

  public DocumentFacts {
    provenances = List.copyOf(provenances);
    devices = List.copyOf(devices);
    modelCards = List.copyOf(modelCards);
    inputs = List.copyOf(inputs);
    practitioners = List.copyOf(practitioners);
    organizations = List.copyOf(organizations);
    consents = List.copyOf(consents);
  }

  /** The document alone. */
  static DocumentFacts of(DocumentReference document) {
    return new DocumentFacts(
        document, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** Whether the agent is an AI: its role says so, or it is one of the AI Devices. */
  boolean isAi(ProvenanceAgentComponent agent) {
    return AiRole.isIn(agent) || named(devices, agent.getWho()).isPresent();
  }

  /** The cards of a Device that could be read. */
  List<DocumentReference> cardsOf(Device device) {
    return cardReferences(device)
        .map(reference -> named(modelCards, reference))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The cards that a Device names. */
  static Stream<Reference> cardReferences(Device device) {
    return device.getExtensionsByUrl(Canonical.Extension.MODEL_CARD_DESCRIPTION).stream()
        .map(extension -> extension.getValue() instanceof Reference reference ? reference : null)
        .filter(Objects::nonNull);
  }

  /** The one of {@code resources} that a reference names. */
  static <T extends Resource> Optional<T> named(List<T> resources, Reference reference) {
    String wanted = key(reference);
    return resources.stream()
        .filter(
            resource ->
                resource.getIdElement().toUnqualifiedVersionless().getValue().equals(wanted))
        .findFirst();
  }

  /** Type and id, without server and version; null for a reference that names no resource. */
  static String key(Reference reference) {
    return reference.getReferenceElement().hasIdPart()
        ? reference.getReferenceElement().toUnqualifiedVersionless().getValue()
        : null;
  }
}
