package org.equipoise.security.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.DispatcherTypeRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
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
  SecurityFilterChain fhirChain(FhirTokens tokens) {
    return new DefaultSecurityFilterChain(
        FhirSecurity::isFhir, bearerTokens(tokens), new TokenGate(tokens, PROBLEMS, open()));
  }

  /** By the path that the container finds the servlet by. */
  private static boolean isFhir(HttpServletRequest request) {
    String path = request.getServletPath();
    return path.equals("/fhir") || path.startsWith("/fhir/");
  }

  /** What needs no token. */
  private static RequestMatcher open() {
    List<RequestMatcher> open = new ArrayList<>();
    open.add(new DispatcherTypeRequestMatcher(DispatcherType.ERROR));
    open.add(PATH.matcher(HttpMethod.GET, "/fhir/metadata"));
    for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
      open.add(PATH.matcher(method, "/fhir/.well-known/smart-configuration"));
    }
    open.add(definitions("/fhir/{type}"));
    open.add(definitions("/fhir/{type}/*"));
    return new OrRequestMatcher(open);
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
    provider.setJwtAuthenticationConverter(
        jwt ->
            new JwtAuthenticationToken(
                jwt, List.of(), Objects.toString(jwt.getClaims().get(JwtClaimNames.SUB), "")));
    BearerTokenAuthenticationFilter filter =
        new BearerTokenAuthenticationFilter(provider::authenticate);
    filter.setBearerTokenResolver(new AuthorizationHeader());
    filter.setAuthenticationDetailsSource(request -> null);
    filter.setAuthenticationEntryPoint(PROBLEMS);
    filter.setSecurityContextRepository(new NullSecurityContextRepository());
    return filter;
  }
}
