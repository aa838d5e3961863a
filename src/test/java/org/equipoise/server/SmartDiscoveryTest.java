package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What an app learns of this server before it has a token (SMART App Launch 2.2, OpenID Connect).
 */
class SmartDiscoveryTest extends ServerTest {

  private HttpResponse<String> get(String path) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + path))
            .header("Accept", "application/json")
            .header("Origin", "http://localhost:4567")
            .build());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  @Test
  void smartConfiguration_whenRead_thenNamesEndpointsThatAnswer() {
    HttpResponse<String> answer = get("/fhir/.well-known/smart-configuration");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    JsonNode smart = SmartApp.json(answer);
    assertThat(smart.path("issuer").asText()).isEqualTo(server());
    assertThat(smart.path("authorization_endpoint").asText())
        .isEqualTo(server() + "/oauth2/authorize");
    assertThat(smart.path("token_endpoint").asText()).isEqualTo(server() + "/oauth2/token");
    assertThat(texts(smart.path("grant_types_supported")))
        .containsExactly("authorization_code", "refresh_token", "client_credentials");
    assertThat(texts(smart.path("code_challenge_methods_supported"))).containsExactly("S256");
    assertThat(texts(smart.path("capabilities")))
        .containsExactlyInAnyOrder(
            "launch-ehr",
            "launch-standalone",
            "authorize-post",
            "client-public",
            "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "sso-openid-connect",
            "context-banner",
            "context-style",
            "context-ehr-patient",
            "context-ehr-encounter",
            "context-standalone-patient",
            "permission-offline",
            "permission-online",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2");
    assertThat(get("/oauth2/jwks").statusCode()).isEqualTo(200);
    for (String endpoint : List.of("introspection_endpoint", "revocation_endpoint")) {
      String path = URI.create(smart.path(endpoint).asText()).getPath();
      assertThat(
              Api.send(
                      HttpRequest.newBuilder(URI.create(server() + path))
                          .POST(HttpRequest.BodyPublishers.noBody())
                          .build())
                  .statusCode())
          .as(path)
          .isEqualTo(401);
    }
  }

  @Test
  void smartConfiguration_whenOnlyItsHeadIsAskedFor_thenAsReadButForTheBody() {
    String path = "/fhir/.well-known/smart-configuration";
    HttpResponse<String> whole = get(path);

    HttpResponse<String> head = call("HEAD", path);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String header : List.of("Content-Type", "Content-Length")) {
      assertThat(head.headers().firstValue(header))
          .as(header)
          .isPresent()
          .isEqualTo(whole.headers().firstValue(header));
    }
  }

  private HttpResponse<String> call(String method, String path) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }

  @Test
  void tokenEndpoints_whenNotPosted_thenToldThatPostIsTaken() {
    for (String path : List.of("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke")) {
      for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
        HttpResponse<String> answer = call(method, path);
        assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        if (!method.equals("HEAD")) {
          assertThat(SmartApp.json(answer).path("error").asText()).isEqualTo("invalid_request");
        }
      }
    }
  }

  @Test
  void openidConfiguration_whenRead_thenHasWhatOpenIdConnectRequires() {
    for (String path :
        List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/json");
      JsonNode document = SmartApp.json(answer);
      assertThat(document.path("issuer").asText()).isEqualTo(server());
      assertThat(document.path("jwks_uri").asText()).isEqualTo(server() + "/oauth2/jwks");
      assertThat(texts(document.path("response_types_supported"))).containsExactly("code");
      assertThat(texts(document.path("code_challenge_methods_supported"))).containsExactly("S256");
      assertThat(document.path("authorization_response_iss_parameter_supported").asBoolean())
          .isTrue();
      assertThat(texts(document.path("response_modes_supported"))).containsExactly("query");
      assertThat(document.path("request_uri_parameter_supported").asBoolean(true)).isFalse();
      assertThat(texts(document.path("token_endpoint_auth_methods_supported")))
          .containsExactly("none", "client_secret_basic", "client_secret_post", "private_key_jwt");
      assertThat(texts(document.path("token_endpoint_auth_signing_alg_values_supported")))
          .containsExactly("ES384", "RS384");
      assertThat(answer.body()).doesNotContain("device", "dpop", "tls_client", "token-exchange");
    }
    JsonNode openid = SmartApp.json(get("/.well-known/openid-configuration"));
    assertThat(texts(openid.path("subject_types_supported"))).containsExactly("public");
    assertThat(texts(openid.path("id_token_signing_alg_values_supported"))).contains("RS256");
  }

  @Test
  void endpoint_whenNotListed_thenClosedToAClientWithGoodProof() {
    String listed =
        get("/fhir/.well-known/smart-configuration").body()
            + get("/.well-known/openid-configuration").body();
    for (String path :
        List.of(
            "/oauth2/device_authorization",
            "/oauth2/device_verification",
            "/oauth2/par",
            "/connect/register")) {
      assertThat(listed).doesNotContain(path);
      assertThat(
              JsonApi.form(
                      server(),
                      path,
                      "demo-app-symmetric",
                      "demo",
                      "scope",
                      "patient/Patient.rs",
                      "response_type",
                      "code",
                      "redirect_uri",
                      SmartApp.REDIRECT)
                  .statusCode())
          .as("POST " + path)
          .isEqualTo(404);
      assertThat(get(path).statusCode()).as("GET " + path).isEqualTo(404);
    }
  }

  @Test
  void jwks_whenRead_thenPublicRsaKeysFirst() {
    JsonNode keys = SmartApp.json(get("/oauth2/jwks")).path("keys");

    assertThat(keys.size()).isPositive();
    assertThat(keys.get(0).path("kty").asText()).isEqualTo("RSA");
    assertThat(keys.get(0).path("kid").asText()).isNotBlank();
    keys.forEach(key -> assertThat(key.has("d")).isFalse());
  }
}
