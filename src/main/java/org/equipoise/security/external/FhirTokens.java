package org.equipoise.security.external;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.equipoise.fhir.Standing;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.equipoise.security.authorization.VerifiedTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Checks the access tokens that come to the FHIR base: our own, and those of the issuers that the
 * operator trusts, each by its own keys alone. Nothing but the FHIR base takes the latter.
 */
public class FhirTokens {

  private static final Logger log = LoggerFactory.getLogger(FhirTokens.class);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private final VerifiedTokens own;
  private final LiveTokens live;
  private final String ownIssuer;
  private final Map<String, JwtDecoder> trusted = new HashMap<>();

  FhirTokens(VerifiedTokens own, LiveTokens live, TrustedIssuers issuers, ServerAddress address) {
    this.own = own;
    this.live = live;
    this.ownIssuer = address.baseUrl();
    for (TrustedIssuers.Issuer issuer : issuers.trustedIssuers()) {
      if (issuer.issuer().equals(address.baseUrl())) {
        throw new IllegalStateException(
            "equipoise.trusted-issuers: " + issuer.issuer() + " is this server itself");
      }
      NimbusJwtDecoder decoder = decoder(issuer, address);
      TokenMapping mapping = new TokenMapping(issuer, address.fhirBase());
      trusted.put(issuer.issuer(), token -> mapping.map(decoder.decode(token)));
    }
  }

  /**
   * The token's claims, as our own server writes them. Whether a token of ours was revoked is left
   * to ask: {@link #standing}.
   *
   * @throws BadJwtException where the token is not valid here
   */
  public Jwt decode(String token) {
    JwtDecoder decoder =
        trusted.isEmpty() ? own::verify : trusted.getOrDefault(issuerOf(token), own::verify);
    try {
      return decoder.decode(token);
    } catch (BadJwtException e) {
      throw e;
    } catch (JwtException e) {
      // Its keys cannot be had: the token cannot be believed, which is no failure of ours.
      log.warn("A token could not be checked: {}", e.getMessage());
      throw new BadJwtException("The token cannot be checked at present", e);
    }
  }

  /** What must be true for a token to count; empty for one of another issuer. */
  public Optional<Standing> standing(Jwt token) {
    // As text: Spring would make a URL of it.
    return ownIssuer.equals(String.valueOf(token.getClaims().get(JwtClaimNames.ISS)))
        ? Optional.of(live.standing(token))
        : Optional.empty();
  }

  /** Whether it is true now. */
  public boolean stands(Standing standing) {
    return live.stands(standing);
  }

  /** What the token says, only to know by whose keys to judge it; empty where it says nothing. */
  private static String issuerOf(String token) {
    try {
      return Objects.requireNonNullElse(JWTParser.parse(token).getJWTClaimsSet().getIssuer(), "");
    } catch (ParseException e) {
      return "";
    }
  }

  private static NimbusJwtDecoder decoder(TrustedIssuers.Issuer issuer, ServerAddress address) {
    String audience = Objects.requireNonNullElse(issuer.audience(), address.fhirBase());
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            issuer.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet()),
            new RemoteIssuer(issuer.issuer(), issuer.jwksUri(), issuer.loopback()).keys()));
    // RFC 9068 section 2.1; older servers write JWT or nothing.
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            new JOSEObjectType("at+jwt"),
            new JOSEObjectType("application/at+jwt"),
            JOSEObjectType.JWT,
            null));
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<Jwt>(
            List.of(
                new JwtTimestampValidator(CLOCK_SKEW),
                new JwtClaimValidator<Instant>("exp", Objects::nonNull),
                new JwtClaimValidator<>("iss", iss -> issuer.issuer().equals(String.valueOf(iss))),
                new JwtClaimValidator<List<String>>(
                    "aud", listed -> listed != null && listed.contains(audience)))));
    return decoder;
  }
}
