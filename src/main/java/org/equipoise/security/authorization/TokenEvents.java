package org.equipoise.security.authorization;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
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
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Keeps an event of each token that is granted or given back, and of each grant that is refused to
 * a client we know. A token of which none can be kept does not leave. What is asked in vain by
 * nobody known is limited by rate, and not kept. A public client proves nothing by its name: of who
 * came in its name, the event tells no more than the address.
 */
class TokenEvents {

  private static final OAuth2TokenType CODE = new OAuth2TokenType(OAuth2ParameterNames.CODE);

  private final AccessLog log;
  private final StoredAuthorizations authorizations;
  private final RegisteredClientRepository clients;

  TokenEvents(
      AccessLog log, StoredAuthorizations authorizations, RegisteredClientRepository clients) {
    this.log = log;
    this.authorizations = authorizations;
    this.clients = clients;
  }

  /** The same provider of tokens, whose grants leave events. */
  AuthenticationProvider told(AuthenticationProvider provider) {
    return instead(
        provider,
        asked -> {
          // One that comes again ends what it was part of: afterwards nobody knows whose it was.
          Optional<LaunchContext> whose = contextOf(asked);
          try {
            Authentication granted = provider.authenticate(asked);
            if (granted instanceof OAuth2AccessTokenAuthenticationToken token) {
              keep(asked, contextOf(token), HttpStatus.OK);
            }
            return granted;
          } catch (OAuth2AuthenticationException refused) {
            keep(asked, whose.or(() -> contextOfCode(asked)), HttpStatus.BAD_REQUEST);
            throw refused;
          }
        });
  }

  /**
   * The same provider of clients' identities, where each authorization code that is refused there
   * leaves an event: one that comes without its verifier (RFC 7636 section 4.6) gets no further.
   */
  AuthenticationProvider toldOfCode(AuthenticationProvider provider) {
    return instead(
        provider,
        asked -> {
          try {
            return provider.authenticate(asked);
          } catch (OAuth2AuthenticationException refused) {
            if (OAuth2ErrorCodes.INVALID_GRANT.equals(refused.getError().getErrorCode())
                && asked instanceof OAuth2ClientAuthenticationToken client) {
              codeRefused(client);
            }
            throw refused;
          }
        });
  }

  private void codeRefused(OAuth2ClientAuthenticationToken asked) {
    RegisteredClient client = clients.findByClientId(asked.getPrincipal().toString());
    if (client != null) {
      keep(
          "authorization-code",
          HttpStatus.BAD_REQUEST,
          client,
          contextOfCode(asked.getAdditionalParameters().get(OAuth2ParameterNames.CODE)),
          addressOf(asked));
    }
  }

  /**
   * A refresh token came without the proof of the client that holds it.
   *
   * @param held what it is, or was, part of
   */
  void withoutProof(RegisteredClient client, OAuth2Authorization held, String address) {
    keep("refresh-token", HttpStatus.UNAUTHORIZED, client, contextOf(held), address);
  }

  /** The same provider of revocations, where each token that is given back leaves an event. */
  AuthenticationProvider toldOfRevocation(AuthenticationProvider provider) {
    return instead(
        provider,
        asked -> {
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
        });
  }

  /** A provider of the same kinds of authentication. */
  private static AuthenticationProvider instead(
      AuthenticationProvider provider, UnaryOperator<Authentication> authenticate) {
    return new AuthenticationProvider() {
      @Override
      public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
      }

      @Override
      public Authentication authenticate(Authentication asked) {
        return authenticate.apply(asked);
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

  /**
   * What an app could be used for until its user ended it.
   *
   * @param ground why its user may open the record of the patient
   */
  record Ended(LaunchContext context, Ground ground) {}

  /**
   * A user took back what they had allowed an app. Whose record it could open is told of it.
   *
   * @param registered id of the registered client
   * @param ended each patient once
   */
  void takenBack(String registered, List<Ended> ended, String address) {
    RegisteredClient client = clients.findById(registered);
    if (client == null || ended.isEmpty()) {
      return;
    }
    String request = UUID.randomUUID().toString();
    log.keep(
        ended.stream()
            .map(
                one ->
                    new AccessEvent(
                        request,
                        Door.TOKEN,
                        AccessEvent.TAKEN_BACK,
                        Outcome.SUCCESS,
                        HttpStatus.OK.value(),
                        new Agent(
                            client.getClientId(),
                            one.context().person().toUnqualifiedVersionless().getValue(),
                            null,
                            null,
                            null,
                            one.ground(),
                            address),
                        one.context().patient(),
                        List.of(),
                        0,
                        null,
                        null,
                        null))
            .toList());
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

  /** A code that comes again is known still, though it is good for nothing. */
  private Optional<LaunchContext> contextOfCode(Authentication asked) {
    return asked instanceof OAuth2AuthorizationCodeAuthenticationToken exchange
        ? contextOfCode(exchange.getCode())
        : Optional.empty();
  }

  private Optional<LaunchContext> contextOfCode(Object code) {
    return code instanceof String value && !value.isBlank()
        ? contextOf(authorizations.findByToken(value, CODE))
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
      keep(what, status, client.getRegisteredClient(), context, addressOf(asked));
    }
  }

  private static String addressOf(Authentication asked) {
    return asked.getDetails() instanceof WebAuthenticationDetails details
        ? details.getRemoteAddress()
        : null;
  }

  private void keep(
      String what,
      HttpStatus status,
      RegisteredClient client,
      Optional<LaunchContext> context,
      String address) {
    ClientSettings settings = client.getClientSettings();
    keep(
        what,
        status,
        new Agent(
            client.getClientId(),
            context
                .map(known -> known.person().getValue())
                .orElse(settings.getSetting(RegisteredClients.ACTS_AS)),
            settings.getSetting(RegisteredClients.AI_DEVICE),
            settings.getSetting(RegisteredClients.ORGANIZATION),
            settings.getSetting(RegisteredClients.AI_PURPOSE),
            Ground.NONE,
            address),
        context.map(LaunchContext::patient).orElse(settings.getSetting(RegisteredClients.PATIENT)));
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
