package org.equipoise.audit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.report.Facts.Overview;
import org.equipoise.audit.report.Facts.Unusual;
import org.equipoise.explanation.Grades;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessReport;
import org.equipoise.fhir.ClientDirectory.Client;
import org.equipoise.fhir.SpokenLanguage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTellerTest {

  private static AccessReport tell(String language) {
    return new ReportTeller(TestMonth.facts(Locale.forLanguageTag(language))).tell();
  }

  /** The report of the month as it must be, word for word. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void tell_whenMonthIsSeeded_thenWordForWord(String language) throws IOException {
    String told = TestMonth.text(tell(language));

    try (var golden = getClass().getResourceAsStream("month_" + language + ".txt")) {
      assertThat(told).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void tell_whenMonthIsSeeded_thenGradeSixAndNoIdOrCode(String language) {
    String told = TestMonth.text(tell(language));

    assertThat(Grades.of(told, Locale.forLanguageTag(language)))
        .as(told)
        .isLessThanOrEqualTo(BigDecimal.valueOf(6));
    assertThat(told)
        .doesNotContain(TestMonth.PATIENT)
        .doesNotContainPattern("[a-z]-[0-9]")
        .doesNotContain("Practitioner", "Observation", "Organization", "req-", "growth-app")
        .doesNotContain("CARE", "BREAK", "ai-documentation", "p-666", "10.0.0");
  }

  @Test
  void tell_whenAccess_thenWhoForWhomWhyWhatAndWhen() {
    AccessReport.Party doctor =
        tell("en").parties().stream()
            .filter(party -> party.who().startsWith("Dana"))
            .findFirst()
            .orElseThrow();

    assertThat(doctor.who()).isEqualTo("Dana Test, doctor");
    assertThat(doctor.forWhom()).containsExactly("Works for Lake Clinic.");
    assertThat(doctor.why())
        .containsExactly("This person takes care of you.", "The app used was Growth Chart.");
    assertThat(doctor.deeds())
        .containsExactly(
            "Added one prescription on May 20, 2026, in the afternoon.",
            "Read 12 lab results and your visit note on May 3, 2026, in the morning.");
  }

  private static AccessReport tell(Facts facts, Overview overview, List<Unusual> unusual) {
    return new ReportTeller(
            new Facts(
                facts.question(),
                facts.zone(),
                facts.now(),
                overview,
                facts.events(),
                unusual,
                facts.next(),
                facts.people(),
                facts.kinds(),
                facts.emergencies()))
        .tell();
  }

  @Test
  void tell_whenMoreStandOutThanAreShown_thenHowManySinceWhenAndWhere() {
    Facts facts = TestMonth.facts(Locale.ENGLISH);
    Overview all = facts.overview();
    Overview many =
        new Overview(
            all.tallies(),
            all.isCut(),
            all.timeline(),
            all.spans(),
            71,
            Instant.parse("2026-02-03T12:00:00Z"));

    assertThat(tell(facts, many, facts.unusual()).unusual().intro())
        .containsExactly(
            "71 looks at your record stand out.",
            "Here you see the last 3. The first was on February 3, 2026. Each page shows its own"
                + " at the top.");
  }

  @Test
  void tell_whenLaterPageHasSomeThatStandOut_thenTheyAreAtItsTopWithTheirRules() {
    Facts facts = TestMonth.facts(Locale.ENGLISH);

    AccessReport later = tell(facts, null, facts.unusual());

    assertThat(later.summary()).isNull();
    assertThat(later.unusual().intro()).containsExactly("3 looks on this page stand out.");
    assertThat(later.unusual().items().get(0).rules()).hasSize(2);
    assertThat(later.parties())
        .filteredOn(AccessReport.Party::isUnusual)
        .allSatisfy(
            party ->
                assertThat(party.deeds())
                    .contains("Part of this stands out. You see why at the top."));
    assertThat(tell(facts, null, List.of()).unusual()).isNull();
  }

  @Test
  void tell_whenOwnAccesses_thenOneLine() {
    AccessReport report = tell("en");

    assertThat(report.summary().lines())
        .contains("You looked 2 times. The last time was on May 30, 2026, in the morning.");
    assertThat(report.parties()).noneMatch(party -> party.who().equals("You"));
  }

  private static AccessReport.Party party(AccessReport report, String who) {
    return report.parties().stream()
        .filter(party -> party.who().equals(who))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tell_whenAnAppWasEnded_thenToldAlsoWhereThePatientDidItAndNoLook() {
    AccessReport english =
        new ReportTeller(
                TestMonth.facts(Locale.ENGLISH, TestMonth.withTakenBack(), TestMonth.people()))
            .tell();
    AccessReport spanish =
        new ReportTeller(
                TestMonth.facts(
                    Locale.forLanguageTag("es"), TestMonth.withTakenBack(), TestMonth.people()))
            .tell();

    assertThat(party(english, "You").why()).containsExactly("This is your own record.");
    assertThat(party(english, "You").deeds())
        .containsExactly(
            "Took back what was allowed to Growth Chart on May 30, 2026, in the morning.");
    assertThat(party(english, "Axel Annasen, who acts for you").deeds())
        .contains("Took back what was allowed to an app on May 30, 2026, in the morning.");
    assertThat(english.summary()).isEqualTo(tell("en").summary());
    assertThat(english.chart()).isEqualTo(tell("en").chart());
    assertThat(party(spanish, "Usted").deeds())
        .singleElement()
        .asString()
        .startsWith("Retiró lo que se permitió a Growth Chart el 30 de mayo");
  }

  @Test
  void tell_whenThePatientTriedInVain_thenNotCountedAsSomebodyElse() {
    List<String> before = tell("en").summary().lines();
    AccessReport report =
        new ReportTeller(
                TestMonth.facts(Locale.ENGLISH, TestMonth.withOwnTry(), TestMonth.people()))
            .tell();

    assertThat(report.summary().lines())
        .containsAll(before)
        .contains(
            "Once someone tried and got nothing to see.", "Once you tried and got nothing to see.");
  }

  private static StoredEvent withoutGround(
      Door door, String operation, Outcome outcome, List<String> entities) {
    return new StoredEvent(
        1,
        TestMonth.NOW.minusSeconds(60),
        new AccessEvent(
            "r",
            door,
            operation,
            outcome,
            200,
            TestMonth.agent("ehr", "Practitioner/s-3", null, null, Ground.NONE),
            TestMonth.PATIENT,
            entities,
            0,
            null,
            null,
            null));
  }

  private static AccessReport tellOf(String language, StoredEvent event) {
    return new ReportTeller(
            TestMonth.facts(Locale.forLanguageTag(language), List.of(event), TestMonth.people()))
        .tell();
  }

  /**
   * A launch brings a clinician to a patient whom they do not care for: a page names the patient.
   */
  @Test
  void tell_whenConsentPageWithoutCare_thenWhatWasSeenAndNotThatNothingWas() {
    StoredEvent event =
        withoutGround(
            Door.READ,
            AccessEvent.ALLOW_APP,
            Outcome.SUCCESS,
            List.of("Patient/" + TestMonth.PATIENT));

    AccessReport english = tellOf("en", event);

    AccessReport.Party stranger = party(english, "Sam Stone, doctor");
    assertThat(stranger.why())
        .containsExactly(
            "This person does not take care of you. An app asked them to open your record. The page"
                + " showed your name and date of birth, and no more.");
    assertThat(stranger.deeds())
        .containsExactly(
            "Saw who you are when asked to let an app in on June 1, 2026, in the morning.");
    assertThat(english.summary().lines()).containsExactly("One other person looked once.");
    assertThat(TestMonth.text(english)).doesNotContain("nothing to see");
    assertThat(TestMonth.text(tellOf("es", event)))
        .contains("fecha de nacimiento")
        .doesNotContain("no vio nada");
  }

  @Test
  void tell_whenSomebodyFoundNothingOrEndedAnApp_thenEachForItself() {
    AccessReport vain = tellOf("en", withoutGround(Door.SEARCH, null, Outcome.SUCCESS, List.of()));
    assertThat(vain.parties().get(0).why())
        .containsExactly("They asked for something about you and got nothing to see.");
    assertThat(vain.summary().lines())
        .containsExactly("Once someone tried and got nothing to see.");

    AccessReport ended =
        tellOf("en", withoutGround(Door.TOKEN, AccessEvent.TAKEN_BACK, Outcome.SUCCESS, List.of()));
    assertThat(ended.parties().get(0).why())
        .containsExactly("This person does not take care of you.");
  }

  /** What a question about a consent was answered is no failure of who asked. */
  @ParameterizedTest
  @EnumSource(Outcome.class)
  void tell_whenAskedWhatIsAllowed_thenToldAsAQuestionWhateverTheAnswer(Outcome answer) {
    AccessReport report =
        tellOf(
            "en",
            withoutGround(
                Door.CONSENT_DECISION, "evaluate-ai-use", answer, List.of("Consent/c-1")));

    assertThat(report.parties().get(0).why())
        .containsExactly("They asked what you allow. They saw nothing of your record.");
    assertThat(report.parties().get(0).deeds())
        .containsExactly("Asked if you allow a use of AI on June 1, 2026, in the morning.");
    assertThat(report.summary().lines()).containsExactly("Once someone asked what you allow.");
  }

  @Test
  void tell_whenSomebodyCameOnSeveralGrounds_thenTheyStandInOnePlace() {
    List<StoredEvent> events = new ArrayList<>(TestMonth.events());
    events.add(0, withoutGround(Door.SEARCH, null, Outcome.SUCCESS, List.of()));

    AccessReport report =
        new ReportTeller(TestMonth.facts(Locale.ENGLISH, events, TestMonth.people())).tell();

    assertThat(report.parties().get(0).why())
        .containsExactly("They asked for something about you and got nothing to see.");
    assertThat(report.parties().get(1).who()).isEqualTo("Sam Stone, doctor");
    assertThat(report.parties().get(1).why().get(0)).contains("as an emergency");
    assertThat(report.parties())
        .filteredOn(party -> party.who().startsWith("Sam Stone"))
        .hasSize(2);
  }

  @Test
  void tell_whenAnotherPatientTried_thenNotNamed() {
    AccessReport report = tell("en");

    assertThat(report.parties())
        .filteredOn(party -> party.who().equals("Another patient"))
        .singleElement()
        .satisfies(
            party -> {
              assertThat(party.why())
                  .contains("They had no right to see this, or it is not there.");
              assertThat(party.deeds())
                  .containsExactly(
                      "Tried to look and saw nothing on May 14, 2026, in the morning.");
            });
  }

  @Test
  void tell_whenNamesBearMarkup_thenPlainTextAndEscapedOnPaper() {
    People people =
        new People(
            Map.of(
                "Practitioner/d-1",
                new People.Person(
                    "<script>alert(1)</script>\u202Egnol",
                    new People.Role(null, "<b>Chief</b>"),
                    "Organization/o-1",
                    null)),
            Map.of("Organization/o-1", "Tom & <i>Jerry</i>"),
            Map.of("growth-app", TestMonth.client("\"><img src=x>")),
            Map.of());

    AccessReport report =
        new ReportTeller(TestMonth.facts(Locale.ENGLISH, TestMonth.events(), people)).tell();
    String html = new ReportPapers(TestMonth.PATIENT, TestMonth.NOW).html(report);
    String narrative =
        new ReportPapers(TestMonth.PATIENT, TestMonth.NOW)
            .composition(report, id -> "AuditEvent/" + id)
            .getText()
            .getDivAsString();

    for (String paper : List.of(html, narrative)) {
      assertThat(paper)
          .doesNotContain("<script", "<b>", "<i>", "<img", "\u202E")
          .contains("&lt;script&gt;", "Tom &amp; &lt;i&gt;Jerry");
    }
  }

  @Test
  void tell_whenPeopleAreGone_thenPlainWords() {
    AccessReport report =
        new ReportTeller(
                TestMonth.facts(
                    Locale.ENGLISH,
                    TestMonth.events(),
                    new People(Map.of(), Map.of(), Map.of(), Map.of())))
            .tell();

    assertThat(TestMonth.text(report))
        .contains(
            "Someone whose name we do not know",
            "An AI with no name here",
            "A program that is no longer here",
            "Someone in another system",
            "Someone who acts for you",
            "We do not know for whom this person works.")
        .doesNotContainPattern("[a-z]-[0-9]");
  }

  private static AccessReport.Party program(
      String language, String client, String organization, Client known) {
    Agent agent = TestMonth.agent(client, null, null, organization, Ground.SERVICE);
    StoredEvent event =
        new StoredEvent(
            1,
            TestMonth.NOW.minusSeconds(60),
            new AccessEvent(
                "r",
                Door.READ,
                null,
                Outcome.SUCCESS,
                200,
                agent,
                TestMonth.PATIENT,
                List.of("Condition/c-1"),
                0,
                null,
                null,
                null));
    People people =
        new People(
            Map.of(),
            Map.of("Organization/o-1", "Lake Clinic"),
            known == null ? Map.of() : Map.of(client, known),
            Map.of());
    return new ReportTeller(
            TestMonth.facts(Locale.forLanguageTag(language), List.of(event), people))
        .tell()
        .parties()
        .get(0);
  }

  /** Each kind of program has a name, or is told by who runs it. */
  @ParameterizedTest
  @CsvSource({
    // registered with a name: dynamically, by the operator, or in the configuration
    "app-1, , Growth Chart, , false, , 'Growth Chart, a program', 'Growth Chart, un programa'",
    // in the configuration, without a name
    "demo-scribe, , , , false, , A program that the clinic set up, Un programa que puso la clínica",
    // the same, of an organization: as its token said, or as it is registered
    "feed-1, Organization/o-1, , , false, , A program of Lake Clinic, Un programa de Lake Clinic",
    "feed-1, , , Organization/o-1, false, , A program of Lake Clinic, Un programa de Lake Clinic",
    // of another authorization server, that has a name or none
    "https://id.example|x-1, , , , true, State Net, A program of State Net, Un programa de State Net",
    "https://id.example|x-1, , , , true, , A program from outside the clinic,"
        + " Un programa de fuera de la clínica",
  })
  void who_whenProgram_thenByItsNameOrWhoRunsIt(
      String client,
      String worksFor,
      String name,
      String registeredFor,
      boolean isElsewhere,
      String issuer,
      String english,
      String spanish) {
    Client known = new Client(name, registeredFor, isElsewhere, issuer);

    assertThat(program("en", client, worksFor, known).who()).isEqualTo(english);
    assertThat(program("es", client, worksFor, known).who()).isEqualTo(spanish);
    assertThat(program("en", client, worksFor, known).why())
        .containsExactly("The clinic let this program in.");
  }

  @Test
  void who_whenProgramIsGone_thenSaidSo() {
    assertThat(program("en", "gone-1", null, null).who())
        .isEqualTo("A program that is no longer here");
    assertThat(program("en", "named-1", "Organization/o-1", TestMonth.client("Lab Link")).forWhom())
        .containsExactly("Works for Lake Clinic.");
    assertThat(program("en", "gone-1", "Organization/o-1", null).forWhom())
        .as("the name says it")
        .isEmpty();
  }

  @Test
  void why_whenAppOfAnotherIssuer_thenWhoseItIs() {
    People people = TestMonth.people();
    Map<String, Client> clients = new HashMap<>(people.clients());
    clients.put("ehr", new Client(null, null, true, "State Net"));
    People known =
        new People(people.persons(), people.organizations(), clients, people.elsewhere());

    AccessReport.Party nurse =
        new ReportTeller(TestMonth.facts(Locale.ENGLISH, TestMonth.events(), known))
            .tell().parties().stream()
                .filter(party -> party.who().startsWith("Nora"))
                .findFirst()
                .orElseThrow();

    assertThat(nurse.why())
        .containsExactly("This person takes care of you.", "They used an app of State Net.");
  }

  @Test
  void words_whenCompared_thenBothLanguagesHaveAll() {
    List<Set<String>> keys =
        SpokenLanguage.SPOKEN.stream()
            .map(language -> new ReportWords(language, TestMonth.NEW_YORK).keys())
            .<Set<String>>map(TreeSet::new)
            .toList();

    assertThat(keys.get(0)).isEqualTo(keys.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void words_whenEachIsSaid_thenGradeSix(String language) {
    ReportWords words = new ReportWords(Locale.forLanguageTag(language), TestMonth.NEW_YORK);
    Map<String, Object> details =
        Map.ofEntries(
            Map.entry("count", 3),
            Map.entry("people", 2),
            Map.entry("times", 4),
            Map.entry("name", "Ana"),
            Map.entry("who", "Ana"),
            Map.entry("role", "Ana"),
            Map.entry("ai", "Ana"),
            Map.entry("apps", "Ana"),
            Map.entry("words", "Ana."),
            Map.entry("deed", "Ana."),
            Map.entry("what", "Ana"),
            Map.entry("when", "Ana"),
            Map.entry("things", "Ana"),
            Map.entry("from", "3"),
            Map.entry("until", "4"),
            Map.entry("zone", "Ana"));
    String text =
        String.join(
            "\n",
            words.keys().stream()
                .filter(key -> !key.startsWith("date."))
                .sorted()
                .map(key -> words.say(key, details))
                .filter(said -> said.endsWith("."))
                .toList());

    assertThat(Grades.of(text, Locale.forLanguageTag(language)))
        .as(text)
        .isLessThanOrEqualTo(BigDecimal.valueOf(6));
  }

  @Test
  void chart_whenDrawn_thenCountsByKindOfPerson() {
    AccessReport.Chart chart = tell("en").chart();

    assertThat(chart.kinds())
        .containsExactly(
            "Week of", "People who take care of you", "Others", "AI", "You and who acts for you");
    assertThat(chart.rows())
        .containsExactly(
            new AccessReport.Chart.Row("May 25", List.of(0L, 0L, 0L, 1L)),
            new AccessReport.Chart.Row("May 18", List.of(1L, 0L, 0L, 0L)),
            new AccessReport.Chart.Row("May 11", List.of(0L, 1L, 0L, 2L)),
            new AccessReport.Chart.Row("May 4", List.of(2L, 4L, 0L, 0L)),
            new AccessReport.Chart.Row("Apr 27", List.of(3L, 0L, 2L, 0L)));
    assertThat(chart.svg()).startsWith("<svg").doesNotContain("<script", "style=", "href");
  }
}
