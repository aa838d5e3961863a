package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.security.client.TestKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An app registers itself (RFC 7591), and can do nothing until an operator says so. */
class ClientRegistrationTest extends ServerTest {

  private static final String REGISTER = "/oauth2/register";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOOD =
      """
      {
        "client_name": "Growth chart",
        "redirect_uris": ["https://app.example/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid fhirUser launch/patient offline_access patient/*.rs"
      }""";

  private JsonApi registering() {
    return api("client.create");
  }

  private JsonApi operator() {
    return api("operator");
  }

  private JsonApi api(String scope) {
    return JsonApi.bearing(server(), Api.as(server(), "demo-operator", "demo", scope).token());
  }

  @AfterEach
  void forgetWhatRegisteredItself() {
    for (JsonNode client :
        JsonApi.ok(operator().get("/operator/clients?origin=self-registered&size=200"))
            .get("clients")) {
      operator().send("DELETE", "/operator/clients/" + client.get("client_id").textValue(), null);
    }
  }

  private long clients() {
    return jdbc.queryForObject("select count(*) from oauth2_registered_client", Long.class)
        + jdbc.queryForObject("select count(*) from eqp_client", Long.class);
  }

  private static String good(String name, String jsonValue) {
    try {
      ObjectNode metadata = (ObjectNode) JSON.readTree(GOOD);
      return (jsonValue == null
              ? metadata.without(List.of(name))
              : metadata.set(name, JSON.readTree(jsonValue)))
          .toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static HttpResponse<String> code(JsonApi api, String clientId) {
    return api.get(
        "/oauth2/authorize?response_type=code&client_id="
            + clientId
            + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=openid&state=x"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            + "&code_challenge_method=S256");
  }

  private HttpResponse<String> refresh(String clientId, String secret) {
    return JsonApi.form(
        server(),
        "/oauth2/token",
        clientId,
        secret,
        "grant_type",
        "refresh_token",
        "refresh_token",
        "none");
  }

  private static String withoutTime(HttpResponse<String> answer) {
    return answer.body().replaceFirst("\"timestamp\":\"[^\"]*\"", "");
  }

  @Test
  void register_whenMetadataIsGood_thenToldOnceStoredHashedAndOfNoUseUntilApproved() {
    HttpResponse<String> answer = registering().post(REGISTER, GOOD);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    JsonNode told = JsonApi.ok(answer);
    String id = told.get("client_id").textValue();
    String secret = told.get("client_secret").textValue();
    assertThat(told.get("client_secret_expires_at").longValue()).isZero();
    assertThat(told.get("client_id_issued_at").longValue()).isPositive();
    assertThat(told.get("grant_types").toString())
        .isEqualTo("[\"authorization_code\",\"refresh_token\"]");
    assertThat(told.get("response_types").toString()).isEqualTo("[\"code\"]");
    assertThat(told.has("state")).isFalse();
    assertThat(
            jdbc.queryForObject(
                "select client_secret from oauth2_registered_client where client_id = ?",
                String.class,
                id))
        .startsWith("{bcrypt}");

    JsonApi browser = JsonApi.bearing(server(), null);
    HttpResponse<String> unknown = code(browser, "nobody");
    HttpResponse<String> waiting = code(browser, id);
    assertThat(waiting.statusCode()).isEqualTo(unknown.statusCode()).isNotEqualTo(302);
    assertThat(withoutTime(waiting)).isEqualTo(withoutTime(unknown));
    assertThat(refresh(id, secret).body()).isEqualTo(refresh("nobody", secret).body());
    assertThat(refresh(id, secret).statusCode()).isEqualTo(401);

    JsonNode seen = JsonApi.ok(operator().get("/operator/clients/" + id));
    assertThat(seen.get("state").textValue()).isEqualTo("waiting");
    assertThat(seen.get("origin").textValue()).isEqualTo("self-registered");
    assertThat(seen.has("client_secret")).isFalse();

    JsonNode approved = JsonApi.ok(operator().post("/operator/clients/" + id + "/approve", null));
    assertThat(approved.get("state").textValue()).isEqualTo("active");
    assertThat(refresh(id, secret).body()).as("known now").contains("invalid_grant");
    assertThat(operator().post("/operator/clients/" + id + "/approve", null).statusCode())
        .isEqualTo(409);
  }

  @Test
  void register_whenPublicOrWithKeys_thenNoSecret() {
    JsonNode nativeApp =
        JsonApi.ok(
            registering()
                .post(
                    REGISTER,
                    """
                    {"client_name": "Phone app", "token_endpoint_auth_method": "none",
                     "redirect_uris": ["org.example.app:/callback", "http://localhost:7/cb"],
                     "grant_types": ["authorization_code"], "response_types": ["code"],
                     "initiate_login_uri": "https://app.example/launch",
                     "logo_uri": "https://app.example/logo.svg",
                     "scope": "launch patient/*.rs"}"""));
    assertThat(nativeApp.has("client_secret")).isFalse();
    assertThat(nativeApp.has("logo_uri")).isFalse();
    assertThat(nativeApp.get("initiate_login_uri").textValue())
        .isEqualTo("https://app.example/launch");

    String keys = TestKeys.publicSet(TestKeys.es384("one"));
    JsonNode withKeys =
        JsonApi.ok(
            registering()
                .post(
                    REGISTER,
                    """
                    {"client_name": "Confidential app",
                     "token_endpoint_auth_method": "private_key_jwt",
                     "redirect_uris": ["https://app.example/callback"],
                     "jwks": %s, "scope": "patient/*.rs"}"""
                        .formatted(keys)));
    assertThat(withKeys.has("client_secret")).isFalse();
    assertThat(withKeys.get("jwks").toString()).contains("\"kid\":\"one\"");
    JsonNode byAddress =
        JsonApi.ok(
            registering()
                .post(
                    REGISTER,
                    """
                    {"client_name": "Confidential app",
                     "token_endpoint_auth_method": "private_key_jwt",
                     "redirect_uris": ["https://app.example/callback"],
                     "jwks_uri": "%s", "scope": "patient/*.rs"}"""
                        .formatted(TestClients.KEY_SERVER.address("/not-asked"))));
    assertThat(byAddress.get("jwks_uri").textValue()).endsWith("/not-asked");
    assertThat(TestClients.KEY_SERVER.asked("/not-asked")).isZero();
  }

  static Stream<Arguments> wrong() {
    String redirect = "invalid_redirect_uri";
    String metadata = "invalid_client_metadata";
    String keys = TestKeys.publicSet(TestKeys.es384("one"));
    String byKeys =
        """
        {"client_name": "App", "token_endpoint_auth_method": "private_key_jwt",
         "redirect_uris": ["https://app.example/callback"], "scope": "patient/*.rs"%s}""";
    return Stream.of(
        Arguments.of(redirect, good("redirect_uris", null)),
        Arguments.of(redirect, good("redirect_uris", "[]")),
        Arguments.of(redirect, good("redirect_uris", "[\"http://app.example/callback\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"https://*.app.example/\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"https://app.example/#here\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"https://a@app.example/\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"javascript:alert(1)\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"org.example.app:/callback\"]")),
        Arguments.of(
            redirect,
            good(
                "redirect_uris",
                "[\"https://app.example/callback\", \"https://app.example/\\n\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"http://localhost:OWN_PORT/login\"]")),
        Arguments.of(redirect, good("redirect_uris", "[\"http://127.0.0.1:OWN_PORT/login\"]")),
        Arguments.of(metadata, good("redirect_uris", "\"https://app.example/callback\"")),
        Arguments.of(metadata, good("redirect_uris", "[7]")),
        Arguments.of(metadata, good("client_name", null)),
        Arguments.of(metadata, good("client_name", "\"\"")),
        Arguments.of(metadata, good("client_name", "\"" + "x".repeat(81) + "\"")),
        Arguments.of(metadata, good("client_name", "\"a\\nb\"")),
        Arguments.of(metadata, good("client_name", "\"a\\u202eb\"")),
        Arguments.of(metadata, good("client_name", "7")),
        Arguments.of(metadata, good("scope", null)),
        Arguments.of(metadata, good("scope", "\" \"")),
        Arguments.of(metadata, good("scope", "\"openid admin\"")),
        Arguments.of(metadata, good("scope", "\"openid system/*.rs\"")),
        Arguments.of(metadata, good("scope", "\"operator\"")),
        Arguments.of(metadata, good("scope", "\"client.create\"")),
        Arguments.of(metadata, good("scope", "\"launch.create\"")),
        Arguments.of(metadata, good("scope", "[\"openid\"]")),
        Arguments.of(metadata, good("scope", "\"patient/Foo.rs\"")),
        Arguments.of(metadata, good("scope", "\"patient/Observation.rs?_has:x=1\"")),
        Arguments.of(metadata, good("scope", "\"patient/Observation.rs?code=a\\u0000b\"")),
        Arguments.of(metadata, good("scope", "\"patient/Observation.rs?code=a%00b\"")),
        Arguments.of(metadata, good("client_name", "\"a\\u0000b\"")),
        Arguments.of(redirect, good("redirect_uris", "[\"https://app.example/\\u0000\"]")),
        Arguments.of(metadata, good("initiate_login_uri", "\"https://app.example/\\u0000\"")),
        Arguments.of(metadata, good("grant_types", "[\"\"]")),
        Arguments.of(metadata, good("grant_types", "[\"a\\u0000b\"]")),
        Arguments.of(metadata, good("grant_types", "[\"implicit\"]")),
        Arguments.of(metadata, good("grant_types", "[\"client_credentials\"]")),
        Arguments.of(metadata, good("grant_types", "[\"password\"]")),
        Arguments.of(metadata, good("response_types", "[\"token\"]")),
        Arguments.of(metadata, good("token_endpoint_auth_method", "\"client_secret_jwt\"")),
        Arguments.of(metadata, good("token_endpoint_auth_method", "\"tls_client_auth\"")),
        Arguments.of(metadata, good("token_endpoint_auth_method", "\"private_key_jwt\"")),
        Arguments.of(metadata, good("token_endpoint_auth_signing_alg", "\"HS256\"")),
        Arguments.of(metadata, good("id_token_signed_response_alg", "\"none\"")),
        Arguments.of(metadata, good("initiate_login_uri", "\"http://app.example/\"")),
        Arguments.of(metadata, good("jwks", keys)),
        Arguments.of(
            metadata,
            byKeys.formatted(
                ", \"jwks\": " + keys + ", \"jwks_uri\": \"https://keys.example/jwks\"")),
        Arguments.of(metadata, byKeys.formatted(", \"jwks_uri\": \"http://localhost/jwks\"")),
        Arguments.of(metadata, byKeys.formatted(", \"jwks_uri\": \"https://other.example/jwks\"")),
        Arguments.of(metadata, byKeys.formatted(", \"jwks\": {\"keys\": []}")),
        Arguments.of(metadata, byKeys.formatted(", \"jwks\": \"{}\"")),
        Arguments.of(
            metadata, byKeys.formatted(", \"jwks\": {\"keys\": [" + TestKeys.es384("x") + "]}")),
        Arguments.of(metadata, "[]"),
        Arguments.of(metadata, ""),
        Arguments.of(metadata, "{"),
        Arguments.of(metadata, "{} {}"),
        Arguments.of(metadata, GOOD.replaceFirst("\\{", "{\"scope\": \"openid\",")),
        Arguments.of(metadata, "[".repeat(5000)));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void register_whenMetadataCannotBe_thenRefusedByTheCodeOfTheRfcAndNothingIsStored(
      String error, String body) {
    long before = clients();

    String ownPort = String.valueOf(URI.create(server()).getPort());
    HttpResponse<String> answer = registering().post(REGISTER, body.replace("OWN_PORT", ownPort));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    JsonNode told = JsonApi.read(answer);
    assertThat(told.get("error").textValue()).as(answer.body()).isEqualTo(error);
    assertThat(told.get("error_description").textValue()).isNotBlank();
    assertThat(clients()).isEqualTo(before);
  }

  @Test
  void register_whenBodyIsTooLarge_thenRefusedAndNothingIsStored() {
    long before = clients();

    HttpResponse<String> answer =
        registering().post(REGISTER, good("software_id", "\"" + "x".repeat(70_000) + "\""));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("\"error\":\"invalid_");
    assertThat(clients()).isEqualTo(before);
  }

  @Test
  void register_whenNoOrAnotherToken_thenRefused() {
    long before = clients();

    HttpResponse<String> nobody = JsonApi.bearing(server(), null).post(REGISTER, GOOD);
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    assertThat(JsonApi.bearing(server(), "not.a.token").post(REGISTER, GOOD).statusCode())
        .isEqualTo(401);
    assertThat(operator().post(REGISTER, GOOD).statusCode()).isEqualTo(403);
    assertThat(JsonApi.bearing(server(), scribe().token()).post(REGISTER, GOOD).statusCode())
        .isEqualTo(403);
    assertThat(registering().get(REGISTER).statusCode()).isEqualTo(405);
    assertThat(JsonApi.form(server(), REGISTER, null, null, "client_name", "x").statusCode())
        .isEqualTo(401);
    assertThat(registering().post("/connect/register", GOOD).statusCode()).isIn(401, 403, 404);
    assertThat(clients()).isEqualTo(before);
  }

  @Test
  void wellKnown_whenRegistrationIsOn_thenTellsWhere() {
    JsonApi anybody = JsonApi.bearing(server(), null);
    for (String path :
        List.of("/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration")) {
      assertThat(JsonApi.ok(anybody.get(path)).get("registration_endpoint").textValue())
          .isEqualTo(server() + REGISTER);
    }
  }

  @Test
  void register_whenTooManyWait_thenTemporarilyRefused() {
    for (int i = 0; i < 100; i++) {
      String row = "waiting-" + i;
      jdbc.update(
          "insert into oauth2_registered_client (id, client_id, client_name,"
              + " client_authentication_methods, authorization_grant_types, redirect_uris,"
              + " scopes, client_settings, token_settings)"
              + " select ?, ?, client_name, client_authentication_methods,"
              + " authorization_grant_types, redirect_uris, scopes, client_settings, token_settings"
              + " from oauth2_registered_client where client_id = 'demo-app'",
          row,
          row);
      jdbc.update(
          "insert into eqp_client (id, state, origin) values (?, 'waiting', 'self-registered')",
          row);
    }

    HttpResponse<String> answer = registering().post(REGISTER, GOOD);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("temporarily_unavailable");
  }
}
