package org.equipoise.security.authorization;

import org.equipoise.security.client.RegisteredClients;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenIntrospection;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Introspection (RFC 7662) for a client's own tokens; those of others are unknown to it, unless the
 * operator has made it a resource server ({@code introspects}).
 */
class OwnTokensOnly implements AuthenticationProvider {

  private final AuthenticationProvider introspection;

  OwnTokensOnly(AuthenticationProvider introspection) {
    this.introspection = introspection;
  }

  @Override
  public Authentication authenticate(Authentication request) {
    Authentication answer = introspection.authenticate(request);
    if (!(answer instanceof OAuth2TokenIntrospectionAuthenticationToken told)
        || !(told.getPrincipal() instanceof OAuth2ClientAuthenticationToken asking)) {
      return answer;
    }
    RegisteredClient client = asking.getRegisteredClient();
    boolean maySee =
        client == null
            || !told.getTokenClaims().isActive()
            || client.getClientId().equals(told.getTokenClaims().getClientId())
            || Boolean.TRUE.equals(
                client.getClientSettings().getSetting(RegisteredClients.INTROSPECTS));
    return maySee
        ? answer
        : new OAuth2TokenIntrospectionAuthenticationToken(
            told.getToken(), asking, OAuth2TokenIntrospection.builder().build());
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return introspection.supports(authentication);
  }
}
