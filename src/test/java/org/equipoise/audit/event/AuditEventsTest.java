package org.equipoise.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuditEventsTest {

  private static final String BASE = "https://record.example.org/fhir";
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");
  private static final AuditEvents SHAPE = new AuditEvents(FhirR4.context());
  private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";

  private static final Agent CLINICIAN =
      new Agent(
          "ward-app", "Practitioner/7", null, "Organization/5", null, Ground.CARE, "192.0.2.7");
  private static final Agent PATIENT =
      new Agent("my-app", "Patient/ana", null, null, null, Ground.OWN, "2001:db8::7");
  private static final Agent AI =
      new Agent(
          "helper",
          null,
          "Device/3",
          "Organization/5",
          "ai-decision-use",
          Ground.SERVICE,
          "192.0.2.9");
  private static final Agent SERVICE =
      new Agent("loader", null, null, null, null, Ground.SERVICE, "192.0.2.1");
  private static final Agent UNKNOWN = new Agent(null, null, null, null, null, Ground.NONE, null);

  private static final List<Agent> AGENTS = List.of(CLINICIAN, PATIENT, AI, SERVICE, UNKNOWN);

  private static AccessEvent event(Door door, Outcome outcome, Agent agent, String patient) {
    boolean isSearch = door == Door.SEARCH || door == Door.PAGE;
    String operation =
        switch (door) {
          case OPERATION -> "ai-transparency";
          case TOKEN -> "refresh-token";
          default -> null;
        };
    return new AccessEvent(
        "req-1",
        door,
        operation,
        outcome,
        outcome == Outcome.SUCCESS ? 200 : outcome == Outcome.REFUSED ? 404 : 500,
        agent,
        patient,
        isSearch
            ? List.of("Observation/5/_history/2", "Observation/6/_history/1")
            : List.of("Observation/5/_history/2"),
        0,
        isSearch ? "Observation?patient=ana&code=<b>8867-4</b>" : null,
        null,
        null);
  }

  private static AuditEvent served(AccessEvent event) {
    return SHAPE.of(new StoredEvent(42, NOW, event), BASE);
  }

  static Stream<AccessEvent> events() {
    List<AccessEvent> all = new ArrayList<>();
    for (Door door : Door.values()) {
      if (door == Door.CONSENT_DECISION || door == Door.ELSEWHERE) {
        continue;
      }
      for (Outcome outcome : Outcome.values()) {
        for (Agent agent : AGENTS) {
          all.add(event(door, outcome, agent, "ana"));
          all.add(event(door, outcome, agent, null));
        }
      }
    }
    for (Ground ground : Ground.values()) {
      all.add(
          event(
              Door.READ,
              Outcome.SUCCESS,
              new Agent("app", "Practitioner/7", null, null, null, ground, "192.0.2.7"),
              "ana"));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  void of_whenAnyEvent_thenValidR4AndOurProfileAndTheBalpShapeThatItClaims(AccessEvent event) {
    AuditEvent served = served(event);

    assertThat(RecordValidation.shared().validate(served).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
    served
        .getMeta()
        .getProfile()
        .forEach(profile -> assertThat(BalpShape.problems(served, profile.getValue())).isEmpty());
    assertThat(served.getAgent().stream().filter(AuditEventAgentComponent::getRequestor))
        .as("who asked")
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Door.class,
      names = {"READ", "VREAD", "SEARCH", "PAGE", "CREATE", "UPDATE", "PATCH", "DELETE"})
  void of_whenSucceededOverTheNetwork_thenClaimsTheBalpProfile(Door door) {
    assertThat(served(event(door, Outcome.SUCCESS, CLINICIAN, "ana")).getMeta().getProfile())
        .singleElement()
        .asString()
        .contains("IHE.BasicAudit.Patient");
    assertThat(served(event(door, Outcome.SUCCESS, CLINICIAN, null)).getMeta().getProfile())
        .singleElement()
        .asString()
        .contains("IHE.BasicAudit.")
        .doesNotContain("Patient");
    assertThat(served(event(door, Outcome.REFUSED, CLINICIAN, "ana")).getMeta().getProfile())
        .isEmpty();
  }

  @Test
  void of_whenAiReads_thenToldAsAnAi() {
    AuditEvent served = served(event(Door.READ, Outcome.SUCCESS, AI, "ana"));

    AuditEventAgentComponent ai =
        served.getAgent().stream()
            .filter(agent -> "Device/3".equals(agent.getWho().getReference()))
            .findFirst()
            .orElseThrow();
    assertThat(ai.getType().hasCoding(DCM, "110150")).isTrue();
    assertThat(ai.getRequestor()).isFalse();
    assertThat(
            ai.getRoleFirstRep()
                .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE))
        .isTrue();
    assertThat(
            ai.getPurposeOfUseFirstRep().hasCoding(Canonical.System.AI_PURPOSE, "ai-decision-use"))
        .isTrue();
  }

  @Test
  void of_whenSearched_thenTheQueryAsItCameAndWhatWasFound() {
    AuditEvent served = served(event(Door.SEARCH, Outcome.SUCCESS, PATIENT, "ana"));

    AuditEventEntityComponent query =
        served.getEntity().stream()
            .filter(AuditEventEntityComponent::hasQuery)
            .findFirst()
            .orElseThrow();
    assertThat(new String(query.getQuery(), StandardCharsets.UTF_8))
        .isEqualTo("Observation?patient=ana&code=<b>8867-4</b>");
    assertThat(served.getEntity())
        .extracting(entity -> entity.getWhat().getReference())
        .contains("Patient/ana", "Observation/5/_history/2", "Observation/6/_history/1");
    assertThat(served.getAgentFirstRep().getType().hasCoding(DCM, "110153")).isTrue();
    assertThat(
            served(event(Door.READ, Outcome.SUCCESS, PATIENT, "ana"))
                .getAgentFirstRep()
                .getType()
                .hasCoding(DCM, "110152"))
        .as("data flows to who reads")
        .isTrue();
  }

  @Test
  void of_whenServed_thenItsIdAndTimeAndVersion() {
    AuditEvent served = served(event(Door.READ, Outcome.REFUSED, CLINICIAN, "ana"));

    assertThat(served.getIdElement().getValue()).isEqualTo("AuditEvent/event-42/_history/1");
    assertThat(served.getRecorded()).isEqualTo(NOW.truncatedTo(ChronoUnit.MILLIS));
    assertThat(served.getMeta().getLastUpdated()).isEqualTo(served.getRecorded());
    assertThat(served.getOutcome().toCode()).isEqualTo("4");
    assertThat(served.getOutcomeDesc()).isEqualTo("HTTP status 404");
    assertThat(served.getSource().getObserver().getIdentifier().getValue()).isEqualTo(BASE);
    assertThat(StoredEvent.number("event-42")).hasValue(42);
    assertThat(StoredEvent.number("42")).isEmpty();
    assertThat(StoredEvent.number("event-042")).isEmpty();
  }

  @Test
  void of_whenToldByAnotherSystem_thenMarkedAndItsOwnTimeKept() {
    AuditEvent told =
        new AuditEvent().setRecorded(Date.from(Instant.parse("2026-11-20T08:00:00Z")));
    told.getType().setSystem(DCM).setCode("110110");
    told.addAgent().setRequestor(true).setWho(new Reference().setDisplay("Lab user"));
    told.getSource().setObserver(new Reference().setDisplay("Lab system"));
    AccessEvent event =
        new AccessEvent(
            null,
            Door.ELSEWHERE,
            null,
            Outcome.SUCCESS,
            0,
            SERVICE,
            "ana",
            List.of(),
            0,
            null,
            FhirR4.context().newJsonParser().encodeResourceToString(told),
            "lab");

    AuditEvent served = served(event);

    assertThat(served.getRecorded()).isEqualTo(NOW.truncatedTo(ChronoUnit.MILLIS));
    assertThat(served.getMeta().getTag(Canonical.System.EVENT_ORIGIN, "elsewhere")).isNotNull();
    assertThat(FhirR4.context().newJsonParser().encodeResourceToString(served))
        .contains("\"valueInstant\":\"2026-11-20T08:00:00")
        .contains("\"value\":\"lab\"")
        .contains("Lab system");
    assertThat(RecordValidation.shared().validate(served).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  @Test
  void operations_whenListed_thenEachOfOursHasACode() {
    Set<String> codes =
        Definitions.shared().all(CodeSystem.class).stream()
            .filter(system -> Canonical.System.OPERATION.equals(system.getUrl()))
            .flatMap(system -> system.getConcept().stream())
            .map(CodeSystem.ConceptDefinitionComponent::getCode)
            .collect(Collectors.toSet());

    assertThat(Definitions.shared().all(OperationDefinition.class))
        .extracting(OperationDefinition::getCode)
        .isSubsetOf(codes);
  }

  @Test
  void grounds_whenListed_thenEachHasACode() {
    Set<String> codes =
        Definitions.shared().all(CodeSystem.class).stream()
            .filter(system -> Canonical.System.ACCESS_GROUND.equals(system.getUrl()))
            .flatMap(system -> system.getConcept().stream())
            .map(CodeSystem.ConceptDefinitionComponent::getCode)
            .collect(Collectors.toSet());

    assertThat(
            Stream.of(Ground.values())
                .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-')))
        .containsExactlyInAnyOrderElementsOf(codes);
  }
}
