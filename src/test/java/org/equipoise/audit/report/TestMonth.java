package org.equipoise.audit.report;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.audit.PatientAccesses.Got;
import org.equipoise.audit.PatientAccesses.Span;
import org.equipoise.audit.PatientAccesses.SpanTally;
import org.equipoise.audit.PatientAccesses.Tally;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.Facts.Overview;
import org.equipoise.audit.report.Facts.Unusual;
import org.equipoise.audit.report.People.Person;
import org.equipoise.audit.report.People.Role;
import org.equipoise.audit.watch.Rule;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessReport.Question;
import org.equipoise.fhir.ClientDirectory.Client;

/**
 * Object mother: a month in the record of a patient. Two clinicians who care, one who broke the
 * glass, an AI scribe, a program, a representative, the patient, somebody who was refused and
 * another system.
 */
final class TestMonth {

  static final String PATIENT = "p-4711";
  static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final List<StoredEvent> events = new ArrayList<>();
  private long number = 9000;

  static List<StoredEvent> events() {
    TestMonth month = new TestMonth();
    Agent doctor = agent("growth-app", "Practitioner/d-1", null, "Organization/o-1", Ground.CARE);
    Agent nurse = agent("ehr", "Practitioner/n-2", null, null, Ground.CARE);
    Agent stranger = agent("ehr", "Practitioner/s-3", null, "Organization/o-2", Ground.BREAK_GLASS);
    Agent scribe =
        new Agent(
            "scribe",
            null,
            "Device/a-9",
            "Organization/o-1",
            "ai-documentation",
            Ground.SERVICE,
            "10.0.0.9");
    Agent program = agent("lab-feed", null, null, "Organization/o-1", Ground.SERVICE);
    Agent brother = agent("growth-app", "RelatedPerson/r-5", null, null, Ground.REPRESENTATIVE);
    Agent self = agent("growth-app", "Patient/" + PATIENT, null, null, Ground.OWN);
    Agent other = agent("growth-app", "Patient/p-666", null, null, Ground.NONE);
    month.add("2026-05-03T13:10:00Z", doctor, Door.SEARCH, observations(1, 12));
    month.add(
        "2026-05-03T13:12:00Z", doctor, Door.READ, List.of("DocumentReference/v-1/_history/2"));
    month.add(
        "2026-05-03T13:13:00Z", doctor, Door.READ, List.of("DocumentReference/v-1/_history/2"));
    month.add("2026-05-20T18:00:00Z", doctor, Door.CREATE, List.of("MedicationRequest/m-1"));
    month.add("2026-05-04T20:30:00Z", nurse, Door.SEARCH, vitals(3));
    month.add("2026-05-04T20:31:00Z", nurse, Door.SEARCH, List.of());
    month.operation("2026-05-09T06:14:00Z", stranger, "break-glass");
    month.add("2026-05-09T06:16:00Z", stranger, Door.READ, List.of("Patient/" + PATIENT));
    month.operation("2026-05-09T06:17:00Z", stranger, "everything");
    month.add("2026-05-03T13:30:00Z", scribe, Door.CREATE, List.of("DocumentReference/v-2"));
    month.add("2026-05-03T13:29:00Z", scribe, Door.SEARCH, observations(1, 4));
    month.add("2026-05-11T03:00:00Z", program, Door.CREATE, observations(20, 5));
    month.add("2026-05-12T23:00:00Z", brother, Door.READ, List.of("Condition/c-1"));
    month.add("2026-05-13T10:00:00Z", self, Door.READ, List.of("Condition/c-1"));
    month.operation("2026-05-30T10:00:00Z", self, "access-report");
    month.add(
        "2026-05-14T15:00:00Z", other, Door.READ, Outcome.REFUSED, null, List.of(), null, null);
    month.add(
        "2026-05-15T15:00:00Z",
        agent("exchange", null, null, null, Ground.NONE),
        Door.ELSEWHERE,
        Outcome.SUCCESS,
        null,
        List.of("DiagnosticReport/x-1"),
        "{}",
        "exchange");
    month.events.sort((one, two) -> two.recorded().compareTo(one.recorded()));
    return month.events;
  }

  /** The same with an attempt of the patient's own, who got nothing to see. */
  static List<StoredEvent> withOwnTry() {
    TestMonth month = new TestMonth();
    month.events.addAll(events());
    Agent self = agent("growth-app", "Patient/" + PATIENT, null, null, Ground.NONE);
    month.add(
        "2026-05-29T10:00:00Z", self, Door.READ, Outcome.REFUSED, null, List.of(), null, null);
    month.events.sort((one, two) -> two.recorded().compareTo(one.recorded()));
    return month.events;
  }

  /** The same, and the patient and the brother each took back what an app was allowed. */
  static List<StoredEvent> withTakenBack() {
    TestMonth month = new TestMonth();
    month.events.addAll(events());
    Agent self = agent("growth-app", "Patient/" + PATIENT, null, null, Ground.OWN);
    Agent brother = agent("gone-app", "RelatedPerson/r-5", null, null, Ground.REPRESENTATIVE);
    for (Agent who : List.of(self, brother)) {
      month.add(
          "2026-05-30T11:00:00Z",
          who,
          Door.TOKEN,
          Outcome.SUCCESS,
          AccessEvent.TAKEN_BACK,
          List.of(),
          null,
          null);
    }
    month.events.sort((one, two) -> two.recorded().compareTo(one.recorded()));
    return month.events;
  }

  static Agent agent(
      String client, String person, String device, String organization, Ground ground) {
    return new Agent(client, person, device, organization, null, ground, "10.0.0.1");
  }

  private static List<String> observations(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> "Observation/lab-" + i).toList();
  }

  private static List<String> vitals(int count) {
    return IntStream.range(0, count).mapToObj(i -> "Observation/vital-" + i).toList();
  }

  private void operation(String time, Agent agent, String operation) {
    add(
        time,
        agent,
        Door.OPERATION,
        Outcome.SUCCESS,
        operation,
        List.of("Patient/" + PATIENT),
        null,
        null);
  }

  private void add(String time, Agent agent, Door door, List<String> entities) {
    add(time, agent, door, Outcome.SUCCESS, null, entities, null, null);
  }

  private void add(
      String time,
      Agent agent,
      Door door,
      Outcome outcome,
      String operation,
      List<String> entities,
      String resource,
      String source) {
    events.add(
        new StoredEvent(
            number++,
            Instant.parse(time),
            new AccessEvent(
                "req-" + number,
                door,
                operation,
                outcome,
                outcome == Outcome.SUCCESS ? 200 : 404,
                agent,
                PATIENT,
                entities,
                0,
                null,
                resource,
                source)));
  }

  static People people() {
    Map<String, Person> persons =
        Map.of(
            "Practitioner/d-1",
                new Person("Dana Test", new Role("doctor", "Doctor"), "Organization/o-1", null),
            "Practitioner/n-2",
                new Person("Nora Lopez", new Role(null, "Ward sister"), "Organization/o-1", null),
            "Practitioner/s-3", new Person("Sam Stone", new Role("doctor", null), null, null),
            "Device/a-9", new Person("NoteMaker", null, null, "NoteMaker Labs"),
            "RelatedPerson/r-5", new Person("Axel Annasen", null, null, null));
    return new People(
        persons,
        Map.of("Organization/o-1", "Lake Clinic", "Organization/o-2", "Hill Hospital"),
        Map.of(
            "growth-app", client("Growth Chart"),
            "lab-feed", client("Lab Link"),
            "exchange", client("State Exchange")),
        Map.of(9016L, "Dr. Ida Far"));
  }

  /** One that is registered here under this name. */
  static Client client(String name) {
    return new Client(name, null, false, null);
  }

  static Map<String, String> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>();
    IntStream.range(0, 40).forEach(i -> kinds.put("Observation/lab-" + i, "laboratory"));
    IntStream.range(0, 40).forEach(i -> kinds.put("Observation/vital-" + i, "vital-signs"));
    kinds.put("DocumentReference/v-1", "visit-note");
    kinds.put("DocumentReference/v-2", "visit-note");
    return kinds;
  }

  static Question question(Locale language) {
    return new Question(
        PATIENT,
        Instant.parse("2026-05-01T04:00:00Z"),
        Instant.parse("2026-06-01T04:00:00Z"),
        null,
        true,
        language,
        null,
        100);
  }

  static Facts facts(Locale language) {
    return facts(language, events(), people());
  }

  static Facts facts(Locale language, List<StoredEvent> events, People people) {
    List<StoredEvent> others =
        events.stream()
            .filter(
                event ->
                    event.event().agent().ground() != Ground.OWN
                        || event.event().door() == Door.TOKEN)
            .toList();
    List<StoredEvent> odd =
        others.stream()
            .filter(event -> event.event().agent().ground() == Ground.BREAK_GLASS)
            .toList();
    Timeline timeline =
        Timeline.over(events.get(events.size() - 1).recorded(), events.get(0).recorded(), NEW_YORK);
    return new Facts(
        question(language),
        NEW_YORK,
        NOW,
        new Overview(
            events.stream().map(TestMonth::tally).toList(),
            false,
            timeline,
            events.stream()
                .filter(event -> event.event().door() != Door.TOKEN)
                .map(event -> span(event, timeline.spans()))
                .toList(),
            odd.size(),
            odd.isEmpty() ? null : odd.get(odd.size() - 1).recorded()),
        others,
        odd.stream()
            .map(event -> new Unusual(event, List.of(Rule.BREAK_GLASS, Rule.OUT_OF_HOURS)))
            .toList(),
        null,
        people,
        kinds(),
        List.of(
            new Emergency(
                "Practitioner/s-3",
                Instant.parse("2026-05-09T06:14:01Z"),
                "emergency",
                "Found on the floor, no one could speak for her")));
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

  private static Tally tally(StoredEvent event) {
    Agent agent = event.event().agent();
    return new Tally(
        agent.ground(),
        got(event.event()),
        agent.person(),
        agent.device(),
        agent.client(),
        event.event().source(),
        event.event().door() == Door.TOKEN ? 0 : 1,
        event.event().door() == Door.TOKEN ? 1 : 0,
        event.recorded());
  }

  private static SpanTally span(StoredEvent event, List<Span> spans) {
    int at =
        IntStream.range(0, spans.size())
            .filter(
                i ->
                    !event.recorded().isBefore(spans.get(i).from())
                        && event.recorded().isBefore(spans.get(i).until()))
            .findFirst()
            .orElseThrow();
    Agent agent = event.event().agent();
    return new SpanTally(
        at,
        agent.ground(),
        got(event.event()),
        agent.device() != null,
        event.event().source() != null,
        1);
  }

  /** Every sentence of a report, with its headings as sentences. */
  static String text(org.equipoise.fhir.AccessReport report) {
    Stream<String> all = Stream.of(report.title() + ".");
    all = Stream.concat(all, report.intro().stream());
    if (report.unusual() != null) {
      all = Stream.concat(all, report.unusual().intro().stream());
      all =
          Stream.concat(
              all,
              report.unusual().items().stream()
                  .flatMap(item -> Stream.concat(Stream.of(item.what()), item.rules().stream())));
      all = Stream.concat(all, report.unusual().closing().stream());
    }
    if (report.summary() != null) {
      all = Stream.concat(all, report.summary().lines().stream());
    }
    all =
        Stream.concat(
            all,
            report.parties().stream()
                .flatMap(
                    party ->
                        Stream.of(
                                List.of(party.who() + "."),
                                party.forWhom(),
                                party.why(),
                                party.deeds())
                            .flatMap(List::stream)));
    all = Stream.concat(all, report.closing().stream());
    return String.join("\n", all.toList());
  }
}
