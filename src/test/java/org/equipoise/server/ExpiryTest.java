package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.equipoise.server.Browser.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** What has expired counts no more, wherever somebody comes with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpiryTest extends ServerTest {

  private static final String SCOPES = "launch/patient offline_access patient/Patient.rs";
  private static final String USER = "expiry-anna";

  private String userId;

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
    TestUsers.create(this, USER, "Anna Annasen", List.of("Patient/anna"));
    userId = jdbc.queryForObject("select id from eqp_user where username = ?", String.class, USER);
  }

  private SmartApp app() {
    return new SmartApp(server(), "demo-app", null);
  }

  /** Moves a moment in the rows of this user's authorizations into the past. */
  private void age(String column, Duration ago) {
    assertThat(
            jdbc.update(
                "update oauth2_authorization set " + column + " = ? where principal_name = ?",
                Timestamp.from(Instant.now().minus(ago)),
                userId))
        .isPositive();
  }

  private static void assertRefused(HttpResponse<String> answer, String error) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(SmartApp.json(answer).path("error").asText()).isEqualTo(error);
    assertThat(answer.body()).doesNotContain("_token\"");
  }

  private String accessToken(Instant expiresAt) {
    ServerAddress address = bean(ServerAddress.class);
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .issuer(address.baseUrl())
            .audience(List.of(address.fhirBase()))
            .id(UUID.randomUUID().toString())
            .subject(userId)
            .claim("client_id", "demo-app")
            .claim("scope", List.of("patient/Patient.rs"))
            .claim("fhirUser", address.fhirBase() + "/Patient/anna")
            .claim("patient", "anna")
            .issuedAt(expiresAt.minus(Duration.ofMinutes(5)))
            .expiresAt(expiresAt)
            .build();
    bean(LiveTokens.class).admit(claims.getId(), Instant.now().plus(Duration.ofMinutes(5)));
    return bean(JwtEncoder.class).encode(JwtEncoderParameters.from(claims)).getTokenValue();
  }

  @Test
  void accessToken_whenPastItsTime_then401AndSaidInTheHeader() {
    Instant now = Instant.now();
    Api good = Api.bearing(server(), accessToken(now.plusSeconds(60)));
    assertThat(good.get("Patient/anna").status()).as("the same, in time").isEqualTo(200);

    Api.Answer answer =
        Api.bearing(server(), accessToken(now.minusSeconds(60))).get("Patient/anna");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate").orElse(""))
        .startsWith("Bearer")
        .contains("error=\"invalid_token\"");
    assertThat(answer.body()).doesNotContain("annasen");
  }

  @Test
  void code_whenPastItsTime_thenInvalidGrant() {
    SmartApp app = app();
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), USER);
    assertThat(answer.parameters()).containsKey("code");
    age("authorization_code_issued_at", Duration.ofMinutes(5));
    age("authorization_code_expires_at", Duration.ofSeconds(1));

    assertRefused(app.exchange(answer.parameters().get("code")), "invalid_grant");
  }

  @Test
  void refreshToken_whenPastItsTime_thenInvalidGrant() {
    SmartApp app = app();
    Page answer = app.allow(new Browser(server()), app.request(SCOPES), USER);
    JsonNode token = SmartApp.json(app.exchange(answer.parameters().get("code")));
    assertThat(token.path("refresh_token").asText()).isNotBlank();
    age("refresh_token_issued_at", Duration.ofDays(90));
    age("refresh_token_expires_at", Duration.ofSeconds(1));

    assertRefused(app.refresh(token.path("refresh_token").asText()), "invalid_grant");
  }

  @Test
  void decision_whenAfterFifteenMinutes_thenNoCodeAndThePageSaysSo() {
    SmartApp app = app();
    Browser browser = new Browser(server());
    Page consent = SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), USER);
    assertThat(consent.isAt("/consent")).isTrue();
    age("created_at", Duration.ofMinutes(14));
    assertThat(browser.get(consent.url().toString()).status()).as("in time").isEqualTo(200);
    age("created_at", Duration.ofMinutes(15).plusSeconds(1));

    Page decided = SmartApp.decide(browser, consent, List.of());
    Page reloaded = browser.get(consent.url().toString());

    for (Page page : List.of(decided, reloaded)) {
      assertThat(page.away()).as(page.url().toString()).isFalse();
      assertThat(page.status()).isIn(404, 410);
      assertThat(page.text()).contains("This page is too old", "Go back to the app and start");
    }
    assertThat(
            jdbc.queryForObject(
                "select count(*) from oauth2_authorization where principal_name = ?"
                    + " and state is not null and authorization_code_value is not null",
                Integer.class,
                userId))
        .isZero();
  }

  @Test
  void launch_whenPastItsTime_thenInvalidRequest() {
    HttpResponse<String> registered =
        JsonApi.bearing(server(), Api.as(server(), "demo-ehr", "demo", "launch.create").token())
            .post(
                "/smart/launch",
                "{\"client_id\":\"demo-app\",\"user\":\"Practitioner/demo-practitioner\","
                    + "\"patient\":\"Patient/anna\"}");
    String url = JsonApi.ok(registered).path("launch_url").asText();
    SmartApp app = app();
    Map<String, String> request = app.request("launch user/Patient.rs");
    request.put("launch", Browser.query(URI.create(url).getRawQuery()).get("launch"));
    assertThat(app.authorize(new Browser(server()), request).isAt("/login")).as("in time").isTrue();
    Browser browser = new Browser(server());
    Page login = app.authorize(browser, request);
    jdbc.update(
        "update eqp_launch set expires_at = ?", Timestamp.from(Instant.now().minusSeconds(1)));

    for (Page late :
        List.of(
            app.authorize(new Browser(server()), request),
            SmartApp.login(browser, login, TestUsers.CLINICIAN))) {
      assertThat(late.away()).as(late.text()).isTrue();
      assertThat(late.parameters())
          .containsEntry("error", "invalid_request")
          .doesNotContainKey("code");
      assertThat(late.parameters().get("error_description")).contains("launch", "too old");
    }
  }
}
