package org.equipoise.security.authorization;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps authorizations in Spring's table, with three additions: tokens and codes stand there as
 * hashes; each access token has a row of its own by which {@link LiveTokens} knows that it still
 * counts; and a refresh token that comes again after it was exchanged ends its whole authorization
 * (RFC 9700 section 4.14.2).
 */
class StoredAuthorizations implements OAuth2AuthorizationService {

  private static final Set<String> HASHED_TYPES =
      Set.of("code", "access_token", "refresh_token", "id_token");

  private final OAuth2AuthorizationService rows;
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  StoredAuthorizations(
      OAuth2AuthorizationService rows, JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.rows = rows;
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public void save(OAuth2Authorization authorization) {
    OAuth2Authorization hashed = hashed(authorization);
    transactions.executeWithoutResult(
        status -> {
          keepSpentRefreshToken(hashed);
          rows.save(hashed);
          keepAccessToken(hashed);
        });
  }

  private void keepSpentRefreshToken(OAuth2Authorization changed) {
    List<String> before =
        jdbc.queryForList(
            "select refresh_token_value from oauth2_authorization where id = ?",
            String.class,
            changed.getId());
    before.stream()
        .filter(Objects::nonNull)
        .filter(
            spent ->
                changed.getRefreshToken() == null
                    || !spent.equals(changed.getRefreshToken().getToken().getTokenValue()))
        .forEach(
            spent ->
                jdbc.update(
                    "insert into eqp_spent_refresh_token (token_hash, authorization_id) values (?, ?)",
                    spent,
                    changed.getId()));
  }

  private void keepAccessToken(OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
    if (token == null || token.getClaims() == null) {
      return;
    }
    String jti = (String) token.getClaims().get(JwtClaimNames.JTI);
    if (token.isInvalidated()) {
      jdbc.update("delete from eqp_access_token where jti = ?", jti);
    } else if (jdbc.update(
            "update eqp_access_token set authorization_id = ? where jti = ?",
            authorization.getId(),
            jti)
        == 0) {
      jdbc.update(
          "insert into eqp_access_token (jti, authorization_id, expires_at) values (?, ?, ?)",
          jti,
          authorization.getId(),
          Timestamp.from(token.getToken().getExpiresAt()));
    }
    // A refreshed token takes the place of the one before it, so that revoking it leaves none.
    jdbc.update(
        "delete from eqp_access_token where authorization_id = ? and jti <> ?",
        authorization.getId(),
        jti);
    OAuth2Authorization.Token<OAuth2RefreshToken> refresh = authorization.getRefreshToken();
    if (refresh != null && refresh.isInvalidated()) {
      // A revoked refresh token takes with it what it was exchanged for (RFC 7009 section 2.1).
      jdbc.update("delete from eqp_access_token where authorization_id = ?", authorization.getId());
    }
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    rows.remove(authorization);
  }

  @Override
  public OAuth2Authorization findById(String id) {
    return rows.findById(id);
  }

  @Override
  public OAuth2Authorization findByToken(String token, OAuth2TokenType type) {
    if (type != null && !HASHED_TYPES.contains(type.getValue())) {
      return rows.findByToken(token, type);
    }
    String hash = TokenHash.of(token);
    OAuth2Authorization found = rows.findByToken(hash, type);
    if (found != null && type == null && !isAccessOrRefreshToken(found, hash)) {
      return null;
    }
    if (found == null) {
      if (OAuth2TokenType.REFRESH_TOKEN.equals(type)) {
        endFamilyOf(hash);
      }
      return null;
    }
    // Whoever came with the token goes on with it as it is.
    return rewritten(found, value -> value.equals(hash) ? token : value);
  }

  /**
   * What a refresh token is part of, or was before it was exchanged. Asking ends nothing.
   *
   * @return null where there is none, or it has ended
   */
  OAuth2Authorization ofRefreshToken(String token) {
    String hash = TokenHash.of(token);
    OAuth2Authorization current = rows.findByToken(hash, OAuth2TokenType.REFRESH_TOKEN);
    if (current != null) {
      return current;
    }
    return jdbc
        .queryForList(
            "select authorization_id from eqp_spent_refresh_token where token_hash = ?",
            String.class,
            hash)
        .stream()
        .map(rows::findById)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * What may be introspected and revoked (RFC 7662 section 2.1, RFC 7009 section 2.1): no code, and
   * no id token, which opens nothing.
   */
  private static boolean isAccessOrRefreshToken(OAuth2Authorization authorization, String hash) {
    return Stream.of(authorization.getAccessToken(), authorization.getRefreshToken())
        .anyMatch(token -> token != null && token.getToken().getTokenValue().equals(hash));
  }

  private void endFamilyOf(String spent) {
    jdbc.update(
        "delete from oauth2_authorization where id in"
            + " (select authorization_id from eqp_spent_refresh_token where token_hash = ?)",
        spent);
  }

  private static OAuth2Authorization hashed(OAuth2Authorization authorization) {
    return rewritten(authorization, value -> TokenHash.isHash(value) ? value : TokenHash.of(value));
  }

  private static OAuth2Authorization rewritten(
      OAuth2Authorization before, UnaryOperator<String> rewriting) {
    OAuth2Authorization.Builder after = OAuth2Authorization.from(before);
    rewrite(
        before,
        after,
        OAuth2AuthorizationCode.class,
        token ->
            new OAuth2AuthorizationCode(
                rewriting.apply(token.getTokenValue()), token.getIssuedAt(), token.getExpiresAt()));
    rewrite(
        before,
        after,
        OAuth2AccessToken.class,
        token ->
            new OAuth2AccessToken(
                token.getTokenType(),
                rewriting.apply(token.getTokenValue()),
                token.getIssuedAt(),
                token.getExpiresAt(),
                token.getScopes()));
    rewrite(
        before,
        after,
        OAuth2RefreshToken.class,
        token ->
            new OAuth2RefreshToken(
                rewriting.apply(token.getTokenValue()), token.getIssuedAt(), token.getExpiresAt()));
    rewrite(
        before,
        after,
        OidcIdToken.class,
        token ->
            new OidcIdToken(
                rewriting.apply(token.getTokenValue()),
                token.getIssuedAt(),
                token.getExpiresAt(),
                token.getClaims()));
    return after.build();
  }

  private static <T extends OAuth2Token> void rewrite(
      OAuth2Authorization before,
      OAuth2Authorization.Builder after,
      Class<T> type,
      UnaryOperator<T> rewriting) {
    OAuth2Authorization.Token<T> token = before.getToken(type);
    if (token != null) {
      after.token(
          rewriting.apply(token.getToken()), metadata -> metadata.putAll(token.getMetadata()));
    }
  }

  /**
   * When the authorization was asked for.
   *
   * @return null where there is none
   */
  Instant createdAt(OAuth2Authorization authorization) {
    return jdbc
        .queryForList(
            "select created_at from oauth2_authorization where id = ?",
            Timestamp.class,
            authorization.getId())
        .stream()
        .map(Timestamp::toInstant)
        .findFirst()
        .orElse(null);
  }

  /**
   * Runs {@code work} while no other request can change the authorization that holds this token.
   */
  <T> T alone(String token, String column, Supplier<T> work) {
    return transactions.execute(
        status -> {
          jdbc.queryForList(
              "select id from oauth2_authorization where " + column + " = ? for update",
              String.class,
              TokenHash.of(token));
          return work.get();
        });
  }
}
