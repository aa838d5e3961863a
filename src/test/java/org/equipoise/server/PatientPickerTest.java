package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whoever is shown by name, for somebody to choose, is told of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PatientPickerTest extends ServerTest {

  private static final String SCOPES = "launch/patient openid fhirUser patient/Patient.rs";
  private static final String DOCTOR = "picker-doctor";
  private static final int PATIENTS = 23;

  /** In the order of the list: Ana first. */
  private static String patient(int number) {
    return number == 0 ? "picker-ana" : "picker-%02d".formatted(number);
  }

  @BeforeAll
  void people() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner doctor = new Practitioner();
    doctor.setId(DOCTOR);
    doctor.addName().setText("Dora Pick");
    TestRecords.put(people, doctor);
    for (int i = 0; i < PATIENTS; i++) {
      Patient patient = new Patient();
      patient.setId(patient(i));
      patient.addName().setFamily("Pick%02d".formatted(i)).addGiven(i == 0 ? "Ana" : "One");
      TestRecords.put(people, patient);
      TestRecords.put(people, TestRecords.careTeam(patient(i), DOCTOR));
    }
    RelatedPerson sister =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/picker-ana"));
    sister.setId("picker-sister");
    sister.addName().setText("Sis Pick");
    TestRecords.put(people, sister);
    scribe().post("", people).ok(Bundle.class);
    TestUsers.create(this, DOCTOR, "Dora Pick", List.of("Practitioner/" + DOCTOR));
    TestUsers.create(
        this,
        "picker-family",
        "Sis Pick",
        List.of("Patient/" + patient(1), "RelatedPerson/picker-sister"));
  }

  private Page picker(Browser browser, String username) {
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    Page page = SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), username);
    assertThat(page.isAt("/patient")).as(page.url() + page.text()).isTrue();
    return page;
  }

  private Page find(Browser browser, Page picker, String name) {
    return browser.submit(picker.form("form[role=search]"), Map.of("name", name), List.of(), null);
  }

  private long last() {
    return new AccessRows(jdbc).last();
  }

  private List<AccessRows.Row> since(long id) {
    return new AccessRows(jdbc)
        .after(id).values().stream()
            .flatMap(List::stream)
            .filter(row -> row.client().equals(server()))
            .toList();
  }

  @Test
  void list_whenShown_thenOneEventForEachPatientOnThePage() {
    Browser browser = new Browser(server());
    long before = last();
    Page first = picker(browser, DOCTOR);
    List<AccessRows.Row> told = since(before);

    assertThat(told)
        .extracting(AccessRows.Row::patient)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 20).mapToObj(PatientPickerTest::patient).toList());
    assertThat(told)
        .allSatisfy(
            row -> {
              assertThat(row.door()).isEqualTo("SEARCH");
              assertThat(row.operation()).isEqualTo("choose-patient");
              assertThat(row.person()).isEqualTo("Practitioner/" + DOCTOR);
              assertThat(row.ground()).isEqualTo("CARE");
              assertThat(row.outcome()).isZero();
              assertThat(row.address()).isEqualTo("127.0.0.1");
              assertThat(row.entities()).containsExactly("Patient/" + row.patient());
              assertThat(row.query()).isEqualTo("patient?page=1");
            });
    assertThat(told).extracting(AccessRows.Row::request).containsOnly(told.get(0).request());

    before = last();
    browser.get(
        server() + "/" + first.document().selectFirst("a[rel=next]").attr("href").substring(1));
    assertThat(since(before))
        .extracting(row -> row.door() + " " + row.patient() + " " + row.query())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(20, PATIENTS)
                .mapToObj(i -> "PAGE " + patient(i) + " patient?page=2")
                .toList());
  }

  @Test
  void search_whenByName_thenToldToWhomItFoundAndWithoutTheName() {
    Browser browser = new Browser(server());
    Page picker = picker(browser, DOCTOR);
    long before = last();

    find(browser, picker, "Ana");
    find(browser, picker, "Nobodyatall");

    List<AccessRows.Row> told = since(before);
    assertThat(told).hasSize(2);
    assertThat(told)
        .allSatisfy(
            row -> {
              assertThat(row.operation()).isEqualTo("find-patient");
              assertThat(row.query()).isEqualTo("patient?name=&page=1");
            });
    assertThat(told)
        .extracting(row -> row.patient() + " " + row.ground())
        .containsExactlyInAnyOrder("picker-ana CARE", "null NONE");
    assertThat(find(browser, picker, "x".repeat(101)).status()).isEqualTo(400);
    assertThat(since(before)).as("nothing was looked for").hasSize(2);
  }

  @Test
  void choices_whenSomebodyActsForAnother_thenThatOneIsToldToo() {
    long before = last();
    picker(new Browser(server()), "picker-family");

    assertThat(since(before))
        .extracting(row -> row.person() + " " + row.patient() + " " + row.ground())
        .containsExactlyInAnyOrder(
            "Patient/" + patient(1) + " " + patient(1) + " OWN",
            "RelatedPerson/picker-sister picker-ana REPRESENTATIVE");
  }

  private Page choose(Browser browser, Page picker, String patient) {
    return browser.submit(
        picker.form("form:has(input[name=patient][value=" + patient + "])"),
        Map.of(),
        List.of(),
        null);
  }

  @Test
  void consent_whenItShowsWhoThePatientIs_thenThatOneIsTold() {
    Browser doctors = new Browser(server());
    Page ofDoctor = picker(doctors, DOCTOR);
    Browser familys = new Browser(server());
    Page ofFamily = picker(familys, "picker-family");
    long before = last();

    Page consent = choose(doctors, ofDoctor, patient(2));
    choose(familys, ofFamily, "picker-ana");

    assertThat(consent.isAt("/consent")).as(consent.url() + consent.text()).isTrue();
    assertThat(consent.text()).contains("Pick02");
    List<AccessRows.Row> told = since(before);
    assertThat(told)
        .extracting(row -> row.person() + " " + row.patient() + " " + row.ground())
        .containsExactlyInAnyOrder(
            "Practitioner/" + DOCTOR + " " + patient(2) + " CARE",
            "RelatedPerson/picker-sister picker-ana REPRESENTATIVE");
    assertThat(told)
        .allSatisfy(
            row -> {
              assertThat(row.door()).isEqualTo("READ");
              assertThat(row.operation()).isEqualTo("allow-app");
              assertThat(row.outcome()).isZero();
              assertThat(row.entities()).containsExactly("Patient/" + row.patient());
            });
    Api ana = Api.as(server(), "picker-ana", SECRET, "patient/AuditEvent.rs");
    assertThat(report(ana, "en")).contains("Saw who you are when asked to let an app in");
    assertThat(report(ana, "es")).contains("Vio quién es usted al decidir sobre una aplicación");
  }

  private void useApp(String username, String patient) {
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    Browser browser = new Browser(server());
    Page page = SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), username);
    Page consent = page.isAt("/patient") ? choose(browser, page, patient) : page;
    String code = SmartApp.decide(browser, consent, List.of()).parameters().get("code");
    assertThat(app.exchange(code).statusCode()).isEqualTo(200);
  }

  private void endApp(String username) {
    Browser browser = new Browser(server());
    Page apps = SmartApp.login(browser, browser.get(server() + "/apps"), username);
    browser.submit(apps.form("form[action$=/apps/end]"), Map.of(), List.of(), null);
  }

  private List<AccessRows.Row> takenBack(long since) {
    return new AccessRows(jdbc)
        .after(since).values().stream()
            .flatMap(List::stream)
            .filter(row -> "taken-back".equals(row.operation()))
            .toList();
  }

  @Test
  void apps_whenOneIsEnded_thenOneEventForEachPatientAndTheReportSaysSo() {
    useApp("picker-family", patient(1));
    useApp("picker-family", "picker-ana");
    useApp("picker-family", "picker-ana");
    TestUsers.create(this, "picker-own", "Ana Pick", List.of("Patient/picker-ana"));
    useApp("picker-own", "picker-ana");
    long before = last();

    endApp("picker-family");
    List<AccessRows.Row> ofFamily = takenBack(before);
    before = last();
    endApp("picker-own");
    List<AccessRows.Row> own = takenBack(before);

    assertThat(ofFamily)
        .extracting(row -> row.person() + " " + row.patient() + " " + row.ground())
        .containsExactlyInAnyOrder(
            "Patient/" + patient(1) + " " + patient(1) + " OWN",
            "RelatedPerson/picker-sister picker-ana REPRESENTATIVE");
    assertThat(own)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.door()).isEqualTo("TOKEN");
              assertThat(row.client()).isEqualTo("demo-app-symmetric");
              assertThat(row.person() + " " + row.ground()).isEqualTo("Patient/picker-ana OWN");
              assertThat(row.patient()).isEqualTo("picker-ana");
              assertThat(row.address()).isEqualTo("127.0.0.1");
            });
    Api ana = Api.as(server(), "picker-ana", SECRET, "patient/AuditEvent.rs");
    assertThat(report(ana, "en", "&who=Patient/picker-ana"))
        .contains("Took back what was allowed to Demo app with a secret");
    assertThat(report(ana, "es", "&who=RelatedPerson/picker-sister"))
        .contains("Retiró lo que se permitió a Demo app with a secret");
    AuditEvent told = ana.get("AuditEvent/event-" + own.get(0).id()).ok(AuditEvent.class);
    assertThat(told.getSubtypeFirstRep().getCode()).isEqualTo("taken-back");
  }

  @Test
  void report_whenShownInAList_thenThePatientReadsItInPlainWords() {
    Browser browser = new Browser(server());
    find(browser, picker(browser, DOCTOR), "Ana");
    Api ana = Api.as(server(), "picker-ana", SECRET, "patient/AuditEvent.rs");

    assertThat(report(ana, "en"))
        .contains(
            "Dora Pick",
            "This person takes care of you.",
            "Saw your name in a list to choose from",
            "Looked for a name and saw yours");
    assertThat(report(ana, "es"))
        .contains("Vio su nombre en una lista para elegir", "Buscó un nombre y vio el suyo");
    AuditEvent told =
        (AuditEvent)
            ana.get("AuditEvent?agent=Practitioner/" + DOCTOR + "&_count=1")
                .ok(Bundle.class)
                .getEntryFirstRep()
                .getResource();
    assertThat(told.getMeta().getProfile().get(0).getValue())
        .endsWith("IHE.BasicAudit.PatientQuery");
  }

  private static String report(Api ana, String language) {
    return report(ana, language, "");
  }

  private static String report(Api ana, String language, String more) {
    return Stream.of(
            ana.get("Patient/picker-ana/$access-report?language=" + language + more)
                .ok(Bundle.class)
                .getEntryFirstRep()
                .getResource())
        .map(paper -> ((Composition) paper).getText().getDivAsString())
        .findFirst()
        .orElseThrow();
  }
}
