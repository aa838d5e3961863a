package org.equipoise.security.external;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.WantedAuthorization;
import org.equipoise.security.user.Logins;
import org.equipoise.security.user.SignIns;
import org.equipoise.security.user.SignIns.Way;
import org.equipoise.security.user.UserAccount;
import org.equipoise.security.user.UserAccounts;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.client.RestClient;

/**
 * Login at another OpenID provider (authorization code with PKCE, state and nonce). It opens the
 * account that the operator linked to the provider's issuer and subject, and makes none; from then
 * on it is a login like any other.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LoginProviders.class)
class ExternalLogin {

  /** Where the browser is sent to the provider, with the provider's id behind it. */
  static final String BEGIN = "/oauth2/authorization";

  private static final String UNLINKED = "not_linked";
  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  @Bean
  ProviderRegistrations providerRegistrations(LoginProviders providers, ServerAddress address) {
    return new ProviderRegistrations(providers, address);
  }

  @Bean
  @Order(5)
  SecurityFilterChain externalLoginChain(
      HttpSecurity http,
      ProviderRegistrations registrations,
      LoginProviders providers,
      UserAccounts accounts,
      SignIns signIns,
      AuthenticationSuccessHandler afterLogin,
      Clock clock)
      throws Exception {
    http.securityMatchers(
            matchers ->
                matchers.requestMatchers(
                    PATH.matcher(BEGIN + "/*"), PATH.matcher("/login/oauth2/code/*")))
        .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
        .exceptionHandling(
            problems ->
                problems.authenticationEntryPoint(
                    (request, response, problem) -> response.sendError(404)))
        // What the provider said of the user is not kept; see opened().
        .securityContext(
            context ->
                context.securityContextRepository(new RequestAttributeSecurityContextRepository()))
        .oauth2Login(
            login ->
                login
                    .loginPage("/login")
                    .clientRegistrationRepository(registrations)
                    .authorizedClientRepository(new NothingKept())
                    .authorizationEndpoint(
                        endpoint ->
                            endpoint.authorizationRequestResolver(
                                requests(registrations, providers)))
                    .tokenEndpoint(token -> token.accessTokenResponseClient(tokens()))
                    .userInfoEndpoint(
                        user -> user.oidcUserService(request -> linked(request, accounts)))
                    .successHandler(opened(accounts, signIns, afterLogin, clock))
                    .failureHandler(failed(signIns))
                    .withObjectPostProcessor(
                        new ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter>() {
                          @Override
                          public <T extends OAuth2AuthorizationRequestRedirectFilter> T postProcess(
                              T filter) {
                            filter.setAuthenticationFailureHandler(failed(signIns));
                            return filter;
                          }
                        }));
    return http.build();
  }

  /**
   * A provider that is not there is answered like anything that is not there. What an app asks of
   * the login is asked of the provider, which would wave through whom it knows.
   */
  private static OAuth2AuthorizationRequestResolver requests(
      ClientRegistrationRepository registrations, LoginProviders providers) {
    DefaultOAuth2AuthorizationRequestResolver resolver =
        new DefaultOAuth2AuthorizationRequestResolver(registrations, BEGIN);
    resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    WantedAuthorization wanted = new WantedAuthorization();
    return new OAuth2AuthorizationRequestResolver() {
      @Override
      public OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
        String path = request.getServletPath();
        OAuth2AuthorizationRequest login =
            path.startsWith(BEGIN + "/")
                    && providers.find(path.substring(BEGIN.length() + 1)).isPresent()
                ? resolver.resolve(request)
                : null;
        return login == null
            ? null
            : OAuth2AuthorizationRequest.from(login)
                .additionalParameters(more -> more.putAll(wanted.askedOfLogin(request)))
                .build();
      }

      @Override
      public OAuth2AuthorizationRequest resolve(HttpServletRequest request, String id) {
        return resolver.resolve(request, id);
      }
    };
  }

  private static OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens() {
    JdkClientHttpRequestFactory http =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder()
                .connectTimeout(RemoteIssuer.PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build());
    http.setReadTimeout(RemoteIssuer.PATIENCE);
    RestClientAuthorizationCodeTokenResponseClient client =
        new RestClientAuthorizationCodeTokenResponseClient();
    client.setRestClient(
        RestClient.builder()
            .requestFactory(http)
            .messageConverters(
                converters -> {
                  converters.clear();
                  converters.add(new FormHttpMessageConverter());
                  converters.add(new OAuth2AccessTokenResponseHttpMessageConverter());
                })
            .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
            .build());
    return client;
  }

  /**
   * Whom the ID token opens the account of; nothing else is asked of the provider.
   *
   * @throws OAuth2AuthenticationException with {@link #UNLINKED}
   */
  private static OidcUser linked(OidcUserRequest request, UserAccounts accounts) {
    String issuer = request.getClientRegistration().getProviderDetails().getIssuerUri();
    String userId =
        accounts
            .linkedTo(issuer, request.getIdToken().getSubject())
            .filter(UserAccount::enabled)
            .map(UserAccount::id)
            .orElseThrow(() -> new OAuth2AuthenticationException(new OAuth2Error(UNLINKED)));
    return new DefaultOidcUser(Logins.AUTHORITIES, request.getIdToken()) {
      private static final long serialVersionUID = 1L;

      @Override
      public String getName() {
        return userId;
      }
    };
  }

  /** Turns the provider's login into one of ours, and goes on as after a password. */
  private static AuthenticationSuccessHandler opened(
      UserAccounts accounts,
      SignIns signIns,
      AuthenticationSuccessHandler afterLogin,
      Clock clock) {
    SecurityContextRepository session = new HttpSessionSecurityContextRepository();
    return (request, response, login) -> {
      Authentication user =
          Logins.of(login.getName(), seenAt(login, clock.instant()), login.getDetails());
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(user);
      SecurityContextHolder.setContext(context);
      session.saveContext(context, request, response);
      accounts.loggedIn(login.getName());
      signIns.loggedIn(Way.EXTERNAL, accounts.personsOf(login.getName()), request.getRemoteAddr());
      afterLogin.onAuthenticationSuccess(request, response, user);
    };
  }

  /** When the provider saw the user, which may be long ago; now, where it does not say. */
  private static Instant seenAt(Authentication login, Instant now) {
    return login.getPrincipal() instanceof OidcUser user
            && user.getAuthenticatedAt() != null
            && user.getAuthenticatedAt().isBefore(now)
        ? user.getAuthenticatedAt()
        : now;
  }

  private static AuthenticationFailureHandler failed(SignIns signIns) {
    return (request, response, problem) -> failed(signIns, request, response, problem);
  }

  private static void failed(
      SignIns signIns,
      HttpServletRequest request,
      HttpServletResponse response,
      AuthenticationException problem)
      throws IOException {
    // Before the browser is sent away, the problem is the cause of another.
    Throwable why = problem.getCause() instanceof OAuth2AuthenticationException c ? c : problem;
    String code =
        why instanceof OAuth2AuthenticationException oauth ? oauth.getError().getErrorCode() : "";
    if (code.equals(UNLINKED)) {
      // Whoever it is has no account here.
      signIns.refused(Way.EXTERNAL, List.of(), request.getRemoteAddr());
    }
    String told =
        switch (code) {
          case UNLINKED -> "unlinked";
          case ProviderRegistrations.UNAVAILABLE -> "unavailable";
          default -> "elsewhere";
        };
    response.sendRedirect(request.getContextPath() + "/login?" + told);
  }

  /** The provider's tokens have said who the user is, and are of no further use. */
  private static final class NothingKept implements OAuth2AuthorizedClientRepository {
    @Override
    public <T extends OAuth2AuthorizedClient> T loadAuthorizedClient(
        String id, Authentication user, HttpServletRequest request) {
      return null;
    }

    @Override
    public void saveAuthorizedClient(
        OAuth2AuthorizedClient client,
        Authentication user,
        HttpServletRequest request,
        HttpServletResponse response) {
      // Forgotten.
    }

    @Override
    public void removeAuthorizedClient(
        String id, Authentication user, HttpServletRequest request, HttpServletResponse response) {
      // Nothing to remove.
    }
  }
}
