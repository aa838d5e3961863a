package org.equipoise.audit.watch;

import java.time.Instant;
import java.util.List;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;

/** Accesses to judge: a successful read of patient p1 by Practitioner/d1 at noon, and changes. */
record TestAccesses(
    long id,
    Instant recorded,
    Door door,
    String operation,
    int status,
    Agent agent,
    String patient,
    String source) {

  static final Instant NOON = Instant.parse("2026-11-18T12:00:00Z"); // a Wednesday

  static TestAccesses by(Ground ground) {
    return new TestAccesses(
        1,
        NOON,
        Door.READ,
        null,
        200,
        new Agent("ehr", "Practitioner/d1", null, null, null, ground, "127.0.0.1"),
        "p1",
        null);
  }

  static TestAccesses byAi(String purpose) {
    return by(Ground.SERVICE)
        .agent(new Agent("ai", null, "Device/a1", null, purpose, Ground.SERVICE, null));
  }

  TestAccesses agent(Agent changed) {
    return new TestAccesses(id, recorded, door, operation, status, changed, patient, source);
  }

  TestAccesses id(long changed) {
    return new TestAccesses(changed, recorded, door, operation, status, agent, patient, source);
  }

  TestAccesses at(String changed) {
    return new TestAccesses(
        id, Instant.parse(changed), door, operation, status, agent, patient, source);
  }

  TestAccesses door(Door changed, String name) {
    return new TestAccesses(id, recorded, changed, name, status, agent, patient, source);
  }

  TestAccesses status(int changed) {
    return new TestAccesses(id, recorded, door, operation, changed, agent, patient, source);
  }

  TestAccesses patient(String changed) {
    return new TestAccesses(id, recorded, door, operation, status, agent, changed, source);
  }

  TestAccesses from(String changed) {
    return new TestAccesses(id, recorded, door, operation, status, agent, patient, changed);
  }

  AccessEvent event() {
    return new AccessEvent(
        "r-" + id,
        door,
        operation,
        Outcome.of(status),
        status,
        agent,
        patient,
        List.of(),
        0,
        null,
        null,
        source);
  }

  StoredEvent stored() {
    return new StoredEvent(id, recorded, event());
  }
}
