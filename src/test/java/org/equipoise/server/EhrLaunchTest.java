package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An EHR starts an app for its user, about a patient (SMART App Launch 2.2, "EHR Launch"). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EhrLaunchTest extends ServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCOPES =
      "launch openid fhirUser offline_access user/Patient.rs user/Encounter.rs";

  private String encounter;

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
    Encounter visit = new Encounter().setStatus(Encounter.EncounterStatus.INPROGRESS);
    visit.getClass_().setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode").setCode("AMB");
    visit.setSubject(new Reference("Patient/anna"));
    visit.addParticipant().setIndividual(new Reference("Practitioner/demo-practitioner"));
    encounter = scribe().post("Encounter", visit).ok(Encounter.class).getIdElement().getIdPart();
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  private ObjectNode launch() {
    ObjectNode launch = JSON.createObjectNode();
    launch.put("client_id", "demo-app");
    launch.put("user", "Practitioner/demo-practitioner");
    launch.put("patient", "Patient/anna");
    launch.put("encounter", encounter);
    launch.put("intent", "reconcile-medications");
    launch.put("need_patient_banner", false);
    launch.put("smart_style_url", "https://ehr.example/style.json");
    launch
        .putArray("fhirContext")
        .addObject()
        .put("reference", TestRecords.CLINIC)
        .put("role", "https://ehr.example/roles/site");
    return launch;
  }

  private HttpResponse<String> register(JsonNode launch) {
    return register(launch, Api.as(server(), "demo-ehr", "demo", "launch.create").token());
  }

  private HttpResponse<String> register(JsonNode launch, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + "/smart/launch"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(launch.toString()));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return Api.send(request.build());
  }

  /** The launch parameter, as the app gets it with its launch URL. */
  private String launched() {
    HttpResponse<String> answer = register(launch());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    URI url = URI.create(SmartApp.json(answer).path("launch_url").asText());
    Map<String, String> parameters = Browser.query(url.getRawQuery());
    assertThat(url.toString()).startsWith("http://localhost:4567/custom/smart/launch?");
    assertThat(parameters).containsEntry("iss", server() + "/fhir");
    return parameters.get("launch");
  }

  private Page allow(SmartApp app, String launch, String user) {
    Map<String, String> request = app.request(SCOPES);
    request.put("launch", launch);
    Browser browser = new Browser(server());
    Page page = SmartApp.login(browser, app.authorize(browser, request), user);
    return page.away() ? page : SmartApp.decide(browser, page, List.of());
  }

  @Test
  void launch_whenRegisteredByTheEhr_thenItsContextIsEverywhere() {
    SmartApp app = app();
    Page answer = allow(app, launched(), TestUsers.CLINICIAN);
    JsonNode token = SmartApp.json(app.exchange(answer.parameters().get("code")));

    assertContext(token);
    JsonNode refreshed = SmartApp.json(app.refresh(token.path("refresh_token").asText()));
    assertContext(refreshed);
    SmartApp resourceServer = new SmartApp(server(), "demo-app-symmetric", "demo");
    JsonNode told =
        SmartApp.json(resourceServer.introspect(refreshed.path("access_token").asText()));
    assertContext(told);
    assertThat(told.path("fhirUser").asText())
        .isEqualTo(server() + "/fhir/Practitioner/demo-practitioner");
    Api api = Api.bearing(server(), refreshed.path("access_token").asText());
    assertThat(api.get("Patient/anna").status()).isEqualTo(200);
    assertThat(api.get("Encounter/" + encounter).status()).isEqualTo(200);
  }

  private void assertContext(JsonNode told) {
    assertThat(told.path("patient").asText()).isEqualTo("anna");
    assertThat(told.path("encounter").asText()).isEqualTo(encounter);
    assertThat(told.path("intent").asText()).isEqualTo("reconcile-medications");
    assertThat(told.path("need_patient_banner").isBoolean()).isTrue();
    assertThat(told.path("need_patient_banner").asBoolean()).isFalse();
    assertThat(told.path("smart_style_url").asText()).isEqualTo("https://ehr.example/style.json");
    assertThat(told.path("fhirContext").isArray()).isTrue();
    assertThat(told.path("fhirContext").get(0).path("reference").asText())
        .isEqualTo(TestRecords.CLINIC);
  }

  @Test
  void launch_whenUsedTwice_thenRefused() {
    String launch = launched();
    assertThat(allow(app(), launch, TestUsers.CLINICIAN).parameters()).containsKey("code");

    Page again = allow(app(), launch, TestUsers.CLINICIAN);

    assertThat(again.away()).isTrue();
    assertThat(again.parameters())
        .containsEntry("error", "invalid_request")
        .doesNotContainKey("code");
  }

  @Test
  void launch_whenSomebodyElseLogsIn_thenRefusedAndStillGoodForItsUser() {
    String launch = launched();

    Page other = allow(app(), launch, TestUsers.ANNA);

    assertThat(other.parameters())
        .containsEntry("error", "access_denied")
        .doesNotContainKey("code");
    assertThat(allow(app(), launch, TestUsers.CLINICIAN).parameters()).containsKey("code");
  }

  @Test
  void launch_whenRepresentativeDoesNotStandForThePatient_thenRefusedAndNoNameShown() {
    ObjectNode brothers = launch();
    brothers.put("user", "RelatedPerson/annas-brother").put("patient", "Patient/ben");
    brothers.remove("encounter");
    HttpResponse<String> answer = register(brothers);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(SmartApp.json(answer).path("error_description").asText()).startsWith("patient ");

    brothers.put("patient", "Patient/anna");
    Map<String, String> parameters =
        Browser.query(
            URI.create(SmartApp.json(register(brothers)).path("launch_url").asText())
                .getRawQuery());
    Page allowed = allow(app(), parameters.get("launch"), TestUsers.BROTHER);
    assertThat(SmartApp.json(app().exchange("x")).path("error").asText())
        .isEqualTo("invalid_grant");
    assertThat(allowed.parameters()).containsKey("code");
  }

  @Test
  void launch_whenUserChoosesAnotherPatientFirst_thenTheEhrsPatientStays() {
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    request.put("launch", launched());
    Browser browser = new Browser(server());
    // Logged in already, so that the request itself leads to the consent page.
    SmartApp.login(browser, browser.get(server() + "/apps"), TestUsers.CLINICIAN);
    Page consent = app.authorize(browser, request);
    String state = consent.parameters().get("state");
    Page apps = browser.get(server() + "/apps");
    String csrf = apps.form("form[action$=/logout]").selectFirst("input[name=_csrf]").val();

    Page chosen =
        browser.post(
            server() + "/patient",
            Browser.encode(
                Map.of(
                    "state",
                    state,
                    "person",
                    "Practitioner/demo-practitioner",
                    "patient",
                    "ben",
                    "_csrf",
                    csrf)));

    assertThat(chosen.status()).isIn(400, 403, 404);
    Page answer = SmartApp.decide(browser, browser.get(consent.url().toString()), List.of());
    JsonNode token = SmartApp.json(app.exchange(answer.parameters().get("code")));
    assertThat(token.path("patient").asText()).isEqualTo("anna");
    assertThat(token.path("encounter").asText()).isEqualTo(encounter);
  }

  /** The page had been opened before: who reloads it is shown the patient's name still. */
  @Test
  void launch_whenCareEndsBeforeTheConsentPageIsShown_thenThatPatientReadsWhatWasShown() {
    Patient nora = new Patient();
    nora.setId("launch-nora");
    nora.addName().setFamily("Norasen").addGiven("Nora");
    nora.setBirthDateElement(new DateType("1971-02-03"));
    scribe().put(nora).ok(Patient.class);
    Encounter visit = new Encounter().setStatus(Encounter.EncounterStatus.INPROGRESS);
    visit.getClass_().setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode").setCode("AMB");
    visit.setSubject(new Reference("Patient/launch-nora"));
    visit.addParticipant().setIndividual(new Reference("Practitioner/demo-practitioner"));
    visit = scribe().post("Encounter", visit).ok(Encounter.class);
    ObjectNode about = launch().put("patient", "Patient/launch-nora");
    about.remove("encounter");
    HttpResponse<String> registered = register(about);
    assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
    SmartApp app = app();
    Map<String, String> request = app.request(SCOPES);
    request.put(
        "launch",
        Browser.query(
                URI.create(SmartApp.json(registered).path("launch_url").asText()).getRawQuery())
            .get("launch"));
    Browser browser = new Browser(server());
    Page page = SmartApp.login(browser, app.authorize(browser, request), TestUsers.CLINICIAN);
    assertThat(page.isAt("/consent")).isTrue();

    scribe().put(visit.setStatus(Encounter.EncounterStatus.ENTEREDINERROR)).ok(Encounter.class);
    Page again = browser.get(page.url().toString());

    assertThat(again.response().body()).contains("Nora Norasen", "1971");
    Api officer = Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");
    Composition report =
        (Composition)
            officer
                .get("Patient/launch-nora/$access-report")
                .ok(Bundle.class)
                .getEntryFirstRep()
                .getResource();
    assertThat(report.getText().getDivAsString())
        .contains("Saw who you are when asked to let an app in")
        .contains("This person does not take care of you.")
        .contains("your name and date of birth, and no more")
        .contains("One person who takes care of you looked once.", "One other person looked once.")
        .doesNotContain("got nothing to see");
    Page allowed = SmartApp.decide(browser, again, List.of());
    assertThat(app.exchange(allowed.parameters().get("code")).statusCode())
        .as("the app gets nothing")
        .isEqualTo(400);
  }

  @Test
  void launch_whenOfAnotherAppOrGuessed_thenRefused() {
    SmartApp other = new SmartApp(server(), "demo-app-symmetric", "demo");

    assertThat(allow(other, launched(), TestUsers.CLINICIAN).parameters())
        .containsEntry("error", "invalid_request");
    assertThat(allow(app(), "guessed", TestUsers.CLINICIAN).parameters())
        .containsEntry("error", "invalid_request");
  }

  @Test
  void launch_whenScopeAndParameterDoNotGoTogether_thenRefused() {
    SmartApp app = app();
    Map<String, String> scopeOnly = app.request(SCOPES);
    Map<String, String> parameterOnly = app.request("openid fhirUser");
    parameterOnly.put("launch", launched());

    for (Map<String, String> request : List.of(scopeOnly, parameterOnly)) {
      Page answer = app.authorize(new Browser(server()), request);
      assertThat(answer.parameters()).containsEntry("error", "invalid_request");
    }
  }

  @Test
  void register_whenNotAnEhr_thenRefused() {
    assertThat(register(launch(), null).statusCode()).isEqualTo(401);
    assertThat(register(launch(), scribe().token()).statusCode()).isEqualTo(403);
    assertThat(register(launch(), practitioner().token()).statusCode()).isEqualTo(403);
  }

  @Test
  void register_whenSomethingCannotBe_thenNamedAndNothingKept() {
    long before = count();
    Map<String, JsonNode> wrong =
        Map.of(
            "client_id", launch().put("client_id", "nobody"),
            "user", launch().put("user", "Practitioner/nobody"),
            "patient", launch().put("patient", "Patient/nobody"),
            "encounter", launch().put("patient", "Patient/ben"),
            "smart_style_url", launch().put("smart_style_url", "javascript:alert(1)"),
            "intent", launch().put("intent", "x".repeat(300)));
    wrong.forEach(
        (element, launch) -> {
          HttpResponse<String> answer = register(launch);
          assertThat(answer.statusCode()).as(element).isEqualTo(422);
          assertThat(SmartApp.json(answer).path("error_description").asText())
              .startsWith(element + " ");
        });
    ObjectNode badContext = launch();
    badContext.putArray("fhirContext").addObject().put("reference", "Patient/anna");
    assertThat(register(badContext).statusCode()).isEqualTo(422);
    assertThat(register(launch().put("unknown", 1)).statusCode()).isEqualTo(400);
    assertThat(count()).isEqualTo(before);
  }

  /** What the message names, and an item of which that is wrong. */
  static Stream<Arguments> wrongItems() {
    return Stream.of(
        arguments("type", "{\"reference\": \"%s\", \"type\": \"Foo\"}"),
        arguments("type", "{\"reference\": \"%s\", \"type\": 7}"),
        arguments("type", "{\"reference\": \"%s\", \"type\": null}"),
        arguments("role", "{\"reference\": \"%s\", \"role\": 7}"),
        arguments("role", "{\"reference\": \"%s\", \"role\": \"two words\"}"),
        arguments("role", "{\"reference\": \"%s\", \"role\": \"/relative\"}"),
        arguments("role", "{\"reference\": \"%s\", \"role\": \"\"}"),
        arguments("canonical", "{\"canonical\": \"httpx://ehr.example/Questionnaire/1\"}"),
        arguments("canonical", "{\"canonical\": \"http\"}"),
        arguments("canonical", "{\"canonical\": \"https:relative\"}"),
        arguments("canonical", "{\"canonical\": 5}"),
        arguments("identifier", "{\"identifier\": \"x\"}"),
        arguments("identifier", "{\"identifier\": {}}"),
        arguments("identifier", "{\"identifier\": {\"use\": \"official\"}}"),
        arguments("identifier", "{\"identifier\": {\"value\": 7}}"),
        arguments("identifier", "{\"identifier\": {\"system\": \" \"}}"),
        arguments("type", "{\"reference\": \"Foo/1\"}"),
        arguments("control characters", "{\"identifier\": {\"value\": \"a\\u0000b\"}}"),
        arguments("Patient or Encounter", "{\"reference\": \"Patient/anna\"}"),
        arguments(
            "Patient or Encounter", "{\"reference\": \"Patient/anna\", \"role\": \"launch\"}"));
  }

  @ParameterizedTest
  @MethodSource("wrongItems")
  void register_whenItemOfFhirContextCannotBe_thenNamed(String named, String item)
      throws JsonProcessingException {
    ObjectNode launch = launch();
    launch.putArray("fhirContext").add(JSON.readTree(item.formatted(TestRecords.CLINIC)));

    HttpResponse<String> answer = register(launch);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(SmartApp.json(answer).path("error_description").asText())
        .startsWith("fhirContext ")
        .contains(named);
  }

  @Test
  void register_whenItemsOfFhirContextAreOfEveryKind_thenTaken() {
    ObjectNode launch = launch();
    ArrayNode items = launch.putArray("fhirContext");
    items.addObject().put("reference", TestRecords.CLINIC).put("role", "launch");
    items.addObject().put("reference", "Patient/ben").put("role", "https://ehr.example/sibling");
    items
        .addObject()
        .put("canonical", "https://ehr.example/Questionnaire/phq9|2.1")
        .put("type", "Questionnaire");
    items.addObject().put("type", "Specimen").putObject("identifier").put("value", "s-7");

    HttpResponse<String> answer = register(launch);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private long count() {
    return jdbc.queryForObject("select count(*) from eqp_launch", Long.class);
  }
}
