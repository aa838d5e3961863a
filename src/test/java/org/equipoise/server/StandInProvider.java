package org.equipoise.server;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * An OpenID provider at which somebody is logged in already: authorization code with PKCE S256,
 * strict about everything that a client must send.
 */
final class StandInProvider extends StandInIssuer {

  static final String CLIENT = "equipoise at the clinic";
  static final String SECRET = "known to these two: only";

  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private volatile String subject = "nobody";
  private volatile Consumer<JWTClaimsSet.Builder> change = claims -> {};

  StandInProvider() {
    on("/authorize", this::authorize);
    on("/token", this::token);
  }

  /** Who is logged in there, and how the next ID tokens differ from right ones. */
  void loggedIn(String subject, Consumer<JWTClaimsSet.Builder> change) {
    this.subject = subject;
    this.change = change;
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> request = query(exchange.getRequestURI().getRawQuery());
    boolean good =
        CLIENT.equals(request.get("client_id"))
            && "code".equals(request.get("response_type"))
            && "S256".equals(request.get("code_challenge_method"))
            && request.getOrDefault("scope", "").contains("openid")
            && !request.getOrDefault("state", "").isEmpty()
            && !request.getOrDefault("nonce", "").isEmpty()
            && request.getOrDefault("redirect_uri", "").endsWith("/login/oauth2/code/clinic");
    if (!good) {
      json(exchange, 400, JSONObjectUtils.toJSONString(new LinkedHashMap<>(request)));
      return;
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, request);
    exchange
        .getResponseHeaders()
        .set(
            "Location",
            request.get("redirect_uri")
                + "?code="
                + code
                + "&state="
                + URLEncoder.encode(request.get("state"), StandardCharsets.UTF_8));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Map<String, String> request = codes.remove(form.getOrDefault("code", ""));
    if (request == null
        || !basic().equals(exchange.getRequestHeaders().getFirst("Authorization"))
        || !request.get("redirect_uri").equals(form.get("redirect_uri"))
        || !request.get("code_challenge").equals(s256(form.getOrDefault("code_verifier", "")))) {
      json(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(address())
            .subject(subject)
            .audience(CLIENT)
            .issueTime(new Date())
            .expirationTime(Date.from(Instant.now().plusSeconds(60)))
            .claim("nonce", request.get("nonce"));
    change.accept(claims);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("access_token", "of no use here");
    answer.put("token_type", "Bearer");
    answer.put("expires_in", 60);
    answer.put("id_token", signed(claims.build()));
    json(exchange, 200, JSONObjectUtils.toJSONString(answer));
  }

  private static Map<String, String> query(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    UriComponentsBuilder.newInstance()
        .query(text)
        .build()
        .getQueryParams()
        .forEach(
            (name, values) ->
                parameters.put(name, URLDecoder.decode(values.get(0), StandardCharsets.UTF_8)));
    return parameters;
  }

  private static String basic() {
    String pair =
        URLEncoder.encode(CLIENT, StandardCharsets.UTF_8)
            + ":"
            + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String s256(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
