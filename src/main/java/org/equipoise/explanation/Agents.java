package org.equipoise.explanation;

import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Reference;

/** Who takes part in writing an explanation, as references and agents. */
final class Agents {

  /** Identifier system of the clients that the authorization server knows. */
  static final String CLIENT = Canonical.BASE + "/NamingSystem/client";

  private Agents() {}

  /**
   * The caller: the person who acts, or the client of a backend service. The client is a Device
   * without a resource of its own, named by its identifier, so that attaching costs no further
   * search or write.
   */
  static Reference of(Caller caller) {
    return caller
        .person()
        .map(person -> new Reference(person.toUnqualifiedVersionless().getValue()))
        .orElseGet(
            () ->
                new Reference()
                    .setType("Device")
                    .setIdentifier(new Identifier().setSystem(CLIENT).setValue(caller.clientId()))
                    .setDisplay(caller.clientId()));
  }

  static ProvenanceAgentComponent agent(
      String type, Reference who, Optional<Reference> onBehalfOf) {
    ProvenanceAgentComponent agent =
        new ProvenanceAgentComponent()
            .setType(new CodeableConcept().addCoding(code(type)))
            .setWho(who);
    onBehalfOf.ifPresent(organization -> agent.setOnBehalfOf(organization.copy()));
    return agent;
  }

  static Coding code(String type) {
    return new Coding().setSystem(Canonical.System.PROVENANCE_PARTICIPANT).setCode(type);
  }
}
