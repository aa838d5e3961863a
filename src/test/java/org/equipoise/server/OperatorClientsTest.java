package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** How an operator looks after clients. */
class OperatorClientsTest extends ServerTest {

  private static final String CLIENTS = "/operator/clients";
  private static final String SERVICE =
      """
      {"client_name": "Night export", "grant_types": ["client_credentials"],
       "scope": "system/*.rs launch.create"}""";

  private JsonApi operator() {
    return JsonApi.bearing(server(), Api.as(server(), "demo-operator", "demo", "operator").token());
  }

  private JsonNode registered(String body) {
    HttpResponse<String> answer = operator().post(CLIENTS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JsonApi.ok(answer);
  }

  private HttpResponse<String> introspect(String token) {
    return JsonApi.form(
        server(), "/oauth2/introspect", "demo-app-symmetric", "demo", "token", token);
  }

  private static String problem(HttpResponse<String> answer) {
    JsonNode body = JsonApi.read(answer);
    assertThat(body.get("message").textValue()).isNotBlank();
    return body.get("error").textValue();
  }

  @Test
  void register_whenService_thenWorksAtOnceUntilDisabledAndAgainWhenEnabled() {
    JsonNode told = registered(SERVICE);
    String id = told.get("client_id").textValue();
    String secret = told.get("client_secret").textValue();
    assertThat(told.get("state").textValue()).isEqualTo("active");
    assertThat(told.get("origin").textValue()).isEqualTo("operator");
    assertThat(told.get("grant_types").toString()).isEqualTo("[\"client_credentials\"]");

    JsonNode token = JsonApi.ok(Api.requestToken(server(), id, secret, "system/Patient.rs"));
    String value = token.get("access_token").textValue();
    assertThat(JsonApi.ok(introspect(value)).get("active").booleanValue()).isTrue();
    assertThat(Api.bearing(server(), value).get("Patient?_count=1").status()).isEqualTo(200);

    JsonNode disabled = JsonApi.ok(operator().post(CLIENTS + "/" + id + "/disable", null));
    assertThat(disabled.get("state").textValue()).isEqualTo("disabled");
    HttpResponse<String> refused = Api.requestToken(server(), id, secret, "system/Patient.rs");
    HttpResponse<String> unknown =
        Api.requestToken(server(), "nobody", secret, "system/Patient.rs");
    assertThat(refused.statusCode()).isEqualTo(401).isEqualTo(unknown.statusCode());
    assertThat(refused.body()).isEqualTo(unknown.body());
    assertThat(JsonApi.ok(introspect(value)).get("active").booleanValue())
        .as("the token that was there before")
        .isFalse();
    assertThat(Api.bearing(server(), value).get("Patient?_count=1").status()).isEqualTo(401);

    assertThat(JsonApi.ok(operator().post(CLIENTS + "/" + id + "/enable", null)).get("state"))
        .hasToString("\"active\"");
    assertThat(Api.requestToken(server(), id, secret, "system/Patient.rs").statusCode())
        .isEqualTo(200);
    assertThat(JsonApi.ok(introspect(value)).get("active").booleanValue())
        .as("does not come back")
        .isFalse();
  }

  /** As if the token had been made at the very moment in which its client was shut. */
  @Test
  void token_whenItsClientIsNotActive_thenOpensNothing() {
    JsonNode told = registered(SERVICE);
    String id = told.get("client_id").textValue();
    String token =
        JsonApi.ok(
                Api.requestToken(
                    server(), id, told.get("client_secret").textValue(), "system/Patient.rs"))
            .get("access_token")
            .textValue();
    assertThat(Api.bearing(server(), token).get("Patient?_count=1").status()).isEqualTo(200);

    int shut =
        bean(JdbcTemplate.class)
            .update(
                "update eqp_client set state = 'disabled' where id ="
                    + " (select id from oauth2_registered_client where client_id = ?)",
                id);

    assertThat(shut).isEqualTo(1);
    assertThat(Api.bearing(server(), token).get("Patient?_count=1").status()).isEqualTo(401);
  }

  @Test
  void secret_whenRenewed_thenOldOneIsGoodForNothing() {
    JsonNode told = registered(SERVICE);
    String id = told.get("client_id").textValue();

    JsonNode renewed = JsonApi.ok(operator().post(CLIENTS + "/" + id + "/secret", null));

    String old = told.get("client_secret").textValue();
    String fresh = renewed.get("client_secret").textValue();
    assertThat(fresh).isNotEqualTo(old).hasSizeGreaterThanOrEqualTo(43);
    assertThat(Api.requestToken(server(), id, old, "system/Patient.rs").statusCode())
        .isEqualTo(401);
    assertThat(Api.requestToken(server(), id, fresh, "system/Patient.rs").statusCode())
        .isEqualTo(200);
    assertThat(JsonApi.ok(operator().get(CLIENTS + "/" + id)).has("client_secret")).isFalse();
  }

  @Test
  void delete_whenDone_thenNothingIsLeft() {
    JsonNode told = registered(SERVICE);
    String id = told.get("client_id").textValue();
    String secret = told.get("client_secret").textValue();
    String token =
        JsonApi.ok(Api.requestToken(server(), id, secret, "system/Patient.rs"))
            .get("access_token")
            .textValue();

    assertThat(operator().send("DELETE", CLIENTS + "/" + id, null).statusCode()).isEqualTo(204);

    assertThat(operator().get(CLIENTS + "/" + id).statusCode()).isEqualTo(404);
    assertThat(operator().send("DELETE", CLIENTS + "/" + id, null).statusCode()).isEqualTo(404);
    assertThat(Api.requestToken(server(), id, secret, "system/Patient.rs").statusCode())
        .isEqualTo(401);
    assertThat(JsonApi.ok(introspect(token)).get("active").booleanValue()).isFalse();
  }

  @Test
  void register_whenApp_thenPrivilegesOfTheOperatorAreKept() {
    JsonNode told =
        registered(
            """
            {"client_name": "House app", "token_endpoint_auth_method": "client_secret_post",
             "redirect_uris": ["https://house.example/callback"],
             "initiate_login_uri": "https://house.example/launch",
             "scope": "openid launch user/*.rs system/Patient.rs",
             "approved_for_everybody": true, "introspects": true}""");

    assertThat(told.get("approved_for_everybody").booleanValue()).isTrue();
    assertThat(told.get("introspects").booleanValue()).isTrue();
    assertThat(told.get("token_endpoint_auth_method").textValue()).isEqualTo("client_secret_post");
    assertThat(told.get("grant_types").toString())
        .isEqualTo("[\"authorization_code\",\"client_credentials\",\"refresh_token\"]");
    JsonNode read = JsonApi.ok(operator().get(CLIENTS + "/" + told.get("client_id").textValue()));
    assertThat(read.get("scope").textValue())
        .isEqualTo("launch openid system/Patient.rs user/*.rs");
    assertThat(read.get("token_endpoint_auth_method").textValue()).isEqualTo("client_secret_post");
    HttpResponse<String> forItself =
        Api.requestToken(
            server(),
            told.get("client_id").textValue(),
            told.get("client_secret").textValue(),
            "user/Patient.rs");
    assertThat(forItself.statusCode()).as("not registered for Basic").isEqualTo(401);
  }

  @Test
  void register_whenMetadataCannotBe_thenRefusedAndNothingIsStored() {
    long before = jdbc.queryForObject("select count(*) from eqp_client", Long.class);
    for (String body :
        new String[] {
          "{}",
          "{\"client_name\": \"x\", \"scope\": \"root\"}",
          "{\"client_name\": \"x\", \"scope\": \"operator\","
              + " \"token_endpoint_auth_method\": \"none\"}",
          "{\"client_name\": \"x\", \"scope\": \"openid\", \"introspects\": \"yes\"}",
          "{\"client_name\": \"x\", \"scope\": \"openid\","
              + " \"redirect_uris\": [\"http://app.example/\"]}",
          "no json"
        }) {
      HttpResponse<String> answer = operator().post(CLIENTS, body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(problem(answer)).as(body).startsWith("invalid_");
    }
    assertThat(jdbc.queryForObject("select count(*) from eqp_client", Long.class))
        .isEqualTo(before);
  }

  @Test
  void list_whenFilteredAndPaged_thenEachClientOnceWithStateAndOrigin() {
    String id = registered(SERVICE).get("client_id").textValue();
    operator().post(CLIENTS + "/" + id + "/disable", null);

    JsonNode disabled = JsonApi.ok(operator().get(CLIENTS + "?state=disabled&origin=operator"));
    assertThat(disabled.findValuesAsText("client_id")).contains(id);
    assertThat(disabled.findValuesAsText("state")).containsOnly("disabled");

    JsonNode configured = JsonApi.ok(operator().get(CLIENTS + "?origin=configuration&size=3"));
    long total = configured.get("total").longValue();
    assertThat(configured.get("clients")).hasSize(3);
    Set<String> all = new HashSet<>();
    for (int page = 1; (page - 1) * 3 < total; page++) {
      all.addAll(
          JsonApi.ok(operator().get(CLIENTS + "?origin=configuration&size=3&page=" + page))
              .findValuesAsText("client_id"));
    }
    assertThat(all).hasSize((int) total).contains("demo-app", "demo-app-symmetric", "demo-ehr");
    assertThat(configured.toString()).doesNotContain("bcrypt", "client_secret\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?state=gone",
        "?origin=me",
        "?page=0",
        "?page=x",
        "?size=201",
        "?size=-1",
        "?page=99999999"
      })
  void list_whenParameterCannotBeMeant_thenSaidInWords(String query) {
    HttpResponse<String> answer = operator().get(CLIENTS + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(problem(answer)).isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"approve", "disable", "enable", "secret"})
  void change_whenClientIsConfigured_thenSaidWhereToChangeIt(String action) {
    HttpResponse<String> answer = operator().post(CLIENTS + "/demo-app/" + action, null);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("equipoise.clients");
    assertThat(operator().send("DELETE", CLIENTS + "/demo-app", null).statusCode()).isEqualTo(409);
    assertThat(JsonApi.ok(operator().get(CLIENTS + "/demo-app")).get("state").textValue())
        .isEqualTo("active");
  }

  @Test
  void anyCall_whenNoOperator_thenRefused() {
    String[] paths = {CLIENTS, CLIENTS + "/demo-app", "/operator", "/operator/anything"};
    for (String path : paths) {
      assertThat(JsonApi.bearing(server(), null).get(path).statusCode()).as(path).isEqualTo(401);
      for (Api other : new Api[] {scribe(), practitioner(), patient("anna")}) {
        assertThat(JsonApi.bearing(server(), other.token()).get(path).statusCode())
            .as(path)
            .isEqualTo(403);
      }
    }
    assertThat(JsonApi.bearing(server(), null).post(CLIENTS, SERVICE).statusCode()).isEqualTo(401);
    assertThat(operator().get(CLIENTS + "/nobody").statusCode()).isEqualTo(404);
    assertThat(operator().get("/operator/anything").statusCode()).isEqualTo(404);
    assertThat(operator().send("PUT", CLIENTS, "{}").statusCode()).isEqualTo(405);
  }

  @Test
  void token_whenServiceAsksForWhatAPersonMustAllow_thenRefused() {
    assertThat(Api.requestToken(server(), "demo-operator", "demo", "operator system/*.rs").body())
        .contains("invalid_scope");
    assertThat(Api.requestToken(server(), "demo-app-symmetric", "demo", "patient/*.rs").body())
        .contains("unauthorized_client");
  }
}
