package org.equipoise.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.equipoise.server.Browser.Page;

/**
 * Object mother: people who can log in, made as an operator makes them. The record must hold the
 * {@link TestRecords#household} already.
 */
final class TestUsers {

  /** Of all of them. */
  static final String PASSWORD = "quiet-lamp-under-seven-bridges";

  /** The patient Anna. */
  static final String ANNA = "anna";

  /** The patient Ben. */
  static final String BEN = "ben";

  /** Anna's brother, who acts for her. */
  static final String BROTHER = "annas-brother";

  /** Dana Test. */
  static final String CLINICIAN = "dana";

  private static final ObjectMapper JSON = new ObjectMapper();

  private TestUsers() {}

  /** All of them, where they are not there yet. */
  static void create(ServerTest test) {
    create(test, ANNA, "Anna Annasen", List.of("Patient/anna"));
    create(test, BEN, "Ben Bensen", List.of("Patient/ben"));
    create(test, BROTHER, "Axel Annasen", List.of("RelatedPerson/annas-brother"));
    create(test, CLINICIAN, "Dr. Dana Test", List.of("Practitioner/demo-practitioner"));
  }

  /** Somebody with {@link #PASSWORD}, unless there is one of this name. */
  static void create(ServerTest test, String username, String name, List<String> persons) {
    HttpResponse<String> created =
        operate(test, "", Map.of("username", username, "displayName", name, "persons", persons));
    if (created.statusCode() == 409) {
      return;
    }
    if (created.statusCode() != 201) {
      throw new AssertionError(created.statusCode() + " " + created.body());
    }
    Browser browser = new Browser(test.server());
    Page choose = browser.get(json(created).path("passwordLink").asText());
    Page done =
        browser.submit(
            choose.form("form:has(input[name=repeated])"),
            Map.of("password", PASSWORD, "repeated", PASSWORD),
            List.of(),
            null);
    if (!done.isAt("/login")) {
      throw new AssertionError(done.text());
    }
  }

  /** A POST to {@code /operator/users} + path; a null body sends none. */
  static HttpResponse<String> operate(ServerTest test, String path, Object body) {
    try {
      return Api.send(
          request(test, path)
              .header("Content-Type", "application/json")
              .POST(
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(
                          body instanceof String text ? text : JSON.writeValueAsString(body)))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A GET of {@code /operator/users} + path. */
  static HttpResponse<String> look(ServerTest test, String path) {
    return Api.send(request(test, path).GET().build());
  }

  private static HttpRequest.Builder request(ServerTest test, String path) {
    return HttpRequest.newBuilder(URI.create(test.server() + "/operator/users" + path))
        .header(
            "Authorization",
            "Bearer " + Api.as(test.server(), "demo-operator", "demo", "operator").token());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
