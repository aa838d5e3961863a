package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Refuses a client that proves itself in two ways at once (RFC 6749 section 2.3), where Spring
 * would take the first and pass over the other.
 */
class SingleProof implements AuthenticationConverter {

  private static final String BASIC = "Basic ";

  @Override
  public Authentication convert(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    boolean inHeader = header != null && header.regionMatches(true, 0, BASIC, 0, BASIC.length());
    long inBody =
        Stream.of(OAuth2ParameterNames.CLIENT_SECRET, OAuth2ParameterNames.CLIENT_ASSERTION)
            .filter(proof -> hasValue(request.getParameter(proof)))
            .count();
    if (inBody + (inHeader ? 1 : 0) > 1) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              OAuth2ErrorCodes.INVALID_REQUEST,
              "A client proves itself in one way: by HTTP Basic, client_secret or"
                  + " client_assertion",
              null));
    }
    return null;
  }

  /** One that is sent without a value counts as left out (RFC 6749 section 3.2). */
  private static boolean hasValue(String proof) {
    return proof != null && !proof.isBlank();
  }
}
