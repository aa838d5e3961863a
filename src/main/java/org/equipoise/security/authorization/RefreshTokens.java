package org.equipoise.security.authorization;

import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.equipoise.security.client.ClientScopes;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/**
 * Refresh tokens, to public clients too, but only where the user allowed {@code offline_access} or
 * {@code online_access} (SMART App Launch 2.2, section "Scopes for requesting a refresh token").
 * Each is used once; all of one consent end together, at the time that the consent page told.
 */
class RefreshTokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {

  private final StringKeyGenerator keys =
      new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 64);
  private final TokenLives lives;
  private final Clock clock;

  RefreshTokens(TokenLives lives, Clock clock) {
    this.lives = lives;
    this.clock = clock;
  }

  @Override
  public OAuth2RefreshToken generate(OAuth2TokenContext context) {
    OAuth2Authorization authorization = context.getAuthorization();
    if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType()) || authorization == null) {
      return null;
    }
    Instant now = clock.instant();
    if (authorization.getRefreshToken() != null) {
      Instant end = authorization.getRefreshToken().getToken().getExpiresAt();
      return new OAuth2RefreshToken(keys.generateKey(), now, end);
    }
    // What the user allowed, not what this one token is for: a client may narrow that.
    Set<String> allowed = authorization.getAuthorizedScopes();
    if (allowed.contains(ClientScopes.OFFLINE_ACCESS)) {
      return new OAuth2RefreshToken(keys.generateKey(), now, now.plus(lives.offline()));
    }
    if (allowed.contains(ClientScopes.ONLINE_ACCESS)) {
      return new OAuth2RefreshToken(keys.generateKey(), now, now.plus(lives.online()));
    }
    return null;
  }
}
