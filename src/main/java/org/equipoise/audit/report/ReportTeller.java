package org.equipoise.audit.report;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.audit.PatientAccesses.Span;
import org.equipoise.audit.PatientAccesses.SpanTally;
import org.equipoise.audit.PatientAccesses.Tally;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.Facts.Overview;
import org.equipoise.audit.report.Facts.Unusual;
import org.equipoise.audit.watch.Rule;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessReport;
import org.equipoise.fhir.AccessReport.Chart;
import org.equipoise.fhir.AccessReport.Party;
import org.equipoise.fhir.AccessReport.Question;
import org.equipoise.fhir.AccessReport.Summary;
import org.equipoise.fhir.ClientDirectory.Client;

/**
 * Tells a patient who looked at their record: who, for whom they work, why, what and when, in this
 * order. No id and no code is in the words. Pure.
 */
final class ReportTeller {

  /** Somebody found the door shut, or nothing behind it. */
  private static final String CLOSED = "why.REFUSED";

  private final Facts facts;
  private final ReportWords words;
  private final Deeds deeds;

  /** Numbers of the events that stand out. */
  private final Set<Long> flagged;

  ReportTeller(Facts facts) {
    this.facts = facts;
    this.words = new ReportWords(facts.question().language(), facts.zone());
    this.deeds = new Deeds(words, facts.kinds(), facts.people());
    this.flagged =
        facts.unusual().stream().map(one -> one.event().id()).collect(Collectors.toSet());
  }

  AccessReport tell() {
    Optional<Overview> overview = Optional.ofNullable(facts.overview());
    return new AccessReport(
        words.locale(),
        words.say(overview.isPresent() ? "title" : "title.next"),
        intro(),
        unusual().orElse(null),
        overview.map(this::summary).orElse(null),
        overview.flatMap(this::chart).orElse(null),
        words.say("parties.title"),
        parties(),
        closing(),
        facts.next());
  }

  private List<String> intro() {
    Question question = facts.question();
    List<String> intro = new ArrayList<>();
    Instant last = question.until() == null ? facts.now() : question.until().minusMillis(1);
    intro.add(
        question.from().equals(AccessReport.BEGINNING)
            ? words.say("intro.all", "until", words.day(last))
            : words.say(
                "intro.range",
                Map.of("from", words.day(question.from()), "until", words.day(last))));
    if (question.who() != null) {
      intro.add(words.say("intro.who"));
    }
    if (!question.includeAi()) {
      intro.add(words.say("intro.no-ai"));
    }
    intro.add(words.zoneSentence());
    return intro;
  }

  private List<String> closing() {
    List<String> closing = new ArrayList<>();
    if (facts.events().isEmpty()) {
      closing.add(words.say("parties.none"));
    }
    closing.add(words.say("parties.own"));
    if (facts.next() != null) {
      closing.add(words.say("parties.more"));
    }
    return closing;
  }

  private Optional<AccessReport.Unusual> unusual() {
    List<Unusual> found = facts.unusual();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Overview overview = facts.overview();
    List<String> intro = new ArrayList<>();
    if (overview == null) {
      intro.add(words.say("unusual.page", "count", found.size()));
    } else {
      intro.add(words.say("unusual.intro", "count", overview.unusualInAll()));
      if (overview.unusualInAll() > found.size()) {
        intro.add(
            words.say(
                "unusual.more",
                Map.of("count", found.size(), "from", words.day(overview.firstUnusual()))));
      }
    }
    return Optional.of(
        new AccessReport.Unusual(
            words.say("unusual.title"), intro, items(found), List.of(words.say("unusual.help"))));
  }

  /** What somebody did alike on one day is told in one sentence. */
  private record Bunch(String who, LocalDate day, List<Rule> rules) {}

  private List<AccessReport.Unusual.Item> items(List<Unusual> found) {
    Map<Bunch, List<StoredEvent>> bunches = new LinkedHashMap<>();
    for (Unusual one : found) {
      LocalDate day = one.event().recorded().atZone(words.zone()).toLocalDate();
      bunches
          .computeIfAbsent(
              new Bunch(who(one.event()), day, one.rules()), bunch -> new ArrayList<>())
          .add(one.event());
    }
    return bunches.entrySet().stream()
        .map(bunch -> item(bunch.getKey(), bunch.getValue()))
        .toList();
  }

  private AccessReport.Unusual.Item item(Bunch bunch, List<StoredEvent> events) {
    List<String> did =
        events.size() == 1 ? List.of(deeds.exactly(events.get(0))) : deeds.of(events);
    return new AccessReport.Unusual.Item(
        words.say("unusual.item", Map.of("who", bunch.who(), "deed", String.join(" ", did))),
        bunch.rules().stream()
            .map(rule -> rule.words(words.locale().getLanguage()).definition())
            .toList(),
        events.stream().map(StoredEvent::id).toList());
  }

  private Summary summary(Overview overview) {
    Map<Kind, Long> times = new EnumMap<>(Kind.class);
    Map<Kind, Set<String>> actors = new EnumMap<>(Kind.class);
    Instant own = null;
    for (Tally tally : overview.tallies()) {
      if (tally.looks() == 0) {
        continue;
      }
      Kind kind =
          Kind.of(tally.ground(), tally.got(), tally.device() != null, tally.source() != null);
      if (kind == Kind.REFUSED && isOwn(tally)) {
        kind = Kind.YOUR_TRIES;
      }
      times.merge(kind, tally.looks(), Long::sum);
      actors
          .computeIfAbsent(kind, one -> new HashSet<>())
          .add(
              tally.device() != null
                  ? tally.device()
                  : tally.person() != null ? tally.person() : "client " + tally.client());
      if (kind == Kind.YOU && (own == null || tally.last().isAfter(own))) {
        own = tally.last();
      }
    }
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Kind, Long> counted : times.entrySet()) {
      Map<String, Object> numbers = new LinkedHashMap<>();
      numbers.put("times", counted.getValue());
      numbers.put("people", actors.get(counted.getKey()).size());
      if (counted.getKey() == Kind.YOU) {
        numbers.put("when", words.roughly(own));
      }
      lines.add(words.say("summary." + counted.getKey(), numbers));
    }
    if (lines.isEmpty()) {
      lines.add(words.say("summary.none"));
    }
    if (overview.isCut()) {
      lines.add(words.say("summary.many"));
    }
    return new Summary(words.say("summary.title"), lines);
  }

  /** As in {@code total}: what the patient did is not among what is listed. */
  private boolean isOwn(Tally tally) {
    return tally.ground() == Ground.OWN
        || ("Patient/" + facts.question().patient()).equals(tally.person());
  }

  private Optional<Chart> chart(Overview overview) {
    if (overview.timeline() == null) {
      return Optional.empty();
    }
    List<Span> spans = overview.timeline().spans();
    long[][] counts = new long[spans.size()][Kind.Series.values().length];
    for (SpanTally tally : overview.spans()) {
      Kind kind = Kind.of(tally.ground(), tally.got(), tally.isAi(), tally.isElsewhere());
      if (kind.series() != null) {
        counts[tally.span()][kind.series().ordinal()] += tally.count();
      }
    }
    return Optional.of(new AccessChart(words, overview.timeline(), counts).draw());
  }

  /**
   * What those events have in common that are told together.
   *
   * @param why key of the words for why the door stood open, or did not
   */
  private record Group(String who, Agent shared, String why, String source, Emergency emergency) {}

  /** Who came last first; who came on several grounds stands in one place. */
  private List<Party> parties() {
    Map<Group, List<StoredEvent>> groups = new LinkedHashMap<>();
    for (StoredEvent event : facts.events()) {
      groups.computeIfAbsent(group(event), group -> new ArrayList<>()).add(event);
    }
    Map<String, List<Party>> byName = new LinkedHashMap<>();
    groups.forEach(
        (group, events) ->
            byName
                .computeIfAbsent(group.who(), who -> new ArrayList<>())
                .add(party(group, events)));
    return byName.values().stream().flatMap(List::stream).toList();
  }

  private Group group(StoredEvent stored) {
    AccessEvent event = stored.event();
    Agent agent = event.agent();
    boolean isProgram = agent.person() == null && agent.device() == null;
    return new Group(
        who(stored),
        new Agent(
            isProgram ? agent.client() : null,
            agent.person(),
            agent.device(),
            agent.organization(),
            agent.purpose(),
            agent.ground(),
            null),
        why(event),
        event.source(),
        agent.ground() == Ground.BREAK_GLASS ? emergency(stored).orElse(null) : null);
  }

  /** The last time before that this person broke the glass. */
  private Optional<Emergency> emergency(StoredEvent stored) {
    // The event of the call itself may bear a time before that of the message it wrote.
    Instant latest = stored.recorded().plusSeconds(60);
    return facts.emergencies().stream()
        .filter(one -> one.person().equals(stored.event().agent().person()))
        .filter(one -> !one.at().isAfter(latest))
        .max(java.util.Comparator.comparing(Emergency::at));
  }

  private Party party(Group group, List<StoredEvent> events) {
    boolean unusual = events.stream().anyMatch(event -> flagged.contains(event.id()));
    List<String> did = new ArrayList<>(deeds.of(events));
    if (unusual) {
      did.add(words.say("unusual.mark"));
    }
    return new Party(
        group.who(),
        forWhom(group),
        why(group, events),
        did,
        unusual,
        events.stream().map(StoredEvent::id).toList());
  }

  /** Name and role, or which AI. */
  private String who(StoredEvent stored) {
    AccessEvent event = stored.event();
    Agent agent = event.agent();
    String ai =
        agent.device() == null
            ? null
            : facts
                .people()
                .person(agent.device())
                .map(People.Person::name)
                .or(() -> facts.people().nameOfClient(agent.client()))
                .map(name -> words.say("who.ai", "name", words.name(name)))
                .orElseGet(() -> words.say("who.ai.nameless"));
    if (agent.person() != null) {
      String person = person(stored, agent.person());
      return ai == null ? person : words.say("who.with", Map.of("who", person, "ai", ai));
    }
    if (ai != null) {
      return ai;
    }
    if (event.source() != null) {
      return elsewhere(stored);
    }
    return program(agent);
  }

  /** One without a name is told by who runs it, or by who let it in. */
  private String program(Agent agent) {
    People people = facts.people();
    Optional<Client> client = people.client(agent.client());
    Optional<String> name = client.map(Client::name);
    if (name.isPresent()) {
      return words.say("who.program", "name", words.name(name.get()));
    }
    Optional<String> of = organization(agent).or(() -> client.map(Client::issuer));
    if (of.isPresent()) {
      return words.say("who.program.of", "name", words.name(of.get()));
    }
    if (agent.client() == null) {
      return words.say("who.program.nameless");
    }
    return words.say(
        client
            .map(known -> known.isElsewhere() ? "who.program.elsewhere" : "who.program.clinic")
            .orElse("who.program.gone"));
  }

  /** For whom somebody came, worked or was registered. */
  private Optional<String> organization(Agent agent) {
    People people = facts.people();
    return people
        .organization(agent.organization())
        .or(
            () ->
                people
                    .person(agent.person())
                    .map(People.Person::organization)
                    .flatMap(people::organization))
        .or(
            () ->
                agent.person() == null
                    ? people
                        .client(agent.client())
                        .map(Client::organization)
                        .flatMap(people::organization)
                    : Optional.empty());
  }

  private String elsewhere(StoredEvent stored) {
    return Optional.ofNullable(facts.people().elsewhere().get(stored.id()))
        .map(name -> words.say("who.elsewhere", "name", words.name(name)))
        .orElseGet(() -> words.say("who.elsewhere.nameless"));
  }

  private boolean isOwn(String person) {
    return ("Patient/" + facts.question().patient()).equals(person);
  }

  private String person(StoredEvent stored, String reference) {
    if (isOwn(reference)) {
      return words.say("who.you");
    }
    if (reference.startsWith("Patient/")) {
      return words.say("who.patient");
    }
    Optional<People.Person> known = facts.people().person(reference);
    if (reference.startsWith("RelatedPerson/")) {
      return known
          .map(
              one ->
                  one.name() == null
                      ? words.say("who.family.nameless")
                      : words.say("who.family", "name", words.name(one.name())))
          .orElseGet(
              () ->
                  words.say(
                      stored.event().agent().ground() == Ground.REPRESENTATIVE
                          ? "who.family.nameless"
                          : "who.family.other"));
    }
    if (known.isEmpty() && stored.event().source() != null) {
      return elsewhere(stored);
    }
    String name =
        known.map(People.Person::name).map(words::name).orElseGet(() -> words.say("who.nameless"));
    return known
        .map(People.Person::role)
        .flatMap(this::role)
        .map(role -> words.say("who.role", Map.of("name", name, "role", role)))
        .orElse(name);
  }

  private Optional<String> role(People.Role role) {
    String key = "role." + role.code();
    return role.code() != null && words.has(key)
        ? Optional.of(words.say(key))
        : Optional.ofNullable(role.text()).map(words::name);
  }

  private List<String> forWhom(Group group) {
    People people = facts.people();
    Agent agent = group.shared();
    List<String> told = new ArrayList<>();
    boolean isStaff = agent.person() != null && !isPatientSide(agent.person());
    people
        .person(agent.device())
        .map(People.Person::maker)
        .ifPresent(maker -> told.add(words.say("for.made", "name", words.name(maker))));
    Optional<String> organization = organization(agent);
    boolean isTold =
        agent.person() == null
            && agent.device() == null
            && group.source() == null
            && people.nameOfClient(agent.client()).isEmpty();
    if (organization.isPresent() && !isTold) {
      told.add(
          words.say(
              agent.device() == null ? "for.works" : "for.used",
              "name",
              words.name(organization.get())));
    } else if (isStaff && group.source() == null) {
      told.add(words.say("for.unknown"));
    }
    if (group.source() != null) {
      told.add(
          people
              .nameOfClient(group.source())
              .map(name -> words.say("for.elsewhere", "name", words.name(name)))
              .orElseGet(() -> words.say("for.elsewhere.nameless")));
    }
    return told;
  }

  private static boolean isPatientSide(String person) {
    return person.startsWith("Patient/") || person.startsWith("RelatedPerson/");
  }

  private String why(AccessEvent event) {
    Agent agent = event.agent();
    if (Deeds.isClosed(event)) {
      return CLOSED;
    }
    if (agent.ground() == Ground.NONE && event.source() == null) {
      return "why." + withoutGround(event);
    }
    if (agent.device() != null && agent.person() == null) {
      String key = "why.ai." + agent.purpose();
      return words.has(key) ? key : "why.ai.unknown";
    }
    return "why." + agent.ground();
  }

  /** Few come to anything without a ground, and then not to the record. */
  private static String withoutGround(AccessEvent event) {
    if (AccessEvent.ALLOW_APP.equals(event.operation())) {
      return AccessEvent.ALLOW_APP;
    }
    return switch (event.door()) {
      case CONSENT_DECISION -> "consent";
      case TOKEN -> "no-care";
      default -> "NOTHING";
    };
  }

  private List<String> why(Group group, List<StoredEvent> events) {
    Agent agent = group.shared();
    List<String> why = new ArrayList<>();
    why.add(words.say(group.why()));
    if (group.why().equals("why." + Ground.BREAK_GLASS)) {
      addReason(group.emergency(), why);
    }
    if (!group.why().equals(CLOSED) && agent.person() != null && group.source() == null) {
      addApps(events, why);
    }
    return why;
  }

  private void addApps(List<StoredEvent> events, List<String> why) {
    Set<String> apps = new TreeSet<>();
    Set<String> issuers = new TreeSet<>();
    boolean isElsewhere = false;
    for (StoredEvent event : events) {
      // What became of an app is told among the deeds; none was used for it.
      if (event.event().door() == Door.TOKEN) {
        continue;
      }
      Optional<Client> app = facts.people().client(event.event().agent().client());
      app.map(Client::name).ifPresent(apps::add);
      app.map(Client::issuer).ifPresent(issuers::add);
      isElsewhere |= app.filter(Client::isElsewhere).isPresent();
    }
    if (!apps.isEmpty()) {
      why.add(words.say("why.app", "apps", words.list(apps.stream().map(words::name).toList())));
    }
    if (!issuers.isEmpty()) {
      why.add(
          words.say("why.app.of", "apps", words.list(issuers.stream().map(words::name).toList())));
    } else if (isElsewhere) {
      why.add(words.say("why.app.elsewhere"));
    }
  }

  private void addReason(Emergency emergency, List<String> why) {
    if (emergency == null || (emergency.code() == null && emergency.words() == null)) {
      why.add(words.say("why.BREAK_GLASS.silent"));
      return;
    }
    String key = "why.emergency." + emergency.code();
    if (words.has(key)) {
      why.add(words.say(key));
    }
    if (emergency.words() != null) {
      why.add(words.say("why.BREAK_GLASS.words", "words", words.quote(emergency.words())));
    }
  }
}
