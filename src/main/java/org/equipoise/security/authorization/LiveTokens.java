package org.equipoise.security.authorization;

import java.sql.Timestamp;
import java.time.Instant;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;

/**
 * Refuses an access token that was revoked, or whose authorization is gone: a signature alone would
 * count until it expires. One look at one row by its key.
 */
public class LiveTokens implements OAuth2TokenValidator<Jwt> {

  private final JdbcTemplate jdbc;

  LiveTokens(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public OAuth2TokenValidatorResult validate(Jwt token) {
    boolean live =
        token.getId() != null
            && !jdbc.queryForList(
                    "select 1 from eqp_access_token where jti = ?", Integer.class, token.getId())
                .isEmpty();
    return live
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(revoked());
  }

  private static OAuth2Error revoked() {
    return BearerTokenErrors.invalidToken("The token was revoked");
  }

  /**
   * Makes a token count that belongs to no authorization: the server's own, for its first call.
   *
   * @param jti the token's id
   * @param expiresAt when its row may go
   */
  public void admit(String jti, Instant expiresAt) {
    jdbc.update(
        "insert into eqp_access_token (jti, expires_at) values (?, ?)",
        jti,
        Timestamp.from(expiresAt));
  }
}
