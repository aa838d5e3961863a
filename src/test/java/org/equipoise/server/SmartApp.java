package org.equipoise.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.equipoise.server.Browser.Page;
import org.jsoup.nodes.Element;

/** A SMART app as a test plays it: asks for authorization, exchanges codes, refreshes, revokes. */
final class SmartApp {

  static final String REDIRECT = "http://localhost:4567/custom/smart/redirect";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String server;
  private final String clientId;
  private final String secret;
  private final CodeVerifier verifier = new CodeVerifier();

  /**
   * An app.
   *
   * @param secret null for a public one
   */
  SmartApp(String server, String clientId, String secret) {
    this.server = server;
    this.clientId = clientId;
    this.secret = secret;
  }

  String verifier() {
    return verifier.getValue();
  }

  /** A good request; a test changes what it is about. */
  Map<String, String> request(String scope) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("response_type", "code");
    parameters.put("client_id", clientId);
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("scope", scope);
    parameters.put("state", UUID.randomUUID().toString());
    parameters.put("aud", server + "/fhir");
    parameters.put("code_challenge_method", "S256");
    parameters.put(
        "code_challenge", CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue());
    return parameters;
  }

  Page authorize(Browser browser, Map<String, String> request) {
    return browser.get(server + "/oauth2/authorize?" + Browser.encode(request));
  }

  /** The whole way to a code: login where it is asked for, the one patient, everything allowed. */
  Page allow(Browser browser, Map<String, String> request, String username) {
    return decide(browser, login(browser, authorize(browser, request), username), List.of());
  }

  static Page login(Browser browser, Page page, String username) {
    return login(browser, page, username, TestUsers.PASSWORD);
  }

  static Page login(Browser browser, Page page, String username, String password) {
    if (!page.isAt("/login")) {
      return page;
    }
    return browser.submit(
        page.form("form:has(input[name=password])"),
        Map.of("username", username, "password", password),
        List.of(),
        null);
  }

  /** On the consent page: allow what is ticked, but for {@code unticked}. */
  static Page decide(Browser browser, Page page, List<String> unticked) {
    Element form = page.form("form[action$=/oauth2/authorize]");
    return browser.submit(form, Map.of(), unticked, null);
  }

  HttpResponse<String> exchange(String code) {
    return token(
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            code,
            "redirect_uri",
            REDIRECT,
            "code_verifier",
            verifier.getValue()));
  }

  HttpResponse<String> refresh(String refreshToken) {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  HttpResponse<String> token(Map<String, String> parameters) {
    return post("/oauth2/token", parameters);
  }

  HttpResponse<String> revoke(String token) {
    return post("/oauth2/revoke", Map.of("token", token));
  }

  HttpResponse<String> introspect(String token) {
    return post("/oauth2/introspect", Map.of("token", token));
  }

  HttpResponse<String> post(String path, Map<String, String> parameters) {
    Map<String, String> form = new LinkedHashMap<>(parameters);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", "http://localhost:4567");
    if (secret == null) {
      form.putIfAbsent("client_id", clientId);
    } else {
      request.header(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString((clientId + ":" + secret).getBytes(StandardCharsets.UTF_8)));
    }
    return Api.send(
        request.POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form))).build());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(response.statusCode() + " " + response.body(), e);
    }
  }

  /** The middle part of a JWT. */
  static JsonNode claims(String jwt) {
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
    } catch (java.io.IOException e) {
      throw new AssertionError(jwt, e);
    }
  }
}
