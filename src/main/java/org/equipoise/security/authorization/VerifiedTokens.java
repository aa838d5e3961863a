package org.equipoise.security.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;

/**
 * Remembers for a minute that a token's signature is good, since an app comes with the same token
 * again and again, and checking it costs more than reading a record. Whether the token has expired
 * or was revoked is asked each time; a key that is taken out of use is out of use after a minute at
 * the latest, as on every other node.
 */
public class VerifiedTokens {

  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MOST = 5_000;

  /** How far the clocks of two nodes may be apart. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private final JwtDecoder signatures;
  private final LiveTokens live;
  private final Clock clock;
  private final Cache<String, Jwt> good =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumSize(MOST)
          // To wake another thread costs more than its work.
          .executor(Runnable::run)
          .build();

  VerifiedTokens(JwtDecoder signatures, LiveTokens live, Clock clock) {
    this.signatures = signatures;
    this.live = live;
    this.clock = clock;
  }

  /**
   * The claims of a token that was made here and has not expired; whether it was revoked is left to
   * the caller to ask.
   *
   * @throws org.springframework.security.oauth2.jwt.BadJwtException where it is not such a token
   */
  public Jwt verify(String token) {
    Jwt jwt = good.get(token, signatures::decode);
    if (!isInTime(jwt)) {
      throw refused(List.of(BearerTokenErrors.invalidToken("The token has expired")));
    }
    return jwt;
  }

  /** The decoder made an Instant of it: Spring's validator would convert it anew at each call. */
  private boolean isInTime(Jwt jwt) {
    return jwt.getClaims().get(JwtClaimNames.EXP) instanceof Instant end
        && clock.instant().minus(CLOCK_SKEW).isBefore(end);
  }

  /** The claims of a token that counts. */
  Jwt decode(String token) {
    Jwt jwt = verify(token);
    OAuth2TokenValidatorResult result = live.validate(jwt);
    if (result.hasErrors()) {
      throw refused(result.getErrors());
    }
    return jwt;
  }

  private static JwtValidationException refused(Collection<OAuth2Error> errors) {
    return new JwtValidationException("The token does not count any more", errors);
  }
}
