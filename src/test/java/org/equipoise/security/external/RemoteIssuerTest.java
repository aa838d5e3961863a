package org.equipoise.security.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteIssuerTest {

  private HttpServer http;
  private String base;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    base = "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private AtomicInteger answer(String path, int status, String body, String... location) {
    AtomicInteger calls = new AtomicInteger();
    http.createContext(
        path,
        exchange -> {
          calls.incrementAndGet();
          if (location.length > 0) {
            exchange.getResponseHeaders().set("Location", location[0]);
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    return calls;
  }

  private String metadata(String issuer, String jwksUri) {
    return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwksUri + "\"}";
  }

  private static int found(JWKSource<SecurityContext> keys, String keyId) throws Exception {
    return keys.get(new JWKSelector(new JWKMatcher.Builder().keyID(keyId).build()), null).size();
  }

  @Test
  void keys_whenIssuerHasAPath_thenFoundByEitherMetadata() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("a").generate();
    answer("/jwks", 200, new JWKSet(key).toString(true));
    answer(
        "/.well-known/oauth-authorization-server/realm",
        200,
        metadata(base + "/realm", base + "/jwks"));

    assertThat(found(new RemoteIssuer(base + "/realm", null, true).keys(), "a")).isEqualTo(1);
    assertThat(found(new RemoteIssuer("https://x.example", base + "/jwks", true).keys(), "a"))
        .isEqualTo(1);
  }

  @Test
  void keys_whenKeyIdsAreMadeUp_thenIssuerIsNotCalledEachTime() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("a").generate();
    AtomicInteger calls = answer("/jwks", 200, new JWKSet(key).toString(true));
    JWKSource<SecurityContext> keys = new RemoteIssuer(base, base + "/jwks", true).keys();

    for (int i = 0; i < 50; i++) {
      try {
        assertThat(found(keys, "made-up-" + i)).isZero();
      } catch (com.nimbusds.jose.KeySourceException expected) {
        // Fetched enough for now.
      }
    }

    assertThat(calls.get()).isLessThanOrEqualTo(3);
    assertThat(found(keys, "a")).isEqualTo(1);
  }

  @Test
  void metadata_whenOfAnotherIssuerOrNotSafe_thenRefused() {
    RemoteIssuer issuer = new RemoteIssuer(base, null, true);
    answer("/.well-known/openid-configuration", 200, metadata("https://evil.example", base));
    assertThatThrownBy(issuer::metadata)
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("evil");

    http.removeContext("/.well-known/openid-configuration");
    answer("/.well-known/openid-configuration", 200, metadata(base, "http://10.0.0.1/jwks"));
    assertThatThrownBy(() -> issuer.address(issuer.metadata(), "jwks_uri"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void keys_whenRedirected_thenNotFollowed() {
    answer("/jwks", 302, "", base + "/elsewhere");
    AtomicInteger elsewhere = answer("/elsewhere", 200, "{\"keys\":[]}");

    assertThatThrownBy(() -> found(new RemoteIssuer(base, base + "/jwks", true).keys(), "a"))
        .isInstanceOf(com.nimbusds.jose.KeySourceException.class);
    assertThat(elsewhere.get()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "https://issuer.example, false, true",
    "https://issuer.example/realms/x, false, true",
    "http://issuer.example, false, false",
    "http://issuer.example, true, false",
    "http://localhost:8080, false, false",
    "http://localhost:8080, true, true",
    "http://127.0.0.1:8080/x, true, true",
    "http://[::1]:8080, true, true",
    "http://127.0.0.1.evil.example, true, false",
    "http://localhost@evil.example, true, false",
    "https://issuer.example?x=y, false, false",
    "https://issuer.example#x, false, false",
    "file:///etc/passwd, true, false",
    "issuer, true, false",
    "'https://a b', true, false",
  })
  void address_whenNotHttps_thenOnlyThisMachineWhereAllowed(
      String address, boolean loopback, boolean allowed) {
    assertThat(RemoteAddress.isAllowed(address, loopback)).isEqualTo(allowed);
  }
}
