package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer carries, and what is refused before anybody asks who calls. */
class HardeningTest extends ServerTest {

  private static final String ORIGIN = "https://app.example";

  private HttpResponse<String> call(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Api.send(request.build());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return String.join(", ", answer.headers().allValues(name));
  }

  /** Sends these very lines, which no well-behaved client would, and returns all that comes. */
  private String raw(String request) throws IOException {
    URI server = URI.create(server());
    try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  // ---- headers

  @ParameterizedTest
  @CsvSource({
    "GET, /fhir/metadata",
    "GET, /fhir/Patient",
    "GET, /fhir/.well-known/smart-configuration",
    "GET, /.well-known/oauth-authorization-server",
    "GET, /oauth2/jwks",
    "POST, /oauth2/token",
    "GET, /oauth2/authorize",
    "GET, /login",
    "GET, /nowhere",
    "GET, /error",
    "GET, /actuator/health",
    "OPTIONS, /fhir/Patient",
  })
  void answer_whenAny_thenCarriesTheHeaders(String method, String path) {
    HttpResponse<String> answer = call(method, path, null);

    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(answer, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(answer, "Referrer-Policy")).isNotEmpty().doesNotContain(",");
    assertThat(header(answer, "Server")).isEmpty();
    assertThat(header(answer, "X-Powered-By")).isEmpty();
    assertThat(header(answer, "Strict-Transport-Security"))
        .as("the base address of the tests is http")
        .isEmpty();
  }

  @Test
  void answer_whenItHoldsARecordOrToken_thenNobodyKeepsIt() {
    HttpResponse<String> record = practitioner().get("Patient?_count=1").response();
    HttpResponse<String> token =
        Api.requestToken(server(), "demo-scribe", "demo", "system/Patient.rs");

    for (HttpResponse<String> answer : List.of(record, token)) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Cache-Control")).contains("no-store");
    }
    assertThat(header(record, "Content-Security-Policy")).contains("default-src 'none'", "sandbox");
  }

  // ---- other origins

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/metadata",
        "/fhir/.well-known/smart-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth2/jwks",
      })
  void cors_whenPublic_thenAnyOriginReads(String path) {
    HttpResponse<String> answer = call("GET", path, null, "Origin", ORIGIN);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  void cors_whenRecordIsRead_thenTheAppSeesItsVersionToo() {
    HttpResponse<String> answer =
        call(
            "GET",
            "/fhir/Patient?_count=1",
            null,
            "Origin",
            ORIGIN,
            "Authorization",
            "Bearer " + practitioner().token());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(answer, "Access-Control-Expose-Headers"))
        .contains("ETag", "Location", "Content-Location", "Last-Modified", "WWW-Authenticate");
  }

  @Test
  void cors_whenRefused_thenTheAppCanReadWhy() {
    HttpResponse<String> noToken = call("GET", "/fhir/Patient", null, "Origin", ORIGIN);
    HttpResponse<String> noGrant =
        call(
            "POST",
            "/oauth2/token",
            "grant_type=authorization_code",
            "Origin",
            ORIGIN,
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(noToken.statusCode()).isEqualTo(401);
    assertThat(header(noToken, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(noGrant.statusCode()).isIn(400, 401);
    assertThat(header(noGrant, "Access-Control-Allow-Origin")).isEqualTo("*");
  }

  @ParameterizedTest
  @CsvSource({
    "/fhir/Patient/1, GET",
    "/fhir/Observation, POST",
    "/fhir/Observation/1, PUT",
    "/fhir/Observation/1, PATCH",
    "/fhir/Observation/1, DELETE",
    "/fhir/metadata, GET",
    "/fhir/.well-known/smart-configuration, GET",
    "/oauth2/token, POST",
    "/oauth2/introspect, POST",
    "/oauth2/revoke, POST",
    "/oauth2/jwks, GET",
    "/.well-known/openid-configuration, GET",
  })
  void preflight_whenSmartAppAsks_thenAllowedWithoutToken(String path, String method) {
    HttpResponse<String> answer =
        call(
            "OPTIONS",
            path,
            null,
            "Origin",
            ORIGIN,
            "Access-Control-Request-Method",
            method,
            "Access-Control-Request-Headers",
            "authorization,content-type,if-match,if-none-exist,prefer");

    assertThat(answer.statusCode()).isIn(200, 204);
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(answer, "Access-Control-Allow-Methods")).contains(method);
    assertThat(header(answer, "Access-Control-Allow-Headers"))
        .contains("authorization", "content-type", "if-match", "if-none-exist", "prefer");
    assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/authorize",
        "/login",
        "/consent",
        "/patient",
        "/apps",
        "/operator/clients",
        "/connect/register",
        "/%6Cogin",
        "/oauth2/token/../authorize",
      })
  void cors_whenABrowsersSessionCounts_thenNoOtherOriginIsAllowed(String path) throws IOException {
    for (String method : List.of("GET", "OPTIONS")) {
      String answer =
          raw(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: "
                  + ORIGIN
                  + "\r\nAccess-Control-Request-Method: GET\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1").doesNotContainIgnoringCase("Access-Control-Allow");
    }
  }

  // ---- sizes

  @ParameterizedTest
  @CsvSource({
    "/oauth2/token, application/x-www-form-urlencoded",
    "/oauth2/introspect, application/x-www-form-urlencoded",
    "/login, application/x-www-form-urlencoded",
    "/oauth2/authorize, application/x-www-form-urlencoded",
    "/operator/clients, application/json",
    "/connect/register, application/json",
  })
  void body_whenTooLarge_thenRefusedWhetherItsLengthIsToldOrNot(String path, String type)
      throws IOException {
    String body = "a=" + "x".repeat(70_000);
    HttpResponse<String> told = call("POST", path, body, "Content-Type", type);
    String untold =
        raw(
            "POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                + type
                + "\r\n\r\n"
                + Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\n\r\n");

    assertThat(told.statusCode()).isEqualTo(413);
    assertThat(untold).startsWith("HTTP/1.1 413");
  }

  @Test
  void form_whenItHasVeryManyParameters_thenRefused() {
    HttpResponse<String> answer =
        call(
            "POST",
            "/oauth2/token",
            "a=1&".repeat(2000),
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"error\":\"invalid_request\"");
  }

  @Test
  void search_whenItsFormIsLong_thenFhirsOwnLimitCounts() {
    HttpResponse<String> answer =
        call(
            "POST",
            "/fhir/Patient/_search",
            "_id=" + "nobody,".repeat(12_000),
            "Content-Type",
            "application/x-www-form-urlencoded",
            "Authorization",
            "Bearer " + practitioner().token());

    assertThat(answer.statusCode()).as(answer.body()).isNotIn(413, 500);
    // All of it counts: nobody is found.
    assertThat(answer.body()).doesNotContain("\"resource\":");
  }

  @Test
  void search_whenItsFormIsCompressed_thenItCounts() throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(form)) {
      gzip.write("_id=nobody".getBytes(StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/Patient/_search"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Content-Encoding", "gzip")
                .header("Authorization", "Bearer " + practitioner().token())
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                .build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"total\":0").doesNotContain("\"resource\":");
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-www-form-urlencoded, identity, 200",
    "application/X-WWW-Form-urlencoded, '', 200",
    "application/x-www-form-urlencoded, deflate, 415",
    "application/x-www-form-urlencoded, 'gzip, identity', 415",
    "application/x-www-form-urlencoded, gzip, 400",
    "application/json, '', 415",
    "text/plain, '', 415",
  })
  void search_whenItsBodyIsNoFormAsItIsSent_thenNeverWidened(
      String type, String encoding, int status) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + "/fhir/Patient/_search"))
            .header("Content-Type", type)
            .header("Authorization", "Bearer " + practitioner().token())
            .POST(HttpRequest.BodyPublishers.ofString("_id=nobody"));
    if (!encoding.isEmpty()) {
      request.header("Content-Encoding", encoding);
    }

    HttpResponse<String> answer = Api.send(request.build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body())
        .contains(status == 200 ? "\"total\":0" : "OperationOutcome")
        .doesNotContain("\"resource\":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//fhir/metadata",
        "/x/../fhir/metadata",
        "/./fhir/metadata",
        "/fhir;a=1/metadata"
      })
  void path_whenNotWrittenAsItIsMeant_thenRefused(String path) throws IOException {
    assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void headers_whenTooLarge_thenRefused() throws IOException {
    assertThat(
            raw(
                "GET /fhir/Patient HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + "x".repeat(20_000)
                    + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  // ---- errors and addresses

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, 404",
    "GET, /error, 404",
    "DELETE, /oauth2/jwks, 404|405|401|403",
    "PUT, /oauth2/token, 400|401|403|404|405",
    "GET, /oauth2/token, 400|401|403|404|405",
    "GET, /oauth2/nothing, 404|401",
    "TRACE, /oauth2/token, 405|400",
    "GET, /operator/nothing, 401|404",
    "GET, /actuator/env, 404",
  })
  void error_whenOutsideFhir_thenFixedWordsOnly(String method, String path, String statuses)
      throws IOException {
    for (String accept : List.of("application/json", "text/html")) {
      String answer =
          raw(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: "
                  + accept
                  + "\r\n\r\n");
      assertThat(answer.substring(9, 12)).as(answer).isIn((Object[]) statuses.split("\\|"));
      assertThat(answer)
          .doesNotContain("Whitelabel", "timestamp", "Exception", "\tat ", "org.", "Tomcat");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/fhir/.well-known/smart-configuration",
    "/.well-known/oauth-authorization-server",
    "/fhir/Questionnaire?_count=1",
  })
  void links_whenHostIsForged_thenTheConfiguredAddressStays(String path) throws IOException {
    String answer =
        raw(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n"
                + "X-Forwarded-Proto: ftp\r\nForwarded: host=evil.example\r\n"
                + "X-Forwarded-Prefix: /evil\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("evil");
  }

  @Test
  void redirect_whenHostIsForged_thenItNamesNoHost() throws IOException {
    for (String path : List.of("/oauth2/authorize", "/login", "/apps")) {
      String answer =
          raw(
              "GET "
                  + path
                  + "?response_type=code&client_id=x HTTP/1.1\r\nHost: evil.example\r\n"
                  + "X-Forwarded-Host: evil.example\r\nAccept: text/html\r\n"
                  + "Connection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1").doesNotContain("evil");
    }
  }

  // ---- queries and forms that cannot be read as a whole

  private String fhir(String token, String method, String path, String body) throws IOException {
    return raw(
        method
            + " /fhir/"
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\nAccept: application/fhir+json\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Test
  void fhir_whenAQueryHasABrokenEscape_then400AndNothingFound() throws IOException {
    String token = Api.as(server(), "demo-scribe", "demo", "system/*.cruds").token();
    for (String path :
        List.of("Patient?name=%%", "Patient?%zz=1", "Patient?name=a%4", "metadata?x=%zz")) {
      assertThat(fhir(token, "GET", path, ""))
          .as(path)
          .startsWith("HTTP/1.1 400")
          .contains("OperationOutcome", "two hexadecimal digits")
          .doesNotContain("URLDecoder", "Reference for its operator");
    }
    assertThat(fhir(token, "DELETE", "Patient?identifier=%zz", "")).startsWith("HTTP/1.1 400");
  }

  @Test
  void search_whenAFormCannotBeReadAsAWhole_thenRefusedAndNotWidened() throws IOException {
    String token = Api.as(server(), "demo-scribe", "demo", "system/*.cruds").token();
    for (String path : List.of("Patient/_search", "Patient/_search?_count=1")) {
      assertThat(fhir(token, "POST", path, "name=%%&_count=5"))
          .as(path)
          .startsWith("HTTP/1.1 400")
          .doesNotContain("searchset");
    }
    assertThat(fhir(token, "POST", "Patient/_search", "_format=json&name=nobody-of-this-n%C3%A4me"))
        .startsWith("HTTP/1.1 200")
        .contains("searchset")
        .doesNotContain("\"resource\":");
  }
}
