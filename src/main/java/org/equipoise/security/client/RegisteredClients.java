package org.equipoise.security.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** Brings the database's clients in line with the configuration at start. */
public class RegisteredClients {

  private static final Logger log = LoggerFactory.getLogger(RegisteredClients.class);

  /** Client setting: the person for whom the client acts. */
  public static final String ACTS_AS = "equipoise.acts-as";

  /** Client setting: logical id of the one patient whom that person is, or stands for. */
  public static final String PATIENT = "equipoise.patient";

  /** Client setting: the client's public keys, a JSON Web Key Set. */
  public static final String JWKS = "equipoise.jwks";

  /** Client setting: https address where the client publishes its public keys. */
  public static final String JWKS_URL = "equipoise.jwks-url";

  /** Client setting: where an EHR sends the browser to start the app. */
  public static final String LAUNCH_URL = "equipoise.launch-url";

  /** Client setting, true or missing: the operator allows it for everybody, nobody is asked. */
  public static final String APPROVED = "equipoise.approved";

  /** Client setting, true or missing: it may introspect the tokens of other clients. */
  public static final String INTROSPECTS = "equipoise.introspects";

  /** Client setting: the AI that the client is, e.g. {@code Device/3}. */
  public static final String AI_DEVICE = "equipoise.ai-device";

  /** Client setting: what that AI uses what it reads for. */
  public static final String AI_PURPOSE = "equipoise.ai-purpose";

  /** Client setting: for whom the client, or whoever uses it, works. */
  public static final String ORGANIZATION = "equipoise.organization";

  /** Client setting, true or missing: it may tell what happened in another system. */
  public static final String AUDIT_SOURCE = "equipoise.audit-source";

  /** Client setting, true or missing: the person for whom it acts is a privacy officer. */
  public static final String PRIVACY_OFFICER = "equipoise.privacy-officer";

  /**
   * Row ids of clients that come from the configuration, so that those registered otherwise stay
   * untouched.
   */
  private static final String FROM_CONFIGURATION = "configured:";

  private static final Duration ACCESS_TOKEN_LIFE = Duration.ofMinutes(5);

  private final ClientStore store;
  private final KeyHosts keyHosts;
  private final boolean demo;

  RegisteredClients(ClientStore store, KeyHosts keyHosts, boolean demo) {
    this.store = store;
    this.keyHosts = keyHosts;
    this.demo = demo;
  }

  void register(List<ClientProperties.Client> clients) {
    Set<String> rows = new HashSet<>();
    for (ClientProperties.Client client : clients) {
      check(client);
      if (!rows.add(FROM_CONFIGURATION + client.id())) {
        throw new IllegalStateException(
            "equipoise.clients: two clients have the id '" + client.id() + "'");
      }
    }
    for (ClientProperties.Client client : clients) {
      store.put(
          new StoredClient(
              toRegisteredClient(FROM_CONFIGURATION + client.id(), client),
              ClientState.ACTIVE,
              ClientOrigin.CONFIGURATION));
    }
    for (String row : store.rowsBeginning(FROM_CONFIGURATION)) {
      if (!rows.contains(row)) {
        store.delete(row);
        log.info(
            "Client {} is no longer configured and was removed",
            row.substring(FROM_CONFIGURATION.length()));
      }
    }
    if (rows.isEmpty()) {
      log.warn("No client is configured (equipoise.clients)");
    }
  }

  private void check(ClientProperties.Client client) {
    if (client.actsAs() != null && !demo) {
      throw new IllegalStateException(
          "equipoise.clients: client '"
              + client.id()
              + "' has acts-as, which only the demo profile allows:"
              + " a person is authenticated by logging in, not by a client's credentials");
    }
    client
        .problem()
        .or(() -> keyAddressProblem(client))
        .ifPresent(
            problem -> {
              throw new IllegalStateException(
                  "equipoise.clients: client '" + client.id() + "': " + problem);
            });
  }

  private Optional<String> keyAddressProblem(ClientProperties.Client client) {
    return Optional.ofNullable(client.jwksUrl())
        .flatMap(keyHosts::problem)
        .map(problem -> "jwks-url: '" + client.jwksUrl() + "' " + problem);
  }

  /** The client as Spring Authorization Server keeps it, in the row {@code id}. */
  static RegisteredClient toRegisteredClient(String id, ClientProperties.Client client) {
    RegisteredClient.Builder registered =
        RegisteredClient.withId(id)
            .clientId(client.id())
            .clientName(client.displayName())
            .redirectUris(uris -> uris.addAll(client.redirectUris()))
            .scopes(scopes -> scopes.addAll(client.scopes()))
            .clientSettings(clientSettings(client))
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenFormat(OAuth2TokenFormat.SELF_CONTAINED)
                    .accessTokenTimeToLive(ACCESS_TOKEN_LIFE)
                    .reuseRefreshTokens(false)
                    .idTokenSignatureAlgorithm(SignatureAlgorithm.RS256)
                    .build());
    if (client.isApp()) {
      registered
          .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
          .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN);
    }
    if (client.isService()) {
      registered.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
    }
    if (client.isPublic()) {
      registered.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    } else if (client.secretHash() != null) {
      registered
          .clientSecret(client.secretHash())
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    } else {
      registered.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    }
    return registered.build();
  }

  private static ClientSettings clientSettings(ClientProperties.Client client) {
    ClientSettings.Builder settings =
        ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(true);
    if (client.actsAs() != null) {
      settings.setting(ACTS_AS, client.actsAs());
      if (client.actsAs().startsWith("Patient/")) {
        settings.setting(PATIENT, new IdType(client.actsAs()).getIdPart());
      } else if (client.forPatient() != null) {
        settings.setting(PATIENT, client.forPatient());
      }
    }
    if (client.jwks() != null) {
      settings.setting(JWKS, client.jwks());
    }
    if (client.jwksUrl() != null) {
      settings.setting(JWKS_URL, client.jwksUrl());
    }
    if (client.jwks() != null || client.jwksUrl() != null) {
      // Which algorithms are taken is decided by ClientAssertions; Spring insists on one being
      // named here.
      settings.tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS384);
    }
    if (client.launchUrl() != null) {
      settings.setting(LAUNCH_URL, client.launchUrl());
    }
    if (client.approved()) {
      settings.setting(APPROVED, true);
    }
    if (client.introspects()) {
      settings.setting(INTROSPECTS, true);
    }
    if (client.aiDevice() != null) {
      settings.setting(AI_DEVICE, client.aiDevice()).setting(AI_PURPOSE, client.aiPurpose());
    }
    if (client.organization() != null) {
      settings.setting(ORGANIZATION, client.organization());
    }
    if (client.auditSource()) {
      settings.setting(AUDIT_SOURCE, true);
    }
    if (client.privacyOfficer()) {
      settings.setting(PRIVACY_OFFICER, true);
    }
    return settings.build();
  }
}
