package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.demo.DemoRecord;
import org.equipoise.security.user.DemoUser;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The pages in a real browser: what axe finds wrong with them for people who cannot see or use a
 * mouse, what the content security policy stops, and whether an app is reached. Pictures of each
 * page, wide and narrow, are left in {@code target/pages}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesInBrowserTest extends ServerTest {

  private static final Path PICTURES = Path.of("target/pages");
  private static final String SCOPES =
      "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs"
          + " patient/MedicationRequest.rs patient/DocumentReference.cruds";

  private Playwright playwright;
  private Browser browser;
  private BrowserContext context;
  private Page page;
  private SmartApp app;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  void start() {
    Chromium.assumeInstalled();
    writeHousehold();
    TestUsers.create(this);
    new DemoRecord(URI.create(server()), Clock.systemUTC()).seed();
    playwright = Chromium.playwright();
    browser = Chromium.launch(playwright);
  }

  @AfterAll
  void stop() {
    if (playwright != null) {
      browser.close();
      playwright.close();
    }
  }

  @BeforeEach
  void newVisitor() {
    open("en");
  }

  private void open(String language) {
    if (context != null) {
      context.close();
    }
    context = browser.newContext(new Browser.NewContextOptions().setLocale(language));
    // The app's own page, which the server sends the browser to.
    context.route(
        url -> url.startsWith(SmartApp.REDIRECT),
        route ->
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setContentType("text/html")
                    .setBody("<!DOCTYPE html><title>The app</title>")));
    page = context.newPage();
    complaints.clear();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !message.text().contains("status of 4")) {
            complaints.add(message.text());
          }
        });
  }

  @AfterEach
  void nothingWasStopped() {
    if (context != null) {
      context.close();
      context = null;
    }
    assertThat(complaints).isEmpty();
  }

  /** Takes pictures, and lets axe look. */
  private void look(String name) {
    page.setViewportSize(390, 844);
    picture(name + "-390");
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
        .as("%s is no wider than a telephone", name)
        .isLessThanOrEqualTo(390);
    page.setViewportSize(1280, 900);
    picture(name + "-1280");
    List<Rule> wrong = new AxeBuilder(page).analyze().getViolations();
    assertThat(wrong)
        .as(
            "%s: %s",
            name, wrong.stream().map(rule -> rule.getId() + " " + rule.getNodes()).toList())
        .isEmpty();
    assertThat(page.locator("body").innerText()).doesNotContain("??");
  }

  private void picture(String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }

  private void ask(String scopes) {
    app = new SmartApp(server(), "demo-app", null);
    page.navigate(
        server() + "/oauth2/authorize?" + org.equipoise.server.Browser.encode(app.request(scopes)));
  }

  private void logIn(String username, String password) {
    page.locator("#username").fill(username);
    page.locator("#password").fill(password);
    page.locator("main button").click();
  }

  private void press(String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name)).first().click();
  }

  @Test
  void login_whenWrongThenRight_thenConsentThenApp() {
    ask(SCOPES);
    look("login");
    logIn(DemoUser.PATIENT.username(), "not the password");
    look("login-wrong");
    logIn(DemoUser.PATIENT.username(), DemoUser.PASSWORD);
    page.waitForURL("**/consent?**");
    look("consent-patient");
    assertThat(page.locator("main").innerText()).contains("Elena Marsh (you)");
    page.getByLabel("Read your prescriptions").uncheck();
    press("Allow");
    page.waitForURL(SmartApp.REDIRECT + "**");
    String code =
        org.equipoise.server.Browser.query(URI.create(page.url()).getRawQuery()).get("code");
    assertThat(app.exchange(code).statusCode()).isEqualTo(200);

    page.navigate(server() + "/apps");
    look("apps");
    assertThat(page.locator("main").innerText())
        .contains("Read your test results")
        .doesNotContain("prescriptions");
    page.getByRole(
            AriaRole.LINK,
            new Page.GetByRoleOptions().setName("Rules that keep your choice about AI free"))
        .click();
    page.waitForURL("**/guardrails");
    look("guardrails");
    page.navigate(server() + "/waiting");
    look("waiting");
    page.navigate(server() + "/apps");
    press("End this");
    assertThat(page.locator("main").innerText()).contains("cannot use the record any more");
    look("apps-none");
    page.navigate(server() + "/password");
    look("password");
  }

  @Test
  void waiting_whenSomethingWaits_thenPatientAndClinicianReadIt() {
    Observation looked = contributed("Weight in the morning");
    practitioner()
        .post(
            looked.getIdElement().toUnqualifiedVersionless().getValue() + "/$acknowledge",
            TestContributions.acknowledge("seen", "Thank you. Keep on like this."),
            "If-Match",
            "W/\"" + looked.getMeta().getVersionId() + "\"")
        .ok(Parameters.class);
    contributed("Weight at night");
    contributed(null);

    page.navigate(server() + "/apps");
    logIn(TestUsers.ANNA, TestUsers.PASSWORD);
    page.navigate(server() + "/waiting");
    look("waiting-patient");
    assertThat(page.locator("main").innerText())
        .contains("Weight at night: 68.4 kg", "No one has looked", "Keep on like this");
    open("es");
    page.navigate(server() + "/apps");
    logIn(TestUsers.CLINICIAN, TestUsers.PASSWORD);
    page.navigate(server() + "/waiting");
    look("waiting-clinician");
    assertThat(page.locator("main").innerText())
        .contains("Weight at night: 68.4 kg", "Nadie lo miró")
        .doesNotContain("Weight in the morning");
  }

  private Observation contributed(String what) {
    Observation weight = TestContributions.weight();
    weight.getCode().setText(what);
    return (Observation)
        ((Bundle)
                patient("anna")
                    .post("Patient/anna/$contribute", TestContributions.call(weight))
                    .ok(Parameters.class)
                    .getParameterFirstRep()
                    .getResource())
            .getEntryFirstRep()
            .getResource();
  }

  @Test
  void consent_whenNotAllowed_thenAppIsTold() {
    ask(SCOPES);
    logIn(TestUsers.ANNA, TestUsers.PASSWORD);
    press("Do not allow");
    page.waitForURL(SmartApp.REDIRECT + "**");
    assertThat(page.url()).contains("error=access_denied");

    Map<String, String> request = app.request(SCOPES);
    request.put("prompt", "login");
    page.navigate(server() + "/oauth2/authorize?" + org.equipoise.server.Browser.encode(request));
    look("login-again");
    logIn(TestUsers.ANNA, TestUsers.PASSWORD);
    press("Allow");
    page.waitForURL(SmartApp.REDIRECT + "**");
    assertThat(page.url()).contains("code=");
  }

  @Test
  void patient_whenRepresentative_thenPicksAmongTheFamily() {
    ask(SCOPES);
    logIn(DemoUser.REPRESENTATIVE.username(), DemoUser.PASSWORD);
    page.waitForURL("**/patient?**");
    look("patient-family");
    assertThat(page.locator("main").innerText())
        .contains("This is you", "Elena Marsh", "Your parent", "Leo Marsh", "Your child");
    press("Leo Marsh Your child");
    page.waitForURL("**/consent?**");
    look("consent-representative");
    assertThat(page.locator("main").innerText()).contains("test results and measurements of Leo");
    press("Allow");
    page.waitForURL(SmartApp.REDIRECT + "**");
  }

  @Test
  void patient_whenClinician_thenSearches() {
    ask("launch/patient openid fhirUser user/Observation.rs patient/*.rs online_access");
    logIn(TestUsers.CLINICIAN, TestUsers.PASSWORD);
    page.waitForURL("**/patient?**");
    look("patient-search");
    page.locator("#name").fill("anna");
    press("Search");
    look("patient-search-found");
    press("Choose anna annasen");
    page.waitForURL("**/consent?**");
    look("consent-clinician");
    press("Allow");
    page.waitForURL(SmartApp.REDIRECT + "**");
  }

  @Test
  void pages_whenSpanish_thenWhollySo() {
    open("es");
    ask(SCOPES);
    look("login-es");
    logIn(DemoUser.REPRESENTATIVE.username(), DemoUser.PASSWORD);
    page.waitForURL("**/patient?**");
    look("patient-family-es");
    press("Elena Marsh");
    page.waitForURL("**/consent?**");
    look("consent-es");
  }

  @Test
  void guardrails_whenNobodyIsLoggedIn_thenReadInBothLanguages() {
    page.navigate(server() + "/guardrails");
    look("guardrails-anonymous");
    assertThat(page.locator("main").innerText())
        .contains("Your facts are not for sale", "A neutral witness", "This counts here.");
    open("es");
    page.navigate(server() + "/guardrails");
    look("guardrails-es");
    assertThat(page.locator("main").innerText())
        .contains("Sus datos no se venden", "Un testigo neutral", "Aquí vale.");
  }

  /** Somebody opened Anna's record so many days ago. */
  private void came(
      int daysAgo, String person, String device, String client, String ground, String things) {
    jdbc.update(
        "insert into eqp_access_event (recorded, request, door, outcome, status, client, person,"
            + " device, purpose, ground, patient, entities) values (?, 'pages', 'READ', 0, 200, ?,"
            + " ?, ?, ?, ?, 'seen-sara', ?)",
        java.sql.Timestamp.from(
            java.time.Instant.now().minus(java.time.Duration.ofHours(daysAgo * 24L + 2))),
        client,
        person,
        device,
        device == null ? null : "ai-documentation",
        ground,
        things);
  }

  @Test
  void accessReport_whenPatientLooks_thenWhoWhyWhatAndChart() {
    Patient sara = new Patient();
    sara.setId("seen-sara");
    sara.addName().setFamily("Saranson").addGiven("Sara");
    scribe().put(sara).ok(Patient.class);
    TestUsers.create(this, "seen-sara", "Sara Saranson", List.of("Patient/seen-sara"));
    String doctor = "Practitioner/demo-practitioner";
    for (int i = 0; i < 40; i++) {
      came(i * 2, doctor, null, "demo-practitioner", "CARE", "Observation/x-" + i);
      if (i % 3 == 0) {
        came(i * 2, null, TestRecords.SCRIBE_DEVICE, "demo-scribe", "SERVICE", "Observation/x-1");
        came(i * 2 + 1, null, null, "demo-scribe", "SERVICE", "Encounter/e-" + i);
      }
      came(i * 2, "Patient/seen-sara", null, "demo-app", "OWN", "Patient/seen-sara");
    }
    came(6, "Practitioner/gone-now", null, "demo-practitioner", "BREAK_GLASS", "Patient/seen-sara");

    page.navigate(server() + "/access-report");
    logIn("seen-sara", TestUsers.PASSWORD);
    page.navigate(server() + "/access-report");
    look("access-report");
    assertThat(page.locator("main").innerText())
        .contains(
            "Who looked at your record",
            "Please look at this",
            "Someone whose name we do not know",
            "People who take care of you",
            "This person takes care of you.",
            "NoteMaker, an AI");
    page.locator("#days").selectOption("7");
    press("Show");
    page.waitForURL("**days=7**");
    look("access-report-week");
    page.navigate(server() + "/access-report?lang=es");
    look("access-report-es");
    assertThat(page.locator("main").innerText()).contains("Quién vio su expediente", "una IA");
    page.navigate(server() + "/access-report?patient=ben&lang=en");
    assertThat(page.locator("main").innerText()).contains("There is no such page");
    page.navigate(server() + "/access-report?page=nowhere");
    assertThat(page.locator("main").innerText()).contains("There is no such page");
  }

  @Test
  void accessReport_whenRepresentativeLooks_thenPicksTheRecordAndThePatientReadsOfIt() {
    page.navigate(server() + "/access-report");
    logIn(TestUsers.BROTHER, TestUsers.PASSWORD);
    page.navigate(server() + "/access-report");
    look("access-report-representative");
    assertThat(page.locator("main").innerText()).contains("This is the record of anna annasen");

    open("en");
    page.navigate(server() + "/access-report");
    logIn(TestUsers.ANNA, TestUsers.PASSWORD);
    page.navigate(server() + "/access-report");
    assertThat(page.locator("main").innerText())
        .contains("Someone who acts for you", "Read this list of who looked");
  }

  @Test
  void problem_whenRequestIsUnknown_thenSaysWhatToDo() {
    page.navigate(server() + "/consent?state=x");
    logIn(TestUsers.ANNA, TestUsers.PASSWORD);
    look("problem");
    page.navigate(server() + "/oauth2/authorize?client_id=nobody");
    look("problem-app");
    page.navigate(server() + "/nothing-here");
    look("problem-address");
  }

  @Test
  void everything_whenOnlyKeyboard_thenDone() {
    ask(SCOPES);
    // The name is where one types, without a click; the browser gets there a moment after loading.
    page.waitForFunction("document.activeElement.id === 'username'");
    page.keyboard().type(TestUsers.ANNA);
    page.keyboard().press("Tab");
    page.keyboard().type(TestUsers.PASSWORD);
    page.keyboard().press("Enter");
    page.waitForURL("**/consent?**");
    for (int i = 0; i < 30 && !focused().equals("Allow"); i++) {
      page.keyboard().press("Tab");
    }
    page.keyboard().press("Enter");
    page.waitForURL(SmartApp.REDIRECT + "**");
  }

  private String focused() {
    return String.valueOf(page.evaluate("document.activeElement.innerText"));
  }
}
