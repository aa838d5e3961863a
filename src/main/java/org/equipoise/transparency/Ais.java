package org.equipoise.transparency;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceDeviceNameComponent;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The AIs as HL7 AI Transparency describes them: Devices, and their model cards. */
final class Ais {

  private Ais() {}

  static boolean is(Device device) {
    return device
        .getType()
        .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  static boolean is(ProvenanceAgentComponent agent) {
    return agent.getRole().stream()
        .anyMatch(
            role ->
                role.hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE));
  }

  /** Whether the resource is labelled as asserted by an AI. */
  static boolean wrote(Resource resource) {
    return resource.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        != null;
  }

  /** The Devices among the authors. */
  static Stream<Reference> authors(DocumentReference document) {
    return document.getAuthor().stream()
        .filter(author -> "Device".equals(author.getReferenceElement().getResourceType()));
  }

  static boolean isCard(Resource resource) {
    return resource instanceof DocumentReference document
        && document.getType().hasCoding(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD);
  }

  static Stream<Reference> cardReferences(Device device) {
    return device.getExtensionsByUrl(Canonical.Extension.MODEL_CARD_DESCRIPTION).stream()
        .map(Extension::getValue)
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast);
  }

  static List<DocumentReference> cards(Device device, List<DocumentReference> cards) {
    return cardReferences(device)
        .flatMap(reference -> Keys.find(cards, reference).stream())
        .toList();
  }

  /** The name that a patient can say, or else any. */
  static Optional<String> name(Device device) {
    return device.getDeviceName().stream()
        .filter(name -> name.getType() == DeviceNameType.USERFRIENDLYNAME)
        .findFirst()
        .or(() -> device.getDeviceName().stream().findFirst())
        .map(DeviceDeviceNameComponent::getName)
        .filter(name -> !name.isBlank());
  }

  /** How many source attributes a card tells, or, where {@code told} is false, withholds. */
  static long attributes(DocumentReference card, boolean told) {
    return card.getExtensionsByUrl(Canonical.Extension.SOURCE_ATTRIBUTE).stream()
        .filter(attribute -> attribute.hasExtension("text") == told)
        .count();
  }
}
