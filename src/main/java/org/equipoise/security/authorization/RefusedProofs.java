package org.equipoise.security.authorization;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretBasicAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/**
 * Tells of each refresh token that somebody held and that comes without the proof of a client, or
 * with a wrong one. It gets no further; that it was exchanged before counts all the same.
 */
class RefusedProofs implements AuthenticationFailureHandler {

  private static final ClientSecretBasicAuthenticationConverter BASIC =
      new ClientSecretBasicAuthenticationConverter();

  private final AuthenticationFailureHandler answers;
  private final RegisteredClientRepository clients;
  private final StoredAuthorizations authorizations;
  private final TokenEvents events;

  /**
   * @param answers tells who came what is wrong
   */
  RefusedProofs(
      AuthenticationFailureHandler answers,
      RegisteredClientRepository clients,
      StoredAuthorizations authorizations,
      TokenEvents events) {
    this.answers = answers;
    this.clients = clients;
    this.authorizations = authorizations;
    this.events = events;
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException problem)
      throws IOException, ServletException {
    String token = request.getParameter(OAuth2ParameterNames.REFRESH_TOKEN);
    boolean isExchange =
        AuthorizationGrantType.REFRESH_TOKEN
            .getValue()
            .equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE));
    if (isExchange
        && token != null
        && !token.isBlank()
        && problem instanceof OAuth2AuthenticationException refused
        && OAuth2ErrorCodes.INVALID_CLIENT.equals(refused.getError().getErrorCode())) {
      tell(request, token);
    }
    answers.onAuthenticationFailure(request, response, problem);
  }

  private void tell(HttpServletRequest request, String token) {
    OAuth2Authorization held = authorizations.ofRefreshToken(token);
    if (held == null) {
      return;
    }
    authorizations.findByToken(token, OAuth2TokenType.REFRESH_TOKEN);
    Optional<String> named = named(request);
    RegisteredClient client =
        named.isPresent()
            ? clients.findByClientId(named.get())
            : clients.findById(held.getRegisteredClientId());
    // What is asked in vain by nobody known is limited by rate, and not kept.
    if (client != null) {
      events.withoutProof(client, held, request.getRemoteAddr());
    }
  }

  /** Who it was said to be; an assertion that holds nothing names nobody. */
  private static Optional<String> named(HttpServletRequest request) {
    return Optional.ofNullable(request.getParameter(OAuth2ParameterNames.CLIENT_ID))
        .filter(id -> !id.isBlank())
        .or(
            () ->
                Optional.ofNullable(BASIC.convert(request))
                    .map(Authentication::getPrincipal)
                    .map(Object::toString));
  }
}
