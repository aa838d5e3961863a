package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logins, logouts and tokens leave access events that hold no secret. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInEventsTest extends ServerTest {

  @BeforeAll
  void record() {
    writeHousehold();
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
}
