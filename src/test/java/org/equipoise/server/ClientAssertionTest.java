package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
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
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.TestKeys;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A client proves itself by what it signs, with keys that it published. */
class ClientAssertionTest extends ServerTest {

  private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final String PUBLISHED = "/url-key-client";

  @Autowired private ServerAddress address;

  private String assertion(String client, JWK key, Consumer<JWTClaimsSet.Builder> change)
      throws JOSEException {
    return assertion(client, key, null, change);
  }

  private String assertion(
      String client, JWK key, String keysAt, Consumer<JWTClaimsSet.Builder> change)
      throws JOSEException {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(client)
            .subject(client)
            .audience(address.baseUrl() + "/oauth2/token")
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(240)));
    change.accept(claims);
    JWSAlgorithm algorithm = key instanceof ECKey ? JWSAlgorithm.ES384 : JWSAlgorithm.RS384;
    JWSHeader.Builder header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
    if (keysAt != null) {
      header.jwkURL(URI.create(keysAt));
    }
    SignedJWT jwt = new SignedJWT(header.build(), claims.build());
    JWSSigner signer =
        key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private HttpResponse<String> token(String type, String assertion) {
    return Api.send(
        HttpRequest.newBuilder(URI.create(server() + "/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&scope=system%2FPatient.rs"
                        + "&client_assertion_type="
                        + URLEncoder.encode(type, StandardCharsets.UTF_8)
                        + "&client_assertion="
                        + assertion))
            .build());
  }

  @Test
  void token_whenKeysArePublished_thenRotationIsPickedUpAndForeignKeysAreNot() throws Exception {
    ECKey first = TestKeys.es384("first");
    ECKey second = TestKeys.es384("second");
    TestClients.KEY_SERVER.publish(PUBLISHED, TestKeys.publicSet(first));

    HttpResponse<String> before = token(TYPE, assertion("url-key-client", first, c -> {}));
    assertThat(before.statusCode()).as(before.body()).isEqualTo(200);

    TestClients.KEY_SERVER.publish(PUBLISHED, TestKeys.publicSet(second));
    HttpResponse<String> after = token(TYPE, assertion("url-key-client", second, c -> {}));
    assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
    assertThat(token(TYPE, assertion("url-key-client", first, c -> {})).statusCode())
        .as("the key that is gone")
        .isIn(400, 401);

    ECKey stranger = TestKeys.es384("stranger");
    TestClients.KEY_SERVER.publish("/strangers-own", TestKeys.publicSet(stranger));
    String withItsOwnKeys =
        assertion(
            "url-key-client",
            stranger,
            TestClients.KEY_SERVER.address("/strangers-own"),
            claims -> {});
    HttpResponse<String> strangers = token(TYPE, withItsOwnKeys);
    assertThat(strangers.statusCode()).as(strangers.body()).isIn(400, 401);
    assertThat(TestClients.KEY_SERVER.asked("/strangers-own")).as("jku").isZero();
    assertThat(TestClients.KEY_SERVER.asked(PUBLISHED)).as("fetches").isEqualTo(2);
  }

  @Test
  void token_whenTypeIsWrong_thenInvalidClient() throws Exception {
    for (String type : List.of("urn:example:other", "", TYPE.toUpperCase(Locale.ROOT))) {
      HttpResponse<String> answer =
          token(type, assertion("key-client", TestClients.KEY, claims -> {}));
      assertThat(answer.statusCode()).as(type).isIn(400, 401);
      assertThat(answer.body()).as(type).contains("\"invalid_client\"");
    }
  }

  @Test
  void token_whenTimesOrAudienceCannotBeMeant_thenRefused() throws Exception {
    Date later = Date.from(Instant.now().plusSeconds(120));
    for (String wrong :
        List.of(
            assertion("key-client", TestClients.KEY, claims -> claims.notBeforeTime(later)),
            assertion("key-client", TestClients.KEY, claims -> claims.issueTime(later)),
            assertion(
                "key-client",
                TestClients.KEY,
                claims ->
                    claims.audience(
                        List.of(
                            address.baseUrl() + "/oauth2/token", "https://elsewhere.example"))))) {
      HttpResponse<String> answer = token(TYPE, wrong);
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 401);
      assertThat(answer.body()).contains("\"invalid_client\"").doesNotContain("access_token");
    }
    assertThat(
            token(TYPE, assertion("key-client", TestClients.KEY, claims -> claims.issueTime(null)))
                .statusCode())
        .as("iat may be missing")
        .isEqualTo(200);
  }
}
