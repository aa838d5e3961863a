package org.equipoise.security.authorization;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.equipoise.fhir.Standing;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;

/**
 * Refuses an access token that was revoked, or whose authorization is gone, or whose client or user
 * is shut: a signature alone would count until it expires. (Shutting deletes the authorizations; a
 * token that was being made at that moment is found by the state.) One look, by keys.
 */
public class LiveTokens implements OAuth2TokenValidator<Jwt> {

  private static final String LIVE =
      "exists (select 1 from eqp_access_token t"
          + " left join oauth2_authorization a on a.id = t.authorization_id"
          + " left join eqp_client c on c.id = a.registered_client_id"
          + " left join eqp_user u on u.id = a.principal_name"
          + " where t.jti = ? and (a.id is null or c.state = 'active')"
          + " and (u.id is null or u.enabled))";

  private final JdbcTemplate jdbc;

  LiveTokens(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public OAuth2TokenValidatorResult validate(Jwt token) {
    return stands(standing(token))
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(revoked());
  }

  /** What must be true for the token to count. */
  public Standing standing(Jwt token) {
    // As it is: Spring would look for a converter, at each call.
    return new Standing(
        LIVE, List.of(Objects.toString(token.getClaims().get(JwtClaimNames.JTI), "")));
  }

  /** Whether it is true now. */
  public boolean stands(Standing standing) {
    return !jdbc.queryForList(
            "select 1 where " + standing.condition(),
            Integer.class,
            standing.parameters().toArray())
        .isEmpty();
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
