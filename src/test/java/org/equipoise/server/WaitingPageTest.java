package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.server.TestContributions.acknowledge;
import static org.equipoise.server.TestContributions.call;
import static org.equipoise.server.TestContributions.weight;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.equipoise.fhir.Canonical;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /waiting}: what patients sent, and who looked, as people see it. */
class WaitingPageTest extends ServerTest {

  private static final String MAYA = "waiting-maya";

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient maya = new Patient();
    maya.setId(MAYA);
    maya.addName().setFamily("Moreno").addGiven("Maya");
    TestRecords.put(people, maya);
    Practitioner doctor = new Practitioner();
    doctor.setId("waiting-doctor");
    doctor.addName().setFamily("Reader").addGiven("Rita");
    TestRecords.put(people, doctor);
    Practitioner stranger = new Practitioner();
    stranger.setId("waiting-stranger");
    stranger.addName().setFamily("Stranger");
    TestRecords.put(people, stranger);
    TestRecords.put(people, TestRecords.careTeam(MAYA, "waiting-doctor"));
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/" + MAYA));
    son.setId("waiting-mayas-son");
    TestRecords.put(people, son);
    scribe().post("", people).ok(Bundle.class);
    TestUsers.create(this, MAYA, "Maya Moreno", List.of("Patient/" + MAYA));
    TestUsers.create(this, "waiting-son", "Son", List.of("RelatedPerson/waiting-mayas-son"));
    TestUsers.create(this, "waiting-doctor", "Dr. Rita", List.of("Practitioner/waiting-doctor"));
    TestUsers.create(this, "waiting-stranger", "Dr. S.", List.of("Practitioner/waiting-stranger"));
  }

  private Page waiting(String username) {
    Browser browser = new Browser(server());
    SmartApp.login(browser, browser.get(server() + "/apps"), username);
    return browser.get(server() + "/waiting");
  }

  private Observation send(String display) {
    Observation weight = weight();
    weight.getCode().setText(display);
    return (Observation)
        ((Bundle)
                Api.as(server(), MAYA, SECRET, "patient/*.cruds")
                    .post("Patient/" + MAYA + "/$contribute", call(weight))
                    .ok(Parameters.class)
                    .getParameterFirstRep()
                    .getResource())
            .getEntryFirstRep()
            .getResource();
  }

  private List<Map<String, Object>> events() {
    return jdbc.queryForList(
        "select person, ground, entities from eqp_access_event where patient = ?"
            + " and operation = 'waiting' order by id",
        MAYA);
  }

  @Test
  void page_whenSomethingWaits_thenPatientAndTheirClinicianSeeItAndNobodyElse() {
    String what = "Weight before breakfast";
    send(what);

    Page patients = waiting(MAYA);
    Page doctors = waiting("waiting-doctor");
    Page strangers = waiting("waiting-stranger");

    assertThat(patients.status()).isEqualTo(200);
    assertThat(patients.text()).contains("What you sent", what + ": 68.4 kg", "No one has looked");
    assertThat(doctors.text()).contains("Your patients", "Maya Moreno", what, "No one has looked");
    assertThat(strangers.text())
        .doesNotContain(what, "Moreno")
        .contains("Nothing that your patients sent waits");
    assertThat(waiting("waiting-son").text()).contains("What you sent for Maya Moreno", what);
    assertThat(events())
        .extracting(row -> row.get("person") + " " + row.get("ground"))
        .contains(
            "Patient/" + MAYA + " OWN",
            "Practitioner/waiting-doctor CARE",
            "RelatedPerson/waiting-mayas-son REPRESENTATIVE")
        .noneMatch(row -> row.contains("stranger"));
  }

  @Test
  void page_whenSomebodyLooked_thenThePatientReadsWhoAndWhatTheySay() {
    Observation sent = send("Weight at noon");
    String id = sent.getIdElement().toUnqualifiedVersionless().getValue();
    Api.as(server(), "waiting-doctor", SECRET, "user/*.cruds")
        .post(
            id + "/$acknowledge",
            acknowledge("used-in-care", "Keep on like this"),
            "If-Match",
            "W/\"" + sent.getMeta().getVersionId() + "\"")
        .ok(Parameters.class);

    Page page = waiting(MAYA);

    assertThat(page.text())
        .contains("Rita Reader looked at it on", "it is used in your care", "Keep on like this");
    assertThat(waiting("waiting-doctor").text()).doesNotContain("Weight at noon");
  }

  @Test
  void page_whenMorePatientsWaitThanFitOnOne_thenTheRestStandsOnTheNext() {
    Bundle many = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner busy = new Practitioner();
    busy.setId("waiting-busy");
    busy.addName().setFamily("Busy");
    TestRecords.put(many, busy);
    for (int i = 0; i < 51; i++) {
      String id = "waiting-many-" + i;
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setText("Many No. %02d".formatted(i));
      TestRecords.put(many, patient);
      TestRecords.put(many, TestRecords.careTeam(id, "waiting-busy"));
      Observation weight = weight();
      weight.getMeta().addTag(Canonical.System.US_CORE_TAGS, "patient-supplied", null);
      weight.setSubject(new Reference("Patient/" + id)).addPerformer(weight.getSubject());
      many.addEntry()
          .setResource(weight)
          .getRequest()
          .setMethod(Bundle.HTTPVerb.POST)
          .setUrl("Observation");
    }
    scribe().post("", many).ok(Bundle.class);
    TestUsers.create(this, "waiting-busy", "Dr. B.", List.of("Practitioner/waiting-busy"));
    Browser browser = new Browser(server());
    SmartApp.login(browser, browser.get(server() + "/apps"), "waiting-busy");

    Page first = browser.get(server() + "/waiting");
    Page second = browser.get(server() + "/waiting?page=2");

    assertThat(namesOn(first)).hasSize(50);
    assertThat(linksOn(first)).containsExactly("/waiting?page=2");
    assertThat(namesOn(second)).hasSize(1).doesNotContainAnyElementsOf(namesOn(first));
    assertThat(linksOn(second)).containsExactly("/waiting?page=1");
    assertThat(browser.get(server() + "/waiting?page=two").status()).isEqualTo(400);
  }

  private static List<String> linksOn(Page page) {
    return page.document().select("nav.pages a").eachAttr("href");
  }

  private static List<String> namesOn(Page page) {
    return Pattern.compile("Many No. [0-9]+")
        .matcher(page.text())
        .results()
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  @Test
  void page_whenNobodyIsLoggedIn_thenLogin() {
    assertThat(new Browser(server()).get(server() + "/waiting").isAt("/login")).isTrue();
  }
}
