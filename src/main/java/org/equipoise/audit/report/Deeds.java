package org.equipoise.audit.report;

import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.ReportWords.PartOfDay;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Outcome;

/**
 * What somebody did, in sentences: alike within a part of a day goes together, each thing counted
 * once. Pure.
 */
final class Deeds {

  /** More sorts of things than these are summed up in a sentence. */
  private static final int MOST_SORTS = 4;

  private final ReportWords words;
  private final Map<String, String> kinds;
  private final People people;

  /**
   * @param kinds as in {@link Facts#kinds}
   */
  Deeds(ReportWords words, Map<String, String> kinds, People people) {
    this.words = words;
    this.kinds = kinds;
    this.people = people;
  }

  private record Bunch(LocalDate day, PartOfDay part, String verb) {}

  /** The sentences for events of one person, in their order. */
  List<String> of(List<StoredEvent> events) {
    Map<Bunch, List<StoredEvent>> bunches = new LinkedHashMap<>();
    for (StoredEvent event : events) {
      ZonedDateTime time = event.recorded().atZone(words.zone());
      bunches
          .computeIfAbsent(
              new Bunch(time.toLocalDate(), PartOfDay.of(time), verb(event.event())),
              bunch -> new ArrayList<>())
          .add(event);
    }
    return bunches.entrySet().stream()
        .map(
            bunch ->
                sentence(
                    bunch.getKey().verb(),
                    bunch.getValue(),
                    words.roughly(bunch.getValue().get(0).recorded())))
        .toList();
  }

  /** The sentence for one event, with its time to the minute. */
  String exactly(StoredEvent event) {
    return sentence(verb(event.event()), List.of(event), words.exactly(event.recorded()));
  }

  private String sentence(String verb, List<StoredEvent> events, String when) {
    Map<String, Integer> things = things(events);
    String what;
    if (verb.startsWith("deed.") && TAKES_THINGS.contains(verb)) {
      what = words.say(verb, "things", words.list(told(things)));
    } else if (verb.equals(TAKEN_BACK)) {
      what = words.say(verb, "apps", words.list(apps(events)));
    } else {
      what = words.say(verb);
      if (events.size() > 1) {
        what = words.say("deed.times", Map.of("what", what, "count", events.size()));
      }
    }
    return words.say("deed", Map.of("what", what, "when", when));
  }

  private static final Set<String> TAKES_THINGS =
      Set.of("deed.read", "deed.added", "deed.changed", "deed.removed");

  private static final String TAKEN_BACK = "deed.taken-back";

  /** Names of the apps, each once. */
  private List<String> apps(List<StoredEvent> events) {
    return events.stream()
        .map(event -> people.nameOfClient(event.event().agent().client()))
        .map(name -> name.map(words::name).orElseGet(() -> words.say("deed.taken-back.nameless")))
        .distinct()
        .toList();
  }

  /** Key of the words for what was done. */
  private String verb(AccessEvent event) {
    // The outcome of a question about a consent is the answer: a no is no question that failed.
    if (event.outcome() != Outcome.SUCCESS && event.door() != Door.CONSENT_DECISION) {
      return isClosed(event) ? tried(event) : "deed.failed";
    }
    boolean hasThings = !event.entities().isEmpty();
    return switch (event.door()) {
      case READ, VREAD, HISTORY -> {
        if (words.has("op." + event.operation())) {
          yield "op." + event.operation();
        }
        yield hasThings ? "deed.read" : "deed.opened";
      }
      case SEARCH, PAGE -> {
        if (words.has("op." + event.operation())) {
          yield "op." + event.operation();
        }
        yield hasThings ? "deed.read" : "deed.vain";
      }
      case CREATE -> hasThings ? "deed.added" : "deed.unknown";
      case UPDATE, PATCH -> hasThings ? "deed.changed" : "deed.unknown";
      case DELETE -> hasThings ? "deed.removed" : "deed.unknown";
      case CONSENT_DECISION -> "deed.consent";
      case LOGIN -> "deed.login";
      case LOGOUT -> "deed.logout";
      case TOKEN -> AccessEvent.TAKEN_BACK.equals(event.operation()) ? TAKEN_BACK : "deed.token";
      case OPERATION ->
          words.has("op." + event.operation()) ? "op." + event.operation() : "deed.unknown";
      case TRANSACTION -> "deed.unknown";
      case ELSEWHERE -> hasThings ? "deed.read" : "deed.unknown";
    };
  }

  private static String tried(AccessEvent event) {
    return switch (event.door()) {
      case CREATE, UPDATE, PATCH, DELETE -> "deed.tried.write";
      default -> "deed.tried";
    };
  }

  /** Whether somebody found the door shut, or nothing behind it, and not only asked wrongly. */
  static boolean isClosed(AccessEvent event) {
    return event.outcome() == Outcome.REFUSED
        && event.door() != Door.CONSENT_DECISION
        && CLOSED.contains(event.status());
  }

  private static final Set<Integer> CLOSED = Set.of(0, 401, 403, 404, 410);

  /** How many of which sort, the sort of what was asked for first. */
  private Map<String, Integer> things(List<StoredEvent> events) {
    Map<String, Set<String>> bySort = new LinkedHashMap<>();
    boolean more = false;
    for (StoredEvent event : events) {
      more |= event.event().more() > 0;
      for (String entity : event.event().entities()) {
        String thing = withoutVersion(entity);
        bySort.computeIfAbsent(sort(thing), sort -> new LinkedHashSet<>()).add(thing);
      }
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    Map<Integer, List<String>> byCount = new TreeMap<>(java.util.Comparator.reverseOrder());
    bySort.forEach(
        (sort, found) -> {
          if (!sort.equals(OTHER)) {
            byCount.computeIfAbsent(found.size(), count -> new ArrayList<>()).add(sort);
          }
        });
    int others = bySort.getOrDefault(OTHER, Set.of()).size();
    for (Map.Entry<Integer, List<String>> same : byCount.entrySet()) {
      for (String sort : same.getValue()) {
        if (counts.size() < MOST_SORTS) {
          counts.put(sort, same.getKey());
        } else {
          others += same.getKey();
        }
      }
    }
    if (more) {
      counts.put(MANY, 1);
    } else if (others > 0) {
      counts.put(OTHER, others);
    }
    return counts;
  }

  private static final String OTHER = "other";
  private static final String MANY = "many";

  private List<String> told(Map<String, Integer> things) {
    return things.entrySet().stream()
        .map(thing -> words.say("thing." + thing.getKey(), "count", thing.getValue()))
        .toList();
  }

  private String sort(String thing) {
    String kind = kinds.getOrDefault(thing, thing.replaceFirst("/.*", ""));
    return words.has("thing." + kind) ? kind : OTHER;
  }

  /** {@code Observation/5/_history/2} is {@code Observation/5}. */
  static String withoutVersion(String entity) {
    return entity.replaceFirst("/_history/.*", "");
  }
}
