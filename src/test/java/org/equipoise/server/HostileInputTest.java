package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.equipoise.server.Browser.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Text that nobody means: control characters, of which a database may not store all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest extends ServerTest {

  private static final String SCOPES = "openid launch/patient patient/Patient.rs";

  @BeforeAll
  void record() {
    writeHousehold();
    TestUsers.create(this);
  }

  private HttpResponse<String> send(
      String method, String path, String type, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Api.send(request.build());
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private JsonApi operator(String scope) {
    String client = scope.equals("launch.create") ? "demo-ehr" : "demo-operator";
    return JsonApi.bearing(server(), Api.as(server(), client, "demo", scope).token());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/authorize?response_type=code&client_id=a%00b",
        "/oauth2/authorize?response_type=code&client_id=demo-app&state=a%07b",
        "/oauth2/authorize?scope=patient%2FObservation.rs%3Fcode%3Da%00b",
        "/oauth2/authorize?a%00b=c",
        "/consent?state=%00",
        "/patient?state=%00",
        "/patient?state=x&name=a%00b",
        "/apps?ended=%00",
        "/password?link=%00",
        "/login?error=%1F",
        "/login/oauth2/code/x?code=%00&state=%00",
        "/nowhere/a%01b",
        "/nowhere/a%00b",
      })
  void page_whenControlCharacter_then400AsAPage(String path) {
    HttpResponse<String> answer = send("GET", path, null, null, "Accept", "text/html");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(type(answer)).startsWith("text/html");
    assertThat(answer.body())
        .contains("This request cannot be understood")
        .doesNotContain("Tomcat", "HTTP Status");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @ParameterizedTest
  @CsvSource({
    "/login, username=a%00b&password=x",
    "/login, username=anna&password=a%00b",
    "/patient, state=a%00b&person=x&patient=y",
    "/patient, state=a&person=Patient%2Fa%00b&patient=y%00",
    "/apps/end, app=a%00b",
    "/oauth2/authorize, client_id=demo-app&state=a%00b&scope=openid",
  })
  void form_whenControlCharacter_then400AsAPage(String path, String form) {
    HttpResponse<String> answer =
        send("POST", path, "application/x-www-form-urlencoded", form, "Accept", "text/html,*/*");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(type(answer)).startsWith("text/html");
  }

  @ParameterizedTest
  @CsvSource({
    "/oauth2/token, grant_type=refresh_token&refresh_token=x&client_id=a%00b",
    "/oauth2/token, grant_type=authorization_code&code=a%00b&client_id=demo-app",
    "/oauth2/token, grant_type=refresh_token&refresh_token=a%00b&client_id=demo-app",
    "/oauth2/revoke, token=a%00b&client_id=demo-app",
    "/oauth2/introspect, token=a%00b&client_id=demo-app",
  })
  void token_whenControlCharacter_thenOAuthError(String path, String form) {
    assertOAuthError(send("POST", path, "application/x-www-form-urlencoded", form));
  }

  @Test
  void token_whenClientOfTheHeaderHasAControlCharacter_thenOAuthError() {
    for (String client : List.of("a%00b", "a\u0000b")) {
      String basic =
          Base64.getEncoder().encodeToString((client + ":secret").getBytes(StandardCharsets.UTF_8));

      assertOAuthError(
          send(
              "POST",
              "/oauth2/token",
              "application/x-www-form-urlencoded",
              "grant_type=client_credentials&scope=operator",
              "Authorization",
              "Basic " + basic));
    }
  }

  private static void assertOAuthError(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(type(answer)).startsWith("application/json");
    assertThat(JsonApi.read(answer).get("error").textValue()).isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /operator/users/%00",
    "GET, /operator/users/a%01b",
    "GET, /operator/clients/a%00b",
    "GET, /operator/clients?state=a%00b",
    "DELETE, /operator/keys/a%00b",
    "DELETE, /operator/keys/a%02b",
  })
  void operator_whenControlCharacter_thenProblem(String method, String path) {
    HttpResponse<String> answer = operator("operator").send(method, path, null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(type(answer)).startsWith("application/problem+json");
    assertThat(JsonApi.read(answer).get("status").intValue()).isEqualTo(400);
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void fhir_whenNulInThePath_thenOperationOutcome() {
    HttpResponse<String> answer = send("GET", "/fhir/Patient/a%00b", null, null);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(type(answer)).startsWith("application/fhir+json");
    assertThat(answer.body()).contains("OperationOutcome").doesNotContain("Tomcat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"username", "displayName", "language", "issuer", "subject", "persons"})
  void createUser_whenControlCharacter_thenNamed(String element) {
    Map<String, Object> user = new java.util.HashMap<>();
    user.put("username", "hostile");
    user.put("displayName", "Hostile");
    user.put("persons", List.of("Patient/anna"));
    user.put("issuer", "https://issuer.example");
    user.put("subject", "hostile");
    user.put(element, element.equals("persons") ? List.of("Patient/an\u0000na") : "a\u0000b");

    HttpResponse<String> answer = TestUsers.operate(this, "", user);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(JsonApi.read(answer).get("message").textValue()).startsWith(element);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_id", "user", "patient", "encounter", "intent", "smart_style_url"})
  void launch_whenControlCharacter_thenNamed(String element) {
    String launch =
        """
        {"client_id": "demo-app", "user": "Practitioner/demo-practitioner",
         "patient": "Patient/anna", "%s": "a\\u0000b"}"""
            .formatted(element);

    HttpResponse<String> answer =
        operator("launch.create").post("/smart/launch", lastOfEach(launch));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(JsonApi.read(answer).get("error_description").textValue()).startsWith(element);
  }

  private static String lastOfEach(String json) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(json).toString();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "client_name; \"a\\u0000b\"; client_name",
        "scope; \"patient/Observation.rs?code=a\\u0000b\"; scope",
        "scope; \"patient/Observation.rs?code=a%00b\"; scope",
        "scope; \"patient/Observation.rs?_has:x=1\"; scope",
        "scope; \"patient/Foo.rs\"; scope",
        "redirect_uris; [\"https://app.example/\\u0000\"]; redirect_uris",
        "initiate_login_uri; \"https://app.example/\\u0000\"; initiate_login_uri",
        "grant_types; [\"\\u0000\"]; grant_types",
        "token_endpoint_auth_method; \"\\u0000\"; token_endpoint_auth_method",
      })
  void registerClient_whenItCannotBe_thenNamedAtBothDoors(String name, String value, String named) {
    String client =
        lastOfEach(
            """
            {"client_name": "App", "redirect_uris": ["https://app.example/callback"],
             "scope": "openid patient/*.rs", "%s": %s}"""
                .formatted(name, value));

    for (HttpResponse<String> answer :
        List.of(
            operator("client.create").post("/oauth2/register", client),
            operator("operator").post("/operator/clients", client))) {
      JsonNode told = JsonApi.read(answer);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(told.get("error").textValue()).startsWith("invalid_");
      assertThat(told.path("error_description").asText(told.path("message").asText()))
          .startsWith(named);
    }
  }

  @Test
  void session_whenItsCookieHoldsNul_thenNoSession() {
    String cookie = Base64.getEncoder().encodeToString("a\u0000b".getBytes(StandardCharsets.UTF_8));

    assertThat(send("GET", "/apps", null, null, "Cookie", "equipoise=" + cookie).statusCode())
        .isEqualTo(302);
  }

  @Test
  void picker_whenNameIsVeryLong_thenSaidOnThePageAndNotInTheLog() {
    SmartApp app = new SmartApp(server(), "demo-app", null);
    Browser browser = new Browser(server());
    Page picker =
        SmartApp.login(browser, app.authorize(browser, app.request(SCOPES)), TestUsers.CLINICIAN);
    assertThat(picker.isAt("/patient")).as(picker.url().toString()).isTrue();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    try {
      Page longest = browser.get(picker.url() + "&name=" + "q".repeat(100));
      Page answer = browser.get(picker.url() + "&name=" + "q".repeat(3000));

      assertThat(longest.status()).isEqualTo(200);
      assertThat(longest.text()).contains("None of your patients fits");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("no more than 100 letters").doesNotContain("qqq");
      assertThat(answer.form("form[role=search]").select("input[maxlength=100]")).hasSize(1);
    } finally {
      root.detachAppender(log);
    }
    assertThat(List.copyOf(log.list))
        .noneMatch(
            event ->
                event.getLevel().isGreaterOrEqual(Level.WARN)
                    || event.getFormattedMessage().contains("qqq"));
  }
}
