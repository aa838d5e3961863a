package org.equipoise.security.authorization;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.equipoise.security.Callers;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.ClientAssertionConverter;
import org.equipoise.security.client.ClientAssertions;
import org.equipoise.security.client.RegisteredClients;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.scope.SmartScope;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationServerMetadata;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;

/** The authorization server: who gets which token. */
@Configuration(proxyBeanMethods = false)
class AuthorizationServer {

  /** Clocks of two nodes differ a little. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  /** How a client proves itself: see {@link RegisteredClients}. */
  private static final List<String> PROOFS =
      List.of("client_secret_basic", "client_secret_post", "private_key_jwt");

  @Bean
  @Order(1)
  SecurityFilterChain authorizationServerChain(
      HttpSecurity http, JdbcTemplate jdbc, ServerAddress address, EnforceableScopes enforceable)
      throws Exception {
    OAuth2AuthorizationServerConfigurer server =
        OAuth2AuthorizationServerConfigurer.authorizationServer();
    http.securityMatcher(server.getEndpointsMatcher())
        .with(
            server,
            configurer ->
                configurer
                    .clientAuthentication(
                        client ->
                            client
                                .authenticationConverter(new ClientAssertionConverter())
                                .authenticationProviders(
                                    providers ->
                                        checkAssertions(
                                            providers, new ClientAssertions(jdbc, address))))
                    .authorizationServerMetadataEndpoint(
                        metadata ->
                            metadata.authorizationServerMetadataCustomizer(
                                AuthorizationServer::tellWhatWorks))
                    .tokenEndpoint(
                        token ->
                            token.authenticationProviders(
                                providers -> checkScopes(providers, enforceable))))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
    return http.build();
  }

  /**
   * Spring lists all that it could do; a client reads the list as what it may do here. (The address
   * for authorization codes stays: RFC 8414 and Spring insist on it.)
   */
  private static void tellWhatWorks(OAuth2AuthorizationServerMetadata.Builder metadata) {
    metadata.claims(
        claims -> {
          claims.keySet().removeIf(name -> name.matches("(device_|dpop_|tls_).*"));
          claims.put(
              "grant_types_supported",
              List.of(AuthorizationGrantType.CLIENT_CREDENTIALS.getValue()));
          claims.replaceAll(
              (name, value) -> name.endsWith("_auth_methods_supported") ? PROOFS : value);
          claims.put(
              "token_endpoint_auth_signing_alg_values_supported",
              ClientAssertions.ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().toList());
        });
  }

  private static void checkAssertions(
      List<AuthenticationProvider> providers, ClientAssertions assertions) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof JwtClientAssertionAuthenticationProvider byAssertion) {
        byAssertion.setJwtDecoderFactory(assertions);
      }
    }
  }

  private static void checkScopes(
      List<AuthenticationProvider> providers, EnforceableScopes enforceable) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2ClientCredentialsAuthenticationProvider clientCredentials) {
        clientCredentials.setAuthenticationValidator(context -> checkScopes(context, enforceable));
      }
    }
  }

  /**
   * A client may ask for less than it registered: {@code system/Observation.rs} where it has {@code
   * system/*.cruds}.
   */
  private static void checkScopes(
      OAuth2ClientCredentialsAuthenticationContext context, EnforceableScopes enforceable) {
    OAuth2ClientCredentialsAuthenticationToken request = context.getAuthentication();
    RegisteredClient client = context.getRegisteredClient();
    if (request.getScopes().isEmpty()) {
      throw invalidScope(
          "Name the scopes that you need, for example " + String.join(" ", client.getScopes()));
    }
    List<SmartScope> registered =
        client.getScopes().stream().flatMap(scope -> SmartScope.parse(scope).stream()).toList();
    for (String text : request.getScopes()) {
      SmartScope scope =
          SmartScope.parse(text)
              .orElseThrow(
                  () -> invalidScope("Scope '" + text + "' is not of the form system/Type.cruds"));
      if (registered.stream().noneMatch(granted -> granted.covers(scope))) {
        throw invalidScope("This client is not registered for scope '" + text + "'");
      }
    }
    enforceable
        .problemWith(request.getScopes())
        .ifPresent(
            problem -> {
              throw invalidScope(problem);
            });
  }

  private static OAuth2AuthenticationException invalidScope(String description) {
    return new OAuth2AuthenticationException(
        new OAuth2Error(
            OAuth2ErrorCodes.INVALID_SCOPE,
            // The OAuth grammar of error_description has no double quote, backslash or control
            // character.
            description.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?"),
            null));
  }

  @Bean
  ServletRegistrationBean<SmartConfiguration> smartConfiguration(
      ServerAddress address, ObjectMapper json) throws IOException {
    ServletRegistrationBean<SmartConfiguration> servlet =
        new ServletRegistrationBean<>(
            new SmartConfiguration(address, json), SmartConfiguration.PATH);
    servlet.setName("smart-configuration");
    return servlet;
  }

  @Bean
  SigningKeys signingKeys(JdbcTemplate jdbc) {
    return new SigningKeys(jdbc);
  }

  @Bean
  JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys, ServerAddress address) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(Set.of(JWSAlgorithm.RS256), keys));
    processor.setJWSTypeVerifier(DefaultJOSEObjectTypeVerifier.JWT);
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<Jwt>(
            List.of(
                new JwtTimestampValidator(CLOCK_SKEW),
                new JwtIssuerValidator(address.baseUrl()),
                new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD,
                    audience -> audience != null && audience.contains(address.fhirBase())))));
    return decoder;
  }

  @Bean
  OAuth2TokenCustomizer<JwtEncodingContext> tokenClaims(ServerAddress address) {
    return context -> {
      RegisteredClient client = context.getRegisteredClient();
      context
          .getClaims()
          .audience(List.of(address.fhirBase()))
          .claim(Callers.CLIENT_ID, client.getClientId());
      String actsAs = client.getClientSettings().getSetting(RegisteredClients.ACTS_AS);
      if (actsAs != null
          && AuthorizationGrantType.CLIENT_CREDENTIALS.equals(
              context.getAuthorizationGrantType())) {
        context
            .getClaims()
            .subject(actsAs)
            .claim(Callers.FHIR_USER, address.fhirBase() + "/" + actsAs);
        String patient = client.getClientSettings().getSetting(RegisteredClients.PATIENT);
        if (patient != null) {
          context.getClaims().claim(Callers.PATIENT, patient);
        }
      }
    };
  }

  @Bean
  OAuth2AuthorizationService authorizationService(
      JdbcTemplate jdbc, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationService(jdbc, clients);
  }

  @Bean
  OAuth2AuthorizationConsentService authorizationConsentService(
      JdbcTemplate jdbc, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationConsentService(jdbc, clients);
  }

  @Bean
  AuthorizationServerSettings authorizationServerSettings(ServerAddress address) {
    return AuthorizationServerSettings.builder().issuer(address.baseUrl()).build();
  }
}
