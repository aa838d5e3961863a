package org.equipoise.audit.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/** What another system tells: which of it is taken, and what of it can be searched. */
final class ToldEvent {

  /** Clocks of two systems differ a little. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String PATIENT_ROLE = "1";

  private ToldEvent() {}

  /**
   * The event to keep.
   *
   * @param event as it came, valid R4
   * @param json the same as it is kept
   * @param isKnown whether a patient, {@code Patient/[id]}, is in the record
   * @param references all that stand in it
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 422 naming the element
   *     that is not taken
   */
  static AccessEvent of(
      AuditEvent event,
      String json,
      Caller caller,
      String address,
      String request,
      Predicate<IdType> isKnown,
      List<String> references,
      String fhirBase,
      Instant now) {
    if (event.getRecorded() == null) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED, "AuditEvent.recorded", "recorded says when it happened");
    }
    if (event.hasContained()) {
      throw Refusal.unprocessable(
          IssueType.NOTSUPPORTED,
          "AuditEvent.contained",
          "Name who and what by reference, identifier or display: contained resources are not taken");
    }
    if (event.getRecorded().toInstant().isAfter(now.plus(SKEW))) {
      throw Refusal.businessRule("AuditEvent.recorded", "recorded lies in the future");
    }
    requireAnotherSource(event.getSource().getObserver(), fhirBase);
    String patient = patient(event, isKnown);
    requireNoOther(patient, references);
    return new AccessEvent(
        request,
        Door.ELSEWHERE,
        null,
        outcome(event.getOutcome()),
        0,
        new Agent(
            caller.clientId(),
            who(event, Stream.of("Practitioner", "Patient", "RelatedPerson")),
            who(event, Stream.of("Device")),
            caller.organization(),
            null,
            Ground.NONE,
            address),
        patient,
        event.getEntity().stream()
            .filter(entity -> !isPatient(entity))
            .flatMap(entity -> relative(entity.getWhat()).stream())
            .distinct()
            .toList(),
        0,
        null,
        json,
        caller.clientId());
  }

  /** Its source is not this server, by whatever name. */
  private static void requireAnotherSource(Reference observer, String fhirBase) {
    boolean isOurs =
        relative(observer).isPresent()
            || isOurAddress(observer.getReference(), fhirBase)
            || isOurAddress(observer.getIdentifier().getValue(), fhirBase)
            || lower(observer.getDisplay()).contains("equipoise");
    if (isOurs) {
      throw Refusal.businessRule(
          "AuditEvent.source.observer",
          "source.observer must name the system that saw it, by identifier or display; this server"
              + " tells of itself alone");
    }
  }

  /** Whether this names our host, by whatever path. */
  private static boolean isOurAddress(String text, String fhirBase) {
    String ours = lower(fhirBase).replaceFirst("^https?://", "").replaceFirst("[/:].*", "");
    String theirs = lower(text).replaceFirst("^https?://", "").replaceFirst("[/:].*", "");
    return theirs.equals(ours);
  }

  private static String lower(String text) {
    return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
  }

  /** What is told to one patient names no other, of whichever server. */
  private static void requireNoOther(String patient, List<String> references) {
    for (String reference : references) {
      IdType id = new IdType(reference);
      if ("Patient".equals(id.getResourceType())
          && (id.isAbsolute() || !patient.equals(id.getIdPart()))) {
        throw Refusal.businessRule(
            "AuditEvent",
            "An event names its one patient, as Patient/[id] of this server, and no other");
      }
    }
  }

  private static String patient(AuditEvent event, Predicate<IdType> isKnown) {
    List<String> patients =
        event.getEntity().stream()
            .filter(ToldEvent::isPatient)
            .flatMap(entity -> relative(entity.getWhat()).stream())
            .filter(reference -> reference.startsWith("Patient/"))
            .distinct()
            .toList();
    if (patients.size() != 1) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          "AuditEvent.entity",
          "One entity with the role object-role#1 must name the patient, as Patient/[id]; tell an"
              + " access to several patients once for each");
    }
    IdType patient = new IdType(patients.get(0));
    if (!isKnown.test(patient)) {
      throw Refusal.unprocessable(
          IssueType.NOTFOUND, "AuditEvent.entity.what", patients.get(0) + " is not known");
    }
    return patient.getIdPart();
  }

  private static boolean isPatient(AuditEventEntityComponent entity) {
    return OBJECT_ROLE.equals(entity.getRole().getSystem())
        && PATIENT_ROLE.equals(entity.getRole().getCode());
  }

  private static Outcome outcome(AuditEventOutcome code) {
    return switch (code == null ? AuditEventOutcome._0 : code) {
      case _4 -> Outcome.REFUSED;
      case _8, _12 -> Outcome.FAILED;
      default -> Outcome.SUCCESS;
    };
  }

  /** Who of these types came: the one who asked for it first. */
  private static String who(AuditEvent event, Stream<String> types) {
    List<String> wanted = types.map(type -> type + "/").toList();
    return Stream.concat(
            event.getAgent().stream().filter(AuditEventAgentComponent::getRequestor),
            event.getAgent().stream())
        .flatMap(agent -> relative(agent.getWho()).stream())
        .filter(reference -> wanted.stream().anyMatch(reference::startsWith))
        .findFirst()
        .orElse(null);
  }

  /** A reference to a resource of this server, {@code Type/id}; empty for all others. */
  private static Optional<String> relative(Reference reference) {
    IdType id = new IdType(reference.getReference());
    return id.hasResourceType() && id.hasIdPart() && !id.isAbsolute() && !id.isLocal()
        ? Optional.of(id.toUnqualified().getValue())
        : Optional.empty();
  }
}
