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
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Keeps an event of each token that is granted or given back, and of each grant that is refused to
 * a client we know. A token of which none can be kept does not leave. What is asked in vain by
 * nobody known is limited by rate, and not kept. A public client proves nothing by its name: of who
 * came in its name, the event tells no more than the address.
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
        // One that comes again ends what it was part of: afterwards nobody knows whose it was.
        Optional<LaunchContext> whose = contextOf(asked);
        try {
          Authentication granted = provider.authenticate(asked);
          if (granted instanceof OAuth2AccessTokenAuthenticationToken token) {
            keep(asked, contextOf(token), HttpStatus.OK);
          }
          return granted;
        } catch (OAuth2AuthenticationException refused) {
          keep(asked, whose, HttpStatus.BAD_REQUEST);
          throw refused;
        }
      }
    };
  }

  /** The same provider of revocations, where each token that is given back leaves an event. */
  AuthenticationProvider toldOfRevocation(AuthenticationProvider provider) {
    return new AuthenticationProvider() {
      @Override
      public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
      }

      @Override
      public Authentication authenticate(Authentication asked) {
        Optional<LaunchContext> whose =
            asked instanceof OAuth2TokenRevocationAuthenticationToken revocation
                ? contextOf(authorizations.findByToken(revocation.getToken(), null))
                : Optional.empty();
        Authentication answer = provider.authenticate(asked);
        // What nobody holds is not there to be given back; the answer is the same.
        if (answer.isAuthenticated()) {
          keep("revocation", asked, whose, HttpStatus.OK);
        }
        return answer;
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
    return contextOf(
        authorizations.findByToken(
            token.getAccessToken().getTokenValue(), OAuth2TokenType.ACCESS_TOKEN));
  }

  private Optional<LaunchContext> contextOf(Authentication asked) {
    return asked instanceof OAuth2RefreshTokenAuthenticationToken refresh
        ? contextOf(authorizations.ofRefreshToken(refresh.getRefreshToken()))
        : Optional.empty();
  }

  private static Optional<LaunchContext> contextOf(OAuth2Authorization authorization) {
    return Optional.ofNullable(authorization).flatMap(DatabasePendingAuthorizations::contextOf);
  }

  private void keep(Authentication asked, Optional<LaunchContext> context, HttpStatus status) {
    if (asked instanceof OAuth2AuthorizationGrantAuthenticationToken grant) {
      keep(grant.getGrantType().getValue().replace('_', '-'), asked, context, status);
    }
  }

  private void keep(
      String what, Authentication asked, Optional<LaunchContext> context, HttpStatus status) {
    if (asked.getPrincipal() instanceof OAuth2ClientAuthenticationToken client
        && client.isAuthenticated()
        && client.getRegisteredClient() != null) {
      RegisteredClient registered = client.getRegisteredClient();
      ClientSettings settings = registered.getClientSettings();
      keep(
          what,
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
              asked.getDetails() instanceof WebAuthenticationDetails details
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
