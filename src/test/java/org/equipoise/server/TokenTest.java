package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.security.ServerAddress;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** How a client gets a token, and what is refused. */
class TokenTest extends ServerTest {

  @Autowired private ServerAddress address;
  @Autowired private Environment environment;

  private String assertion(
      JWSAlgorithm algorithm, RSAKey key, Consumer<JWTClaimsSet.Builder> change)
      throws JOSEException {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer("key-client")
            .subject("key-client")
            .audience(address.baseUrl() + "/oauth2/token")
            .jwtID(UUID.randomUUID().toString())
            .expirationTime(Date.from(Instant.now().plusSeconds(120)));
    change.accept(claims);
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims.build());
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  private HttpResponse<String> token(String assertion) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + "/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&scope="
                        + URLEncoder.encode("system/Patient.rs", StandardCharsets.UTF_8)
                        + "&client_assertion_type="
                        + URLEncoder.encode(
                            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                            StandardCharsets.UTF_8)
                        + "&client_assertion="
                        + assertion))
            .build());
  }

  @Test
  void token_whenAssertionIsGood_thenIssuedOnceForIt() throws Exception {
    String assertion = assertion(JWSAlgorithm.RS384, TestClients.KEY, claims -> {});

    HttpResponse<String> first = token(assertion);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(token(assertion).statusCode()).as("replayed jti").isIn(400, 401);
  }

  @Test
  void token_whenAssertionIsWrong_thenRefused() throws Exception {
    RSAKey stranger = TestClients.newKey();
    String[] wrong = {
      assertion(JWSAlgorithm.RS384, stranger, claims -> {}),
      assertion(JWSAlgorithm.RS256, TestClients.KEY, claims -> {}),
      assertion(
          JWSAlgorithm.RS384,
          TestClients.KEY,
          claims -> claims.audience("https://elsewhere.example")),
      assertion(JWSAlgorithm.RS384, TestClients.KEY, claims -> claims.issuer("demo-scribe")),
      assertion(JWSAlgorithm.RS384, TestClients.KEY, claims -> claims.jwtID(null)),
      assertion(JWSAlgorithm.RS384, TestClients.KEY, claims -> claims.expirationTime(null)),
      assertion(
          JWSAlgorithm.RS384,
          TestClients.KEY,
          claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(3600)))),
      assertion(
          JWSAlgorithm.RS384,
          TestClients.KEY,
          claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300)))),
      "not.a.jwt",
    };
    for (String assertion : wrong) {
      HttpResponse<String> answer = token(assertion);
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 401);
      assertThat(answer.body()).doesNotContain("access_token");
    }
  }

  @Test
  void token_whenSecretOrScopeIsWrong_thenRefusedInWords() {
    assertThat(Api.requestToken(server(), "demo-scribe", "guess", "system/*.rs").statusCode())
        .isEqualTo(401);
    assertThat(Api.requestToken(server(), "nobody", "demo", "system/*.rs").statusCode())
        .isEqualTo(401);
    HttpResponse<String> none = Api.requestToken(server(), "demo-scribe", "demo", "");
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).contains("invalid_scope");
    HttpResponse<String> wider = Api.requestToken(server(), "demo-patient", "demo", "system/*.rs");
    assertThat(wider.statusCode()).isEqualTo(400);
    assertThat(wider.body()).contains("invalid_scope").contains("not registered");
    assertThat(
            Api.requestToken(server(), "demo-scribe", "demo", "system/Patient.r system/Device.s")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void token_whenProvedInTwoWays_thenRefusedEvenWhereBothAreRight() throws Exception {
    String assertion = assertion(JWSAlgorithm.RS384, TestClients.KEY, claims -> {});
    String type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    for (HttpResponse<String> answer :
        List.of(
            prove("demo-scribe", "client_id", "demo-scribe", "client_secret", "demo"),
            prove("demo-scribe", "client_assertion_type", type, "client_assertion", assertion),
            prove(
                null,
                "client_id",
                "key-client",
                "client_secret",
                "demo",
                "client_assertion_type",
                type,
                "client_assertion",
                assertion))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("\"invalid_request\"", "in one way");
    }
    // Naming oneself is no proof, and neither is one that is left empty.
    assertThat(prove("demo-scribe", "client_id", "demo-scribe", "client_secret", "").statusCode())
        .isEqualTo(200);
  }

  private HttpResponse<String> prove(String basic, String... namesAndValues) {
    return JsonApi.form(
        server(),
        "/oauth2/token",
        basic,
        "demo",
        Stream.concat(
                Stream.of("grant_type", "client_credentials", "scope", "system/Patient.rs"),
                Stream.of(namesAndValues))
            .toArray(String[]::new));
  }

  @Test
  void openDoors_whenNoToken_thenOnlyTheseAnswer() {
    // The bare address leads people to their apps, and so to the login.
    HttpResponse<String> bare =
        Api.send(HttpRequest.newBuilder(URI.create(server() + "/")).build());
    assertThat(bare.statusCode()).isEqualTo(302);
    assertThat(bare.headers().firstValue("Location")).contains("/login");
    assertThat(bare.body()).isEmpty();
    String[] closed = {
      "/error",
      "/actuator",
      "/actuator/env",
      "/actuator/heapdump",
      "/h2-console",
      "/v3/api-docs",
      "/fhir",
      "/fhir/Patient",
      "/fhir/swagger-ui/",
      "/fhir/api-docs",
      "/oauth2/authorize",
      "/userinfo"
    };
    for (String path : closed) {
      HttpResponse<String> answer =
          Api.send(HttpRequest.newBuilder(URI.create(server() + path)).build());
      assertThat(answer.statusCode()).as(path).isIn(400, 401, 403, 404);
    }
    for (String path :
        new String[] {
          "/fhir/metadata",
          "/actuator/health",
          "/actuator/health/readiness",
          "/oauth2/jwks",
          "/.well-known/oauth-authorization-server"
        }) {
      HttpResponse<String> answer =
          Api.send(HttpRequest.newBuilder(URI.create(server() + path)).build());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).as(path).doesNotContain("\"d\":", "\"p\":");
    }
  }

  @Test
  void address_whenNotConfigured_thenThisMachineOnly() {
    assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
  }
}
