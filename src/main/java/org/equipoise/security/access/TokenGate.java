package org.equipoise.security.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Optional;
import org.equipoise.fhir.Standing;
import org.equipoise.security.TokenProblems;
import org.equipoise.security.external.FhirTokens;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Lets in who has a token that counts, and to what is open those who have none. Whether the token
 * was revoked is asked before anything is done, but for a plain read, which changes nothing. Of
 * that it is asked when the answer leaves ({@link LastLook}), in the statement that keeps who read:
 * one less for each read, and the later moment is the stricter one.
 */
final class TokenGate implements Filter {

  private static final String BASE = "/fhir/";

  private final FhirTokens tokens;
  private final TokenProblems problems;
  private final RequestMatcher open;

  /**
   * @param open what needs no token
   */
  TokenGate(FhirTokens tokens, TokenProblems problems, RequestMatcher open) {
    this.tokens = tokens;
    this.problems = problems;
    this.open = open;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    AuthenticationException problem;
    if (SecurityContextHolder.getContext().getAuthentication()
        instanceof JwtAuthenticationToken token) {
      problem = look(http, token);
      http = new Known(http, token);
    } else {
      problem =
          open.matches(http)
              ? null
              : new InsufficientAuthenticationException("This request needs an access token");
    }
    if (problem == null) {
      chain.doFilter(http, response);
    } else {
      problems.commence(http, (HttpServletResponse) response, problem);
    }
  }

  /** Null where the token counts, or where that is left to the last look. */
  private AuthenticationException look(HttpServletRequest request, JwtAuthenticationToken token) {
    Optional<Standing> standing = tokens.standing(token.getToken());
    if (standing.isPresent() && isPlainRead(request)) {
      LastLook.leave(request, standing.get());
      return null;
    }
    return standing.isPresent() && !tokens.stands(standing.get())
        ? new InvalidBearerTokenException("The token was revoked")
        : null;
  }

  /**
   * What is read without an operation: a type or an instance, its versions, a search by GET. An
   * operation has a dollar sign in its path, perhaps written as an escape.
   */
  static boolean isPlainRead(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    int type = BASE.length();
    if (!"GET".equals(request.getMethod())
        || !path.startsWith(BASE)
        || path.length() == type
        || path.charAt(type) < 'A'
        || path.charAt(type) > 'Z') {
      return false;
    }
    for (int i = type; i < path.length(); i++) {
      if (!isPlain(path.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** What stands in types and ids, and between them. */
  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '/'
        || c == '-'
        || c == '.'
        || c == '_';
  }

  /** A request of somebody known. */
  private static final class Known extends HttpServletRequestWrapper {

    private final Principal caller;

    Known(HttpServletRequest request, Principal caller) {
      super(request);
      this.caller = caller;
    }

    @Override
    public Principal getUserPrincipal() {
      return caller;
    }
  }
}
