package org.equipoise.security.traffic;

import com.nimbusds.jwt.JWTParser;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;

/**
 * The client that a token request says it comes from. Looks where the authorization server looks,
 * in the same order: assertion, HTTP Basic, parameter.
 */
final class ClaimedClient {

  private static final String BASIC = "Basic ";

  private ClaimedClient() {}

  static Optional<String> of(HttpServletRequest request) {
    return fromAssertion(request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION))
        .or(() -> fromBasic(request.getHeader(HttpHeaders.AUTHORIZATION)))
        .or(() -> Optional.ofNullable(request.getParameter(OAuth2ParameterNames.CLIENT_ID)));
  }

  private static Optional<String> fromAssertion(String assertion) {
    if (assertion == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JWTParser.parse(assertion).getJWTClaimsSet().getSubject());
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  /** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
  private static Optional<String> fromBasic(String header) {
    if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(BASIC.length()).trim()),
              StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(URLDecoder.decode(pair.substring(0, colon), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
