package org.equipoise.consent.policy;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Date;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/**
 * That somebody asked whether a patient permits a use of AI, and what the answer was: an AuditEvent
 * in the shape of IHE BALP, {@code IHE.BasicAudit.AuthZconsent}.
 */
final class DecisionAudit {

  private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String ENTITY_TYPE =
      "http://terminology.hl7.org/CodeSystem/audit-entity-type";

  private DecisionAudit() {}

  static AuditEvent of(
      ConsentDecision decision, Coding purpose, String reason, RecordTransaction transaction) {
    AuditEvent event = new AuditEvent();
    event.setType(coding(DCM, "110113"));
    event.addSubtype(
        coding("https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent"));
    event.setAction(AuditEventAction.E).setRecorded(Date.from(transaction.now()));
    event.setOutcome(outcome(decision.verdict())).setOutcomeDesc(reason);
    event.addPurposeOfEvent(new CodeableConcept(purpose.copy()));
    askedBy(event, transaction.caller(), purpose);
    decision.use().actors().stream().sorted().forEach(actor -> takesPart(event, actor));
    event
        .addAgent()
        .setType(
            new CodeableConcept(
                coding(
                    "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
                    "authserver")))
        .setWho(new Reference().setDisplay("Equipoise"))
        .setRequestor(false);
    event.getSource().setObserver(new Reference().setDisplay("Equipoise"));
    event
        .getSource()
        .addType(coding("http://terminology.hl7.org/CodeSystem/security-source-type", "6"));
    entity(event, coding(ENTITY_TYPE, "1"), "1", decision.use().patient());
    decision.basis().stream()
        .map(ConsentStatement::consent)
        .distinct()
        .forEach(
            consent ->
                entity(
                    event, coding("http://hl7.org/fhir/resource-types", "Consent"), "4", consent));
    if (decision.use().document() != null) {
      entity(event, coding(ENTITY_TYPE, "2"), "4", decision.use().document());
    }
    return event;
  }

  /**
   * The same as it is kept.
   *
   * @param json {@code audit} as JSON
   */
  static AccessEvent accessEvent(
      ConsentDecision decision,
      AuditEvent audit,
      String json,
      Caller caller,
      RequestDetails request) {
    String patient = decision.use().patient();
    return new AccessEvent(
        request.getRequestId(),
        Door.CONSENT_DECISION,
        EvaluateAiUseProvider.NAME,
        switch (decision.verdict()) {
          case PERMIT -> Outcome.SUCCESS;
          case ASK -> Outcome.REFUSED;
          case DENY -> Outcome.FAILED;
        },
        Constants.STATUS_HTTP_200_OK,
        Agent.of(
            caller,
            ground(caller),
            request instanceof ServletRequestDetails http
                ? http.getServletRequest().getRemoteAddr()
                : null),
        new IdType(patient).getIdPart(),
        audit.getEntity().stream()
            .map(entity -> entity.getWhat().getReference())
            .filter(what -> !what.equals(patient))
            .toList(),
        0,
        null,
        json,
        null);
  }

  /** A question about a consent shows nothing of a record, so care is not looked at. */
  private static Ground ground(Caller caller) {
    if (caller.isService()) {
      return Ground.SERVICE;
    }
    if (caller.isPatientSide()) {
      return "Patient".equals(caller.user().getResourceType()) ? Ground.OWN : Ground.REPRESENTATIVE;
    }
    return Ground.NONE;
  }

  private static AuditEventOutcome outcome(Verdict verdict) {
    return switch (verdict) {
      case PERMIT -> AuditEventOutcome._0;
      case ASK -> AuditEventOutcome._4;
      case DENY -> AuditEventOutcome._8;
    };
  }

  private static void askedBy(AuditEvent event, Caller caller, Coding purpose) {
    event
        .addAgent()
        .setType(new CodeableConcept(coding(DCM, "110150")))
        .setWho(new Reference().setIdentifier(new Identifier().setValue(caller.clientId())))
        .setRequestor(caller.isService());
    caller
        .person()
        .ifPresent(
            person ->
                event
                    .addAgent()
                    .setType(
                        new CodeableConcept(coding(Canonical.System.PARTICIPATION_TYPE, "IRCP")))
                    .setWho(new Reference(person.toUnqualifiedVersionless().getValue()))
                    .setRequestor(true)
                    .addPurposeOfUse(new CodeableConcept(purpose.copy())));
  }

  private static void takesPart(AuditEvent event, String actor) {
    AuditEventAgentComponent agent = event.addAgent();
    agent.setWho(new Reference(actor)).setRequestor(false);
    if (actor.startsWith("Device/")) {
      agent.setType(new CodeableConcept(coding(DCM, "110150")));
      agent.addRole(
          new CodeableConcept(
              coding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE)));
    } else {
      agent.setType(
          new CodeableConcept(
              coding("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV")));
    }
  }

  private static void entity(AuditEvent event, Coding type, String role, String what) {
    event.addEntity().setType(type).setRole(coding(OBJECT_ROLE, role)).setWhat(new Reference(what));
  }

  private static Coding coding(String system, String code) {
    return new Coding().setSystem(system).setCode(code);
  }
}
