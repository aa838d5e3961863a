package org.equipoise.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.audit.AuditDatabase.Engine;
import org.equipoise.audit.PatientAccesses.Counts;
import org.equipoise.audit.PatientAccesses.Got;
import org.equipoise.audit.PatientAccesses.Span;
import org.equipoise.audit.PatientAccesses.SpanTally;
import org.equipoise.audit.PatientAccesses.Tally;
import org.equipoise.audit.PatientAccesses.Wanted;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who came how often, as the database counts it, against the same counted one by one. */
class PatientAccessesTest {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAYS = 40;

  /** Neither the first nor the last days are in any of them. */
  private static final List<Span> SPANS =
      IntStream.range(0, 4)
          .mapToObj(
              i ->
                  new Span(
                      START.plus(Duration.ofDays(3 + 7L * i)),
                      START.plus(Duration.ofDays(10 + 7L * i))))
          .toList();

  private record Kept(Instant recorded, AccessEvent event) {}

  private static final List<Kept> EVENTS = events();

  private static List<Kept> events() {
    Random random = new Random(7);
    Ground[] grounds = {Ground.CARE, Ground.SERVICE, Ground.NONE};
    Door[] doors = {Door.READ, Door.READ, Door.SEARCH, Door.TOKEN, Door.CONSENT_DECISION};
    List<Kept> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Ground ground = grounds[random.nextInt(grounds.length)];
      int who = random.nextInt(6);
      events.add(
          new Kept(
              START.plusSeconds(random.nextInt(DAYS * 86_400)),
              new AccessEvent(
                  "r",
                  doors[random.nextInt(doors.length)],
                  random.nextInt(3) == 0 ? AccessEvent.ALLOW_APP : null,
                  random.nextInt(5) == 0 ? Outcome.REFUSED : Outcome.SUCCESS,
                  200,
                  new Agent(
                      "app",
                      ground == Ground.SERVICE ? null : "Practitioner/" + who,
                      ground == Ground.SERVICE && who < 3 ? "Device/" + who : null,
                      null,
                      null,
                      ground,
                      null),
                  random.nextInt(10) == 0 ? "bo" : "ana",
                  List.of(),
                  0,
                  null,
                  null,
                  random.nextInt(8) == 0 ? "exchange" : null)));
    }
    return events;
  }

  private static PatientAccesses filled(AuditDatabase database) {
    AccessEvents store = new AccessEvents(database.jdbc);
    EVENTS.forEach(one -> store.takeIn(one.event(), one.recorded()));
    return new PatientAccesses(database.jdbc);
  }

  private static List<Kept> wanted(Wanted wanted) {
    return EVENTS.stream()
        .filter(one -> one.event().patient().equals(wanted.patient()))
        .filter(one -> !one.recorded().isBefore(wanted.from()))
        .filter(one -> wanted.until() == null || one.recorded().isBefore(wanted.until()))
        .filter(one -> wanted.includeAi() || one.event().agent().device() == null)
        .filter(
            one ->
                wanted.who() == null
                    || wanted.who().equals(one.event().agent().person())
                    || wanted.who().equals(one.event().agent().device()))
        .toList();
  }

  private static Got got(AccessEvent event) {
    if (event.door() == Door.CONSENT_DECISION) {
      return Got.ANSWER;
    }
    boolean isVain =
        event.outcome() != Outcome.SUCCESS
            || (event.agent().ground() == Ground.NONE
                && !AccessEvent.ALLOW_APP.equals(event.operation()));
    return isVain ? Got.NOTHING : Got.SOMETHING;
  }

  private static boolean isLook(Kept one) {
    return one.event().door() != Door.TOKEN;
  }

  /** Who came last first. */
  private static List<Tally> actors(List<Kept> events) {
    Function<Kept, List<Object>> actor =
        one -> {
          Agent agent = one.event().agent();
          return List.of(
              agent.ground(),
              got(one.event()),
              agent.person() == null ? "" : agent.person(),
              agent.device() == null ? "" : agent.device(),
              one.event().source() == null ? "" : one.event().source());
        };
    return events.stream()
        .sorted(Comparator.comparing(Kept::recorded).reversed())
        .collect(Collectors.groupingBy(actor, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(
            all -> {
              AccessEvent event = all.get(0).event();
              return new Tally(
                  event.agent().ground(),
                  got(event),
                  event.agent().person(),
                  event.agent().device(),
                  "app",
                  event.source(),
                  all.stream().filter(PatientAccessesTest::isLook).count(),
                  all.stream().filter(one -> !isLook(one)).count(),
                  all.stream()
                      .filter(PatientAccessesTest::isLook)
                      .map(Kept::recorded)
                      .findFirst()
                      .orElse(null));
            })
        .toList();
  }

  private static List<SpanTally> spans(List<Kept> events) {
    List<SpanTally> all = new ArrayList<>();
    for (int i = 0; i < SPANS.size(); i++) {
      int at = i;
      Map<SpanTally, Long> counted =
          events.stream()
              .filter(PatientAccessesTest::isLook)
              .filter(one -> !one.recorded().isBefore(SPANS.get(at).from()))
              .filter(one -> one.recorded().isBefore(SPANS.get(at).until()))
              .collect(
                  Collectors.groupingBy(
                      one ->
                          new SpanTally(
                              at,
                              one.event().agent().ground(),
                              got(one.event()),
                              one.event().agent().device() != null,
                              one.event().source() != null,
                              0),
                      Collectors.counting()));
      counted.forEach(
          (one, count) ->
              all.add(
                  new SpanTally(
                      at, one.ground(), one.got(), one.isAi(), one.isElsewhere(), count)));
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void count_whenAskedInAnyWay_thenAsCountedOneByOne(Engine engine) {
    PatientAccesses accesses = filled(AuditDatabase.on(engine));
    Instant middle = START.plus(Duration.ofDays(12));
    for (Wanted wanted :
        List.of(
            new Wanted("ana", START, null, null, true),
            new Wanted("ana", START, null, null, false),
            new Wanted("ana", middle, middle.plus(Duration.ofDays(9)), null, true),
            new Wanted("ana", START, middle, "Practitioner/2", true),
            new Wanted("ana", START, null, "Device/1", true),
            new Wanted("nobody", START, null, null, true))) {
      List<Kept> expected = wanted(wanted);

      Counts counts = accesses.count(wanted, SPANS, 1_000);

      assertThat(counts.actors()).as("" + wanted).isEqualTo(actors(expected));
      assertThat(counts.isCut()).isFalse();
      assertThat(counts.spans())
          .as("" + wanted)
          .containsExactlyInAnyOrderElementsOf(spans(expected));
      assertThat(accesses.count(wanted, List.of(), 1_000).actors()).isEqualTo(actors(expected));
      List<Instant> seen =
          expected.stream()
              .filter(PatientAccessesTest::isLook)
              .filter(one -> one.event().outcome() == Outcome.SUCCESS)
              .map(Kept::recorded)
              .sorted()
              .toList();
      assertThat(accesses.seen(wanted))
          .isEqualTo(
              seen.isEmpty()
                  ? Optional.empty()
                  : Optional.of(new Span(seen.get(0), seen.get(seen.size() - 1))));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void count_whenMoreActorsThanAreTold_thenThoseWhoCameLastAndAllInTheSpans(Engine engine) {
    PatientAccesses accesses = filled(AuditDatabase.on(engine));
    Wanted all = new Wanted("ana", START, null, null, true);

    Counts counts = accesses.count(all, SPANS, 5);

    assertThat(counts.actors()).isEqualTo(actors(wanted(all)).subList(0, 5));
    assertThat(counts.isCut()).isTrue();
    assertThat(counts.spans()).containsExactlyInAnyOrderElementsOf(spans(wanted(all)));
  }
}
