package org.equipoise.security.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/**
 * Remembers for a minute that a token's signature is good, since an app comes with the same token
 * again and again, and checking it costs more than reading a record. Whether the token has expired
 * or was revoked is asked each time; a key that is taken out of use is out of use after a minute at
 * the latest, as on every other node.
 */
public class VerifiedTokens {

  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MOST = 5_000;

  private final JwtDecoder signatures;
  private final OAuth2TokenValidator<Jwt> time;
  private final LiveTokens live;
  private final Cache<String, Jwt> good =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST).build();

  VerifiedTokens(JwtDecoder signatures, OAuth2TokenValidator<Jwt> time, LiveTokens live) {
    this.signatures = signatures;
    this.time = time;
    this.live = live;
  }

  /**
   * The claims of a token that was made here and has not expired; whether it was revoked is left to
   * the caller to ask.
   *
   * @throws org.springframework.security.oauth2.jwt.BadJwtException where it is not such a token
   */
  public Jwt verify(String token) {
    Jwt jwt = good.get(token, signatures::decode);
    return require(jwt, time);
  }

  /** The claims of a token that counts. */
  Jwt decode(String token) {
    return require(verify(token), live);
  }

  private static Jwt require(Jwt jwt, OAuth2TokenValidator<Jwt> validator) {
    OAuth2TokenValidatorResult result = validator.validate(jwt);
    if (result.hasErrors()) {
      throw new JwtValidationException("The token does not count any more", result.getErrors());
    }
    return jwt;
  }
}
