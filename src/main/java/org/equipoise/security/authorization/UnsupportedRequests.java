package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Refuses ways of asking for authorization that are not offered here, where Spring would pass over
 * them or take them for one of its own: a request in a signed object or at an address (OpenID
 * Connect Core 1.0 section 6), an answer in another form than a query, and a parameter that comes
 * twice (RFC 6749 section 3.1). An address to answer to is always needed (SMART App Launch 2.2,
 * section "Request authorization code").
 */
class UnsupportedRequests implements AuthenticationConverter {

  /** The form in which an answer is given. */
  static final String RESPONSE_MODE = "query";

  @Override
  public Authentication convert(HttpServletRequest request) {
    if (AuthorizationAnswers.isDecision(request)) {
      return null;
    }
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (values.length > 1) {
                throw refused(OAuth2ErrorCodes.INVALID_REQUEST, name + " must come once");
              }
            });
    if (has(request, "request")) {
      throw refused("request_not_supported", null);
    }
    if (has(request, OAuth2ParameterNames.REQUEST_URI)) {
      throw refused("request_uri_not_supported", null);
    }
    if (has(request, "response_mode")
        && !RESPONSE_MODE.equals(request.getParameter("response_mode"))) {
      throw refused(
          OAuth2ErrorCodes.INVALID_REQUEST, "response_mode must be '" + RESPONSE_MODE + "'");
    }
    if (!has(request, OAuth2ParameterNames.REDIRECT_URI)) {
      throw refused(OAuth2ErrorCodes.INVALID_REQUEST, "redirect_uri is missing");
    }
    return null;
  }

  /** One that is sent without a value counts as left out (RFC 6749 section 3.1). */
  private static boolean has(HttpServletRequest request, String parameter) {
    String value = request.getParameter(parameter);
    return value != null && !value.isBlank();
  }

  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
      String code, String description) {
    return new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(code, description, null), null);
  }
}
