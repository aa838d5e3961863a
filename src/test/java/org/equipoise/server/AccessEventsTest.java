package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.EventQuery;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of access events, as those who read it see it. */
class AccessEventsTest extends ServerTest {

  private final String patient = "events-" + UUID.randomUUID().toString().substring(0, 8);
  private AccessEvents events;

  @BeforeEach
  void store() {
    events = bean(AccessEvents.class);
    events.add(
        List.of(
            event(Door.READ, 200, "Practitioner/p1", null, "Observation/o_1/_history/2"),
            event(Door.SEARCH, 404, "Practitioner/p2", null, "Observation/o21/_history/1"),
            event(Door.UPDATE, 0, null, "Device/d1", "Observation/o_1", "Patient/x")));
  }

  private AccessEvent event(
      Door door, int status, String person, String device, String... entities) {
    return new AccessEvent(
        "request",
        door,
        null,
        Outcome.of(status),
        status,
        new Agent("client", person, device, null, null, Ground.CARE, "::1"),
        patient,
        List.of(entities),
        0,
        "Observation?code=a,b&name=%",
        null,
        null);
  }

  private EventQuery query(
      List<String> persons, List<String> entities, List<Door> doors, List<Integer> outcomes) {
    return new EventQuery(patient, persons, entities, doors, outcomes, null, null, null, 10);
  }

  private List<Door> doors(EventQuery query) {
    assertThat(events.count(query)).isEqualTo(events.find(query).size());
    return events.find(query).stream().map(one -> one.event().door()).toList();
  }

  @Test
  void find_whenByPatient_thenAllComeBackWholeAndLatestFirst() {
    List<StoredEvent> found =
        events.find(
            EventQuery.ofPatient(
                patient,
                Instant.now().minus(Duration.ofMinutes(5)),
                Instant.now().plus(Duration.ofMinutes(5)),
                10));

    assertThat(found)
        .extracting(one -> one.event().door())
        .containsExactly(Door.UPDATE, Door.SEARCH, Door.READ);
    assertThat(found.get(2).event())
        .isEqualTo(event(Door.READ, 200, "Practitioner/p1", null, "Observation/o_1/_history/2"));
    assertThat(
            events.find(
                EventQuery.ofPatient(patient, null, Instant.now().minus(Duration.ofHours(1)), 10)))
        .isEmpty();
  }

  @Test
  void find_whenNarrowed_thenThoseAlone() {
    assertThat(doors(query(List.of("Practitioner/p1"), List.of(), List.of(), List.of())))
        .containsExactly(Door.READ);
    assertThat(doors(query(List.of("Device/d1"), List.of(), List.of(), List.of())))
        .containsExactly(Door.UPDATE);
    assertThat(doors(query(List.of(), List.of("Observation/o_1"), List.of(), List.of())))
        .as("any version; the underscore stands for itself")
        .containsExactly(Door.UPDATE, Door.READ);
    assertThat(doors(query(List.of(), List.of(), List.of(Door.SEARCH, Door.READ), List.of())))
        .containsExactly(Door.SEARCH, Door.READ);
    assertThat(doors(query(List.of(), List.of(), List.of(), List.of(4))))
        .containsExactly(Door.SEARCH);
  }

  @Test
  void find_whenPageAfterPage_thenEachOnce() {
    EventQuery first = EventQuery.ofPatient(patient, null, null, 2);
    List<StoredEvent> page = events.find(first);
    List<StoredEvent> next = events.find(first.after(page.get(1)));

    assertThat(page)
        .extracting(one -> one.event().door())
        .containsExactly(Door.UPDATE, Door.SEARCH);
    assertThat(next).extracting(one -> one.event().door()).containsExactly(Door.READ);
  }

  @Test
  void add_whenMoreThanAColumnOrAnEventHolds_thenCutAndCounted() {
    String[] many =
        IntStream.range(0, AccessEvent.MOST_ENTITIES + 5)
            .mapToObj(i -> "Observation/m" + i)
            .toArray(String[]::new);

    events.add(List.of(event(Door.DELETE, 200, "Practitioner/" + "p".repeat(300), null, many)));

    StoredEvent kept =
        events.find(query(List.of(), List.of(), List.of(Door.DELETE), List.of())).get(0);
    assertThat(kept.event().entities())
        .isEqualTo(Arrays.asList(many).subList(0, AccessEvent.MOST_ENTITIES));
    assertThat(kept.event().more()).isEqualTo(5);
    assertThat(kept.event().agent().person()).hasSize(80);
  }
}
