package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.audit.AccessEvents;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code $access-report} as patients and others get it. */
class AccessReportTest extends ServerTest {

  private static final String REPORT = "Patient/report-patient/$access-report";

  private static final Set<String> FURNISHED = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void furnish() {
    if (!FURNISHED.add(server())) {
      return;
    }
    Bundle people = TestRecords.household();
    Patient patient = new Patient();
    patient.setId("report-patient");
    patient.addName().setFamily("Reed").addGiven("Rosa");
    patient
        .addAddress()
        .setCity("New York")
        .addExtension(
            "http://hl7.org/fhir/StructureDefinition/timezone", new CodeType("America/New_York"));
    TestRecords.put(people, patient);
    Patient busy = new Patient();
    busy.setId("report-busy");
    busy.addCommunication().getLanguage().addCoding().setSystem("urn:ietf:bcp:47").setCode("es");
    TestRecords.put(people, busy);
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/report-patient"));
    son.setId("report-son");
    son.addName().setText("Sol <b>Reed</b>");
    TestRecords.put(people, son);
    practitioner(people, "report-doctor", "Dora Dale", "doctor");
    practitioner(people, "report-stranger", "Stan <script>alert(1)</script>", null);
    TestRecords.put(people, TestRecords.careTeam("report-patient", "report-doctor"));
    Observation lab = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    lab.setId("report-lab");
    lab.setSubject(new Reference("Patient/report-patient"));
    lab.addCategory()
        .addCoding()
        .setSystem(Canonical.System.OBSERVATION_CATEGORY)
        .setCode("laboratory");
    lab.getCode().addCoding().setSystem(Canonical.System.LOINC).setCode("718-7");
    lab.setValue(new StringType("fine"));
    TestRecords.put(people, lab);
    scribe().post("", people).ok(Bundle.class);
  }

  private static void practitioner(Bundle people, String id, String name, String role) {
    Practitioner practitioner = new Practitioner();
    practitioner.setId(id);
    practitioner.addName().setText(name);
    TestRecords.put(people, practitioner);
    if (role != null) {
      PractitionerRole one = new PractitionerRole().setActive(true);
      one.setId(id + "-role");
      one.setPractitioner(new Reference("Practitioner/" + id));
      one.setOrganization(new Reference(TestRecords.CLINIC));
      one.addCode()
          .addCoding()
          .setSystem("http://terminology.hl7.org/CodeSystem/practitioner-role")
          .setCode(role);
      TestRecords.put(people, one);
    }
  }

  private Api self() {
    return Api.as(server(), "report-patient", SECRET, "patient/*.cruds");
  }

  private Api busy() {
    return Api.as(server(), "report-busy", SECRET, "patient/AuditEvent.rs");
  }

  private static Agent agent(String person, Ground ground) {
    return new Agent("demo-practitioner", person, null, null, null, ground, "10.1.2.3");
  }

  private static AccessEvent event(
      String patient, Agent agent, Door door, Outcome outcome, List<String> entities) {
    return new AccessEvent(
        "report-test",
        door,
        null,
        outcome,
        outcome == Outcome.SUCCESS ? 200 : 404,
        agent,
        patient,
        entities,
        0,
        null,
        null,
        null);
  }

  private void add(AccessEvent... events) {
    bean(AccessEvents.class).add(List.of(events));
  }

  private static Composition paper(Bundle report) {
    return (Composition) report.getEntryFirstRep().getResource();
  }

  private static String text(Bundle report) {
    return Jsoup.parse(paper(report).getText().getDivAsString()).text();
  }

  private static <T extends Resource> List<T> all(Bundle report, Class<T> type) {
    return report.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  @Test
  void report_whenSomebodyLooked_thenWhoForWhomWhyAndWhat() {
    add(
        event(
            "report-patient",
            agent("Practitioner/report-doctor", Ground.CARE),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Observation/report-lab/_history/1")));

    Bundle report = self().get(REPORT + "?language=en").ok(Bundle.class);

    assertThat(report.getType()).isEqualTo(Bundle.BundleType.SEARCHSET);
    assertThat(report.getTotal()).isPositive();
    assertThat(text(report))
        .contains(
            "The times are those of New York.",
            "Dora Dale, doctor Works for Test Clinic. This person takes care of you.",
            "Read one lab result on");
    assertThat(RecordValidation.shared().validate(paper(report)).getMessages())
        .filteredOn(message -> message.getSeverity() == ResultSeverityEnum.ERROR)
        .isEmpty();
    assertThat(all(report, AuditEvent.class))
        .anySatisfy(
            event -> {
              assertThat(event.getAgent())
                  .anyMatch(
                      agent -> "Practitioner/report-doctor".equals(agent.getWho().getReference()));
              assertThat(event.getEntity())
                  .anyMatch(
                      entity ->
                          entity.getWhat().getReference().startsWith("Observation/report-lab"));
            });
  }

  @Test
  void report_whenNamesBearMarkup_thenShownAsText() {
    add(
        event(
            "report-patient",
            agent("Practitioner/report-stranger", Ground.BREAK_GLASS),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Patient/report-patient")),
        event(
            "report-patient",
            agent("RelatedPerson/report-son", Ground.REPRESENTATIVE),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Patient/report-patient")));

    Bundle bundle = self().get(REPORT + "?language=en").ok(Bundle.class);
    DocumentReference document =
        self().get(REPORT + "?language=en&format=document").ok(DocumentReference.class);
    String html =
        new String(document.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);

    for (String page : List.of(paper(bundle).getText().getDivAsString(), html)) {
      assertThat(page)
          .doesNotContain("<script", "<b>")
          .contains("Stan &lt;script&gt;alert(1)", "Sol &lt;b&gt;Reed");
    }
    assertThat(document.getContentFirstRep().getAttachment().getContentType())
        .startsWith("text/html");
    assertThat(html).startsWith("<!DOCTYPE html>").contains("<svg", "</html>");
    assertThat(text(bundle)).contains("Please look at this", "had to say why");
  }

  @Test
  void report_whenGlassWasBroken_thenTheReasonGiven() {
    Communication told = new Communication().setStatus(Communication.CommunicationStatus.COMPLETED);
    told.addCategory().addCoding().setSystem(Canonical.System.OPERATION).setCode("break-glass");
    told.setSubject(new Reference("Patient/report-patient"));
    told.setSender(new Reference("Practitioner/report-stranger"));
    told.setSent(java.util.Date.from(Instant.now().minus(Duration.ofMinutes(5))));
    told.addReasonCode()
        .setText("She fell at the front door")
        .addCoding()
        .setSystem(Canonical.System.BREAK_GLASS_REASON)
        .setCode("emergency");
    scribe().post("Communication", told).ok(Communication.class);
    add(
        event(
            "report-patient",
            agent("Practitioner/report-stranger", Ground.BREAK_GLASS),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Patient/report-patient")));

    assertThat(text(self().get(REPORT + "?language=en").ok(Bundle.class)))
        .contains(
            "They said that you needed help at once. They wrote: “She fell at the front door”.");
    assertThat(text(self().get(REPORT + "?language=es").ok(Bundle.class)))
        .contains("Dijo que usted necesitaba ayuda ya. Escribió: «She fell at the front door».");
  }

  @Test
  void report_whenAnotherPatientTried_thenNobodyIsNamedAndNothingOfOthersShows() {
    add(
        event(
            "report-patient",
            new Agent("patient-ben", "Patient/ben", null, null, null, Ground.NONE, "10.1.2.3"),
            Door.READ,
            Outcome.REFUSED,
            List.of()),
        event(
            "ben",
            agent("Practitioner/report-doctor", Ground.CARE),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Patient/ben")));

    String answer = self().get(REPORT + "?language=en").body();

    assertThat(answer).contains("Another patient").doesNotContain("bensen", "Patient/ben");
    assertThat(self().get(REPORT + "?who=Patient/ben").ok(Bundle.class).getTotal()).isZero();
  }

  @Test
  void report_whenOnlyOnePersonOrNoAi_thenOthersAreLeftOut() {
    add(
        event(
            "report-patient",
            new Agent(
                "demo-scribe",
                null,
                TestRecords.SCRIBE_DEVICE,
                null,
                "ai-documentation",
                Ground.SERVICE,
                null),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Observation/report-lab")));

    assertThat(text(self().get(REPORT + "?language=en").ok(Bundle.class)))
        .contains("NoteMaker, an AI Made by NoteMaker Labs. It writes notes about your care.");
    assertThat(text(self().get(REPORT + "?language=en&includeAi=false").ok(Bundle.class)))
        .doesNotContain("NoteMaker")
        .contains("It leaves out what an AI looked at.");
    assertThat(
            text(
                self()
                    .get(REPORT + "?language=en&who=" + TestRecords.SCRIBE_DEVICE)
                    .ok(Bundle.class)))
        .contains("NoteMaker")
        .doesNotContain("Dora Dale");
  }

  @ParameterizedTest
  @CsvSource({
    "start=yesterday, start",
    "start=2026-13-01, start",
    "start=2026-02-30, start",
    "start=2026-01-01T10:00:00, start",
    "start=2026-05-02&end=2026-05-01, end",
    "end=0000, end",
    "_count=0, _count",
    "language=not_a_language, language",
    "includeAi=maybe, includeAi",
    "format=pdf, format",
    "who=Organization/1, who",
    "who=nobody, who",
    "page=2, page",
    "color=red, color",
    "start=2026-05-02&start=2026-05-01, start"
  })
  void report_whenParameterIsBad_thenRefusedByName(String query, String named) {
    Api.Answer answer = self().get(REPORT + "?" + query);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.issue().getExpression().get(0).getValue()).contains("'" + named + "'");
  }

  @Test
  void report_whenItWasRead_thenTheNextOneSaysSo() {
    self().get(REPORT).ok(Bundle.class);
    Api.as(server(), "report-son", SECRET, "patient/*.cruds").get(REPORT).ok(Bundle.class);

    assertThat(text(self().get(REPORT + "?language=en").ok(Bundle.class)))
        .containsPattern("You looked (once|[0-9]+ times). The last time was on")
        .contains("who acts for you This person acts for you.")
        .contains("Read this list of who looked");
  }

  @Test
  void report_whenHundredYears_thenAnswered() {
    Bundle report =
        self()
            .get(REPORT + "?start=1926-01-01&end=2026-12-31T23:59:59-05:00&language=en")
            .ok(Bundle.class);

    assertThat(text(report)).contains("from January 1, 1926");
  }

  @Test
  void report_whenDayIsAsked_thenTheWholeDayOfThePatient() {
    LocalDate today = LocalDate.now(java.time.ZoneId.of("America/New_York"));
    add(
        event(
            "report-patient",
            agent("Practitioner/report-doctor", Ground.CARE),
            Door.READ,
            Outcome.SUCCESS,
            List.of("Observation/report-lab")));

    Bundle day = self().get(REPORT + "?start=" + today + "&end=" + today).ok(Bundle.class);
    Bundle before =
        self()
            .get(REPORT + "?start=" + today.minusDays(3) + "&end=" + today.minusDays(2))
            .ok(Bundle.class);

    assertThat(day.getTotal()).isPositive();
    assertThat(before.getTotal()).isZero();
    assertThat(text(before)).contains("No one has looked at your record in this time.");
  }

  @Test
  void report_whenLanguageIsNotSpoken_thenEnglishAndSaidSo() {
    Bundle report = self().get(REPORT + "?language=fr").ok(Bundle.class);

    assertThat(paper(report).getLanguage()).isEqualTo("en");
    assertThat(all(report, OperationOutcome.class))
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(outcome.getIssueFirstRep().getCode())
                    .isEqualTo(OperationOutcome.IssueType.NOTSUPPORTED));
  }

  @Test
  void report_whenSomebodyElseAsks_thenClosed() {
    assertThat(patient("ben").get(REPORT).status()).isEqualTo(404);
    assertThat(patient("ben").get("Patient/nobody-at-all/$access-report").status()).isEqualTo(404);
    assertThat(Api.as(server(), "report-doctor", SECRET, "user/*.cruds").get(REPORT).status())
        .isEqualTo(403);
    assertThat(scribe().get(REPORT).status()).isEqualTo(403);
    assertThat(anonymous().get(REPORT).status()).isEqualTo(401);
    assertThat(
            Api.as(server(), "report-patient", SECRET, "patient/Patient.rs").get(REPORT).status())
        .isEqualTo(403);
    assertThat(Api.as(server(), "report-son", SECRET, "patient/*.cruds").get(REPORT).status())
        .isEqualTo(200);
  }

  @Test
  void report_whenPrivacyOfficerAsks_thenAnsweredAndThePatientReadsOfIt() {
    Api officer = Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");

    officer.get(REPORT).ok(Bundle.class);

    assertThat(text(self().get(REPORT + "?language=en").ok(Bundle.class)))
        .contains("This person checks that people use records in the right way.");
  }

  @Test
  void report_whenManyEvents_thenPagedInTimeAndNoneTwice() {
    List<AccessEvent> many = new ArrayList<>();
    Agent doctor = agent("Practitioner/report-doctor", Ground.CARE);
    for (int i = 0; i < 50_000; i++) {
      many.add(
          event(
              "report-busy",
              i % 10 == 0 ? agent("Patient/report-busy", Ground.OWN) : doctor,
              Door.READ,
              Outcome.SUCCESS,
              List.of("Observation/busy-" + i)));
    }
    bean(AccessEvents.class).add(many);
    busy().get("Patient/report-busy/$access-report?_count=1");

    long began = System.nanoTime();
    Bundle first = busy().get("Patient/report-busy/$access-report").ok(Bundle.class);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(first.getTotal()).isGreaterThanOrEqualTo(45_000);
    assertThat(text(first)).contains("lo vio", "Usted lo vio");
    Set<String> seen = new HashSet<>();
    Bundle page = first;
    for (int i = 0; i < 4; i++) {
      List<String> events =
          paper(page).getSection().stream()
              .filter(section -> section.getCode().getCodingFirstRep().getCode().equals("accesses"))
              .flatMap(section -> section.getEntry().stream())
              .map(Reference::getReference)
              .toList();
      assertThat(events).hasSize(100);
      assertThat(seen).doesNotContainAnyElementsOf(events);
      seen.addAll(events);
      page =
          busy()
              .get(page.getLink("next").getUrl().replace(server() + "/fhir/", ""))
              .ok(Bundle.class);
      assertThat(page.hasTotal()).isFalse();
    }
    Api.Answer document =
        busy().get("Patient/report-busy/$access-report?format=document&_count=50");
    assertThat(document.header("Link"))
        .hasValueSatisfying(link -> assertThat(link).contains("rel=\"next\"", "page="));
  }

  private static List<String> unusual(Bundle report) {
    return paper(report).getSection().stream()
        .filter(section -> section.getCode().getCodingFirstRep().getCode().equals("unusual"))
        .flatMap(section -> section.getEntry().stream())
        .map(Reference::getReference)
        .toList();
  }

  @Test
  void report_whenWhatStandsOutIsOnLaterPages_thenCountedAtTheTopAndShownOnItsPage() {
    Agent doctor = agent("Practitioner/report-doctor", Ground.CARE);
    List<Long> flagged = new ArrayList<>();
    for (int i = 0; i < 210; i++) {
      long kept =
          bean(AccessEvents.class)
              .add(
                  event(
                      "report-flags",
                      doctor,
                      Door.READ,
                      Outcome.SUCCESS,
                      List.of("Observation/flags-" + i)));
      if (i % 3 == 0) {
        flagged.add(kept);
      }
    }
    for (long number : flagged) {
      jdbc.update(
          "insert into eqp_access_flag (event_id, rule, found_at) values (?, 'same-family-name', ?)",
          number,
          Timestamp.from(Instant.now()));
    }
    Patient patient = new Patient();
    patient.setId("report-flags");
    scribe().put(patient);
    Api officer = Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");

    Bundle page =
        officer.get("Patient/report-flags/$access-report?_count=30&language=en").ok(Bundle.class);

    assertThat(text(page))
        .contains(
            "70 looks at your record stand out.", "Here you see the last 50. The first was on");
    List<String> newest =
        flagged.stream()
            .sorted(Comparator.reverseOrder())
            .limit(50)
            .map(number -> "AuditEvent/event-" + number)
            .toList();
    assertThat(unusual(page)).containsExactlyInAnyOrderElementsOf(newest);
    Set<String> seen = new HashSet<>();
    for (int pages = 0; page.getLink("next") != null; pages++) {
      assertThat(pages).isLessThan(20);
      page =
          officer
              .get(page.getLink("next").getUrl().replace(server() + "/fhir/", ""))
              .ok(Bundle.class);
      List<String> here = unusual(page);
      assertThat(seen).doesNotContainAnyElementsOf(here);
      seen.addAll(here);
      if (!here.isEmpty()) {
        assertThat(text(page))
            .contains(
                here.size() == 1
                    ? "One look on this page stands out."
                    : here.size() + " looks on this page stand out.");
      }
    }
    assertThat(seen).hasSizeGreaterThanOrEqualTo(60);
  }

  @Test
  void report_whenTheWatchHasNotComeToALaterPage_thenCountedAllTheSame() {
    Patient patient = new Patient();
    patient.setId("report-unjudged");
    scribe().put(patient);
    List<AccessEvent> events = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      events.add(
          event(
              "report-unjudged",
              agent("Practitioner/report-stranger", Ground.BREAK_GLASS),
              Door.READ,
              Outcome.SUCCESS,
              List.of("Observation/unjudged-" + i)));
    }
    bean(AccessEvents.class).add(events);
    Api officer = Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");

    Bundle page =
        officer.get("Patient/report-unjudged/$access-report?_count=5&language=en").ok(Bundle.class);

    assertThat(text(page)).contains("12 looks at your record stand out.");
    assertThat(unusual(page)).hasSize(12);
  }
}
