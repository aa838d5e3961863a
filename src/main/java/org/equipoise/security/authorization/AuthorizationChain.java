package org.equipoise.security.authorization;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.client.ClientAssertionConverter;
import org.equipoise.security.client.ClientAssertions;
import org.equipoise.security.client.RegisteredClients;
import org.equipoise.security.client.RegistrationProperties;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.user.UserPersons;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AccessTokenResponseAuthenticationSuccessHandler;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2DeviceCodeAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2TokenExchangeAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.authentication.DelegatingAuthenticationEntryPoint;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Where {@code /oauth2/...}, {@code /userinfo} and the discovery documents are answered. */
@Configuration(proxyBeanMethods = false)
class AuthorizationChain {

  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  /** Grants that Spring would look at, and that no client is registered for. */
  private static final Predicate<AuthenticationConverter> NOT_OFFERED =
      converter ->
          converter instanceof OAuth2DeviceCodeAuthenticationConverter
              || converter instanceof OAuth2TokenExchangeAuthenticationConverter;

  @Bean
  AuthorizationRequests authorizationRequests(
      ServerAddress address,
      Launches launches,
      UserPersons users,
      DatabasePendingAuthorizations decisions,
      EnforceableScopes enforceable) {
    return new AuthorizationRequests(address, launches, users, decisions, enforceable);
  }

  /**
   * Spring keeps each login with OpenID Connect in memory for as long as the server runs; logins
   * are kept in the database.
   */
  @Bean
  SessionRegistry sessionRegistry() {
    return new NoSessionsInMemory();
  }

  @Bean
  @Order(1)
  SecurityFilterChain authorizationServerChain(
      HttpSecurity http,
      ClientAssertions assertions,
      ServerAddress address,
      ObjectMapper json,
      RegisteredClientRepository clients,
      StoredAuthorizations authorizations,
      AuthorizationRequests requests,
      EnforceableScopes enforceable,
      DatabasePendingAuthorizations decisions,
      TokenClaims claims,
      TokenEvents events,
      RegistrationProperties registration,
      Clock clock)
      throws Exception {
    Consumer<Map<String, Object>> whatWorks =
        document -> {
          tellWhatWorks(document);
          registration
              .path()
              .ifPresent(path -> document.put("registration_endpoint", address.baseUrl() + path));
        };
    OAuth2AuthorizationServerConfigurer server =
        OAuth2AuthorizationServerConfigurer.authorizationServer();
    OAuthErrors errors = new OAuthErrors(json);
    AuthorizationAnswers answers = new AuthorizationAnswers(address, clients);
    PublicClientIdentification publicClients =
        new PublicClientIdentification(clients, authorizations);
    http.securityMatcher(new OrRequestMatcher(server.getEndpointsMatcher(), PostOnly.ENDPOINTS))
        .with(
            server,
            configurer ->
                configurer
                    .clientAuthentication(
                        client ->
                            client
                                .authenticationConverter(new SingleProof())
                                .authenticationConverter(new ClientAssertionConverter())
                                .authenticationConverter(publicClients)
                                .authenticationProvider(publicClients)
                                .authenticationProviders(
                                    providers -> {
                                      checkAssertions(providers, assertions);
                                      providers.replaceAll(events::toldOfCode);
                                    })
                                .errorResponseHandler(
                                    new RefusedProofs(errors, clients, authorizations, events)))
                    .authorizationEndpoint(
                        authorize ->
                            authorize
                                .consentPage(address.baseUrl() + "/consent")
                                .authorizationRequestConverter(new UnsupportedRequests())
                                .authorizationRequestConverter(new FreshLogin(clock))
                                .authenticationProviders(
                                    providers ->
                                        judge(providers, requests, new ConsentGuard(decisions)))
                                .authorizationResponseHandler(answers)
                                .errorResponseHandler(answers))
                    .tokenEndpoint(
                        token ->
                            token
                                .accessTokenRequestConverters(
                                    converters -> converters.removeIf(NOT_OFFERED))
                                .authenticationProviders(
                                    providers ->
                                        exchangeSafely(
                                            providers, authorizations, enforceable, events))
                                .accessTokenResponseHandler(
                                    withLaunchContext(authorizations, claims))
                                .errorResponseHandler(errors))
                    .tokenIntrospectionEndpoint(
                        introspection ->
                            introspection
                                .authenticationProviders(
                                    providers -> providers.replaceAll(OwnTokensOnly::new))
                                .errorResponseHandler(errors))
                    .tokenRevocationEndpoint(
                        revocation ->
                            revocation
                                .authenticationProviders(
                                    providers -> providers.replaceAll(events::toldOfRevocation))
                                .errorResponseHandler(errors))
                    .authorizationServerMetadataEndpoint(
                        metadata ->
                            metadata.authorizationServerMetadataCustomizer(
                                document -> document.claims(whatWorks)))
                    .oidc(
                        oidc ->
                            oidc.providerConfigurationEndpoint(
                                metadata ->
                                    metadata.providerConfigurationCustomizer(
                                        document -> document.claims(whatWorks)))))
        .addFilterBefore(new PostedRequests(address), SecurityContextHolderFilter.class)
        .addFilterBefore(new ClosedEndpoints(), SecurityContextHolderFilter.class)
        .addFilterBefore(new PostOnly(), SecurityContextHolderFilter.class)
        .oauth2ResourceServer(
            resource -> resource.jwt(Customizer.withDefaults()).bearerTokenResolver(forUserInfo()))
        .requestCache(cache -> cache.requestCache(new WantedAuthorization()))
        .exceptionHandling(problems -> problems.authenticationEntryPoint(entryPoint(errors)))
        .authorizeHttpRequests(all -> all.anyRequest().authenticated());
    return http.build();
  }

  /** An access token opens nothing else here: least of all does it stand for its user's login. */
  private static BearerTokenResolver forUserInfo() {
    DefaultBearerTokenResolver bearer = new DefaultBearerTokenResolver();
    return request -> PATH.matcher("/userinfo").matches(request) ? bearer.resolve(request) : null;
  }

  /** A person is asked to log in; a program is told what it lacks. */
  private static AuthenticationEntryPoint entryPoint(OAuthErrors errors) {
    LoginUrlAuthenticationEntryPoint login = new LoginUrlAuthenticationEntryPoint("/login");
    login.setFavorRelativeUris(true);
    LinkedHashMap<RequestMatcher, AuthenticationEntryPoint> entries = new LinkedHashMap<>();
    entries.put(PATH.matcher(PostedRequests.AUTHORIZE), login);
    entries.put(PATH.matcher("/userinfo"), new BearerTokenAuthenticationEntryPoint());
    DelegatingAuthenticationEntryPoint all = new DelegatingAuthenticationEntryPoint(entries);
    all.setDefaultEntryPoint(errors);
    return all;
  }

  private static void checkAssertions(
      List<AuthenticationProvider> providers, ClientAssertions assertions) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof JwtClientAssertionAuthenticationProvider byAssertion) {
        byAssertion.setJwtDecoderFactory(assertions);
      }
    }
  }

  private static void judge(
      List<AuthenticationProvider> providers,
      AuthorizationRequests requests,
      ConsentGuard consent) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider request) {
        request.setAuthenticationValidator(requests);
        // The page is always passed, since it is there that the launch context is found.
        request.setAuthorizationConsentRequired(asked -> true);
      }
      if (provider instanceof OAuth2AuthorizationConsentAuthenticationProvider decided) {
        decided.setAuthorizationConsentCustomizer(consent);
      }
    }
  }

  private static void exchangeSafely(
      List<AuthenticationProvider> providers,
      StoredAuthorizations authorizations,
      EnforceableScopes enforceable,
      TokenEvents events) {
    providers.replaceAll(
        provider ->
            provider instanceof OAuth2AuthorizationCodeAuthenticationProvider
                    || provider instanceof OAuth2RefreshTokenAuthenticationProvider
                ? new OneAtATime(provider, authorizations)
                : provider);
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2ClientCredentialsAuthenticationProvider clientCredentials) {
        clientCredentials.setAuthenticationValidator(context -> checkScopes(context, enforceable));
      }
    }
    providers.replaceAll(events::told);
  }

  private static void checkScopes(
      OAuth2ClientCredentialsAuthenticationContext context, EnforceableScopes enforceable) {
    OAuth2ClientCredentialsAuthenticationToken request = context.getAuthentication();
    RegisteredClient client = context.getRegisteredClient();
    boolean actsAsPerson = client.getClientSettings().getSetting(RegisteredClients.ACTS_AS) != null;
    AskedScopes.problemForService(request.getScopes(), client.getScopes(), actsAsPerson)
        .or(() -> enforceable.problemWith(request.getScopes()))
        .ifPresent(
            problem -> {
              throw new OAuth2AuthenticationException(
                  new OAuth2Error(OAuth2ErrorCodes.INVALID_SCOPE, problem, null));
            });
  }

  private static OAuth2AccessTokenResponseAuthenticationSuccessHandler withLaunchContext(
      StoredAuthorizations authorizations, TokenClaims claims) {
    OAuth2AccessTokenResponseAuthenticationSuccessHandler handler =
        new OAuth2AccessTokenResponseAuthenticationSuccessHandler();
    handler.setAccessTokenResponseCustomizer(
        response -> addLaunchContext(response, authorizations, claims));
    return handler;
  }

  private static void addLaunchContext(
      OAuth2AccessTokenAuthenticationContext response,
      StoredAuthorizations authorizations,
      TokenClaims claims) {
    OAuth2AccessTokenAuthenticationToken issued = response.getAuthentication();
    OAuth2Authorization authorization =
        authorizations.findByToken(
            issued.getAccessToken().getTokenValue(), OAuth2TokenType.ACCESS_TOKEN);
    if (authorization == null) {
      return;
    }
    DatabasePendingAuthorizations.contextOf(authorization)
        .ifPresent(
            context -> {
              Map<String, Object> parameters =
                  new LinkedHashMap<>(issued.getAdditionalParameters());
              parameters.putAll(claims.inResponse(context, authorization.getAuthorizedScopes()));
              response.getAccessTokenResponse().additionalParameters(parameters);
            });
  }

  /** Spring lists all that it could do; a client reads the list as what it may do here. */
  private static void tellWhatWorks(Map<String, Object> claims) {
    claims.keySet().removeIf(name -> name.matches("(device_|dpop_|tls_|end_session_).*"));
    claims.put("grant_types_supported", SmartConfiguration.GRANTS);
    claims.put("code_challenge_methods_supported", List.of("S256"));
    claims.put("authorization_response_iss_parameter_supported", true);
    claims.put("response_modes_supported", List.of(UnsupportedRequests.RESPONSE_MODE));
    // What is left out counts as true (OpenID Connect Discovery 1.0 section 3).
    claims.put("request_uri_parameter_supported", false);
    claims.put("scopes_supported", SmartConfiguration.SCOPES);
    // Initiating User Registration via OpenID Connect 1.0 section 4.
    claims.put("prompt_values_supported", LoginDemand.PROMPTS);
    claims.replaceAll(
        (name, value) ->
            switch (name) {
              case "token_endpoint_auth_methods_supported",
                  "revocation_endpoint_auth_methods_supported" ->
                  SmartConfiguration.PROOFS;
              case "introspection_endpoint_auth_methods_supported" ->
                  SmartConfiguration.PROOFS.stream()
                      .filter(proof -> !proof.equals("none"))
                      .toList();
              default -> value;
            });
    claims.put(
        "token_endpoint_auth_signing_alg_values_supported",
        ClientAssertions.ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().toList());
  }
}
