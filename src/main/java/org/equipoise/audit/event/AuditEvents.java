package org.equipoise.audit.event;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * Tells an access event as a FHIR AuditEvent: in the shape of IHE BALP where BALP has one, in our
 * own ({@code access-event}) for operations. An event that is kept whole is told as it was kept.
 */
public final class AuditEvents {

  static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
  static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
  static final String EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String ENTITY_TYPE =
      "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  private static final String RESOURCE_TYPES = "http://hl7.org/fhir/resource-types";
  private static final String URI = "urn:ietf:rfc:3986";

  private static final Coding APPLICATION = coding(DCM, "110150");
  private static final Coding DESTINATION = coding(DCM, "110152");
  private static final Coding SOURCE = coding(DCM, "110153");

  private static final Coding CUSTODIAN =
      coding(Canonical.System.PROVENANCE_PARTICIPANT, "custodian");

  private final FhirContext context;

  public AuditEvents(FhirContext context) {
    this.context = context;
  }

  /**
   * An event as it is served, with its id and as version 1 of itself: none has another.
   *
   * @param fhirBase the address of this server's FHIR base, without a trailing slash: what names
   *     the server as the source of what it tells
   */
  public AuditEvent of(StoredEvent stored, String fhirBase) {
    AuditEvent event =
        stored.event().resource() == null ? told(stored.event(), fhirBase) : kept(stored.event());
    Date recorded = Date.from(stored.recorded());
    if (stored.event().door() == Door.ELSEWHERE) {
      markAsTold(event, stored.event());
    }
    event.setRecorded(recorded);
    Meta meta = event.getMeta();
    event.setId(new IdType("AuditEvent", stored.fhirId(), "1"));
    meta.setVersionId("1").setLastUpdated(recorded);
    return event;
  }

  private AuditEvent kept(AccessEvent event) {
    return context.newJsonParser().parseResource(AuditEvent.class, event.resource());
  }

  /** Of another system: which client told it, and of which time it said it was. */
  private static void markAsTold(AuditEvent event, AccessEvent told) {
    event
        .getMeta()
        .addTag(new Coding(Canonical.System.EVENT_ORIGIN, "elsewhere", "Told by another system"));
    Extension elsewhere = event.addExtension().setUrl(Canonical.Extension.TOLD_ELSEWHERE);
    elsewhere.addExtension(
        "client", new Identifier().setSystem(Canonical.CLIENT).setValue(told.source()));
    if (event.hasRecorded()) {
      elsewhere.addExtension("recorded", new InstantType(event.getRecorded()));
    }
  }

  private static AuditEvent told(AccessEvent told, String fhirBase) {
    AuditEvent event = new AuditEvent();
    if (told.door() == Door.OPERATION) {
      event.getMeta().addProfile(Canonical.Profile.ACCESS_EVENT);
    }
    Balp.profile(told).ifPresent(event.getMeta()::addProfile);
    event.setType(type(told.door()));
    subtypes(told.door(), told.operation()).forEach(event::addSubtype);
    event.setAction(AuditEventAction.fromCode(String.valueOf(told.door().action())));
    event.setOutcome(AuditEventOutcome.fromCode(String.valueOf(told.outcome().code())));
    if (told.door() == Door.LOGIN && "locked".equals(told.operation())) {
      event.setOutcomeDesc("Too many wrong passwords; they had to wait");
    } else if (told.outcome() != Outcome.SUCCESS && told.status() > 0) {
      event.setOutcomeDesc("HTTP status " + told.status());
    }
    addClient(event, told);
    addServer(event, told.door(), fhirBase);
    addPerson(event, told);
    addAi(event, told.agent());
    addOrganization(event, told.agent());
    event.getSource().setObserver(server(fhirBase));
    event
        .getSource()
        .addType(
            coding(
                "http://terminology.hl7.org/CodeSystem/security-source-type",
                isOfLogin(told.door()) ? "6" : "4"));
    addEntities(event, told);
    return event;
  }

  // ---- what it is

  private static boolean isOfLogin(Door door) {
    return door == Door.LOGIN || door == Door.LOGOUT || door == Door.TOKEN;
  }

  /** What an event is that is not kept whole. */
  static Coding type(Door door) {
    return isOfLogin(door) ? coding(DCM, "110114") : coding(EVENT_TYPE, "rest");
  }

  /**
   * The same, closer.
   *
   * @param operation null where it has none
   */
  static List<Coding> subtypes(Door door, String operation) {
    return switch (door) {
      case READ -> List.of(coding(INTERACTION, "read"));
      case VREAD -> List.of(coding(INTERACTION, "vread"));
      case HISTORY -> List.of(coding(INTERACTION, "history-instance"));
      case SEARCH, PAGE -> List.of(coding(INTERACTION, "search-type"));
      case CREATE -> List.of(coding(INTERACTION, "create"));
      case UPDATE -> List.of(coding(INTERACTION, "update"));
      case PATCH -> List.of(coding(INTERACTION, "patch"));
      case DELETE -> List.of(coding(INTERACTION, "delete"));
      case TRANSACTION -> List.of(coding(INTERACTION, "transaction"));
      case OPERATION ->
          operation == null
              ? List.of(coding(INTERACTION, "operation"))
              : List.of(
                  coding(INTERACTION, "operation"), coding(Canonical.System.OPERATION, operation));
      case LOGIN -> List.of(coding(DCM, "110122"));
      case LOGOUT -> List.of(coding(DCM, "110123"));
      case TOKEN ->
          operation == null ? List.of() : List.of(coding(Canonical.System.TOKEN_EVENT, operation));
      // These are kept whole.
      case CONSENT_DECISION, ELSEWHERE -> List.of();
    };
  }

  // ---- who

  private static void addClient(AuditEvent event, AccessEvent told) {
    Agent agent = told.agent();
    AuditEventAgentComponent client = event.addAgent();
    client
        .setType(new CodeableConcept(clientType(told.door())))
        .setWho(
            new Reference()
                .setIdentifier(
                    new Identifier()
                        .setSystem(Canonical.CLIENT)
                        .setValue(agent.client() == null ? "unknown" : agent.client())))
        .setRequestor(agent.person() == null);
    if (agent.person() == null) {
      client.addRole(ground(agent.ground()));
    }
    if (agent.address() != null) {
      client.getNetwork().setAddress(agent.address()).setType(AuditEventAgentNetworkType._2);
    }
  }

  /** Data flows to who reads, and from who writes; a query flows like what is written. */
  private static Coding clientType(Door door) {
    return switch (door) {
      case READ, VREAD, HISTORY -> DESTINATION.copy();
      case DELETE, LOGIN, LOGOUT, TOKEN -> APPLICATION.copy();
      default -> SOURCE.copy();
    };
  }

  private static Coding serverType(Door door) {
    return switch (door) {
      case READ, VREAD, HISTORY -> SOURCE.copy();
      case DELETE -> CUSTODIAN.copy();
      default -> DESTINATION.copy();
    };
  }

  private static void addServer(AuditEvent event, Door door, String fhirBase) {
    AuditEventAgentComponent server = event.addAgent();
    server
        .setType(new CodeableConcept(serverType(door)))
        .setWho(server(fhirBase))
        .setRequestor(false)
        .getNetwork()
        .setAddress(fhirBase)
        .setType(AuditEventAgentNetworkType._5);
  }

  /** This server. */
  static Reference server(String fhirBase) {
    return new Reference()
        .setIdentifier(new Identifier().setSystem(URI).setValue(fhirBase))
        .setDisplay("Equipoise");
  }

  private static void addPerson(AuditEvent event, AccessEvent told) {
    Agent agent = told.agent();
    if (agent.person() == null) {
      return;
    }
    AuditEventAgentComponent person = event.addAgent();
    person
        .setType(
            new CodeableConcept(
                coding(Canonical.System.PARTICIPATION_TYPE, isWrite(told.door()) ? "AUT" : "IRCP")))
        .addRole(ground(agent.ground()))
        .setWho(new Reference(agent.person()))
        .setRequestor(true);
    String purpose = purpose(agent.ground());
    if (purpose != null) {
      person.addPurposeOfUse(new CodeableConcept(coding(Canonical.System.ACT_REASON, purpose)));
    }
  }

  private static boolean isWrite(Door door) {
    return switch (door) {
      case CREATE, UPDATE, PATCH, DELETE -> true;
      default -> false;
    };
  }

  private static CodeableConcept ground(Ground ground) {
    return new CodeableConcept(
        coding(
            Canonical.System.ACCESS_GROUND,
            ground.name().toLowerCase(Locale.ROOT).replace('_', '-')));
  }

  /** What the ground says of the purpose ({@code v3-ActReason}); null where it says nothing. */
  private static String purpose(Ground ground) {
    return switch (ground) {
      case OWN, REPRESENTATIVE -> "PATRQT";
      case CARE, ASKED -> "TREAT";
      case BREAK_GLASS -> "BTG";
      case OVERSIGHT -> "HCOMPL";
      case WHOLE_HOUSE, SERVICE, NONE -> null;
    };
  }

  private static void addAi(AuditEvent event, Agent agent) {
    if (agent.device() == null) {
      return;
    }
    AuditEventAgentComponent ai = event.addAgent();
    ai.setType(new CodeableConcept(APPLICATION.copy()))
        .addRole(
            new CodeableConcept(
                coding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE)))
        .setWho(new Reference(agent.device()))
        .setRequestor(false);
    if (agent.purpose() != null) {
      ai.addPurposeOfUse(new CodeableConcept(coding(Canonical.System.AI_PURPOSE, agent.purpose())));
    }
  }

  private static void addOrganization(AuditEvent event, Agent agent) {
    if (agent.organization() != null) {
      event
          .addAgent()
          .setType(
              new CodeableConcept(
                  coding("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV")))
          .setWho(new Reference(agent.organization()))
          .setRequestor(false);
    }
  }

  // ---- what

  private static void addEntities(AuditEvent event, AccessEvent told) {
    if (told.patient() != null) {
      event
          .addEntity()
          .setType(coding(ENTITY_TYPE, "1"))
          .setRole(coding(OBJECT_ROLE, "1"))
          .setWhat(new Reference("Patient/" + told.patient()));
    }
    for (String touched : told.entities()) {
      event
          .addEntity()
          .setType(dataType(told.door(), touched))
          .setRole(coding(OBJECT_ROLE, "4"))
          .setWhat(new Reference(touched));
    }
    if (told.query() != null) {
      event
          .addEntity()
          .setType(coding(ENTITY_TYPE, "2"))
          .setRole(coding(OBJECT_ROLE, "24"))
          .setQuery(told.query().getBytes(StandardCharsets.UTF_8));
    }
    if (told.request() != null) {
      event
          .addEntity()
          .setType(coding(Balp.ENTITY_TYPE, "XrequestId"))
          .setWhat(new Reference().setIdentifier(new Identifier().setValue(told.request())));
    }
    if (told.more() > 0) {
      AuditEventEntityComponent first = event.getEntityFirstRep();
      first.addDetail().setType("not-listed").setValue(new StringType(String.valueOf(told.more())));
    }
  }

  /** In a query the one system object is the query itself; what it found is told by its type. */
  private static Coding dataType(Door door, String touched) {
    return switch (door) {
      case SEARCH, PAGE -> coding(RESOURCE_TYPES, new IdType(touched).getResourceType());
      default -> coding(ENTITY_TYPE, "2");
    };
  }

  private static Coding coding(String system, String code) {
    return new Coding().setSystem(system).setCode(code);
  }
}
