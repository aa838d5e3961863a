package org.equipoise.security.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.Collection;
import java.util.List;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/**
 * A client as it is told: the names of RFC 7591, section 2 and 3.2.1, and for an operator also
 * state, origin and privileges. A secret is told once, when it is made.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClientDescription(
    @JsonProperty("client_id") String clientId,
    @JsonProperty("client_id_issued_at") Long issuedAt,
    @JsonProperty("client_secret") String secret,
    @JsonProperty("client_secret_expires_at") Long secretExpiresAt,
    @JsonProperty("client_name") String name,
    @JsonProperty("redirect_uris") Collection<String> redirectUris,
    @JsonProperty("grant_types") Collection<String> grantTypes,
    @JsonProperty("response_types") Collection<String> responseTypes,
    @JsonProperty("token_endpoint_auth_method") String method,
    @JsonProperty("scope") String scope,
    @JsonProperty("initiate_login_uri") String launchUrl,
    @JsonProperty("jwks_uri") String jwksUri,
    @JsonProperty("jwks") @JsonRawValue String jwks,
    @JsonProperty("state") String state,
    @JsonProperty("origin") String origin,
    @JsonProperty("approved_for_everybody") Boolean approved,
    @JsonProperty("introspects") Boolean introspects,
    @JsonProperty("ai_device") String aiDevice,
    @JsonProperty("ai_purpose") String aiPurpose,
    @JsonProperty("organization") String organization,
    @JsonProperty("audit_source") Boolean auditSource) {

  /**
   * For the app itself.
   *
   * @param secret null where it has none or knows it
   */
  static ClientDescription forApp(RegisteredClient client, String secret) {
    return of(client, secret, null);
  }

  /**
   * For an operator.
   *
   * @param secret null where it was not made just now
   */
  static ClientDescription forOperator(StoredClient stored, String secret) {
    return of(stored.client(), secret, stored);
  }

  private static ClientDescription of(RegisteredClient client, String secret, StoredClient stored) {
    ClientSettings settings = client.getClientSettings();
    return new ClientDescription(
        client.getClientId(),
        client.getClientIdIssuedAt() == null ? null : client.getClientIdIssuedAt().getEpochSecond(),
        secret,
        // It does not expire (RFC 7591, section 3.2.1).
        secret == null ? null : 0L,
        client.getClientName(),
        client.getRedirectUris().stream().sorted().toList(),
        client.getAuthorizationGrantTypes().stream()
            .map(AuthorizationGrantType::getValue)
            .sorted()
            .toList(),
        client.getRedirectUris().isEmpty() ? List.of() : List.of("code"),
        client.getClientAuthenticationMethods().stream()
            .map(ClientAuthenticationMethod::getValue)
            .sorted()
            .findFirst()
            .orElseThrow(),
        String.join(" ", client.getScopes().stream().sorted().toList()),
        settings.getSetting(RegisteredClients.LAUNCH_URL),
        settings.getSetting(RegisteredClients.JWKS_URL),
        settings.getSetting(RegisteredClients.JWKS),
        stored == null ? null : stored.state().code(),
        stored == null ? null : stored.origin().code(),
        stored == null ? null : is(settings, RegisteredClients.APPROVED),
        stored == null ? null : is(settings, RegisteredClients.INTROSPECTS),
        settings.getSetting(RegisteredClients.AI_DEVICE),
        settings.getSetting(RegisteredClients.AI_PURPOSE),
        settings.getSetting(RegisteredClients.ORGANIZATION),
        stored == null ? null : is(settings, RegisteredClients.AUDIT_SOURCE));
  }

  private static boolean is(ClientSettings settings, String name) {
    return Boolean.TRUE.equals(settings.getSetting(name));
  }
}
