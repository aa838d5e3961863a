package org.equipoise.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.context.WebServerApplicationContext;

/**
 * Reads a published definition from this server over HTTP, as anybody may: connector, security
 * filters and FHIR servlet have then answered once before the first client comes. Left out where
 * the server speaks TLS, since its certificate is not made for a loopback address.
 */
class FirstVisitor {

  private static final Logger log = LoggerFactory.getLogger(FirstVisitor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final WebServerApplicationContext context;
  private final ServerProperties server;

  FirstVisitor(WebServerApplicationContext context, ServerProperties server) {
    this.context = context;
    this.server = server;
  }

  void visit(String path) {
    if (context.getWebServer() == null
        || (server.getSsl() != null && server.getSsl().isEnabled())) {
      return;
    }
    InetAddress bound = server.getAddress();
    String host = bound == null || bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
    URI address =
        URI.create(
            "http://"
                + (host.contains(":") ? "[" + host + "]" : host)
                + ":"
                + context.getWebServer().getPort()
                + path);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Accept", "application/fhir+json")
            .build();
    try {
      HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      log.warn("The server cannot be reached at {}: {}", address, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
