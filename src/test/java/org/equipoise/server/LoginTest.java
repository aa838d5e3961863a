package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.security.user.DemoUser;
import org.equipoise.server.Browser.Page;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logging in and what surrounds it, as a person with a browser meets it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginTest extends ServerTest {

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private Page logIn(Browser browser, String username, String password) {
    return SmartApp.login(browser, browser.get(server() + "/apps"), username, password);
  }

  /** Somebody new, so that what is done to the account disturbs nobody. */
  private String somebody() {
    String username = "test." + UUID.randomUUID().toString().substring(0, 8);
    TestUsers.create(this, username, "Some Body", List.of("Patient/anna"));
    return username;
  }

  private String idOf(String username) {
    for (int offset = 0; ; offset += 500) {
      JsonNode users =
          TestUsers.json(TestUsers.look(this, "?count=500&offset=" + offset)).path("users");
      for (JsonNode user : users) {
        if (user.path("username").asText().equals(username)) {
          return user.path("id").asText();
        }
      }
      assertThat(users).as(username).isNotEmpty();
    }
  }

  @Test
  void login_whenRight_thenGoesOnToThePageThatWasWanted() {
    Page page = logIn(new Browser(server()), "ANNA", TestUsers.PASSWORD);

    assertThat(page.isAt("/apps")).isTrue();
    assertThat(page.text()).contains("Anna Annasen").doesNotContain("??");
  }

  @Test
  void login_whenAPageWasAskedFor_thenEndsThereOnce() {
    for (String wanted : List.of("/access-report?days=30", "/waiting", "/password", "/apps")) {
      Browser browser = new Browser(server());

      Page page = logIn(browser, browser.get(server() + wanted), TestUsers.ANNA);

      assertThat(page.status()).as(wanted).isEqualTo(200);
      assertThat(page.url()).isEqualTo(URI.create(server() + wanted));
      browser.submit(page.form("form[action$=/logout]"), Map.of(), List.of(), null);
      assertThat(logIn(browser, browser.get(server() + "/login"), TestUsers.ANNA).isAt("/apps"))
          .as("after a logout, nothing is left of " + wanted)
          .isTrue();
    }
    Browser officers = new Browser(server());
    Page report =
        SmartApp.login(
            officers,
            officers.get(server() + "/access-report?patient=anna"),
            DemoUser.PRIVACY_OFFICER.username(),
            DemoUser.PASSWORD);
    assertThat(report.url()).isEqualTo(URI.create(server() + "/access-report?patient=anna"));
    assertThat(report.text()).containsIgnoringCase("record of Anna Annasen");
  }

  private static Page logIn(Browser browser, Page page, String username) {
    assertThat(page.isAt("/login")).isTrue();
    return SmartApp.login(browser, page, username);
  }

  @Test
  void login_whenAnAppAskedToo_thenGoesOnWithTheApp() {
    Browser browser = new Browser(server());
    browser.get(server() + "/waiting");
    SmartApp app = new SmartApp(server(), "demo-app", null);

    Page page = logIn(browser, app.authorize(browser, app.request("openid")), TestUsers.ANNA);

    assertThat(page.isAt("/consent")).as(page.url().toString()).isTrue();
  }

  @Test
  void login_whenTheWantedPageIsForged_thenLeadsToNoOtherHostAndNoOtherPage() {
    for (String forged :
        List.of(
            "https://evil.example/apps",
            "//evil.example",
            "/apps@evil.example",
            "/apps/../../evil.example",
            "/waiting?x\r\nSet-Cookie: a=b",
            "/apps/end",
            "/consent",
            "/consent?state=x&patient=1",
            "/patient?state=//evil.example",
            "/consent/../oauth2/authorize?state=x",
            "/logout",
            "/operator/users",
            "%")) {
      HttpResponse<String> form = Api.send(call("/login").build());
      String typed =
          Browser.encode(
              Map.of(
                  "username",
                  TestUsers.ANNA,
                  "password",
                  TestUsers.PASSWORD,
                  "_csrf",
                  Jsoup.parse(form.body()).selectFirst("form input[name=_csrf]").val()));
      // Alone, "%" is no escape of anything.
      String cookie =
          forged.equals("%") ? forged : URLEncoder.encode(forged, StandardCharsets.UTF_8);
      HttpResponse<String> loggedIn =
          Api.send(
              call("/login", pair(cookie(form, "equipoise-form")), "equipoise-page=" + cookie)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(HttpRequest.BodyPublishers.ofString(typed))
                  .build());

      assertThat(loggedIn.headers().firstValue("Location")).as(forged).contains("/apps");
    }
  }

  @Test
  void apps_whenSomebodyHasNoRecord_thenNothingSaysMine() {
    Browser officers = new Browser(server());
    Page officer =
        SmartApp.login(
            officers,
            officers.get(server() + "/apps"),
            DemoUser.PRIVACY_OFFICER.username(),
            DemoUser.PASSWORD);
    assertThat(officer.text())
        .contains("Who looked at the record of a patient", "No app can use a record through you.")
        .doesNotContain("my record", "your record", "you sent", "your choice", "??");
    Page report = officers.get(server() + "/access-report");
    assertThat(report.document().title()).startsWith("Who looked at the record of a patient");
    assertThat(report.text()).contains("Choose a patient").doesNotContain("your record");

    Page clinician = logIn(new Browser(server()), TestUsers.CLINICIAN, TestUsers.PASSWORD);
    assertThat(clinician.text()).doesNotContain("my record", "you sent", "??");
    assertThat(clinician.document().select("a[href=/access-report]")).isEmpty();

    Page patient = logIn(new Browser(server()), TestUsers.ANNA, TestUsers.PASSWORD);
    assertThat(patient.text()).contains("Who looked at my record", "What you sent");
  }

  @Test
  void accessReport_whenShown_thenItsTabSaysWhoseKindOfRecordAndNoName() {
    String officer = DemoUser.PRIVACY_OFFICER.username();
    assertThat(tabOfReport(officer, DemoUser.PASSWORD, "?patient=anna"))
        .isEqualTo("Who looked at the record of a patient – Equipoise");
    assertThat(tabOfReport(TestUsers.BROTHER, TestUsers.PASSWORD, ""))
        .isEqualTo("Who looked at the record of someone you act for – Equipoise");
    assertThat(tabOfReport(TestUsers.ANNA, TestUsers.PASSWORD, ""))
        .isEqualTo("Who looked at your record – Equipoise");
  }

  private String tabOfReport(String username, String password, String query) {
    Browser browser = new Browser(server());
    Page wanted = browser.get(server() + "/access-report" + query);
    Page report = SmartApp.login(browser, wanted, username, password);
    assertThat(report.document().select("section[aria-labelledby=parties]")).isNotEmpty();
    return report.document().title();
  }

  @Test
  void login_whenWrong_thenNothingTellsWhy() {
    String shut = somebody();
    TestUsers.operate(this, "/" + idOf(shut) + "/disable", null);
    List<String> answers = new ArrayList<>();
    for (String[] tried :
        new String[][] {
          {TestUsers.ANNA, "not her password"},
          {"nobody-at-all", TestUsers.PASSWORD},
          {shut, TestUsers.PASSWORD},
          {"'; drop table eqp_user; --", "x"},
          {"x".repeat(5000), "y".repeat(5000)}
        }) {
      Page page = logIn(new Browser(server()), tried[0], tried[1]);
      assertThat(page.isAt("/login")).isTrue();
      answers.add(page.url().getQuery() + page.text());
    }
    assertThat(answers).containsOnly(answers.get(0));
  }

  @Test
  void login_whenTriedTooOften_thenWaitsLikeAnUnknownNameAndTheOperatorCanEndIt() {
    String username = somebody();
    List<String> answers = new ArrayList<>();
    for (String name : List.of(username, "unknown." + username)) {
      for (int i = 0; i < 5; i++) {
        logIn(new Browser(server()), name, "guess number " + i);
      }
      answers.add(logIn(new Browser(server()), name, TestUsers.PASSWORD).text());
    }
    assertThat(answers).containsOnly(answers.get(0));
    JsonNode user = TestUsers.json(TestUsers.look(this, "/" + idOf(username)));
    assertThat(user.path("lockedUntil").asText()).isNotEmpty();

    assertThat(TestUsers.operate(this, "/" + idOf(username) + "/unlock", null).statusCode())
        .isEqualTo(200);
    assertThat(logIn(new Browser(server()), username, TestUsers.PASSWORD).isAt("/apps")).isTrue();
    jdbc.update("delete from eqp_login_attempt");
  }

  private static String cookie(HttpResponse<String> answer, String name) {
    return answer.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No cookie " + name + " in " + answer.headers()));
  }

  private static String pair(String cookie) {
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private HttpRequest.Builder call(String path, String... cookies) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server() + path));
    return cookies.length == 0 ? request : request.header("Cookie", String.join("; ", cookies));
  }

  @Test
  void session_whenLoggedIn_thenHasANewNameAndASafeCookie() {
    SmartApp app = new SmartApp(server(), "demo-app", null);
    String path = "/oauth2/authorize?" + Browser.encode(app.request("openid fhirUser"));
    String planted = cookie(Api.send(call(path).build()), "equipoise");
    assertThat(planted).contains("HttpOnly").contains("SameSite=Lax");

    HttpResponse<String> form = Api.send(call("/login", pair(planted)).build());
    String typed =
        Browser.encode(
            Map.of(
                "username",
                TestUsers.ANNA,
                "password",
                TestUsers.PASSWORD,
                "_csrf",
                Jsoup.parse(form.body()).selectFirst("form input[name=_csrf]").val()));
    HttpResponse<String> loggedIn =
        Api.send(
            call("/login", pair(planted), pair(cookie(form, "equipoise-form")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(typed))
                .build());

    assertThat(loggedIn.headers().firstValue("Location").orElse("")).startsWith(path);
    String session = cookie(loggedIn, "equipoise");
    assertThat(Api.send(call("/apps", pair(session)).build()).statusCode()).isEqualTo(200);
    // The name that somebody may have planted before the login opens nothing after it.
    assertThat(Api.send(call("/apps", pair(planted)).build()).statusCode()).isEqualTo(302);
  }

  @Test
  void login_whenHostIsForged_thenLeadsToNoOtherHost() throws Exception {
    SmartApp app = new SmartApp(server(), "demo-app", null);
    URI here = URI.create(server());
    String answer;
    try (Socket socket = new Socket("localhost", here.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /oauth2/authorize?"
                      + Browser.encode(app.request("openid fhirUser"))
                      + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    assertThat(answer).doesNotContain("evil.example");
    assertThat(
            jdbc.queryForList("select * from eqp_session_attributes").stream()
                .map(
                    row ->
                        new String(
                            (byte[]) value(row, "attribute_bytes"), StandardCharsets.ISO_8859_1)))
        .noneMatch(bytes -> bytes.contains("evil.example"));
  }

  private static Object value(Map<String, Object> row, String column) {
    return row.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(column))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @Test
  void fhirBase_whenSentASessionCookie_thenIsAsClosedAsWithout() {
    Browser browser = new Browser(server());
    logIn(browser, TestUsers.ANNA, TestUsers.PASSWORD);

    Page answer = browser.get(server() + "/fhir/Patient/anna");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(browser.get(server() + "/operator/users").status()).isEqualTo(401);
  }

  @Test
  void page_whenShown_thenNothingForeignCanBeBroughtIn() {
    var headers = new Browser(server()).get(server() + "/login").response().headers();

    assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .contains("form-action 'self'")
        .doesNotContain("unsafe");
    assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
    assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(headers.firstValue("Cache-Control").orElse("")).contains("no-store");
  }

  @Test
  void form_whenWithoutItsToken_thenRefused() {
    Browser browser = new Browser(server());
    logIn(browser, TestUsers.ANNA, TestUsers.PASSWORD);

    Page answer = browser.post(server() + "/apps/end", "app=x");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("too old");
    Page late = new Browser(server()).post(server() + "/login", "username=a&password=b");
    assertThat(late.isAt("/login")).isTrue();
    assertThat(late.text()).contains("open for too long");
  }

  @Test
  void login_whenAnAddressIsSlippedIn_thenIgnored() {
    Browser browser = new Browser(server());
    Page login =
        browser.get(server() + "/login?target=https://evil.example&continue=//evil.example");

    Page page = SmartApp.login(browser, login, TestUsers.ANNA);

    assertThat(page.isAt("/apps")).isTrue();
  }

  @Test
  void logout_whenPressed_thenSessionIsGone() {
    Browser browser = new Browser(server());
    Page apps = logIn(browser, TestUsers.ANNA, TestUsers.PASSWORD);

    Page after = browser.submit(apps.form("form[action$=/logout]"), Map.of(), List.of(), null);

    assertThat(after.isAt("/login")).isTrue();
    assertThat(after.text()).contains("You are logged out");
    assertThat(browser.get(server() + "/apps").isAt("/login")).isTrue();
  }

  @Test
  void language_whenChosen_thenStaysAfterLogin() {
    Browser browser = new Browser(server());
    assertThat(browser.get(server() + "/login", "Accept-Language", "es-MX,fr").text())
        .contains("Contraseña");
    assertThat(browser.get(server() + "/login?lang=es").document().selectFirst("html").attr("lang"))
        .isEqualTo("es");

    Page apps = logIn(browser, TestUsers.ANNA, TestUsers.PASSWORD);

    assertThat(apps.text()).contains("Mis apps");
    assertThat(browser.get(server() + "/apps?lang=nonsense!").text()).contains("Mis apps");
    assertThat(browser.get(server() + "/apps?lang=fr").text()).contains("My apps");
  }

  @Test
  void address_whenUnknown_thenAPageSaysWhatToDo() {
    Browser browser = new Browser(server());
    logIn(browser, TestUsers.ANNA, TestUsers.PASSWORD);

    for (String path : List.of("/consent?state=guessed", "/patient?state=guessed")) {
      Page page = browser.get(server() + path);
      assertThat(page.status()).as(path).isEqualTo(404);
      assertThat(page.text()).contains("start again").doesNotContain("Whitelabel");
    }
    assertThat(browser.get(server() + "/consent").text()).contains("Something is missing");
    assertThat(browser.get(server() + "/password?link=guessed").text()).contains("new link");
    Page nowhere = browser.get(server() + "/nowhere");
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.document().select("main a").eachAttr("href")).containsExactly("/apps");
  }

  @Test
  void address_whenNothingStandsBehindTheHost_thenLeadsToMyApps() {
    Browser browser = new Browser(server());

    Page login = browser.get(server() + "/");

    assertThat(login.isAt("/login")).isTrue();
    assertThat(SmartApp.login(browser, login, TestUsers.ANNA).isAt("/apps")).isTrue();
    assertThat(browser.get(server() + "/").isAt("/apps")).isTrue();
  }

  @Test
  void link_whenUsed_thenWorksNoMore() {
    String username = somebody();
    String id = idOf(username);
    HttpResponse<String> answer = TestUsers.operate(this, "/" + id + "/password-link", null);
    String link = TestUsers.json(answer).path("passwordLink").asText();
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(
            jdbc.queryForList("select link_hash from eqp_password_link", String.class).toString())
        .doesNotContain(link.substring(link.indexOf('=') + 1));

    for (String[] bad :
        new String[][] {
          {"short", "short"}, {"password1234", "password1234"}, {username, username}, {"a", "b"}
        }) {
      Page page = choosePassword(new Browser(server()), link, bad[0], bad[1]);
      assertThat(page.isAt("/password")).isTrue();
      assertThat(page.document().selectFirst("[role=alert]")).isNotNull();
    }
    String next = "seven geese ate my homework";
    assertThat(choosePassword(new Browser(server()), link, next, next).isAt("/login")).isTrue();
    assertThat(new Browser(server()).get(link).status()).isEqualTo(404);
    assertThat(logIn(new Browser(server()), username, next).isAt("/apps")).isTrue();
    assertThat(logIn(new Browser(server()), username, TestUsers.PASSWORD).isAt("/login")).isTrue();
  }

  private static Page choosePassword(Browser browser, String link, String one, String two) {
    return browser.submit(
        browser.get(link).form("form:has(input[name=repeated])"),
        Map.of("password", one, "repeated", two),
        List.of(),
        null);
  }

  @Test
  void link_whenTooOld_thenWorksNoMore() {
    String id = idOf(somebody());
    String link =
        TestUsers.json(TestUsers.operate(this, "/" + id + "/password-link", null))
            .path("passwordLink")
            .asText();
    jdbc.update(
        "update eqp_password_link set expires_at = current_timestamp - interval '1' minute"
            + " where user_id = ?",
        id);

    assertThat(new Browser(server()).get(link).status()).isEqualTo(404);
  }

  @Test
  void password_whenChanged_thenOtherSessionsEnd() {
    String username = somebody();
    Browser here = new Browser(server());
    Browser elsewhere = new Browser(server());
    logIn(here, username, TestUsers.PASSWORD);
    logIn(elsewhere, username, TestUsers.PASSWORD);
    String next = "paper boats go up the river";

    Page wrong = changePassword(here, "not the old one", next);
    assertThat(wrong.document().selectFirst("[role=alert]").text()).contains("not right");
    Page done = changePassword(here, TestUsers.PASSWORD, next);

    assertThat(done.isAt("/apps")).isTrue();
    assertThat(here.get(server() + "/apps").isAt("/apps")).isTrue();
    assertThat(elsewhere.get(server() + "/apps").isAt("/login")).isTrue();
    assertThat(logIn(new Browser(server()), username, next).isAt("/apps")).isTrue();
  }

  private Page changePassword(Browser browser, String current, String next) {
    return browser.submit(
        browser.get(server() + "/password").form("form:has(input[name=repeated])"),
        Map.of("current", current, "password", next, "repeated", next),
        List.of(),
        null);
  }

  @Test
  void user_whenDisabled_thenSessionsEndAtOnce() {
    String username = somebody();
    Browser browser = new Browser(server());
    logIn(browser, username, TestUsers.PASSWORD);

    JsonNode shut =
        TestUsers.json(TestUsers.operate(this, "/" + idOf(username) + "/disable", null));

    assertThat(shut.path("enabled").asBoolean()).isFalse();
    assertThat(browser.get(server() + "/apps").isAt("/login")).isTrue();
    TestUsers.operate(this, "/" + idOf(username) + "/enable", null);
    assertThat(logIn(browser, username, TestUsers.PASSWORD).isAt("/apps")).isTrue();
  }
}
