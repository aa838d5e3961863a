package org.equipoise.security.external;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.security.ServerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * How this server is known to each login provider. A provider's metadata is read when somebody
 * first logs in there, and again after a while, so that this server starts while the other is down.
 */
class ProviderRegistrations
    implements ClientRegistrationRepository, JwtDecoderFactory<ClientRegistration> {

  /** Error code: the provider's metadata cannot be had. */
  static final String UNAVAILABLE = "provider_unavailable";

  private static final Logger log = LoggerFactory.getLogger(ProviderRegistrations.class);
  private static final Duration METADATA_LIVES = Duration.ofMinutes(15);

  /** Those that every provider may use; a secret shared by both sides is not among them. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384);

  private final LoginProviders providers;
  private final ServerAddress address;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<String, JwtDecoder> decoders = new ConcurrentHashMap<>();

  private record Known(ClientRegistration registration, Instant until) {}

  ProviderRegistrations(LoginProviders providers, ServerAddress address) {
    this.providers = providers;
    this.address = address;
  }

  /**
   * Null for an unknown provider.
   *
   * @throws OAuth2AuthenticationException with {@link #UNAVAILABLE}
   */
  @Override
  public ClientRegistration findByRegistrationId(String id) {
    Known had = known.get(id);
    if (had != null && had.until().isAfter(Instant.now())) {
      return had.registration();
    }
    Optional<LoginProviders.Provider> provider = providers.find(id);
    if (provider.isEmpty()) {
      return null;
    }
    try {
      ClientRegistration registration = registration(provider.get());
      known.put(id, new Known(registration, Instant.now().plus(METADATA_LIVES)));
      return registration;
    } catch (IOException e) {
      log.warn("The login provider {} cannot be used: {}", id, e.getMessage());
      throw new OAuth2AuthenticationException(new OAuth2Error(UNAVAILABLE), e);
    }
  }

  private ClientRegistration registration(LoginProviders.Provider provider) throws IOException {
    RemoteIssuer issuer = issuer(provider);
    Map<String, Object> metadata = issuer.metadata();
    Optional<String> secret = provider.secret();
    return ClientRegistration.withRegistrationId(provider.id())
        .clientName(provider.name())
        .clientId(provider.clientId())
        .clientSecret(secret.orElse(null))
        .clientAuthenticationMethod(
            secret.isEmpty()
                ? ClientAuthenticationMethod.NONE
                : ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
        // Ours, not what the request's headers claim; one for each provider, so that none can pass
        // off another's answer as its own (RFC 9700 section 4.4).
        .redirectUri(address.baseUrl() + "/login/oauth2/code/" + provider.id())
        .scope(provider.scopes())
        .issuerUri(provider.issuer())
        .authorizationUri(issuer.address(metadata, "authorization_endpoint"))
        .tokenUri(issuer.address(metadata, "token_endpoint"))
        .jwkSetUri(issuer.address(metadata, "jwks_uri"))
        .build();
  }

  private static RemoteIssuer issuer(LoginProviders.Provider provider) {
    return new RemoteIssuer(provider.issuer(), null, provider.loopback());
  }

  /** Checks ID tokens (OpenID Connect Core 1.0, section 3.1.3.7). */
  @Override
  public JwtDecoder createDecoder(ClientRegistration registration) {
    return decoders.computeIfAbsent(registration.getRegistrationId(), id -> decoder(registration));
  }

  private JwtDecoder decoder(ClientRegistration registration) {
    LoginProviders.Provider provider =
        providers.find(registration.getRegistrationId()).orElseThrow();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, issuer(provider).keys()));
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(), new OidcIdTokenValidator(registration)));
    return decoder;
  }
}
