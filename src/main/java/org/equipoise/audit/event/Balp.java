package org.equipoise.audit.event;

import java.util.Optional;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Outcome;

/**
 * Which profile of IHE Basic Audit Log Patterns (BALP 1.1) an event meets. They are for what
 * succeeded over the network; what was refused, and what BALP has no pattern for, claims none.
 */
final class Balp {

  /** Type of the entity that holds the request's {@code X-Request-Id}. */
  static final String ENTITY_TYPE =
      "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";

  private static final String PROFILE =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

  private Balp() {}

  /** Canonical address of the profile; empty where the event meets none. */
  static Optional<String> profile(AccessEvent event) {
    if (event.outcome() != Outcome.SUCCESS || event.agent().address() == null) {
      return Optional.empty();
    }
    String subject = event.patient() == null ? "" : "Patient";
    return name(event).map(name -> PROFILE + subject + name);
  }

  private static Optional<String> name(AccessEvent event) {
    boolean isOfOne = event.entities().size() == 1 && event.more() == 0;
    return switch (event.door()) {
      case READ, VREAD -> isOfOne ? Optional.of("Read") : Optional.empty();
      case SEARCH, PAGE -> event.query() == null ? Optional.empty() : Optional.of("Query");
      case CREATE -> isOfOne ? Optional.of("Create") : Optional.empty();
      case UPDATE, PATCH -> isOfOne ? Optional.of("Update") : Optional.empty();
      // Its client is told as an AI is: with an AI there would be two.
      case DELETE ->
          isOfOne && event.agent().device() == null ? Optional.of("Delete") : Optional.empty();
      default -> Optional.empty();
    };
  }
}
