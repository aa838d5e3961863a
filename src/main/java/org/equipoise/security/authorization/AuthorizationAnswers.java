package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.equipoise.security.ServerAddress;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Sends the browser back to the app, with a code or an error, and with {@code iss}, so that an app
 * that knows several servers can tell who answers (RFC 9207). Where the app or its address is not
 * known for certain, nobody is sent anywhere.
 */
class AuthorizationAnswers implements AuthenticationSuccessHandler, AuthenticationFailureHandler {

  private final ServerAddress address;

  AuthorizationAnswers(ServerAddress address) {
    this.address = address;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    OAuth2AuthorizationCodeRequestAuthenticationToken answer =
        (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
    UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(answer.getRedirectUri());
    add(uri, OAuth2ParameterNames.CODE, answer.getAuthorizationCode().getTokenValue());
    send(response, uri, answer.getState());
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
      throws IOException {
    OAuth2AuthorizationCodeRequestAuthenticationException problem =
        (OAuth2AuthorizationCodeRequestAuthenticationException) exception;
    OAuth2AuthorizationCodeRequestAuthenticationToken asked =
        problem.getAuthorizationCodeRequestAuthentication();
    if (asked == null || asked.getRedirectUri() == null || asked.getRedirectUri().isBlank()) {
      // The page for errors says in words what the person in front of the browser can do.
      String code = problem.getError().getErrorCode();
      response.sendError(
          (isDecision(request) && OAuth2ErrorCodes.INVALID_REQUEST.equals(code)
                  ? HttpStatus.GONE
                  : HttpStatus.BAD_REQUEST)
              .value(),
          code);
      return;
    }
    OAuth2Error error = problem.getError();
    UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(asked.getRedirectUri());
    add(uri, OAuth2ParameterNames.ERROR, error.getErrorCode());
    OAuthErrors.description(error)
        .ifPresent(text -> add(uri, OAuth2ParameterNames.ERROR_DESCRIPTION, text));
    send(response, uri, asked.getState());
  }

  /** The consent page's form: what it decides on is too old, decided already or another's. */
  private static boolean isDecision(HttpServletRequest request) {
    return "POST".equals(request.getMethod())
        && request.getParameter(OAuth2ParameterNames.RESPONSE_TYPE) == null;
  }

  private void send(HttpServletResponse response, UriComponentsBuilder uri, String state) {
    if (state != null && !state.isBlank()) {
      add(uri, OAuth2ParameterNames.STATE, state);
    }
    add(uri, "iss", address.baseUrl());
    // 303, so that a browser never posts to the app what was posted to us (RFC 9700 section 4.12).
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, uri.build(true).toUriString());
  }

  private static void add(UriComponentsBuilder uri, String name, String value) {
    uri.queryParam(name, UriUtils.encode(value, StandardCharsets.UTF_8));
  }
}
