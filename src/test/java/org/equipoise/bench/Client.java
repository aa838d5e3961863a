package org.equipoise.bench;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Resource;

/** One OAuth client that times its calls. Safe for many threads. */
final class Client {

  private static final Pattern ACCESS_TOKEN =
      Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");

  /** Tokens live five minutes. */
  private static final Duration TOKEN_USE = Duration.ofMinutes(3);

  private static final FhirContext CONTEXT = FhirR4.context();

  /** An answer, and how long it took from sending to its last byte. */
  record Answer(int status, byte[] body, double millis) {

    /**
     * The body where the answer is a success; else an exception with the whole answer, since a
     * bench must not go on.
     */
    <T extends Resource> T ok(Class<T> type) {
      String text = new String(body, StandardCharsets.UTF_8);
      if (status / 100 != 2) {
        throw new IllegalStateException("Expected success, got " + status + " " + text);
      }
      return type.cast(CONTEXT.newJsonParser().parseResource(text));
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI server;
  private final String id;
  private final String secret;
  private final String scopes;
  private String token;
  private long tokenFrom;

  Client(URI server, String id, String secret, String scopes) {
    this.server = server;
    this.id = id;
    this.secret = secret;
    this.scopes = scopes;
  }

  static String json(Resource resource) {
    return CONTEXT.newJsonParser().encodeResourceToString(resource);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Answer post(String path, Resource body) {
    return send("POST", path, BodyPublishers.ofString(json(body)));
  }

  Answer put(Resource body) {
    String path = body.fhirType() + "/" + body.getIdElement().getIdPart();
    return send("PUT", path, BodyPublishers.ofString(json(body)));
  }

  private Answer send(
      String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + "/fhir" + (path.isEmpty() ? "" : "/" + path)))
            .timeout(Duration.ofMinutes(2))
            .header("Accept", "application/fhir+json")
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token())
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    long start = System.nanoTime();
    HttpResponse<byte[]> answer = exchange(request.build());
    return new Answer(answer.statusCode(), answer.body(), (System.nanoTime() - start) / 1e6);
  }

  /** Fetches a token where there is none that is good for a while, outside of what is timed. */
  String token() {
    return token(TOKEN_USE);
  }

  /** One that is no older than this. */
  synchronized String token(Duration oldest) {
    if (token == null || System.nanoTime() - tokenFrom > oldest.toNanos()) {
      String basic =
          Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
      HttpResponse<byte[]> answer =
          exchange(
              HttpRequest.newBuilder(server.resolve("/oauth2/token"))
                  .header("Authorization", "Basic " + basic)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(
                      BodyPublishers.ofString(
                          "grant_type=client_credentials&scope="
                              + URLEncoder.encode(scopes, StandardCharsets.UTF_8)))
                  .build());
      String body = new String(answer.body(), StandardCharsets.UTF_8);
      Matcher matcher = ACCESS_TOKEN.matcher(body);
      if (answer.statusCode() != 200 || !matcher.find()) {
        throw new IllegalStateException(
            "No token for " + id + ": " + answer.statusCode() + " " + body);
      }
      token = matcher.group(1);
      tokenFrom = System.nanoTime();
    }
    return token;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
