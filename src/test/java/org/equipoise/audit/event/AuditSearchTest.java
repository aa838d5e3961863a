package org.equipoise.audit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.equipoise.audit.EventQuery.Code;
import org.equipoise.audit.EventQuery.Kind;
import org.equipoise.audit.EventQuery.Place;
import org.equipoise.audit.EventQuery.Span;
import org.equipoise.audit.EventQuery.Way;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.event.AuditSearch.PageSizes;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Coding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditSearchTest {

  private static final String BASE = "https://record.example.org/fhir";
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static AuditSearch search(String query) {
    Map<String, String[]> given = new HashMap<>();
    for (String one : query.split("&")) {
      if (!one.isEmpty()) {
        String[] parts = one.split("=", 2);
        given.merge(
            parts[0],
            new String[] {parts[1]},
            (had, more) -> {
              String[] both = Arrays.copyOf(had, had.length + 1);
              both[had.length] = more[0];
              return both;
            });
      }
    }
    return AuditSearch.parse(given, BASE, new PageSizes(50, 500), NOW);
  }

  @Test
  void parse_whenNothingAsked_thenLatestFirstAndTheUsualPage() {
    AuditSearch search = search("");

    assertThat(search.count()).isEqualTo(50);
    assertThat(search.isOldestFirst()).isFalse();
    assertThat(search.isImpossible()).isFalse();
    assertThat(search.isTotalWanted()).isFalse();
    assertThat(search.query("ana", List.of(), 51).patient()).isEqualTo("ana");
    assertThat(search.query(null, List.of(), 51).patient()).isNull();
  }

  @Test
  void parse_whenPatientNamed_thenByAnyOfItsNames() {
    for (String name :
        List.of(
            "patient=ana",
            "patient=Patient/ana",
            "patient:Patient=ana",
            "patient=" + BASE + "/Patient/ana")) {
      assertThat(search(name).patient()).as(name).contains("ana");
    }
  }

  @Test
  void parse_whenRepeated_thenAllAndWithCommasAny() {
    assertThat(search("outcome=0,4&outcome=4,8").outcomes()).containsExactly(4);
    assertThat(search("outcome=0&outcome=4").isImpossible()).isTrue();
    assertThat(search("outcome=12345678").isImpossible()).isTrue();
    assertThat(search("action=http://hl7.org/fhir/audit-event-action|R,C").actions())
        .containsExactlyInAnyOrder('R', 'C');
    assertThat(search("agent=Practitioner/7,Device/3").agents())
        .containsExactly(List.of("Practitioner/7", "Device/3"));
    assertThat(search("agent=Practitioner/7&agent=Device/3").agents())
        .containsExactly(List.of("Practitioner/7"), List.of("Device/3"));
    assertThat(search("entity=Observation/5&entity=Patient/ana,Patient/bo").entities())
        .containsExactly(List.of("Observation/5"), List.of("Patient/ana", "Patient/bo"));
  }

  @Test
  void parse_whenTypeOrSubtype_thenTheDoorsThatAreServedWithIt() {
    Kind logins = search("type=110114").kinds().get(0);
    assertThat(logins.ways())
        .containsExactlyInAnyOrder(
            new Way(Door.LOGIN, null), new Way(Door.LOGOUT, null), new Way(Door.TOKEN, null));
    assertThat(search("type=http://example.org/other|110114").kinds().get(0).ways()).isEmpty();
    assertThat(search("subtype=http://hl7.org/fhir/restful-interaction|read").kinds().get(0))
        .isEqualTo(
            new Kind(
                "subtype",
                List.of(new Way(Door.READ, null)),
                List.of(new Code("http://hl7.org/fhir/restful-interaction", "read"))));
    assertThat(search("subtype=search-type").kinds().get(0).ways())
        .contains(new Way(Door.SEARCH, null), new Way(Door.PAGE, null));
    assertThat(
            search("subtype=" + Canonical.System.OPERATION + "|break-glass").kinds().get(0).ways())
        .containsExactly(new Way(Door.OPERATION, "break-glass"));
    assertThat(search("subtype=" + Canonical.System.TOKEN_EVENT + "|launch").kinds().get(0).ways())
        .containsExactly(new Way(Door.TOKEN, "launch"));
    assertThat(search("type=rest&subtype=read,vread").kinds()).hasSize(2);
  }

  /** What a door is served with is found by it, and by no other's. */
  @Property
  void subtype_whenAsServed_thenFoundByIt(@ForAll Door door) {
    for (Coding coding : AuditEvents.subtypes(door, "some-operation")) {
      Kind kind = EventKinds.subtype(List.of(coding.getSystem() + "|" + coding.getCode()));

      assertThat(kind.ways())
          .anyMatch(
              way ->
                  way.door() == door
                      && (way.operation() == null || way.operation().equals("some-operation")));
    }
  }

  @Test
  void parse_whenOnlyTheirNumberIsAsked_thenNoPage() {
    assertThat(search("_summary=count").count()).isZero();
    assertThat(search("_summary=count").isTotalWanted()).isTrue();
    assertThat(search("_count=0").isTotalWanted()).isTrue();
    assertThat(search("_count=9999").count()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense=1",
        "_include=AuditEvent:agent",
        "_has:Patient:link:_id=1",
        "patient.name=Ana",
        "outcome:not=0",
        "date:missing=true",
        "date=yesterday",
        "date=xx2026",
        "date=2026-13",
        "date=",
        "patient=a,b",
        "patient=Practitioner/7",
        "agent=7",
        "patient=a&patient=b",
        "type=",
        "type=http://hl7.org|",
        "subtype=a\"b",
        "type:not=rest",
        "agent=Device/1&agent=Device/2&agent=Device/3&agent=Device/4&agent=Device/5&agent=Device/6"
            + "&agent=Device/7&agent=Device/8&agent=Device/9&agent=Device/10&agent=Device/11",
        "entity=Observation/5/_history/1/x",
        "_sort=patient",
        "_sort=date,-date",
        "_count=-1",
        "_count=many",
        "_count=1&_count=2",
        "_total=maybe",
        "_after=somewhere",
        "_offset=50",
        "_getpages=abc"
      })
  void parse_whenItCannotBeAnswered_thenRefused(String query) {
    assertThatThrownBy(() -> search(query)).isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void parse_whenDates_thenEveryPrefix() {
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    Instant next = Instant.parse("2026-11-23T00:00:00Z");
    String asked = "2026-11-22T00:00:00.000Z";
    Instant end = day.plusMillis(1);
    assertThat(search("date=" + asked).times()).containsExactly(new Span(day, end));
    assertThat(search("date=eq" + asked).times()).containsExactly(new Span(day, end));
    assertThat(search("date=ne" + asked).times())
        .containsExactly(new Span(null, day), new Span(end, null));
    assertThat(search("date=gt" + asked).times()).containsExactly(new Span(end, null));
    assertThat(search("date=sa" + asked).times()).containsExactly(new Span(end, null));
    assertThat(search("date=ge" + asked).times()).containsExactly(new Span(day, null));
    assertThat(search("date=lt" + asked).times()).containsExactly(new Span(null, day));
    assertThat(search("date=eb" + asked).times()).containsExactly(new Span(null, day));
    assertThat(search("date=le" + asked).times()).containsExactly(new Span(null, end));
    Span about = search("date=ap2026-11-22T00:00:00Z").times().get(0);
    assertThat(about.from()).isEqualTo(day.minusSeconds(3600));
    assertThat(search("date=ge" + asked + "&date=lt2026-11-23T00:00:00Z").times())
        .containsExactly(new Span(day, next));
    assertThat(search("date=lt2026-01-01T00:00:00Z&date=gt2026-02-01T00:00:00Z").isImpossible())
        .isTrue();
    assertThat(search("date=ge1926&date=le2026").times()).hasSize(1);
  }

  @Property
  void after_whenReadBack_thenTheSamePlace(
      @ForAll @LongRange(max = 99_999_999_999_999_999L) long micros,
      @ForAll @LongRange(min = 1, max = Long.MAX_VALUE / 10) long id) {
    Instant recorded =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);

    String after = AuditSearch.after(new StoredEvent(id, recorded, null));

    assertThat(search("_after=" + after).after()).contains(new Place(recorded, id));
  }
}
