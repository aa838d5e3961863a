package org.equipoise.security.client;

import com.nimbusds.jwt.JWTParser;
import jakarta.servlet.http.HttpServletRequest;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Takes a client assertion that comes without {@code client_id}, as SMART clients send it: RFC 7521
 * section 4.2 makes that parameter optional, since the assertion names the client. Spring's own
 * converter insists on it.
 */
public class ClientAssertionConverter implements AuthenticationConverter {

  private static final ClientAuthenticationMethod JWT_BEARER =
      new ClientAuthenticationMethod("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

  @Override
  public Authentication convert(HttpServletRequest request) {
    String type = request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION_TYPE);
    String assertion = request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION);
    if (assertion == null) {
      return null;
    }
    if (!JWT_BEARER.getValue().equals(type)) {
      // Otherwise nobody would look at it, and the client would be told nothing.
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              OAuth2ErrorCodes.INVALID_CLIENT,
              "client_assertion_type must be " + JWT_BEARER.getValue(),
              null));
    }
    if (request.getParameter(OAuth2ParameterNames.CLIENT_ID) != null) {
      return null;
    }
    for (String once :
        new String[] {
          OAuth2ParameterNames.CLIENT_ASSERTION_TYPE, OAuth2ParameterNames.CLIENT_ASSERTION
        }) {
      if (request.getParameterValues(once).length != 1) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST);
      }
    }
    Map<String, Object> others = new HashMap<>();
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (!name.equals(OAuth2ParameterNames.CLIENT_ASSERTION_TYPE)
                  && !name.equals(OAuth2ParameterNames.CLIENT_ASSERTION)) {
                others.put(name, values.length == 1 ? values[0] : values);
              }
            });
    // Says only whose keys to check the assertion with; nothing in it is believed before that.
    return new OAuth2ClientAuthenticationToken(subject(assertion), JWT_BEARER, assertion, others);
  }

  private static String subject(String assertion) {
    try {
      String subject = JWTParser.parse(assertion).getJWTClaimsSet().getSubject();
      if (subject != null && !subject.isBlank()) {
        return subject;
      }
    } catch (ParseException e) {
      // Answered like an assertion of nobody.
    }
    throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
  }
}
