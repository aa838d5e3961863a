package org.equipoise.visits;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;

/**
 * FHIR over HTTP as JSON with tokens by client credentials; keeps count of every answer. Safe for
 * several threads. A call is sent again only after a 5xx or a lost connection, at most twice, and
 * never without being reported.
 */
final class RestClient {

  /** Who calls: a client id, and the scopes it asks for. */
  record Client(String id, List<String> scopes) {}

  /** The resource where the answer was 2xx; status 0 where there was no answer. */
  record Answer<T>(int status, Optional<T> body) {}

  private record Token(String value, Instant goodUntil) {}

  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BEFORE_EXPIRY = Duration.ofSeconds(30);
  private static final String FHIR_JSON = "application/fhir+json";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final JsonMapper json = new JsonMapper();
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();
  private final FhirContext context;
  private final URI server;
  private final String secret;

  private final Map<String, Map<Integer, Integer>> answers = new TreeMap<>();
  private final Map<Boolean, Integer> decisions = new TreeMap<>();
  private final List<LoadReport.Reading> readings = new ArrayList<>();
  private final List<LoadReport.Failure> failures = new ArrayList<>();
  private final AtomicInteger retries = new AtomicInteger();

  RestClient(FhirContext context, URI server, String secret) {
    this.context = context;
    this.server = server;
    this.secret = secret;
  }

  /** Reads or searches. */
  <T extends Resource> Optional<T> get(
      String call, String subject, Client client, String path, Class<T> type) {
    return repeated(call, subject, client, path, null, type);
  }

  /** Sends what may be sent twice: a transaction of PUTs, or an operation with a request id. */
  <T extends Resource> Optional<T> post(
      String call, String subject, Client client, String path, Resource body, Class<T> type) {
    return repeated(call, subject, client, path, body, type);
  }

  /** Sends what must not be sent twice unseen; the caller decides about another attempt. */
  <T extends Resource> Answer<T> postOnce(
      String call, String subject, Client client, String path, Resource body, Class<T> type) {
    return send(call, subject, client, path, body, type);
  }

  /** Whether another attempt makes sense; if so, counts it and waits a little. */
  boolean mayRetry(int status, int attempt) {
    if ((status != 0 && status < 500) || attempt >= ATTEMPTS) {
      return false;
    }
    retries.incrementAndGet();
    try {
      Thread.sleep(attempt * 200L);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Counts a consent decision and reports one that came out otherwise than the case is made for.
   */
  synchronized void decided(String subject, boolean effective, boolean expected) {
    decisions.merge(effective, 1, Integer::sum);
    if (effective != expected) {
      failures.add(
          new LoadReport.Failure(
              "attach-consent",
              subject,
              200,
              "effective is %s, should be %s".formatted(effective, expected)));
    }
  }

  /** Keeps what the server says about the readability of the explanations it wrote. */
  synchronized void read(String subject, Parameters answer) {
    for (ParametersParameterComponent readability : answer.getParameter()) {
      if (readability.getName().equals("readability")) {
        Map<String, Type> parts = new HashMap<>();
        readability.getPart().forEach(part -> parts.put(part.getName(), part.getValue()));
        readings.add(
            new LoadReport.Reading(
                subject,
                parts.get("language").primitiveValue(),
                number(parts.get("grade")),
                number(parts.get("target"))));
      }
    }
  }

  private static BigDecimal number(Type value) {
    return value == null ? null : new BigDecimal(value.primitiveValue());
  }

  synchronized LoadReport report(int alreadyThere, double seconds) {
    return new LoadReport(
        new TreeMap<>(answers),
        new TreeMap<>(decisions),
        List.copyOf(readings),
        alreadyThere,
        List.copyOf(failures),
        retries.get(),
        seconds);
  }

  private <T extends Resource> Optional<T> repeated(
      String call, String subject, Client client, String path, Resource body, Class<T> type) {
    for (int attempt = 1; ; attempt++) {
      Answer<T> answer = send(call, subject, client, path, body, type);
      if (answer.body().isPresent() || !mayRetry(answer.status(), attempt)) {
        return answer.body();
      }
    }
  }

  private <T extends Resource> Answer<T> send(
      String call, String subject, Client client, String path, Resource body, Class<T> type) {
    Answer<String> token = token(client);
    if (token.body().isEmpty()) {
      return new Answer<>(token.status(), Optional.empty());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("/fhir" + (path.isEmpty() ? "" : "/" + path)))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token.body().get())
            .header("Accept", FHIR_JSON);
    if (body != null) {
      request
          .header("Content-Type", FHIR_JSON)
          .POST(BodyPublishers.ofString(context.newJsonParser().encodeResourceToString(body)));
    }
    Answer<String> answer = exchange(call, subject, request.build());
    return new Answer<>(
        answer.status(),
        answer.body().map(text -> type.cast(context.newJsonParser().parseResource(text))));
  }

  private Answer<String> token(Client client) {
    Token held = tokens.get(client.id());
    if (held != null && Instant.now().isBefore(held.goodUntil())) {
      return new Answer<>(200, Optional.of(held.value()));
    }
    String form =
        "grant_type=client_credentials&scope=" + encoded(String.join(" ", client.scopes()));
    // RFC 6749, section 2.3.1: form-encoded before the colon joins them.
    String pair = encoded(client.id()) + ":" + encoded(secret);
    String proof = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/oauth2/token"))
            .timeout(PATIENCE)
            .header("Authorization", "Basic " + proof)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    Answer<String> answer = exchange("token", client.id(), request);
    Optional<Token> token = answer.body().map(this::parsed);
    token.ifPresent(fresh -> tokens.put(client.id(), fresh));
    return new Answer<>(answer.status(), token.map(Token::value));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Token parsed(String answer) {
    try {
      JsonNode token = json.readTree(answer);
      return new Token(
          token.path("access_token").asText(),
          Instant.now().plusSeconds(token.path("expires_in").asLong()).minus(BEFORE_EXPIRY));
    } catch (IOException e) {
      throw new IllegalStateException("The token endpoint did not answer with JSON", e);
    }
  }

  private Answer<String> exchange(String call, String subject, HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      boolean good = response.statusCode() / 100 == 2;
      count(call, subject, response.statusCode(), good ? null : response.body());
      return new Answer<>(response.statusCode(), Optional.of(response.body()).filter(body -> good));
    } catch (IOException e) {
      count(call, subject, 0, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      count(call, subject, 0, e.toString());
    }
    return new Answer<>(0, Optional.empty());
  }

  private synchronized void count(String call, String subject, int status, String problem) {
    answers.computeIfAbsent(call, key -> new TreeMap<>()).merge(status, 1, Integer::sum);
    if (problem != null) {
      failures.add(new LoadReport.Failure(call, subject, status, problem));
    }
  }
}
