package org.equipoise.explanation;

import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;

/** How HL7 AI Transparency marks that an AI took part, and the label of what it asserted. */
final class AiRole {

  private AiRole() {}

  /** An AI as agent of a Provenance. */
  static boolean isIn(ProvenanceAgentComponent agent) {
    return agent.getRole().stream().anyMatch(AiRole::is);
  }

  /** A Device that is an AI. */
  static boolean isIn(Device device) {
    return is(device.getType());
  }

  /** Content that an AI asserted. */
  static boolean isAsserted(DomainResource resource) {
    return resource.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        != null;
  }

  /** The concept, with neither display nor text: the standard fixes it exactly. */
  static CodeableConcept concept() {
    CodeableConcept concept = new CodeableConcept();
    concept
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    return concept;
  }

  private static boolean is(CodeableConcept concept) {
    return concept.hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }
}
