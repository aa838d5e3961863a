package org.equipoise.security.authorization;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationToken;

/**
 * Lets a code or a refresh token be exchanged by one request at a time, on whatever node: of two
 * that come at once, the second finds it used, and is treated as one that comes later.
 */
class OneAtATime implements AuthenticationProvider {

  private record Outcome(Authentication answer, AuthenticationException problem) {}

  private final AuthenticationProvider exchange;
  private final StoredAuthorizations authorizations;

  OneAtATime(AuthenticationProvider exchange, StoredAuthorizations authorizations) {
    this.exchange = exchange;
    this.authorizations = authorizations;
  }

  @Override
  public Authentication authenticate(Authentication request) {
    Outcome outcome =
        request instanceof OAuth2AuthorizationCodeAuthenticationToken code
            ? authorizations.alone(
                code.getCode(), "authorization_code_value", () -> exchange(request))
            : authorizations.alone(
                ((OAuth2RefreshTokenAuthenticationToken) request).getRefreshToken(),
                "refresh_token_value",
                () -> exchange(request));
    if (outcome.problem() != null) {
      throw outcome.problem();
    }
    return outcome.answer();
  }

  /** A refusal may have ended tokens, which must be kept; thrown inside, it would be taken back. */
  private Outcome exchange(Authentication request) {
    try {
      return new Outcome(exchange.authenticate(request), null);
    } catch (AuthenticationException e) {
      return new Outcome(null, e);
    }
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return exchange.supports(authentication);
  }
}
