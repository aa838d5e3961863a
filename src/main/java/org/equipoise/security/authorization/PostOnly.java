package org.equipoise.security.authorization;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Where clients prove themselves, nothing but a POST is taken (RFC 6749 section 3.2, RFC 7662
 * section 2.1, RFC 7009 section 2.1); another method is told so (405, RFC 9110 section 15.5.6),
 * where Spring would not know the address.
 */
class PostOnly extends OncePerRequestFilter {

  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  /** The endpoints, by any method. */
  static final RequestMatcher ENDPOINTS =
      new OrRequestMatcher(
          PATH.matcher("/oauth2/token"),
          PATH.matcher("/oauth2/introspect"),
          PATH.matcher("/oauth2/revoke"));

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return "POST".equals(request.getMethod()) || !ENDPOINTS.matches(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader(HttpHeaders.ALLOW, "POST");
    response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
  }
}
