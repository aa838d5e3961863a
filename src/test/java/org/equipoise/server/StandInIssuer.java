package org.equipoise.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/** Another organisation's authorization server, as far as it is seen from here; on loopback. */
class StandInIssuer {

  private final HttpServer http;
  private final RSAKey key = TestClients.newKey();

  StandInIssuer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "stand-in issuer");
              thread.setDaemon(true);
              return thread;
            }));
    on("/.well-known/openid-configuration", exchange -> json(exchange, 200, metadata()));
    on("/jwks", exchange -> json(exchange, 200, new JWKSet(key).toString(true)));
    http.start();
  }

  void on(String path, HttpHandler handler) {
    http.createContext(path, handler);
  }

  static void json(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  RSAKey key() {
    return key;
  }

  private String metadata() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", address());
    metadata.put("jwks_uri", address() + "/jwks");
    metadata.put("authorization_endpoint", address() + "/authorize");
    metadata.put("token_endpoint", address() + "/token");
    return com.nimbusds.jose.util.JSONObjectUtils.toJSONString(metadata);
  }

  String signed(JWTClaimsSet claims) {
    return signed(key, JWSAlgorithm.RS256, claims);
  }

  static String signed(RSAKey key, JWSAlgorithm algorithm, JWTClaimsSet claims) {
    SignedJWT jwt =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
    try {
      jwt.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }
}
