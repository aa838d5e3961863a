package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The operator changes signing keys while the server runs. */
class OperatorKeysTest extends ServerTest {

  private HttpResponse<String> call(String method, String path, String token) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }

  private String operator() {
    // Not a token that other tests hold: it does not outlive its key.
    return SmartApp.json(Api.requestToken(server(), "demo-operator", "demo", "operator"))
        .path("access_token")
        .asText();
  }

  @Test
  void announce_whenAsked_thenNextKeyIsPublishedAndTheOldGoesOnSigning() {
    JsonNode before = SmartApp.json(call("GET", "/operator/keys", operator()));
    HttpResponse<String> answer = call("POST", "/operator/keys", operator());

    assertThat(answer.statusCode()).isEqualTo(201);
    JsonNode after = SmartApp.json(answer);
    assertThat(after.size()).isGreaterThanOrEqualTo(2);
    assertThat(after.get(0).path("signs").asBoolean()).isFalse();
    assertThat(SmartApp.json(call("GET", "/oauth2/jwks", operator())).path("keys").size())
        .isEqualTo(after.size());
    assertThat(call("POST", "/operator/keys", operator()).body()).isEqualTo(answer.body());
    assertThat(before.size()).isPositive();

    String announced = after.get(0).path("kid").asText();
    assertThat(call("DELETE", "/operator/keys/" + announced, operator()).statusCode())
        .isEqualTo(200);
    assertThat(call("DELETE", "/operator/keys/" + announced, operator()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void keys_whenNotTheOperator_thenRefused() {
    assertThat(call("GET", "/operator/keys", scribe().token()).statusCode()).isEqualTo(403);
    assertThat(call("GET", "/operator/keys", practitioner().token()).statusCode()).isEqualTo(403);
  }
}
