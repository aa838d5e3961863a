package org.equipoise.security.client;

import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
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

  /**
   * Row ids of clients that come from the configuration, so that those registered otherwise stay
   * untouched.
   */
  private static final String FROM_CONFIGURATION = "configured:";

  private static final Duration ACCESS_TOKEN_LIFE = Duration.ofMinutes(5);

  private final RegisteredClientRepository repository;
  private final JdbcTemplate jdbc;
  private final boolean demo;

  RegisteredClients(RegisteredClientRepository repository, JdbcTemplate jdbc, boolean demo) {
    this.repository = repository;
    this.jdbc = jdbc;
    this.demo = demo;
  }

  void register(List<ClientProperties.Client> clients) {
    Set<String> rows = new HashSet<>();
    for (ClientProperties.Client client : clients) {
      if (client.actsAs() != null && !demo) {
        throw new IllegalStateException(
            "equipoise.clients: client '"
                + client.id()
                + "' has acts-as, which only the demo profile allows:"
                + " a person is authenticated by logging in, not by a client's credentials");
      }
      if (!rows.add(FROM_CONFIGURATION + client.id())) {
        throw new IllegalStateException(
            "equipoise.clients: two clients have the id '" + client.id() + "'");
      }
      repository.save(toRegisteredClient(client));
    }
    for (String row :
        jdbc.queryForList(
            "select id from oauth2_registered_client where id like ?",
            String.class,
            FROM_CONFIGURATION + "%")) {
      if (!rows.contains(row)) {
        jdbc.update("delete from oauth2_authorization where registered_client_id = ?", row);
        jdbc.update("delete from oauth2_registered_client where id = ?", row);
        log.info(
            "Client {} is no longer configured and was removed",
            row.substring(FROM_CONFIGURATION.length()));
      }
    }
    if (rows.isEmpty()) {
      log.warn("No client is configured (equipoise.clients): nobody can get a token");
    }
  }

  private static RegisteredClient toRegisteredClient(ClientProperties.Client client) {
    ClientSettings.Builder settings = ClientSettings.builder().requireProofKey(true);
    RegisteredClient.Builder registered =
        RegisteredClient.withId(FROM_CONFIGURATION + client.id())
            .clientId(client.id())
            .clientName(client.id())
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .scopes(scopes -> scopes.addAll(client.scopes()))
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenFormat(OAuth2TokenFormat.SELF_CONTAINED)
                    .accessTokenTimeToLive(ACCESS_TOKEN_LIFE)
                    .idTokenSignatureAlgorithm(SignatureAlgorithm.RS256)
                    .build());
    if (client.actsAs() != null) {
      settings.setting(ACTS_AS, client.actsAs());
      if (client.actsAs().startsWith("Patient/")) {
        settings.setting(PATIENT, new IdType(client.actsAs()).getIdPart());
      } else if (client.forPatient() != null) {
        settings.setting(PATIENT, client.forPatient());
      }
    }
    if (client.jwks() != null) {
      settings.setting(JWKS, publicKeys(client));
      // Which algorithms are taken is decided by ClientAssertions; Spring insists on one being
      // named here.
      settings.tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS384);
      registered.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    } else {
      registered
          .clientSecret(client.secretHash())
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }
    return registered.clientSettings(settings.build()).build();
  }

  private static String publicKeys(ClientProperties.Client client) {
    try {
      JWKSet keys = JWKSet.parse(client.jwks());
      if (keys.isEmpty()) {
        throw new IllegalStateException(
            "equipoise.clients: the jwks of client '" + client.id() + "' holds no key");
      }
      return keys.toString(true);
    } catch (ParseException e) {
      throw new IllegalStateException(
          "equipoise.clients: the jwks of client '" + client.id() + "' is no JSON Web Key Set");
    }
  }
}
