package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example/callback",
        "https://app.example",
        "https://app.example:8443/a/b?tenant=7",
        "https://app.example/a%2Cb",
        "http://localhost:4567/custom/smart/redirect",
        "http://127.0.0.1/app.html",
        "http://[::1]:9000/cb",
      })
  void redirectProblem_whenAddressIsExactAndSafe_thenNone(String uri) {
    assertThat(AppAddresses.redirectProblem(uri, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/callback",
        "app.example/callback",
        "http://app.example/callback",
        "http://127.0.0.1.app.example/callback",
        "http://localhost.app.example/",
        "http://127.0.0.2/",
        "http://0.0.0.0/",
        "https://*.app.example/callback",
        "https://app.example/*",
        "https://app.example/callback#part",
        "https://app.example/callback#",
        "https://user@app.example/callback",
        "https://app.example@evil.example/callback",
        "https://app.example\\@evil.example/callback",
        "https://app.example/a/../callback",
        "https://app.example/a/./callback",
        "https://app.example/a,https://evil.example/",
        "https:///callback",
        "https:callback",
        "https://app.example/ callback",
        "https://app.example/\ncallback",
        "https://äpp.example/callback",
        "https://app.example/cällback",
        "javascript:alert(1)",
        "data:text/html,hi",
        "file:///etc/passwd",
        "ftp://app.example/",
        "myapp:/callback",
        "urn:ietf:wg:oauth:2.0:oob",
      })
  void redirectProblem_whenAddressIsNot_thenSaidInWords(String uri) {
    assertThat(AppAddresses.redirectProblem(uri, false)).isPresent();
    assertThat(AppAddresses.redirectProblem(uri, true)).as("public").isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.example.app:/callback", "com.example.app://callback"})
  void redirectProblem_whenSchemeIsTheAppsOwn_thenForPublicClientsOnly(String uri) {
    assertThat(AppAddresses.redirectProblem(uri, true)).isEmpty();
    assertThat(AppAddresses.redirectProblem(uri, false))
        .hasValueSatisfying(problem -> assertThat(problem).contains("public client"));
    assertThat(AppAddresses.launchProblem(uri)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Größe 7 – 成長", "O'Neill & Sons <Apps>"})
  void nameProblem_whenPeopleCanReadIt_thenNone(String name) {
    assertThat(ClientNames.problem(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "two\nlines",
        "bell\u0007",
        "right\u202eleft",
        "zero\u200bwidth",
        "\u2028"
      })
  void nameProblem_whenItDeceivesTheEye_thenSaidInWords(String name) {
    assertThat(ClientNames.problem(name)).isPresent();
    assertThat(ClientNames.problem("x".repeat(81))).isPresent();
  }
}
