package org.equipoise.security.authorization;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/**
 * Answers a failed call of a client as RFC 6749 section 5.2 (and RFC 7009, RFC 7662) has it: a
 * registered error code, a sentence where it helps the client's developer, and nothing else.
 */
class OAuthErrors implements AuthenticationFailureHandler, AuthenticationEntryPoint {

  private static final Set<String> REGISTERED =
      Set.of(
          OAuth2ErrorCodes.INVALID_REQUEST,
          OAuth2ErrorCodes.INVALID_CLIENT,
          OAuth2ErrorCodes.INVALID_GRANT,
          OAuth2ErrorCodes.UNAUTHORIZED_CLIENT,
          OAuth2ErrorCodes.UNSUPPORTED_GRANT_TYPE,
          OAuth2ErrorCodes.UNSUPPORTED_TOKEN_TYPE,
          OAuth2ErrorCodes.INVALID_SCOPE,
          OAuth2ErrorCodes.SERVER_ERROR);

  private final ObjectMapper json;

  OAuthErrors(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException problem)
      throws IOException {
    SecurityContextHolder.clearContext();
    OAuth2Error error =
        problem instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT);
    write(request, response, error);
  }

  /** A call of the token endpoint and its like by nobody that is known. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException problem)
      throws IOException {
    write(request, response, new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT));
  }

  private void write(HttpServletRequest request, HttpServletResponse response, OAuth2Error error)
      throws IOException {
    String code =
        REGISTERED.contains(error.getErrorCode())
            ? error.getErrorCode()
            : OAuth2ErrorCodes.INVALID_REQUEST;
    Map<String, String> body = new LinkedHashMap<>();
    body.put("error", code);
    if (error.getDescription() != null && !error.getDescription().isBlank()) {
      body.put("error_description", printable(error.getDescription()));
    }
    response.setStatus(
        switch (code) {
          case OAuth2ErrorCodes.INVALID_CLIENT -> HttpStatus.UNAUTHORIZED.value();
          case OAuth2ErrorCodes.SERVER_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR.value();
          default -> HttpStatus.BAD_REQUEST.value();
        });
    if (response.getStatus() == HttpStatus.UNAUTHORIZED.value()
        && request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"token\"");
    }
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    json.writeValue(response.getOutputStream(), body);
  }

  /** What the grammar of error_description allows (RFC 6749 section 5.2). */
  static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
  }
}
