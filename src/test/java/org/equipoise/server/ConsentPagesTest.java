package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.equipoise.server.Browser.Page;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** For whom, for what and for how long: the pages between an app's request and its answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentPagesTest extends ServerTest {

  private static final String SCOPES =
      "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs";

  /** Ben, who acts for Anna too. */
  private static final String FAMILY = "ben-and-anna";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
    TestUsers.create(
        this, FAMILY, "Ben Bensen", List.of("Patient/ben", "RelatedPerson/annas-brother"));
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  private Page ask(Browser browser, SmartApp app, String scopes, String username) {
    return SmartApp.login(browser, app.authorize(browser, app.request(scopes)), username);
  }

  private static Page pick(Browser browser, Page page, String patient) {
    return browser.submit(
        page.form("form:has(input[name=patient][value=" + patient + "])"),
        Map.of(),
        List.of(),
        null);
  }

  private static JsonNode tokens(SmartApp app, Page answer) {
    HttpResponse<String> response = app.exchange(answer.parameters().get("code"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return SmartApp.json(response);
  }

  @Test
  void patient_whenSomebodyActsForSeveral_thenTheChosenOneIsInTheToken() {
    Browser browser = new Browser(server());
    SmartApp app = app();
    Page picker = ask(browser, app, SCOPES, FAMILY);

    assertThat(picker.isAt("/patient")).as(picker.url() + picker.text()).isTrue();
    assertThat(picker.text()).contains("This is you", "You act for this person");
    Page consent = pick(browser, picker, "anna");

    assertThat(consent.isAt("/consent")).isTrue();
    assertThat(consent.text()).contains("May “Demo app” use the record of anna annasen?");
    assertThat(consent.text()).contains("Read test results and measurements of anna annasen");
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(token.path("patient").asText()).isEqualTo("anna");
  }

  @Test
  void patient_whenAClinicianLooksForOne_thenThatOneIsInEveryToken() {
    Browser browser = new Browser(server());
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    Page picker = ask(browser, app, SCOPES, TestUsers.CLINICIAN);
    assertThat(picker.isAt("/patient")).as(picker.url() + picker.text()).isTrue();

    Page found =
        browser.submit(picker.form("form[role=search]"), Map.of("name", "bensen"), List.of(), null);
    assertThat(found.document().select("input[name=patient]").eachAttr("value"))
        .containsExactly("ben");
    Page consent = pick(browser, found, "ben");

    assertThat(consent.text()).contains("May “Demo app", "use the record of ben bensen?");
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(token.path("patient").asText()).isEqualTo("ben");
    JsonNode refreshed = SmartApp.json(app.refresh(token.path("refresh_token").asText()));
    assertThat(refreshed.path("patient").asText()).isEqualTo("ben");
    JsonNode told = SmartApp.json(app.introspect(refreshed.path("access_token").asText()));
    assertThat(told.path("active").asBoolean()).isTrue();
    assertThat(told.path("patient").asText()).isEqualTo("ben");
    Api api = Api.bearing(server(), refreshed.path("access_token").asText());
    assertThat(api.get("Patient/ben").status()).isEqualTo(200);
    assertThat(api.get("Patient/anna").status()).as("not the chosen one").isEqualTo(404);
  }

  @Test
  void patient_whenForged_thenRefused() {
    Browser browser = new Browser(server());
    Page picker = ask(browser, app(), SCOPES, FAMILY);
    Element form = picker.form("form:has(input[name=patient])");

    for (Map<String, String> forged :
        List.of(
            Map.of("patient", "demo-patient"),
            Map.of("patient", "anna", "person", "Patient/anna"),
            Map.of("patient", "../x", "person", "x"),
            Map.of("patient", "", "person", ""),
            Map.of("state", "guessed"))) {
      Page answer = browser.submit(form, forged, List.of(), null);
      assertThat(answer.status()).as(forged.toString()).isEqualTo(404);
      assertThat(answer.text()).contains("start again");
    }
  }

  @Test
  void patient_whenAnotherUsersRequest_thenUnknown() {
    Page picker = ask(new Browser(server()), app(), SCOPES, FAMILY);
    Browser other = new Browser(server());
    SmartApp.login(other, other.get(server() + "/apps"), TestUsers.ANNA);

    assertThat(other.get(picker.url().toString()).status()).isEqualTo(404);
    assertThat(other.get(picker.url().toString().replace("/patient", "/consent")).status())
        .isEqualTo(404);
  }

  /** As after half an hour without a click, or a new password elsewhere. */
  private void endSessions(String username) {
    assertThat(
            jdbc.update(
                "delete from eqp_session where principal_name ="
                    + " (select id from eqp_user where username = ?)",
                username))
        .isPositive();
  }

  @Test
  void pages_whenTheSessionEndsInBetween_thenTheLoginLeadsBackToThem() {
    Browser browser = new Browser(server());
    SmartApp app = app();
    Page picker = ask(browser, app, SCOPES, FAMILY);
    endSessions(FAMILY);
    Page login = pick(browser, picker, "anna");
    assertThat(login.isAt("/login")).as(login.url().toString()).isTrue();
    Page again = SmartApp.login(browser, login, FAMILY);
    assertThat(again.isAt("/patient")).as(again.url().toString()).isTrue();
    Page consent = pick(browser, again, "anna");

    endSessions(FAMILY);
    login = SmartApp.decide(browser, consent, List.of("patient/Observation.rs"));
    assertThat(login.isAt("/login")).as(login.url().toString()).isTrue();
    consent = SmartApp.login(browser, login, FAMILY);
    assertThat(consent.isAt("/consent")).as(consent.url().toString()).isTrue();
    assertThat(consent.text()).contains("May “Demo app” use the record of anna annasen?");

    endSessions(FAMILY);
    login = browser.get(consent.url().toString());
    assertThat(login.isAt("/login")).isTrue();
    consent = SmartApp.login(browser, login, FAMILY);
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(token.path("patient").asText()).isEqualTo("anna");
  }

  @Test
  void pages_whenTheSessionEndsAndTheRequestStandsNoMore_thenSaidToStartAgainFromTheApp() {
    Browser browser = new Browser(server());
    Page consent = ask(browser, app(), SCOPES, TestUsers.ANNA);
    endSessions(TestUsers.ANNA);

    Page somebodyElses =
        SmartApp.login(browser, browser.get(consent.url().toString()), TestUsers.BEN);
    assertThat(somebodyElses.isAt("/consent")).isTrue();
    assertThat(somebodyElses.text()).contains("Go back to the app and start again");

    consent = ask(browser, app(), SCOPES, TestUsers.BEN);
    jdbc.update(
        "update oauth2_authorization set created_at = created_at - interval '1' hour"
            + " where state = ?",
        consent.parameters().get("state"));
    endSessions(TestUsers.BEN);
    Page late =
        SmartApp.login(browser, SmartApp.decide(browser, consent, List.of()), TestUsers.BEN);
    assertThat(late.isAt("/consent")).as(late.url().toString()).isTrue();
    assertThat(late.status()).isEqualTo(404);
    assertThat(late.text()).contains("Go back to the app and start again");
  }

  @Test
  void consent_whenShown_thenSaysWhoWhatAndForHowLong() {
    Page consent = ask(new Browser(server()), app(), SCOPES, TestUsers.ANNA);

    assertThat(consent.text())
        .contains("Demo app")
        .contains("you go to localhost")
        .contains("anna annasen (you)")
        .contains("Read your test results and measurements")
        .contains("The app will also know who you are")
        .contains("for 5 minutes")
        .contains("also when I do not use the app")
        .contains("You can end this at any time");
    assertThat(consent.document().select("input[type=checkbox]").eachAttr("value"))
        .containsExactlyInAnyOrder(
            "patient/Patient.rs", "patient/Observation.rs", "offline_access");
    assertThat(consent.response().headers().firstValue("Content-Security-Policy").orElse(""))
        .containsPattern("form-action .self. .*http://localhost:\\*");
  }

  @Test
  void consent_whenScopesOpenTheSame_thenOneTickStandsForAll() {
    Browser browser = new Browser(server());
    SmartApp app = app();
    String scopes =
        "launch/patient patient/Patient.rs patient/Observation.rs user/Observation.rs"
            + " patient/Observation.read";
    Page consent = ask(browser, app, scopes, TestUsers.ANNA);

    assertThat(consent.document().select("input[type=checkbox]").eachAttr("value"))
        .containsExactlyInAnyOrder("patient/Patient.rs", "patient/Observation.rs");
    JsonNode token =
        tokens(app, SmartApp.decide(browser, consent, List.of("patient/Observation.rs")));
    assertThat(token.path("scope").asText()).doesNotContain("Observation");
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Observation?patient=anna").status()).isEqualTo(403);
  }

  @Test
  void consent_whenAppOnlyAsksWhoItIs_thenNoRecordIsSpokenOf() {
    Browser browser = new Browser(server());
    Page english = ask(browser, app(), "openid fhirUser", TestUsers.ANNA);
    assertThat(english.text())
        .contains("May “Demo app” know who you are?", "The app will know who you are.")
        .doesNotContain("use your record", "What the app may do");

    Page spanish = browser.get(english.url() + "&lang=es");
    assertThat(spanish.text())
        .contains("¿Puede «Demo app» saber quién es usted?", "La app sabrá quién es usted.")
        .doesNotContain("usar su expediente");
  }

  @Test
  void apps_whenAllowed_thenShownAndEndedAtOnce() {
    Browser browser = new Browser(server());
    SmartApp app = app();
    Page consent = ask(browser, app, SCOPES, TestUsers.BEN);
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of("patient/Patient.rs")));
    Api api = Api.bearing(server(), token.path("access_token").asText());
    assertThat(api.get("Observation?patient=ben").status()).isEqualTo(200);

    Page apps = browser.get(server() + "/apps");

    assertThat(apps.text())
        .contains("Demo app", "Record of ben bensen", "Read your test results", "Know who you are")
        .doesNotContain("personal details");
    Page ended = browser.submit(apps.form("form[action$=/apps/end]"), Map.of(), List.of(), null);
    assertThat(ended.text()).contains("cannot use the record any more");
    assertThat(api.get("Observation?patient=ben").status()).isEqualTo(401);
    assertThat(app.refresh(token.path("refresh_token").asText()).statusCode()).isEqualTo(400);
  }

  @Test
  void apps_whenSomebodyElses_thenCannotBeEnded() {
    SmartApp app = app();
    Browser annas = new Browser(server());
    JsonNode token =
        tokens(app, SmartApp.decide(annas, ask(annas, app, SCOPES, TestUsers.ANNA), List.of()));
    String id =
        annas
            .get(server() + "/apps")
            .form("form[action$=/apps/end]")
            .select("input[name=app]")
            .val();
    Browser bens = new Browser(server());
    SmartApp otherApp = app();
    tokens(otherApp, SmartApp.decide(bens, ask(bens, otherApp, SCOPES, TestUsers.BEN), List.of()));
    Page apps = bens.get(server() + "/apps");

    bens.submit(apps.form("form[action$=/apps/end]"), Map.of("app", id), List.of(), null);

    assertThat(
            Api.bearing(server(), token.path("access_token").asText()).get("Patient/anna").status())
        .isEqualTo(200);
  }

  @Test
  void logout_whenAppMayOnlyWorkWhileLoggedIn_thenItEnds() {
    Browser browser = new Browser(server());
    SmartApp app = app();
    Page consent =
        ask(browser, app, "launch/patient online_access patient/Patient.rs", TestUsers.ANNA);
    assertThat(consent.text()).contains("Yes, for up to 8 hours, or until I log out here");
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));

    browser.submit(
        browser.get(server() + "/apps").form("form[action$=/logout]"), Map.of(), List.of(), null);

    assertThat(
            Api.bearing(server(), token.path("access_token").asText()).get("Patient/anna").status())
        .isEqualTo(401);
  }

  @Test
  void user_whenDisabled_thenTheirAppsEndAtOnce() {
    String username = "soon-disabled";
    TestUsers.create(this, username, "Soon Disabled", List.of("Patient/anna"));
    Browser browser = new Browser(server());
    SmartApp app = app();
    Page consent = ask(browser, app, SCOPES, username);
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    String id = SmartApp.claims(token.path("access_token").asText()).path("sub").asText();

    jdbc.update("update eqp_user set enabled = false where id = ?", id);
    assertThat(
            Api.bearing(server(), token.path("access_token").asText()).get("Patient/anna").status())
        .as("a token that was being made when they were shut out")
        .isEqualTo(401);

    assertThat(TestUsers.operate(this, "/" + id + "/disable", null).statusCode()).isEqualTo(200);

    assertThat(
            Api.bearing(server(), token.path("access_token").asText()).get("Patient/anna").status())
        .isEqualTo(401);
    assertThat(app.refresh(token.path("refresh_token").asText()).statusCode()).isEqualTo(400);
    jdbc.update("delete from eqp_user where id = ?", id);
  }
}
