package org.equipoise.security.authorization;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.security.ServerAddress;

/**
 * {@code /fhir/.well-known/smart-configuration} (SMART App Launch 2.2, section "FHIR Authorization
 * Endpoint and Capabilities Discovery"): how a client gets a token here. It lists what works and
 * nothing else.
 */
class SmartConfiguration extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** Where it stands. */
  static final String PATH = "/fhir/.well-known/smart-configuration";

  private final byte[] document;

  SmartConfiguration(ServerAddress address, ObjectMapper json) throws IOException {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("issuer", address.baseUrl());
    configuration.put("jwks_uri", address.baseUrl() + "/oauth2/jwks");
    configuration.put("token_endpoint", address.baseUrl() + "/oauth2/token");
    configuration.put("grant_types_supported", List.of("client_credentials"));
    configuration.put(
        "token_endpoint_auth_methods_supported",
        List.of("client_secret_basic", "client_secret_post", "private_key_jwt"));
    configuration.put(
        "token_endpoint_auth_signing_alg_values_supported", List.of("RS384", "ES384"));
    configuration.put(
        "scopes_supported", List.of("patient/*.cruds", "user/*.cruds", "system/*.cruds"));
    configuration.put("code_challenge_methods_supported", List.of("S256"));
    configuration.put(
        "capabilities",
        List.of(
            "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "permission-v1",
            "permission-v2"));
    this.document = json.writeValueAsBytes(configuration);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("application/json");
    response.getOutputStream().write(document);
  }
}
