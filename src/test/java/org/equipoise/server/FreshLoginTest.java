package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.equipoise.server.Browser.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an app asks of the login: {@code prompt} and {@code max_age} (OpenID Connect Core 1.0). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FreshLoginTest extends ServerTest {

  private static final String SCOPES =
      "launch/patient openid fhirUser offline_access patient/Patient.rs";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  private Browser loggedIn(String username) {
    Browser browser = new Browser(server());
    assertThat(SmartApp.login(browser, browser.get(server() + "/apps"), username).isAt("/apps"))
        .isTrue();
    return browser;
  }

  private static Map<String, String> with(Map<String, String> request, String name, String value) {
    request.put(name, value);
    return request;
  }

  private static JsonNode tokens(SmartApp app, Page answer) {
    return SmartApp.json(app.exchange(answer.parameters().get("code")));
  }

  private static long authTime(JsonNode token) {
    return SmartApp.claims(token.path("id_token").asText()).path("auth_time").asLong();
  }

  @ParameterizedTest
  @CsvSource({
    "prompt, login",
    "prompt, consent login",
    "prompt, select_account",
    "max_age, 0",
  })
  void authorize_whenALoginOfNowIsAsked_thenTheUserLogsInOnceAndGoesOn(String name, String value) {
    Browser browser = loggedIn(TestUsers.ANNA);
    SmartApp app = app();
    Map<String, String> request = with(app.request(SCOPES), name, value);

    Page login = app.authorize(browser, request);
    assertThat(login.isAt("/login")).as(login.url().toString()).isTrue();
    assertThat(login.text()).contains("An app asks you to log in again");
    Page wrong = SmartApp.login(browser, login, TestUsers.ANNA, "not the password");
    assertThat(wrong.isAt("/login")).as("nobody is let through").isTrue();
    assertThat(app.authorize(browser, request).isAt("/login")).isTrue();
    Page consent = SmartApp.login(browser, wrong, TestUsers.ANNA);
    assertThat(consent.isAt("/consent")).as(consent.url().toString()).isTrue();

    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(authTime(token))
        .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
    assertThat(app.authorize(browser, request).isAt("/login"))
        .as("one login is good for one request")
        .isTrue();
    assertThat(browser.get(server() + "/apps").isAt("/apps")).as("still logged in").isTrue();
  }

  @Test
  void authorize_whenNobodyIsLoggedIn_thenOneLoginIsEnough() {
    Browser browser = new Browser(server());
    Map<String, String> request = with(app().request(SCOPES), "prompt", "login");

    Page login = app().authorize(browser, request);
    assertThat(login.text()).doesNotContain("log in again");

    assertThat(SmartApp.login(browser, login, TestUsers.ANNA).isAt("/consent")).isTrue();
  }

  @Test
  void authorize_whenALoginOfNowIsAsked_thenAnotherMayLogInAndGetsTheirOwn() {
    Browser browser = loggedIn(TestUsers.ANNA);
    SmartApp app = app();
    Page annas =
        app.authorize(browser, app.request("launch/patient online_access patient/Patient.rs"));
    Api whileAnnaIsHere =
        Api.bearing(
            server(),
            tokens(app, SmartApp.decide(browser, annas, List.of())).path("access_token").asText());
    Page login = app.authorize(browser, with(app.request(SCOPES), "prompt", "select_account"));
    assertThat(whileAnnaIsHere.get("Patient/anna").status()).isEqualTo(200);

    Page consent = SmartApp.login(browser, login, TestUsers.BEN);
    assertThat(whileAnnaIsHere.get("Patient/anna").status())
        .as("Anna is logged out by that")
        .isEqualTo(401);

    assertThat(consent.text()).contains("ben bensen (you)");
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(token.path("patient").asText()).isEqualTo("ben");
    assertThat(browser.get(server() + "/apps").text()).contains("Ben Bensen");
  }

  @Test
  void authorize_whenALoginOfNowIsAskedOfAClinician_thenThePatientIsChosenAfterwards() {
    Browser browser = loggedIn(TestUsers.CLINICIAN);
    SmartApp app = app();

    Page picker =
        SmartApp.login(
            browser,
            app.authorize(browser, with(app.request(SCOPES), "max_age", "0")),
            TestUsers.CLINICIAN);

    assertThat(picker.isAt("/patient")).as(picker.url().toString()).isTrue();
  }

  @Test
  void authorize_whenTheLoginIsYoungEnough_thenNoneIsAskedAndItsTimeIsTold() {
    Browser browser = loggedIn(TestUsers.ANNA);
    long loggedIn = Instant.now().getEpochSecond();
    SmartApp app = app();

    Page consent = app.authorize(browser, with(app.request(SCOPES), "max_age", "1000"));

    assertThat(consent.isAt("/consent")).isTrue();
    JsonNode token = tokens(app, SmartApp.decide(browser, consent, List.of()));
    assertThat(authTime(token)).isBetween(loggedIn - 30, loggedIn);
    JsonNode refreshed = SmartApp.json(app.refresh(token.path("refresh_token").asText()));
    assertThat(authTime(refreshed)).as("a refresh is no login").isEqualTo(authTime(token));
  }

  @Test
  void authorize_whenTheLoginIsTooOld_thenTheUserLogsInAgainAlsoForARequestThatCameBefore()
      throws InterruptedException {
    Browser browser = new Browser(server());
    Map<String, String> request = with(app().request(SCOPES), "max_age", "1");
    Page login = app().authorize(browser, request);
    assertThat(SmartApp.login(browser, login, TestUsers.ANNA).isAt("/consent")).isTrue();
    TimeUnit.SECONDS.sleep(3);

    Page again = app().authorize(browser, request);
    assertThat(again.isAt("/login")).as(again.url().toString()).isTrue();
    assertThat(SmartApp.login(browser, again, TestUsers.ANNA).isAt("/consent")).isTrue();
  }

  @Test
  void authorize_whenNoPageMayBeShown_thenTheAppIsToldWhyItCannotBe() {
    SmartApp approved = new SmartApp(server(), "approved-app", null);
    Browser nobody = new Browser(server());
    Browser anna = loggedIn(TestUsers.ANNA);
    assertError(nobody, app(), SCOPES, Map.of("prompt", "none"), "login_required");
    assertError(
        nobody,
        app(),
        "launch/patient patient/Patient.rs",
        Map.of("prompt", "none"),
        "login_required");
    assertError(anna, app(), SCOPES, Map.of("prompt", "none"), "consent_required");
    assertError(anna, app(), SCOPES, Map.of("prompt", "none", "max_age", "0"), "login_required");
    assertError(
        loggedIn(TestUsers.CLINICIAN),
        approved,
        "openid user/Patient.rs",
        Map.of("prompt", "none"),
        "interaction_required");
    assertError(
        anna, approved, "openid user/Patient.rs", Map.of("prompt", "none"), "consent_required");
    assertThat(anna.get(server() + "/apps").isAt("/apps")).as("still logged in").isTrue();
  }

  @Test
  void authorize_whenWhatIsAskedCannotBe_thenTheAppIsTold() {
    for (Browser browser : List.of(new Browser(server()), loggedIn(TestUsers.ANNA))) {
      for (Map<String, String> wrong :
          List.of(
              Map.of("prompt", "none login"),
              Map.of("prompt", "consent none"),
              Map.of("prompt", "none somethingNew"),
              Map.of("max_age", "-1"),
              Map.of("max_age", "soon"))) {
        assertError(browser, app(), SCOPES, wrong, "invalid_request");
      }
    }
  }

  private void assertError(
      Browser browser, SmartApp app, String scopes, Map<String, String> asked, String error) {
    Map<String, String> request = app.request(scopes);
    request.putAll(asked);

    Page answer = app.authorize(browser, request);

    assertThat(answer.away()).as(asked + " leads to " + answer.url()).isTrue();
    assertThat(answer.url().toString()).startsWith(SmartApp.REDIRECT + "?");
    assertThat(answer.parameters())
        .as(asked.toString())
        .containsEntry("error", error)
        .containsEntry("state", request.get("state"))
        .containsEntry("iss", server())
        .doesNotContainKey("code");
    request.put("redirect_uri", "https://evil.example/");
    assertThat(app.authorize(browser, request).status()).isEqualTo(400);
  }

  @Test
  void authorize_whenAPromptIsNotKnown_thenPassedOver() {
    Browser browser = loggedIn(TestUsers.ANNA);
    for (String prompt : List.of("create", "LOGIN", "")) {
      Page page = app().authorize(browser, with(app().request(SCOPES), "prompt", prompt));
      assertThat(page.isAt("/consent")).as(prompt).isTrue();
    }
  }

  @Test
  void authorize_whenConsentIsAskedForAnApprovedApp_thenCliniciansAreAskedToo() {
    Browser browser = loggedIn(TestUsers.CLINICIAN);
    SmartApp app = new SmartApp(server(), "approved-app", null);
    Map<String, String> request = app.request("openid fhirUser user/Patient.rs");
    assertThat(app.authorize(browser, request).document().select("form#approved")).isNotEmpty();

    Page consent = app.authorize(browser, with(request, "prompt", "consent"));

    assertThat(consent.document().select("input[type=checkbox]")).isNotEmpty();
    Page answer = SmartApp.decide(browser, consent, List.of());
    assertThat(app.exchange(answer.parameters().get("code")).statusCode()).isEqualTo(200);
  }

  @Test
  void login_whenSomebodyIsLoggedInAndNoAppWaits_thenTheirApps() {
    Browser browser = loggedIn(TestUsers.ANNA);

    assertThat(browser.get(server() + "/login").isAt("/apps")).isTrue();
  }
}
