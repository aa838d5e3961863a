package org.equipoise.audit.event;

import ca.uhn.fhir.parser.DataFormatException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.audit.EventQuery;
import org.equipoise.audit.EventQuery.Further;
import org.equipoise.audit.EventQuery.Kind;
import org.equipoise.audit.EventQuery.Place;
import org.equipoise.audit.EventQuery.Span;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.IdType;

/**
 * A search of AuditEvents, as it was asked for.
 *
 * @param patient logical id of the one patient asked for; empty where none is named
 * @param ids logical ids of AuditEvents; empty where none is named
 * @param agents of each list any; empty where none is named
 * @param entities of each list any; empty where none is named
 * @param outcomes codes; empty where none is named
 * @param actions codes; empty where none is named
 * @param kinds of each of these; empty where no type and subtype is named
 * @param times any of these; never empty unless nothing can match
 * @param isOldestFirst the order
 * @param isImpossible whether what was asked for can match nothing
 * @param after the place that the page begins after; empty for the first page
 * @param count resources on a page; 0 where only their number is asked for
 * @param isTotalWanted whether the number of all matches is asked for
 */
record AuditSearch(
    Optional<String> patient,
    List<String> ids,
    List<List<String>> agents,
    List<List<String>> entities,
    List<Integer> outcomes,
    List<Character> actions,
    List<Kind> kinds,
    List<Span> times,
    boolean isOldestFirst,
    boolean isImpossible,
    Optional<Place> after,
    int count,
    boolean isTotalWanted) {

  /** The parameter of a page link that says after which event the page begins. */
  static final String AFTER = "_after";

  /** The search parameters, as the capability statement tells them. */
  static final Set<String> PARAMETERS =
      Set.of(
          "_id",
          "_lastUpdated",
          "action",
          "agent",
          "date",
          "entity",
          "outcome",
          "patient",
          "subtype",
          "type");

  private static final Set<String> OF_RESULTS =
      Set.of("_count", "_sort", "_total", "_summary", AFTER);

  /** What the parser of the answer reads. */
  private static final Set<String> OF_ANY_REQUEST = Set.of("_format", "_pretty", "_elements");

  private static final Pattern PLACE = Pattern.compile("([0-9]{1,17})_([0-9]{1,18})");
  private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  /** More is no question of a person, and would make a query that no database likes. */
  private static final int MOST_SPANS = 100;

  /** Sizes of a page. */
  record PageSizes(int usual, int most) {}

  /**
   * @param given as the request has them: several values of a name must all match, values of a list
   *     any
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where one is unknown,
   *     malformed, or asks for what this search does not do
   */
  static AuditSearch parse(
      Map<String, String[]> given, String fhirBase, PageSizes sizes, Instant now) {
    Given parameters = new Given(given, fhirBase);
    Optional<String> patient = parameters.patient();
    List<Span> times = Times.EVER;
    for (String name : List.of("date", "_lastUpdated")) {
      for (List<String> any : parameters.all(name)) {
        times = Times.both(times, Times.merged(times(name, any, now)));
        if (times.size() > MOST_SPANS) {
          throw Refusal.invalid(
              null, name + ": this asks for more than " + MOST_SPANS + " stretches of time");
        }
      }
    }
    Optional<Set<String>> ids = parameters.codes("_id");
    Optional<Set<String>> outcomes = parameters.codes("outcome");
    Optional<Set<String>> actions = parameters.codes("action");
    List<Integer> knownOutcomes =
        outcomes.stream()
            .flatMap(Set::stream)
            .filter(code -> code.matches("[0-9]{1,3}"))
            .map(Integer::valueOf)
            .toList();
    List<Character> knownActions =
        actions.stream()
            .flatMap(Set::stream)
            .filter(code -> code.matches("[CRUDE]"))
            .map(code -> code.charAt(0))
            .toList();
    Optional<String> summary = parameters.one("_summary");
    int count = parameters.count(sizes);
    boolean onlyCount = count == 0 || summary.filter("count"::equals).isPresent();
    return new AuditSearch(
        patient,
        ids.stream().flatMap(Set::stream).filter(id -> ID.matcher(id).matches()).toList(),
        parameters.references("agent"),
        parameters.references("entity"),
        knownOutcomes,
        knownActions,
        Stream.concat(
                parameters.few("type").stream().map(EventKinds::type),
                parameters.few("subtype").stream().map(EventKinds::subtype))
            .toList(),
        times,
        parameters.isOldestFirst(),
        times.isEmpty()
            || ids.filter(some -> some.stream().noneMatch(id -> ID.matcher(id).matches()))
                .isPresent()
            || (outcomes.isPresent() && knownOutcomes.isEmpty())
            || (actions.isPresent() && knownActions.isEmpty()),
        parameters.one(AFTER).map(AuditSearch::place),
        onlyCount ? 0 : count,
        onlyCount || parameters.isTotalWanted());
  }

  /**
   * The same as the store is asked.
   *
   * @param about logical id of the one patient whose events may be read; null where everybody's may
   * @param numbers those of the events that {@link #ids} name
   * @param most at most so many
   */
  EventQuery query(String about, List<Long> numbers, int most) {
    Span around = Times.around(times);
    return new EventQuery(
        about == null ? patient.orElse(null) : about,
        agents.stream()
            .map(any -> any.stream().filter(agent -> mayAskFor(agent, about)).toList())
            .toList(),
        entities,
        List.of(),
        outcomes,
        around.from(),
        around.until(),
        after.orElse(null),
        most,
        new Further(numbers, actions, kinds, times.size() > 1 ? times : List.of(), isOldestFirst));
  }

  /** Whether some of the persons may be asked for; a patient is not told which others tried. */
  boolean mayAsk(String about) {
    return agents.stream().allMatch(any -> any.stream().anyMatch(agent -> mayAskFor(agent, about)));
  }

  private static boolean mayAskFor(String agent, String about) {
    return about == null || !agent.startsWith("Patient/") || agent.equals("Patient/" + about);
  }

  /** The value of {@link #AFTER} for the page after this event. */
  static String after(StoredEvent last) {
    Instant recorded = last.recorded();
    long micros =
        Math.addExact(
            Math.multiplyExact(recorded.getEpochSecond(), 1_000_000), recorded.getNano() / 1_000);
    return micros + "_" + last.id();
  }

  private static Place place(String text) {
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      throw Refusal.invalid(null, AFTER + " is not of a page link of this search");
    }
    long micros = Long.parseLong(matcher.group(1));
    return new Place(
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L),
        Long.parseLong(matcher.group(2)));
  }

  private static List<Span> times(String name, List<String> any, Instant now) {
    List<Span> spans = new ArrayList<>();
    for (String value : any) {
      try {
        spans.addAll(Times.of(value, now));
      } catch (DataFormatException | IllegalArgumentException e) {
        throw Refusal.invalid(
            null,
            name
                + ": '"
                + plain(value)
                + "' is no date: give one as 2026, 2026-11, 2026-11-22 or 2026-11-22T10:00:00Z, with"
                + " a prefix (eq, ne, gt, ge, lt, le, sa, eb, ap) or without");
      }
    }
    return spans;
  }

  private static String plain(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9_.:+|/-]", "");
    return plain.length() > 64 ? plain.substring(0, 64) : plain;
  }

  /** The parameters by their name without modifier. */
  private static final class Given {

    /** More is no question of a person, and would make a query that no database likes. */
    private static final int MOST_VALUES = 50;

    private static final int MOST_LISTS = 10;

    private final Map<String, String[]> given;
    private final String fhirBase;

    Given(Map<String, String[]> given, String fhirBase) {
      this.given = given;
      this.fhirBase = fhirBase;
      given.keySet().forEach(Given::requireKnown);
    }

    private static void requireKnown(String name) {
      String plainName = name.replaceFirst("[:.].*", "");
      if (!PARAMETERS.contains(plainName)
          && !OF_RESULTS.contains(plainName)
          && !OF_ANY_REQUEST.contains(plainName)) {
        throw Refusal.invalid(
            null,
            "Unknown search parameter '%s' for resource type AuditEvent. Known are %s"
                .formatted(plain(name), new TreeSet<>(PARAMETERS)));
      }
      boolean isTyped =
          Set.of("agent", "entity", "patient").contains(plainName)
              && name.matches("[a-z]+:[A-Z][A-Za-z]+");
      if (!name.equals(plainName) && !isTyped) {
        throw Refusal.notSupported(
            null,
            "A search of AuditEvents takes '%s' without modifier or chain".formatted(plainName));
      }
    }

    /** The lists of values of a parameter; each must match by one of its values. */
    List<List<String>> all(String name) {
      return lists(name, values -> values);
    }

    /** The same, of what makes a query long. */
    List<List<String>> few(String name) {
      return requireFew(name, all(name));
    }

    private static List<List<String>> requireFew(String name, List<List<String>> lists) {
      if (lists.size() > MOST_LISTS) {
        throw Refusal.invalid(null, name + " may be given at most " + MOST_LISTS + " times");
      }
      return lists;
    }

    private List<List<String>> lists(String name, Function<Stream<String>, Stream<String>> typed) {
      return Arrays.stream(given.getOrDefault(name, new String[0]))
          .map(list -> values(name, list))
          .map(values -> typed.apply(values.stream()).toList())
          .toList();
    }

    private static List<String> values(String name, String list) {
      List<String> values =
          Arrays.stream(list.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
      if (values.isEmpty()) {
        throw Refusal.invalid(null, name + " has no value");
      }
      if (values.size() > MOST_VALUES) {
        throw Refusal.invalid(null, name + " may have at most " + MOST_VALUES + " values");
      }
      return values;
    }

    Optional<String> one(String name) {
      String[] values = given.getOrDefault(name, new String[0]);
      if (values.length > 1) {
        throw Refusal.invalid(null, name + " may be given once");
      }
      return Arrays.stream(values).map(String::strip).filter(one -> !one.isEmpty()).findFirst();
    }

    /** Codes, whatever their system; empty where the parameter is not given. */
    Optional<Set<String>> codes(String name) {
      Optional<Set<String>> codes = Optional.empty();
      for (List<String> any : all(name)) {
        Set<String> these =
            any.stream()
                .map(token -> token.substring(token.lastIndexOf('|') + 1))
                .collect(Collectors.toCollection(HashSet::new));
        codes.ifPresent(these::retainAll);
        codes = Optional.of(these);
      }
      return codes;
    }

    Optional<String> patient() {
      List<String> named = references("patient", "Patient").stream().flatMap(List::stream).toList();
      if (named.isEmpty()) {
        return Optional.empty();
      }
      if (named.size() > 1 || !named.get(0).startsWith("Patient/")) {
        throw Refusal.notSupported(null, "patient: name one patient, as Patient/[id]");
      }
      return Optional.of(named.get(0).substring("Patient/".length()));
    }

    List<List<String>> references(String name) {
      return references(name, null);
    }

    private List<List<String>> references(String name, String usualType) {
      List<List<String>> all = new ArrayList<>();
      given.forEach(
          (parameter, values) -> {
            String type =
                parameter.startsWith(name + ":")
                    ? parameter.substring(name.length() + 1)
                    : usualType;
            if (parameter.equals(name) || parameter.startsWith(name + ":")) {
              for (String list : values) {
                all.add(
                    values(name, list).stream()
                        .map(value -> reference(name, value, type))
                        .toList());
              }
            }
          });
      return requireFew(name, all);
    }

    private String reference(String name, String value, String type) {
      String relative =
          value.startsWith(fhirBase + "/") ? value.substring(fhirBase.length() + 1) : value;
      if (REFERENCE.matcher(relative).matches()) {
        return new IdType(relative).toUnqualifiedVersionless().getValue();
      }
      if (type != null && ID.matcher(relative).matches()) {
        return type + "/" + relative;
      }
      throw Refusal.invalid(
          null, name + ": '" + plain(value) + "' is no reference such as Practitioner/[id]");
    }

    boolean isOldestFirst() {
      return one("_sort")
          .map(
              sort ->
                  switch (sort) {
                    case "date", "_lastUpdated" -> true;
                    case "-date", "-_lastUpdated" -> false;
                    default ->
                        throw Refusal.notSupported(
                            null, "_sort: AuditEvents are sorted by date or -date");
                  })
          .orElse(false);
    }

    int count(PageSizes sizes) {
      String text = one("_count").orElse(String.valueOf(sizes.usual()));
      if (!text.matches("[0-9]{1,9}")) {
        throw Refusal.invalid(null, "_count must be a whole number");
      }
      return Math.min(Integer.parseInt(text), sizes.most());
    }

    boolean isTotalWanted() {
      return one("_total")
          .map(
              total ->
                  switch (total) {
                    case "accurate", "estimate" -> true;
                    case "none" -> false;
                    default ->
                        throw Refusal.invalid(null, "_total must be none, estimate or accurate");
                  })
          .orElse(false);
    }
  }
}
