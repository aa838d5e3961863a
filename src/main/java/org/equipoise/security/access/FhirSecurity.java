package org.equipoise.security.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestMatcherDelegatingAuthorizationManager;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.servletapi.SecurityContextHolderAwareRequestFilter;
import org.springframework.security.web.util.matcher.DispatcherTypeRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The FHIR base is open to a bearer of a token; what the token is good for is judged later, by
 * {@link AccessRules}.
 */
@Configuration(proxyBeanMethods = false)
class FhirSecurity {

  // A plain string pattern is taken relative to a servlet, and never matches the FHIR servlet; a
  // path pattern does.
  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  private static final TokenProblems PROBLEMS = new TokenProblems();

  /**
   * Its filters one by one: what Spring adds for other ways of coming in (sessions, requests that
   * go on in another thread, pages of its own) would cost more than judging the call. A session,
   * and so a browser's cookie, counts for nothing.
   */
  @Bean
  @Order(0)
  SecurityFilterChain fhirChain(FhirTokens tokens) throws ServletException {
    return new DefaultSecurityFilterChain(
        PATH.matcher("/fhir/**"),
        // The other headers are set before any chain.
        new HeaderWriterFilter(List.of(new CacheControlHeadersWriter())),
        bearerTokens(tokens),
        new StandingTokens(tokens, PROBLEMS),
        principal(),
        problems(),
        new AuthorizationFilter(open()));
  }

  /** So that the request knows who calls. */
  private static SecurityContextHolderAwareRequestFilter principal() throws ServletException {
    SecurityContextHolderAwareRequestFilter filter = new SecurityContextHolderAwareRequestFilter();
    filter.afterPropertiesSet();
    return filter;
  }

  private static ExceptionTranslationFilter problems() {
    ExceptionTranslationFilter filter =
        new ExceptionTranslationFilter(PROBLEMS, new NullRequestCache());
    filter.setAccessDeniedHandler(PROBLEMS);
    return filter;
  }

  private static AuthorizationManager<HttpServletRequest> open() {
    RequestMatcherDelegatingAuthorizationManager.Builder requests =
        RequestMatcherDelegatingAuthorizationManager.builder()
            // Most calls: no path need be looked at.
            .requestMatchers(FhirSecurity::hasToken)
            .authenticated()
            .requestMatchers(new DispatcherTypeRequestMatcher(DispatcherType.ERROR))
            .permitAll()
            .requestMatchers(PATH.matcher(HttpMethod.GET, "/fhir/metadata"))
            .permitAll();
    for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
      requests
          .requestMatchers(PATH.matcher(method, "/fhir/.well-known/smart-configuration"))
          .permitAll();
    }
    return requests
        .requestMatchers(definitions("/fhir/{type}"), definitions("/fhir/{type}/*"))
        .permitAll()
        .anyRequest()
        .authenticated()
        .build();
  }

  private static boolean hasToken(HttpServletRequest request) {
    return request.getUserPrincipal() != null;
  }

  /**
   * @param pattern with the variable {@code type}
   */
  private static RequestMatcher definitions(String pattern) {
    RequestMatcher path = PATH.matcher(HttpMethod.GET, pattern);
    return request -> {
      RequestMatcher.MatchResult match = path.matcher(request);
      return match.isMatch() && Interactions.DEFINITIONS.contains(match.getVariables().get("type"));
    };
  }

  private static BearerTokenAuthenticationFilter bearerTokens(FhirTokens tokens) {
    JwtAuthenticationProvider provider = new JwtAuthenticationProvider(tokens::decode);
    // What a token is good for is read from it where it is judged.
    provider.setJwtAuthenticationConverter(jwt -> new JwtAuthenticationToken(jwt, List.of()));
    BearerTokenAuthenticationFilter filter =
        new BearerTokenAuthenticationFilter(new ProviderManager(provider));
    filter.setBearerTokenResolver(new AuthorizationHeader());
    filter.setAuthenticationDetailsSource(request -> null);
    filter.setAuthenticationEntryPoint(PROBLEMS);
    return filter;
  }
}
