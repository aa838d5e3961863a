package org.equipoise.security.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/**
 * Finds the bearer token in the {@code Authorization} header, and nowhere else (RFC 6750 section
 * 2.1). Spring's own resolver matches each token, a thousand characters, against a regular
 * expression.
 */
final class AuthorizationHeader implements BearerTokenResolver {

  private static final String SCHEME = "Bearer";

  /** What may stand in a token: looked up, since each call brings a thousand of them. */
  private static final boolean[] CHARACTERS = new boolean[128];

  static {
    Arrays.fill(CHARACTERS, 'a', 'z' + 1, true);
    Arrays.fill(CHARACTERS, 'A', 'Z' + 1, true);
    Arrays.fill(CHARACTERS, '0', '9' + 1, true);
    "-._~+/".chars().forEach(c -> CHARACTERS[c] = true);
  }

  @Override
  public String resolve(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    int start = SCHEME.length() + 1;
    if (!header.startsWith(" ", SCHEME.length()) || !isToken(header, start)) {
      throw new OAuth2AuthenticationException(
          BearerTokenErrors.invalidToken("Bearer token is malformed"));
    }
    return header.substring(start);
  }

  /** {@code b64token} of RFC 6750: letters, digits and some marks, then any number of "=". */
  private static boolean isToken(String header, int start) {
    int end = header.length();
    while (end > start && header.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = start; i < end; i++) {
      char c = header.charAt(i);
      if (c >= CHARACTERS.length || !CHARACTERS[c]) {
        return false;
      }
    }
    return end > start;
  }
}
