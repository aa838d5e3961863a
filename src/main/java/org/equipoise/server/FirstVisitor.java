package org.equipoise.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/**
 * Calls this server once over HTTP, so that connector, security filters, token check and FHIR
 * servlet have answered before the first client comes. It reads a published definition, as anybody
 * may, and sends a transaction without entries, with a token that has no scope and so allows
 * nothing. Left out where the server speaks TLS, since its certificate is not made for a loopback
 * address.
 */
class FirstVisitor {

  private static final Logger log = LoggerFactory.getLogger(FirstVisitor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FHIR_JSON = "application/fhir+json";
  private static final String NOTHING = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}";

  private final WebServerApplicationContext context;
  private final ServerProperties server;
  private final ServerAddress address;
  private final JwtEncoder tokens;
  private final LiveTokens liveTokens;
  private final Clock clock;

  FirstVisitor(
      WebServerApplicationContext context,
      ServerProperties server,
      ServerAddress address,
      JwtEncoder tokens,
      LiveTokens liveTokens,
      Clock clock) {
    this.context = context;
    this.server = server;
    this.address = address;
    this.tokens = tokens;
    this.liveTokens = liveTokens;
    this.clock = clock;
  }

  void visit() {
    if (context.getWebServer() == null
        || (server.getSsl() != null && server.getSsl().isEnabled())) {
      return;
    }
    send(request("/fhir/Questionnaire/teach-back").GET().build());
    send(
        request("/fhir")
            .header("Authorization", "Bearer " + powerlessToken())
            .header("Content-Type", FHIR_JSON)
            .POST(HttpRequest.BodyPublishers.ofString(NOTHING))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    InetAddress bound = server.getAddress();
    String host = bound == null || bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
    String base =
        "http://"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + context.getWebServer().getPort();
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(PATIENCE)
        .header("Accept", FHIR_JSON);
  }

  private String powerlessToken() {
    Instant now = clock.instant();
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .issuer(address.baseUrl())
            .audience(List.of(address.fhirBase()))
            .id(UUID.randomUUID().toString())
            .subject("startup")
            .claim("client_id", "startup")
            .issuedAt(now)
            .expiresAt(now.plus(PATIENCE))
            .build();
    liveTokens.admit(claims.getId(), claims.getExpiresAt());
    return tokens.encode(JwtEncoderParameters.from(claims)).getTokenValue();
  }

  private static void send(HttpRequest request) {
    try {
      HttpResponse<Void> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() != 200) {
        log.warn(
            "The server answers its own call of {} with {}", request.uri(), answer.statusCode());
      }
    } catch (IOException e) {
      log.warn("The server cannot be reached at {}: {}", request.uri(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
