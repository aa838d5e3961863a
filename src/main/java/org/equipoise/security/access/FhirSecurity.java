package org.equipoise.security.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
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

  @Bean
  @Order(0)
  SecurityFilterChain fhirChain(HttpSecurity http, FhirTokens tokens) throws Exception {
    http.securityMatcher(PATH.matcher("/fhir/**"))
        .authorizeHttpRequests(
            requests -> {
              requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
              // Most calls: no path need be looked at.
              requests.requestMatchers(FhirSecurity::hasToken).authenticated();
              requests.requestMatchers(PATH.matcher(HttpMethod.GET, "/fhir/metadata")).permitAll();
              for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
                requests
                    .requestMatchers(PATH.matcher(method, "/fhir/.well-known/smart-configuration"))
                    .permitAll();
              }
              requests.requestMatchers(definitions("/fhir/{type}")).permitAll();
              requests.requestMatchers(definitions("/fhir/{type}/*")).permitAll();
              requests.anyRequest().authenticated();
            })
        // What the other chains need and a call with a bearer token does not is left out: it would
        // cost more than judging the call. A session, and so a browser's cookie, counts for
        // nothing.
        .securityContext(
            context -> context.securityContextRepository(new NullSecurityContextRepository()))
        .sessionManagement(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .csrf(AbstractHttpConfigurer::disable)
        // The others are set before any chain.
        .headers(headers -> headers.defaultsDisabled().cacheControl(Customizer.withDefaults()))
        .addFilter(bearerTokens(tokens))
        .addFilterAfter(new StandingTokens(tokens, PROBLEMS), BearerTokenAuthenticationFilter.class)
        .exceptionHandling(
            problems -> problems.authenticationEntryPoint(PROBLEMS).accessDeniedHandler(PROBLEMS));
    return http.build();
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
