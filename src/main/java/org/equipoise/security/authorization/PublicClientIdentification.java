package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Lets a public client name itself where it exchanges or revokes a token that it holds: what proves
 * its right is the token, which is used once. (Spring lets public clients in for an authorization
 * code only, where PKCE proves it.) The most used SMART library sends a refresh token without
 * {@code client_id}; it is then the client that got the token, also where that was exchanged since
 * and is good for nothing any more.
 */
class PublicClientIdentification implements AuthenticationConverter, AuthenticationProvider {

  private final RegisteredClientRepository clients;
  private final StoredAuthorizations authorizations;

  PublicClientIdentification(
      RegisteredClientRepository clients, StoredAuthorizations authorizations) {
    this.clients = clients;
    this.authorizations = authorizations;
  }

  /** A token of its own class, so that no other provider takes it for an exchange of a code. */
  private static final class Identified extends OAuth2ClientAuthenticationToken {

    private static final long serialVersionUID = 1L;

    Identified(String clientId, Map<String, Object> parameters) {
      super(clientId, ClientAuthenticationMethod.NONE, null, parameters);
    }
  }

  @Override
  public Authentication convert(HttpServletRequest request) {
    String[] clientIds = request.getParameterValues(OAuth2ParameterNames.CLIENT_ID);
    boolean exchanges =
        AuthorizationGrantType.REFRESH_TOKEN
            .getValue()
            .equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE));
    boolean revokes = request.getRequestURI().endsWith("/oauth2/revoke");
    if (!(exchanges || (revokes && clientIds != null))
        || request.getHeader(HttpHeaders.AUTHORIZATION) != null
        || request.getParameter(OAuth2ParameterNames.CLIENT_SECRET) != null
        || request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION) != null) {
      return null;
    }
    if (clientIds == null) {
      return new Identified(
          holderOf(request.getParameter(OAuth2ParameterNames.REFRESH_TOKEN)), new HashMap<>());
    }
    if (clientIds.length != 1 || clientIds[0].isBlank()) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST);
    }
    return new Identified(clientIds[0], new HashMap<>());
  }

  private String holderOf(String refreshToken) {
    OAuth2Authorization authorization =
        refreshToken == null || refreshToken.isBlank()
            ? null
            : authorizations.ofRefreshToken(refreshToken);
    RegisteredClient client =
        authorization == null ? null : clients.findById(authorization.getRegisteredClientId());
    if (client == null) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
    }
    return client.getClientId();
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    RegisteredClient client = clients.findByClientId(authentication.getPrincipal().toString());
    if (client == null || !isPublic(client)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
  }

  private static boolean isPublic(RegisteredClient client) {
    return client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return Identified.class.equals(authentication);
  }
}
