package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/** Whom the server asks for keys, and how long. */
class KeyRetrieverTest {

  private static final KeyServer SERVER = KeyServer.start();

  private static KeyHosts allowed(String... hosts) {
    return new KeyHosts(List.of(hosts), List.of(), null);
  }

  private static KeyHosts inside(String... hosts) {
    return new KeyHosts(List.of(), List.of(hosts), null);
  }

  private static String fetch(KeyHosts hosts, String address) throws IOException {
    try (KeyRetriever retriever = new KeyRetriever(hosts, SERVER.trust())) {
      return retriever.retrieveResource(URI.create(address).toURL()).getContent();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://keys.example/jwks.json",
    "https://KEYS.example/jwks.json",
    "https://keys.example:443/jwks.json",
    "https://other.example:8443/jwks.json?x=1",
  })
  void problem_whenHostIsListed_thenNone(String address) {
    assertThat(allowed("keys.example", "other.example:8443").problem(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://keys.example/jwks.json",
        "file:///etc/passwd",
        "https://keys.example:8443/jwks.json",
        "https://elsewhere.example/jwks.json",
        "https://keys.example.elsewhere.example/",
        "https://keys.example@elsewhere.example/",
        "https://elsewhere.example#@keys.example/",
        "https://user@keys.example/",
        "https://keys.example./",
        "https:///jwks.json",
        "https://169.254.169.254/latest/meta-data",
        "no address",
      })
  void problem_whenHostIsNotListedOrNotHttps_thenSaidInWords(String address) {
    assertThat(allowed("keys.example").problem(address)).isPresent();
    assertThat(allowed().problem(address)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "64:ff9b::a00:1",
        "2002:a00:1::",
      })
  void isAllowedAt_whenAddressIsNotPublic_thenOnlyForHostsInside(String address) throws Exception {
    InetAddress at = InetAddress.getByName(address);

    assertThat(allowed("keys.example").isAllowedAt("keys.example", at)).isFalse();
    assertThat(inside("keys.example").isAllowedAt("keys.example", at)).isTrue();
    assertThat(inside("keys.example").isAllowedAt("other.example", at)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.215.14", "172.32.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"})
  void isAllowedAt_whenAddressIsPublic_thenTrue(String address) throws Exception {
    assertThat(allowed("keys.example").isAllowedAt("keys.example", InetAddress.getByName(address)))
        .isTrue();
  }

  @Test
  void retrieve_whenHostIsInsideAndListed_thenFetched() throws IOException {
    SERVER.publish("/keys", "{\"keys\":[]}");

    assertThat(fetch(inside(SERVER.host()), SERVER.address("/keys"))).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void retrieve_whenHostMayNotBeAskedOrHasAPrivateAddress_thenNoConnection() {
    SERVER.publish("/private", "{\"keys\":[]}");

    assertThatThrownBy(() -> fetch(allowed(SERVER.host()), SERVER.address("/private")))
        .hasMessageContaining("not public");
    assertThatThrownBy(() -> fetch(allowed(), SERVER.address("/private")))
        .hasMessageContaining("does not allow");
    assertThatThrownBy(
            () ->
                fetch(inside(SERVER.host()), SERVER.address("/private").replace("https:", "http:")))
        .hasMessageContaining("https");
    assertThat(SERVER.asked("/private")).isZero();
  }

  @Test
  void retrieve_whenCertificateIsNotTrustedOrOfAnotherName_thenRefused() {
    SERVER.publish("/untrusted", "{\"keys\":[]}");

    assertThatThrownBy(
            () -> {
              try (KeyRetriever retriever =
                  new KeyRetriever(inside(SERVER.host()), defaultTrust())) {
                retriever.retrieveResource(URI.create(SERVER.address("/untrusted")).toURL());
              }
            })
        .isInstanceOf(IOException.class);
    String byNumber = SERVER.address("/untrusted").replace("localhost", "127.0.0.1");
    assertThatThrownBy(
            () -> fetch(inside(SERVER.host().replace("localhost", "127.0.0.1")), byNumber))
        .isInstanceOf(IOException.class);
    assertThat(SERVER.asked("/untrusted")).isZero();
  }

  private static SSLContext defaultTrust() throws NoSuchAlgorithmException {
    return SSLContext.getDefault();
  }

  @Test
  void retrieve_whenRedirected_thenNotFollowed() {
    SERVER.publish("/target", "{\"keys\":[]}");
    SERVER.answer(
        "/redirect",
        exchange -> {
          exchange.getResponseHeaders().set("Location", SERVER.address("/target"));
          exchange.sendResponseHeaders(302, -1);
        });

    assertThatThrownBy(() -> fetch(inside(SERVER.host()), SERVER.address("/redirect")))
        .hasMessageContaining("302");
    assertThat(SERVER.asked("/target")).isZero();
  }

  @Test
  void retrieve_whenAnswerIsHuge_thenGivenUp() {
    SERVER.publish("/huge", "x".repeat(64 * 1024 + 1));

    assertThatThrownBy(() -> fetch(inside(SERVER.host()), SERVER.address("/huge")))
        .hasMessageContaining("65536 bytes");
  }

  @Test
  @Timeout(10)
  void retrieve_whenAnswerDoesNotCome_thenGivenUp() {
    SERVER.answer("/silent", exchange -> pause(Duration.ofSeconds(12)));

    assertThatThrownBy(() -> fetch(inside(SERVER.host()), SERVER.address("/silent")))
        .isInstanceOf(IOException.class);
  }

  @Test
  @Timeout(10)
  void retrieve_whenAnswerDrips_thenGivenUpThoughEachReadIsInTime() {
    SERVER.answer(
        "/drip",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 60; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            pause(Duration.ofMillis(200));
          }
        });

    assertThatThrownBy(() -> fetch(inside(SERVER.host()), SERVER.address("/drip")))
        .isInstanceOf(IOException.class);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void of_whenKeysAreRotated_thenFetchedAgainOnceAndNotForEachUnknownKey() throws Exception {
    String path = "/rotated";
    SERVER.publish(path, TestKeys.publicSet(TestKeys.es384("old")));
    try (KeyRetriever retriever = new KeyRetriever(inside(SERVER.host()), SERVER.trust())) {
      JWKSource<SecurityContext> keys =
          new ClientKeySource(retriever).of(client(SERVER.address(path))).orElseThrow();

      assertThat(keys.get(key("old"), null)).hasSize(1);
      assertThat(keys.get(key("old"), null)).hasSize(1);
      assertThat(SERVER.asked(path)).as("kept").isEqualTo(1);

      SERVER.publish(path, TestKeys.publicSet(TestKeys.es384("new")));
      assertThat(keys.get(key("new"), null)).hasSize(1);
      assertThat(SERVER.asked(path)).as("asked again").isEqualTo(2);

      for (int i = 0; i < 20; i++) {
        JWKSelector unknown = key("unknown-" + i);
        assertThatThrownBy(() -> keys.get(unknown, null)).isInstanceOf(Exception.class);
      }
      assertThat(SERVER.asked(path)).as("not for each call").isEqualTo(2);
      assertThat(keys.get(key("new"), null)).hasSize(1);
    }
  }

  private static JWKSelector key(String kid) {
    return new JWKSelector(new JWKMatcher.Builder().keyID(kid).build());
  }

  private static RegisteredClient client(String jwksUrl) {
    return RegisteredClient.withId("row")
        .clientId("app")
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
        .clientSettings(
            ClientSettings.builder().setting(RegisteredClients.JWKS_URL, jwksUrl).build())
        .build();
  }
}
