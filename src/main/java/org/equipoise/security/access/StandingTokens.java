package org.equipoise.security.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.equipoise.fhir.Standing;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks whether the token was revoked: before anything is done, but for a plain read, which changes
 * nothing. Of that it is asked when the answer leaves ({@link LastLook}), in the statement that
 * keeps who read: one less for each read, and the later moment is the stricter one.
 */
final class StandingTokens extends OncePerRequestFilter {

  /** What is read without an operation: a type or an instance, its versions, a search by GET. */
  private static final Pattern PLAIN_READ =
      Pattern.compile("/fhir/[A-Z][A-Za-z]{2,39}(/[A-Za-z0-9.-]{1,64})?(/_history(/[0-9]+)?)?");

  private final FhirTokens tokens;
  private final TokenProblems problems;

  StandingTokens(FhirTokens tokens, TokenProblems problems) {
    this.tokens = tokens;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Authentication caller = SecurityContextHolder.getContext().getAuthentication();
    Optional<Standing> standing =
        caller instanceof JwtAuthenticationToken token
            ? tokens.standing(token.getToken())
            : Optional.empty();
    if (standing.isPresent() && isPlainRead(request)) {
      LastLook.leave(request, standing.get());
    } else if (standing.isPresent() && !tokens.stands(standing.get())) {
      problems.commence(
          request, response, new InvalidBearerTokenException("The token was revoked"));
      return;
    }
    chain.doFilter(request, response);
  }

  private static boolean isPlainRead(HttpServletRequest request) {
    return "GET".equals(request.getMethod())
        && PLAIN_READ
            .matcher(request.getRequestURI().substring(request.getContextPath().length()))
            .matches();
  }
}
