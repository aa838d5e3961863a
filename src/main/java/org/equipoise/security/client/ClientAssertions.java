package org.equipoise.security.client;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.equipoise.security.ControlCharacters;
import org.equipoise.security.ServerAddress;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Checks the signed assertion by which a client proves itself ({@code private_key_jwt}; SMART App
 * Launch 2.2, section "Client Authentication: Asymmetric", and RFC 7523): signed with RS384 or
 * ES384 by a registered key, issued by and for the client itself, addressed to this server, at most
 * five minutes long, and never seen before.
 */
public class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {

  private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  /** What an assertion may be signed with. */
  public static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS384, JWSAlgorithm.ES384);

  private final ClientKeySource keys;
  private final JdbcTemplate jdbc;
  private final Set<String> audiences;

  ClientAssertions(ClientKeySource keys, JdbcTemplate jdbc, ServerAddress address) {
    this.keys = keys;
    this.jdbc = jdbc;
    this.audiences = Set.of(address.baseUrl(), address.baseUrl() + "/oauth2/token");
  }

  @Override
  public JwtDecoder createDecoder(RegisteredClient client) {
    JWKSource<SecurityContext> source =
        keys.of(client)
            .orElseThrow(
                () ->
                    new OAuth2AuthenticationException(
                        new OAuth2Error(
                            OAuth2ErrorCodes.INVALID_CLIENT,
                            "This client has no registered keys",
                            null)));
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source));
    // The other claims are judged below, with messages that name them; Spring makes up an iat where
    // there is none.
    processor.setJWTClaimsSetVerifier((claims, context) -> judgeIssueTime(claims));
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            List.of(
                new JwtTimestampValidator(CLOCK_SKEW), jwt -> judge(jwt, client.getClientId()))));
    return decoder;
  }

  private static void judgeIssueTime(JWTClaimsSet claims) throws BadJWTException {
    Date issued = claims.getIssueTime();
    if (issued != null && issued.toInstant().isAfter(Instant.now().plus(CLOCK_SKEW))) {
      throw new BadJWTException("iat is in the future");
    }
  }

  private OAuth2TokenValidatorResult judge(Jwt jwt, String clientId) {
    if (!clientId.equals(jwt.getClaimAsString("iss")) || !clientId.equals(jwt.getSubject())) {
      return refuse("iss and sub must both be the client_id");
    }
    List<String> audience = Objects.requireNonNullElse(jwt.getAudience(), List.of());
    // For nobody else: what another server could read, it could send here.
    if (audience.isEmpty() || !audiences.containsAll(audience)) {
      return refuse("aud must be the token endpoint or the issuer");
    }
    Instant expires = jwt.getExpiresAt();
    if (expires == null) {
      return refuse("exp is missing");
    }
    if (expires.isAfter(Instant.now().plus(LONGEST_LIFE).plus(CLOCK_SKEW))) {
      return refuse("exp must be no more than five minutes ahead");
    }
    String id = jwt.getId();
    if (id == null || id.isBlank() || id.length() > 200 || ControlCharacters.areIn(id)) {
      return refuse("jti is missing, no plain text or longer than 200 characters");
    }
    return firstUse(clientId, id, expires)
        ? OAuth2TokenValidatorResult.success()
        : refuse("jti was used before");
  }

  private boolean firstUse(String clientId, String id, Instant expires) {
    jdbc.update(
        "delete from eqp_client_assertion where expires_at < ?",
        Timestamp.from(Instant.now().minus(CLOCK_SKEW)));
    try {
      jdbc.update(
          "insert into eqp_client_assertion (client_id, jti, expires_at) values (?, ?, ?)",
          clientId,
          id,
          Timestamp.from(expires));
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private static OAuth2TokenValidatorResult refuse(String reason) {
    return OAuth2TokenValidatorResult.failure(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, "client_assertion: " + reason, null));
  }
}
