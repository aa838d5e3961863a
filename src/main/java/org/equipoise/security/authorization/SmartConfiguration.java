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
import org.equipoise.security.client.RegistrationProperties;

/**
 * {@code /fhir/.well-known/smart-configuration} (SMART App Launch 2.2, section "FHIR Authorization
 * Endpoint and Capabilities Discovery"): how a client gets a token here. It lists what works and
 * nothing else.
 */
class SmartConfiguration extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** Where it stands. */
  static final String PATH = "/fhir/.well-known/smart-configuration";

  static final List<String> GRANTS =
      List.of("authorization_code", "refresh_token", "client_credentials");

  /** How a client proves itself; {@code none} is a public client. */
  static final List<String> PROOFS =
      List.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  static final List<String> SCOPES =
      List.of(
          "openid",
          "fhirUser",
          "launch",
          "launch/patient",
          "offline_access",
          "online_access",
          "patient/*.cruds",
          "user/*.cruds",
          "system/*.cruds");

  private static final List<String> CAPABILITIES =
      List.of(
          "launch-ehr",
          "launch-standalone",
          "authorize-post",
          "client-public",
          "client-confidential-symmetric",
          "client-confidential-asymmetric",
          "sso-openid-connect",
          "context-banner",
          "context-style",
          "context-ehr-patient",
          "context-ehr-encounter",
          "context-standalone-patient",
          "permission-offline",
          "permission-online",
          "permission-patient",
          "permission-user",
          "permission-v1",
          "permission-v2");

  private final byte[] document;

  SmartConfiguration(ServerAddress address, RegistrationProperties registration, ObjectMapper json)
      throws IOException {
    String base = address.baseUrl();
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("issuer", base);
    configuration.put("jwks_uri", base + "/oauth2/jwks");
    configuration.put("authorization_endpoint", base + "/oauth2/authorize");
    configuration.put("token_endpoint", base + "/oauth2/token");
    configuration.put("introspection_endpoint", base + "/oauth2/introspect");
    configuration.put("revocation_endpoint", base + "/oauth2/revoke");
    configuration.put("management_endpoint", base + "/apps");
    registration.path().ifPresent(path -> configuration.put("registration_endpoint", base + path));
    configuration.put("grant_types_supported", GRANTS);
    configuration.put("response_types_supported", List.of("code"));
    configuration.put("token_endpoint_auth_methods_supported", PROOFS);
    configuration.put(
        "token_endpoint_auth_signing_alg_values_supported", List.of("RS384", "ES384"));
    configuration.put("scopes_supported", SCOPES);
    configuration.put("code_challenge_methods_supported", List.of("S256"));
    configuration.put("capabilities", CAPABILITIES);
    this.document = json.writeValueAsBytes(configuration);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("application/json");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}
