package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Stream;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretBasicAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Refuses a client that proves itself in two ways at once (RFC 6749 section 2.3), or as one client
 * by HTTP Basic and names another in {@code client_id}, where Spring would take the first and pass
 * over the other.
 */
class SingleProof implements AuthenticationConverter {

  private final AuthenticationConverter basic = new ClientSecretBasicAuthenticationConverter();

  @Override
  public Authentication convert(HttpServletRequest request) {
    Authentication inHeader = basic.convert(request);
    long inBody =
        Stream.of(OAuth2ParameterNames.CLIENT_SECRET, OAuth2ParameterNames.CLIENT_ASSERTION)
            .filter(proof -> hasValue(request.getParameter(proof)))
            .count();
    if (inBody + (inHeader == null ? 0 : 1) > 1) {
      throw refused(
          "A client proves itself in one way: by HTTP Basic, client_secret or client_assertion");
    }
    String named = request.getParameter(OAuth2ParameterNames.CLIENT_ID);
    if (inHeader != null && hasValue(named) && !named.equals(inHeader.getPrincipal())) {
      throw refused("client_id is another than that of HTTP Basic");
    }
    return null;
  }

  private static OAuth2AuthenticationException refused(String description) {
    return new OAuth2AuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, description, null));
  }

  /** One that is sent without a value counts as left out (RFC 6749 section 3.2). */
  private static boolean hasValue(String proof) {
    return proof != null && !proof.isBlank();
  }
}
