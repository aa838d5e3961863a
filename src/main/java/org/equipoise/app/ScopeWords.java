package org.equipoise.app;

import static org.equipoise.security.scope.SmartScope.Permission.CREATE;
import static org.equipoise.security.scope.SmartScope.Permission.DELETE;
import static org.equipoise.security.scope.SmartScope.Permission.READ;
import static org.equipoise.security.scope.SmartScope.Permission.SEARCH;
import static org.equipoise.security.scope.SmartScope.Permission.UPDATE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.security.scope.SmartScope;

/**
 * What a scope lets an app do, in plain words: {@code patient/Observation.rs} is "Read your test
 * results and measurements".
 */
record ScopeWords(Words words, Whose whose, boolean isClinician) {

  /** Whose record the app is to reach, as the one who reads the page would say it. */
  record Whose(Kind kind, String name) {

    enum Kind {
      OWN,
      OF_SOMEBODY,
      OF_ALL
    }

    static final Whose OWN = new Whose(Kind.OWN, "");
    static final Whose OF_ALL = new Whose(Kind.OF_ALL, "");

    static Whose of(String name) {
      return new Whose(Kind.OF_SOMEBODY, name);
    }
  }

  /** Access while nobody is there. */
  static final String OFFLINE = "offline_access";

  /** Access for as long as somebody is logged in. */
  static final String ONLINE = "online_access";

  private static final Set<String> IDENTITY = Set.of("openid", "fhirUser", "profile");

  /** Types that belong to no patient. */
  private static final Set<String> NOBODYS =
      Set.of(
          "Device", "Location", "Medication", "Organization", "Practitioner", "PractitionerRole");

  private static final Set<String> CATEGORY_SYSTEMS =
      Set.of(
          "",
          "http://terminology.hl7.org/CodeSystem/observation-category",
          "http://terminology.hl7.org/CodeSystem/condition-category",
          "http://terminology.hl7.org/CodeSystem/v2-0074",
          "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
          "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
          "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category");

  /**
   * One thing to allow or not.
   *
   * @param scope as it is asked for
   * @param text what it means
   */
  record Line(String scope, String text) {}

  /**
   * What is asked for, sorted for reading.
   *
   * @param reading what the app would only see
   * @param changing what it would add to, change or delete as well
   * @param silent scopes with no line of their own: who the user is, and which patient
   * @param tellsWhoYouAre whether the app learns who the user is
   */
  record Asked(
      List<Line> reading, List<Line> changing, List<String> silent, boolean tellsWhoYouAre) {

    /** Whether the user only logs in: the app learns who they are and opens nothing. */
    boolean isIdentityOnly() {
      return tellsWhoYouAre && reading.isEmpty() && changing.isEmpty();
    }
  }

  Asked asked(Set<String> scopes) {
    List<Line> reading = new ArrayList<>();
    List<Line> changing = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (String scope : scopes) {
      Optional<SmartScope> parsed = SmartScope.parse(scope);
      if (parsed.isPresent()) {
        (may(parsed.get(), CREATE, UPDATE, DELETE) ? changing : reading)
            .add(new Line(scope, text(parsed.get())));
      } else if (!OFFLINE.equals(scope) && !ONLINE.equals(scope)) {
        silent.add(scope);
      }
    }
    // What reaches furthest is read first.
    Comparator<Line> order =
        Comparator.comparing((Line line) -> !line.scope().contains("/*")).thenComparing(Line::text);
    reading.sort(order);
    changing.sort(order);
    return new Asked(reading, changing, silent, scopes.stream().anyMatch(IDENTITY::contains));
  }

  private static boolean may(SmartScope scope, SmartScope.Permission... some) {
    return Stream.of(some).anyMatch(scope.permissions()::contains);
  }

  private String text(SmartScope asked) {
    return words.sentence(
        words.say("scope." + form(asked), does(asked), what(asked), whose.name()));
  }

  private String does(SmartScope asked) {
    List<String> does = new ArrayList<>();
    // A search shows what it finds, too; the words differ, so that an app that asks for each apart
    // does not seem to ask twice for the same.
    if (may(asked, READ)) {
      does.add(words.say("does.read"));
    } else if (may(asked, SEARCH)) {
      does.add(words.say("does.find"));
    }
    if (may(asked, CREATE)) {
      does.add(words.say("does.add"));
    }
    if (may(asked, UPDATE)) {
      does.add(words.say("does.change"));
    }
    if (may(asked, DELETE)) {
      does.add(words.say("does.delete"));
    }
    return words.list(does);
  }

  private String form(SmartScope asked) {
    String type = asked.resourceType();
    Whose.Kind kind =
        isClinician && asked.context().equals("user") ? Whose.Kind.OF_ALL : whose.kind();
    String of =
        switch (kind) {
          case OWN -> "own";
          case OF_SOMEBODY -> "other";
          case OF_ALL -> "all";
        };
    if (type.equals("*")) {
      return "everything." + of;
    }
    return NOBODYS.contains(type) ? "nobodys" : of;
  }

  private String what(SmartScope asked) {
    String type = asked.resourceType();
    String noun = words.has("what." + type) ? words.say("what." + type) : type;
    if (asked.query().isEmpty()) {
      return noun;
    }
    return category(asked.query())
        .map(code -> "what." + type + "." + code)
        .filter(words::has)
        .map(words::say)
        .orElseGet(() -> words.say("what.only-where", noun, quoted(asked.query())));
  }

  /** The code, where the query is nothing but a category that is commonly known. */
  private static Optional<String> category(Set<SmartScope.Condition> query) {
    SmartScope.Condition condition = query.iterator().next();
    if (query.size() > 1 || !condition.parameter().equals("category")) {
      return Optional.empty();
    }
    String token = condition.value();
    int bar = token.indexOf('|');
    String system = bar < 0 ? "" : token.substring(0, bar);
    String code = token.substring(bar + 1);
    return CATEGORY_SYSTEMS.contains(system) && code.matches("[A-Za-z-]+")
        ? Optional.of(code)
        : Optional.empty();
  }

  private static String quoted(Set<SmartScope.Condition> query) {
    return query.stream()
        .map(condition -> condition.parameter() + "=" + condition.value())
        .sorted()
        .collect(Collectors.joining("&"));
  }

  /** For a list of what an app may do, without boxes to tick. */
  List<String> lines(Set<String> scopes) {
    Asked asked = asked(scopes);
    List<String> lines = new ArrayList<>();
    asked.reading().forEach(line -> lines.add(line.text()));
    asked.changing().forEach(line -> lines.add(line.text()));
    if (asked.tellsWhoYouAre()) {
      lines.add(words.say("scope.identity"));
    }
    return lines;
  }
}
