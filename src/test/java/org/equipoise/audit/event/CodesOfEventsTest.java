package org.equipoise.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.AuditDatabase;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.EventQuery;
import org.equipoise.audit.EventQuery.Further;
import org.equipoise.audit.EventQuery.Kind;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that are kept whole are found by their own type and subtypes, and by no other code. */
class CodesOfEventsTest {

  private static final String EVENT =
      """
      {"resourceType":"AuditEvent","meta":{"tag":[{"system":"urn:tag","code":"tagged"}]},
      "type":{"system":"urn:type","version":"2","code":"one","display":"subtype \\"two\\""},
      "subtype":[{"code":"bare"},{"id":"x","system":"urn:sub","version":"1","code":"two","display":"\\u0000 \\\\u0000"},
      {"system":"urn:sub","version":"1","code":"a_c"}],
      "purposeOfEvent":[{"coding":[{"system":"urn:type","code":"why"}]}],
      "source":{"observer":{"display":"Lab"},"type":[{"system":"urn:type","code":"site"}]},
      "entity":[{"type":{"system":"urn:type","code":"person"},"role":{"system":"urn:sub","code":"role"}}]}
      """
          .replace("\n", "");

  private static long count(AuditDatabase database, Kind kind) {
    return new AccessEvents(database.jdbc)
        .count(
            new EventQuery(
                "ana",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                10,
                new Further(List.of(), List.of(), List.of(kind), List.of(), false)));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void find_whenKeptWhole_thenByItsOwnTypeAndSubtypesAlone(Engine engine) {
    AuditDatabase database = AuditDatabase.on(engine);
    new AccessEvents(database.jdbc)
        .add(
            new AccessEvent(
                "r",
                Door.ELSEWHERE,
                null,
                Outcome.SUCCESS,
                0,
                new Agent("lab", null, null, null, null, Ground.NONE, null),
                "ana",
                List.of(),
                0,
                null,
                EVENT,
                "lab"));

    Map.of(
            "urn:type|one", 1L,
            "one", 1L,
            "none,one", 1L,
            "|one", 0L,
            "urn:sub|one", 0L,
            "two", 0L,
            "urn:type|person", 0L,
            "person", 0L,
            "site", 0L,
            "tagged", 0L)
        .forEach(
            (asked, found) ->
                assertThat(count(database, EventKinds.type(List.of(asked.split(",")))))
                    .as("type=" + asked)
                    .isEqualTo(found));
    Map.of(
            "urn:sub|two", 1L,
            "two", 1L,
            "bare", 1L,
            "|bare", 1L,
            "urn:sub|bare", 0L,
            "|two", 0L,
            "urn:sub|a_c", 1L,
            "a%c", 0L,
            "role", 0L,
            "one", 0L)
        .forEach(
            (asked, found) ->
                assertThat(count(database, EventKinds.subtype(List.of(asked))))
                    .as("subtype=" + asked)
                    .isEqualTo(found));
  }
}
