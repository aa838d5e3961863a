package org.equipoise.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Serves an app for the browser, written against {@code fhirclient}, the SMART library of the
 * field: how it is launched by an EHR ({@code /launch.html}) or by a person ({@code
 * /standalone.html?iss=}), and what it does once it is let in ({@code /app.html}).
 */
final class AppServer {

  /** The library, installed by {@code npm ci} in {@code src/test/browser}. */
  static final Path LIBRARY =
      Path.of("src/test/browser/node_modules/fhirclient/build/fhir-client.pure.min.js");

  static final String CLIENT_ID = "browser-app";

  private static final String LAUNCH =
      """
      FHIR.oauth2.authorize({
        clientId: 'browser-app',
        scope: 'launch openid fhirUser offline_access user/Patient.rs user/Practitioner.rs user/Observation.rs',
        redirectUri: 'app.html',
        pkceMode: 'required'
      }).catch(problem => { document.getElementById('result').textContent = 'FAILED ' + problem; });
      """;

  private static final String STANDALONE =
      """
      FHIR.oauth2.authorize({
        clientId: 'browser-app',
        iss: new URLSearchParams(location.search).get('iss'),
        scope: 'launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs',
        redirectUri: 'app.html',
        pkceMode: 'required'
      }).catch(problem => { document.getElementById('result').textContent = 'FAILED ' + problem; });
      """;

  private static final String APP =
      """
      (async () => {
        const client = await FHIR.oauth2.ready();
        const before = client.state.tokenResponse.access_token;
        const patient = await client.patient.read();
        const found = await client.request('Observation?patient=' + client.patient.id);
        const user = await client.user.read();
        await client.refresh();
        const again = await client.patient.read();
        return {
          patient: patient.id,
          found: found.total === undefined ? (found.entry || []).length : found.total,
          user: user.resourceType + '/' + user.id,
          encounter: client.encounter.id,
          refreshed: client.state.tokenResponse.access_token !== before && again.id === patient.id,
          patientAfterRefresh: client.patient.id
        };
      })().then(
        result => { document.getElementById('result').textContent = JSON.stringify(result); },
        problem => { document.getElementById('result').textContent = 'FAILED ' + problem; });
      """;

  private final HttpServer http;

  private AppServer(HttpServer http) {
    this.http = http;
  }

  static AppServer start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      page(http, "/launch.html", LAUNCH);
      page(http, "/standalone.html", STANDALONE);
      page(http, "/app.html", APP);
      http.createContext(
          "/fhir-client.js",
          exchange -> answer(exchange, "text/javascript", Files.readAllBytes(LIBRARY)));
      http.start();
      return new AppServer(http);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  private static void page(HttpServer http, String path, String script) {
    String html =
        "<!DOCTYPE html><html lang=\"en\"><title>App</title><pre id=\"result\"></pre>"
            + "<script src=\"/fhir-client.js\"></script><script>"
            + script
            + "</script></html>";
    http.createContext(
        path, exchange -> answer(exchange, "text/html", html.getBytes(StandardCharsets.UTF_8)));
  }

  private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
