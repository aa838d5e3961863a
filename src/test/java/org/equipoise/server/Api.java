package org.equipoise.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/**
 * Speaks plain HTTP to the server under test as one of its clients, as somebody with curl would.
 */
public final class Api {

  private static final Pattern ACCESS_TOKEN =
      Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Below the five minutes that a token lives. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(4);

  private static final Map<String, Token> TOKENS = new ConcurrentHashMap<>();

  private record Token(String value, Instant until) {}

  private final String server;
  private final String token;

  private Api(String server, String token) {
    this.server = server;
    this.token = token;
  }

  /** Without a token. */
  public static Api anonymous(String server) {
    return new Api(server, null);
  }

  /** With this very token. */
  public static Api bearing(String server, String token) {
    return new Api(server, token);
  }

  /** As a client that proves itself by its secret and asks for {@code scopes}. */
  public static Api as(String server, String clientId, String secret, String scopes) {
    Token token =
        TOKENS.compute(
            server + "|" + clientId + "|" + scopes,
            (key, had) ->
                had != null && had.until().isAfter(Instant.now())
                    ? had
                    : new Token(
                        newToken(server, clientId, secret, scopes),
                        Instant.now().plus(TOKEN_LIFE)));
    return new Api(server, token.value());
  }

  private static String newToken(String server, String clientId, String secret, String scopes) {
    HttpResponse<String> response = requestToken(server, clientId, secret, scopes);
    Matcher matcher = ACCESS_TOKEN.matcher(response.body());
    if (response.statusCode() != 200 || !matcher.find()) {
      throw new IllegalStateException(
          "No token for " + clientId + ": " + response.statusCode() + response.body());
    }
    return matcher.group(1);
  }

  /** The token endpoint's own answer. */
  public static HttpResponse<String> requestToken(
      String server, String clientId, String secret, String scopes) {
    String basic =
        Base64.getEncoder()
            .encodeToString((clientId + ":" + secret).getBytes(StandardCharsets.UTF_8));
    return send(
        HttpRequest.newBuilder(URI.create(server + "/oauth2/token"))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&scope="
                        + URLEncoder.encode(scopes, StandardCharsets.UTF_8)))
            .build());
  }

  static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The bearer token, null for none. */
  public String token() {
    return token;
  }

  public Answer get(String path) {
    return exchange(request(path).GET());
  }

  public Answer delete(String path) {
    return exchange(request(path).DELETE());
  }

  public Answer post(String path, Resource body, String... headers) {
    return exchange("POST", path, "application/fhir+json", json(body), headers);
  }

  public Answer put(Resource body, String... headers) {
    String path = body.fhirType() + "/" + body.getIdElement().getIdPart();
    return exchange("PUT", path, "application/fhir+json", json(body), headers);
  }

  public Answer exchange(
      String method, String path, String contentType, String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", contentType)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return exchange(request);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + "/fhir/" + path))
            .header("Accept", "application/fhir+json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private static Answer exchange(HttpRequest.Builder request) {
    return new Answer(send(request.build()));
  }

  static String json(Resource resource) {
    return FhirR4.context().newJsonParser().encodeResourceToString(resource);
  }

  /** What came back. */
  public record Answer(HttpResponse<String> response) {

    public int status() {
      return response.statusCode();
    }

    public String body() {
      return response.body();
    }

    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    /** The body as a resource of this type; fails with the whole answer where it is another. */
    public <T extends Resource> T as(Class<T> type) {
      Resource resource = (Resource) FhirR4.context().newJsonParser().parseResource(body());
      if (!type.isInstance(resource)) {
        throw new AssertionError(
            "Expected " + type.getSimpleName() + ", got " + status() + " " + body());
      }
      return type.cast(resource);
    }

    /** Like {@link #as}, for an answer that must be a success. */
    public <T extends Resource> T ok(Class<T> type) {
      if (status() / 100 != 2) {
        throw new AssertionError("Expected success, got " + status() + " " + body());
      }
      return as(type);
    }

    /** The first issue of the OperationOutcome. */
    public OperationOutcome.OperationOutcomeIssueComponent issue() {
      return as(OperationOutcome.class).getIssueFirstRep();
    }
  }
}
