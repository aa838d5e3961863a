package org.equipoise.security.authorization;

import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessLog;
import org.equipoise.security.client.RegisteredClients;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Keeps an event of each token that is granted, and of each grant that is refused to a client who
 * proved itself. A token of which none can be kept does not leave. What is asked in vain by nobody
 * known is limited by rate, and not kept.
 */
class TokenEvents {

  private final AccessLog log;
  private final StoredAuthorizations authorizations;

  TokenEvents(AccessLog log, StoredAuthorizations authorizations) {
    this.log = log;
    this.authorizations = authorizations;
  }

  /** The same provider of tokens, whose grants leave events. */
  AuthenticationProvider told(AuthenticationProvider provider) {
    return new AuthenticationProvider() {
      @Override
      public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
      }

      @Override
      public Authentication authenticate(Authentication asked) {
        try {
          Authentication granted = provider.authenticate(asked);
          if (granted instanceof OAuth2AccessTokenAuthenticationToken token) {
            keep(asked, contextOf(token), HttpStatus.OK);
          }
          return granted;
        } catch (OAuth2AuthenticationException refused) {
          keep(asked, Optional.empty(), HttpStatus.BAD_REQUEST);
          throw refused;
        }
      }
    };
  }

  /** An EHR said with whom an app is to be started. */
  void launch(String clientId, String person, String patient, String address) {
    keep(
        "launch",
        HttpStatus.CREATED,
        new Agent(clientId, person, null, null, null, Ground.NONE, address),
        patient);
  }

  private Optional<LaunchContext> contextOf(OAuth2AccessTokenAuthenticationToken token) {
    OAuth2Authorization authorization =
        authorizations.findByToken(
            token.getAccessToken().getTokenValue(), OAuth2TokenType.ACCESS_TOKEN);
    return Optional.ofNullable(authorization).flatMap(DatabasePendingAuthorizations::contextOf);
  }

  private void keep(Authentication asked, Optional<LaunchContext> context, HttpStatus status) {
    if (asked instanceof OAuth2AuthorizationGrantAuthenticationToken grant
        && grant.getPrincipal() instanceof OAuth2ClientAuthenticationToken client
        && client.isAuthenticated()
        && (status == HttpStatus.OK
            // A public client proved nothing: anybody could have its name blamed.
            || client.getClientAuthenticationMethod() != ClientAuthenticationMethod.NONE)
        && client.getRegisteredClient() != null) {
      RegisteredClient registered = client.getRegisteredClient();
      ClientSettings settings = registered.getClientSettings();
      keep(
          grant.getGrantType().getValue().replace('_', '-'),
          status,
          new Agent(
              registered.getClientId(),
              context
                  .map(known -> known.person().getValue())
                  .orElse(settings.getSetting(RegisteredClients.ACTS_AS)),
              settings.getSetting(RegisteredClients.AI_DEVICE),
              settings.getSetting(RegisteredClients.ORGANIZATION),
              settings.getSetting(RegisteredClients.AI_PURPOSE),
              Ground.NONE,
              grant.getDetails() instanceof WebAuthenticationDetails details
                  ? details.getRemoteAddress()
                  : null),
          context
              .map(LaunchContext::patient)
              .orElse(settings.getSetting(RegisteredClients.PATIENT)));
    }
  }

  /** A token touches nobody's data yet; whose it may open stands among what it is about. */
  private void keep(String what, HttpStatus status, Agent agent, String patient) {
    log.keep(
        List.of(
            new AccessEvent(
                null,
                Door.TOKEN,
                what,
                Outcome.of(status.value()),
                status.value(),
                agent,
                null,
                patient == null ? List.of() : List.of("Patient/" + patient),
                0,
                null,
                null,
                null)));
  }
}
