package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.server.Browser.Page;
import org.hl7.fhir.r4.model.AuditEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logins, logouts and tokens leave access events that hold no secret. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInEventsTest extends ServerTest {

  private static final String SCOPES = "launch/patient offline_access patient/Patient.rs";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private long last() {
    return jdbc.queryForObject("select coalesce(max(id), 0) from eqp_access_event", Long.class);
  }

  private List<Map<String, Object>> since(long id, String door) {
    return jdbc.queryForList(
        "select * from eqp_access_event where id > ? and door = ? order by id", id, door);
  }

  private void logIn(String username, String password) {
    Browser browser = new Browser(server());
    SmartApp.login(browser, browser.get(server() + "/apps"), username, password);
  }

  @Test
  void login_whenRightOrWrong_thenOneEventOfTheAccount() {
    String username = "signs.in." + UUID.randomUUID().toString().substring(0, 8);
    TestUsers.create(this, username, "Some Body", List.of("Patient/anna"));
    long before = last();

    logIn(username, TestUsers.PASSWORD);
    logIn(username, "a wrong password");

    List<Map<String, Object>> events = since(before, "LOGIN");
    assertThat(events).hasSize(2);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.get("PERSON")).isEqualTo("Patient/anna");
              assertThat(event.get("PATIENT")).isNull();
              assertThat(event.get("ADDRESS")).isNotNull();
            });
    assertThat(((Number) events.get(0).get("OUTCOME")).intValue()).isZero();
    assertThat(((Number) events.get(1).get("OUTCOME")).intValue()).isEqualTo(4);
    jdbc.update("delete from eqp_login_attempt");
  }

  @Test
  void login_whenNobodyHasTheName_thenNothingOfWhatWasTyped() {
    String typed = "correct-horse-" + UUID.randomUUID();
    long before = last();

    logIn(typed, "whatever " + typed);

    List<Map<String, Object>> events = since(before, "LOGIN");
    assertThat(events).hasSize(1);
    assertThat(events.get(0).get("PERSON")).isNull();
    assertThat(events.get(0).toString()).doesNotContain("correct-horse");
    jdbc.update("delete from eqp_login_attempt");
  }

  @Test
  void token_whenGrantedOrRefused_thenOneEventAndNoSecret() {
    long before = last();

    assertThat(Api.requestToken(server(), "ai-advisor", SECRET, "system/Patient.rs").statusCode())
        .isEqualTo(200);
    assertThat(Api.requestToken(server(), "ai-advisor", SECRET, "user/Patient.rs").statusCode())
        .isEqualTo(400);
    assertThat(Api.requestToken(server(), "ai-advisor", "no", "system/Patient.rs").statusCode())
        .isEqualTo(401);

    List<Map<String, Object>> events =
        since(before, "TOKEN").stream()
            .filter(event -> "ai-advisor".equals(event.get("CLIENT")))
            .toList();
    assertThat(events).hasSize(2);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.get("OPERATION")).isEqualTo("client-credentials");
              assertThat(event.get("DEVICE")).isEqualTo(TestRecords.SCRIBE_DEVICE);
              assertThat(event.toString()).doesNotContain(SECRET).doesNotContain("eyJ");
            });
    assertThat(((Number) events.get(0).get("OUTCOME")).intValue()).isZero();
    assertThat(((Number) events.get(1).get("OUTCOME")).intValue()).isEqualTo(4);
  }

  private static int outcome(Map<String, Object> event) {
    return ((Number) event.get("OUTCOME")).intValue();
  }

  @Test
  void login_whenTriedTooOften_thenOneEventSaysThatTheyHadToWait() {
    String username = "locked.out." + UUID.randomUUID().toString().substring(0, 8);
    TestUsers.create(this, username, "Some Body", List.of("Patient/anna"));
    long before = last();

    for (int i = 0; i < 5; i++) {
      logIn(username, "guess number " + i);
    }
    logIn(username, TestUsers.PASSWORD);

    List<Map<String, Object>> events = since(before, "LOGIN");
    jdbc.update("delete from eqp_login_attempt");
    assertThat(events).hasSize(6);
    assertThat(events).allMatch(event -> outcome(event) == 4);
    assertThat(events.subList(0, 5)).allMatch(event -> "password".equals(event.get("OPERATION")));
    Map<String, Object> locked = events.get(5);
    assertThat(locked.get("OPERATION")).isEqualTo("locked");
    assertThat(locked.get("PERSON")).isEqualTo("Patient/anna");
    assertThat(locked.get("PATIENT")).as("nobody's data").isNull();
    AuditEvent told =
        Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs")
            .get("AuditEvent/event-" + locked.get("ID"))
            .ok(AuditEvent.class);
    assertThat(told.getOutcomeDesc()).isEqualTo("Too many wrong passwords; they had to wait");
    assertThat(told.getSubtypeFirstRep().getCode()).isEqualTo("110122");
  }

  @Test
  void logout_whenPressed_thenOneEventOfThePerson() {
    Browser browser = new Browser(server());
    Page apps = SmartApp.login(browser, browser.get(server() + "/apps"), TestUsers.BEN);
    long before = last();

    browser.submit(apps.form("form[action$=/logout]"), Map.of(), List.of(), null);

    List<Map<String, Object>> events = since(before, "LOGOUT");
    assertThat(events).hasSize(1);
    assertThat(events.get(0).get("PERSON")).isEqualTo("Patient/ben");
    assertThat(events.get(0).get("ADDRESS")).isEqualTo("127.0.0.1");
    assertThat(outcome(events.get(0))).isZero();
  }

  @Test
  void launch_whenAnEhrRegistersIt_thenOneEventOfItAndThePatient() {
    String token = Api.as(server(), "demo-ehr", "demo", "launch.create").token();
    long before = last();

    HttpResponse<String> launched =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/smart/launch"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"client_id\": \"demo-app\", \"patient\": \"Patient/anna\","
                            + " \"user\": \"Practitioner/demo-practitioner\"}"))
                .build());

    assertThat(launched.statusCode()).as(launched.body()).isEqualTo(201);
    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(1);
    Map<String, Object> event = events.get(0);
    assertThat(event.get("OPERATION")).isEqualTo("launch");
    assertThat(event.get("CLIENT")).isEqualTo("demo-ehr");
    assertThat(event.get("PERSON")).isEqualTo("Practitioner/demo-practitioner");
    assertThat(event.get("ENTITIES")).isEqualTo("Patient/anna");
    assertThat(outcome(event)).isZero();
    assertThat(event.toString())
        .doesNotContain(SmartApp.json(launched).path("launch").asText(), token);
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  private JsonNode tokens(SmartApp app) {
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA);
    HttpResponse<String> response = app.exchange(answer.parameters().get("code"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return SmartApp.json(response);
  }

  private void assertAnnas(Map<String, Object> event, String operation, int outcome) {
    assertAnnas(event, "demo-app", operation, outcome);
  }

  private void assertAnnas(
      Map<String, Object> event, String client, String operation, int outcome) {
    assertThat(event.get("OPERATION")).isEqualTo(operation);
    assertThat(outcome(event)).isEqualTo(outcome);
    assertThat(event.get("CLIENT")).isEqualTo(client);
    assertThat(event.get("PERSON")).isEqualTo("Patient/anna");
    assertThat(event.get("ENTITIES")).isEqualTo("Patient/anna");
    assertThat(event.get("PATIENT")).as("a token opens nothing yet").isNull();
    assertThat(event.get("ADDRESS")).isEqualTo("127.0.0.1");
  }

  @Test
  void token_whenGrantedRefreshedAndGivenBack_thenOneEventEach() {
    SmartApp app = app();
    long before = last();

    JsonNode first = tokens(app);
    JsonNode second = SmartApp.json(app.refresh(first.path("refresh_token").asText()));
    assertThat(app.revoke(second.path("refresh_token").asText()).statusCode()).isEqualTo(200);
    assertThat(app.revoke("never.was.one").statusCode()).isEqualTo(200);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(3);
    assertAnnas(events.get(0), "authorization-code", 0);
    assertAnnas(events.get(1), "refresh-token", 0);
    assertAnnas(events.get(2), "revocation", 0);
    for (JsonNode token : List.of(first, second)) {
      assertThat(events.toString())
          .doesNotContain(
              token.path("access_token").asText(), token.path("refresh_token").asText());
    }
  }

  @Test
  void refresh_whenATokenComesAgain_thenOneEventSaysWhoseItWas() {
    SmartApp app = app();
    String spent = tokens(app).path("refresh_token").asText();
    String current = SmartApp.json(app.refresh(spent)).path("refresh_token").asText();
    long before = last();

    assertThat(app.refresh(spent).statusCode()).isEqualTo(400);
    assertThat(app.refresh(current).statusCode()).as("all of it has ended").isEqualTo(400);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(2);
    assertAnnas(events.get(0), "refresh-token", 4);
    assertThat(((Number) events.get(0).get("STATUS")).intValue()).isEqualTo(400);
    assertThat(events.get(1).get("CLIENT")).isEqualTo("demo-app");
    assertThat(events.get(1).get("PERSON")).as("nobody's any more").isNull();
  }

  private HttpResponse<String> refreshWithoutClientId(String token) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + "/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Browser.encode(Map.of("grant_type", "refresh_token", "refresh_token", token))))
            .build());
  }

  @Test
  void refresh_whenATokenOfAClientWithASecretComesWithoutIt_thenOneEvent() {
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    String spent = tokens(app).path("refresh_token").asText();
    String current = SmartApp.json(app.refresh(spent)).path("refresh_token").asText();
    long before = last();

    assertThat(refreshWithoutClientId(current).statusCode()).isEqualTo(401);
    assertThat(refreshWithoutClientId(spent).statusCode()).isEqualTo(401);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(2);
    assertThat(events)
        .allSatisfy(event -> assertAnnas(event, "demo-app-symmetric", "refresh-token", 4));
    assertThat(events.toString()).doesNotContain(spent, current);
    assertThat(app.refresh(current).statusCode()).as("all of it has ended").isEqualTo(400);
  }

  /** Who names a client proves nothing by it, nor does a wrong secret. */
  @Test
  void refresh_whenAClientIsNamedWithoutItsSecretOrWithAnother_thenOneEventSaysWhoseItIs() {
    SmartApp app = new SmartApp(server(), "demo-app-symmetric", "demo");
    String token = tokens(app).path("refresh_token").asText();
    String publics = tokens(app()).path("refresh_token").asText();
    long before = last();

    SmartApp withoutSecret = new SmartApp(server(), "demo-app-symmetric", null);
    SmartApp wrongSecret = new SmartApp(server(), "demo-app-symmetric", "guessed");
    assertThat(withoutSecret.refresh(token).statusCode()).isEqualTo(401);
    assertThat(wrongSecret.refresh(token).statusCode()).isEqualTo(401);
    assertThat(withoutSecret.refresh(publics).statusCode()).as("of another app").isEqualTo(401);
    assertThat(withoutSecret.refresh("guessed").statusCode()).isEqualTo(401);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).as("a guess is nobody's").hasSize(3);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertAnnas(event, "demo-app-symmetric", "refresh-token", 4);
              assertThat(((Number) event.get("STATUS")).intValue()).isEqualTo(401);
            });
    assertThat(events.toString()).doesNotContain(token, publics);
    assertThat(app.refresh(token).statusCode()).as("it is good still").isEqualTo(200);
  }

  @Test
  void code_whenWithoutItsVerifierOrAgain_thenOneEventSaysWhoseItIs() {
    SmartApp app = app();
    String code =
        app.allow(new Browser(server()), app.request(SCOPES), TestUsers.ANNA)
            .parameters()
            .get("code");
    long before = last();

    SmartApp thief = new SmartApp(server(), "demo-app", null);
    assertThat(thief.exchange(code).statusCode()).as("another verifier").isEqualTo(400);
    JsonNode tokens = SmartApp.json(app.exchange(code));
    assertThat(app.exchange(code).statusCode()).as("again").isEqualTo(400);
    assertThat(app.exchange("guessed").statusCode()).isEqualTo(400);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(4);
    assertAnnas(events.get(0), "authorization-code", 4);
    assertAnnas(events.get(1), "authorization-code", 0);
    assertAnnas(events.get(2), "authorization-code", 4);
    assertThat(events.get(3).get("CLIENT")).isEqualTo("demo-app");
    assertThat(events.get(3).get("PERSON")).as("nobody's").isNull();
    assertThat(events.toString()).doesNotContain(code);
    assertThat(app.refresh(tokens.path("refresh_token").asText()).statusCode())
        .as("all of it has ended")
        .isEqualTo(400);
  }

  @Test
  void refresh_whenATokenComesAgainWithoutClientId_thenTheSameOneEvent() {
    SmartApp app = app();
    String spent = tokens(app).path("refresh_token").asText();
    String current = SmartApp.json(app.refresh(spent)).path("refresh_token").asText();
    long before = last();

    HttpResponse<String> again = refreshWithoutClientId(spent);

    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(SmartApp.json(again).path("error").asText()).isEqualTo("invalid_grant");
    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(1);
    assertAnnas(events.get(0), "refresh-token", 4);
    assertThat(app.refresh(current).statusCode()).as("all of it has ended").isEqualTo(400);
  }

  @Test
  void refresh_whenGuessedOrOfAnotherClient_thenOneEventOfWhoIsKnown() {
    SmartApp app = app();
    String annas = tokens(app).path("refresh_token").asText();
    long before = last();

    assertThat(app.refresh("guessed").statusCode()).isEqualTo(400);
    SmartApp other = new SmartApp(server(), "approved-app", null);
    assertThat(other.refresh(annas).statusCode()).isEqualTo(400);
    SmartApp nobody = new SmartApp(server(), "no-such-app", null);
    assertThat(nobody.refresh(annas).statusCode()).isEqualTo(401);

    List<Map<String, Object>> events = since(before, "TOKEN");
    assertThat(events).hasSize(2);
    assertThat(events).allMatch(event -> outcome(event) == 4);
    assertThat(events.get(0).get("CLIENT")).isEqualTo("demo-app");
    assertThat(events.get(0).get("PERSON")).isNull();
    assertThat(events.get(1).get("CLIENT")).as("who came").isEqualTo("approved-app");
    assertThat(events.get(1).get("PERSON")).as("whose it is").isEqualTo("Patient/anna");
    assertThat(app.refresh(annas).statusCode()).as("it is good still").isEqualTo(200);
  }
}
