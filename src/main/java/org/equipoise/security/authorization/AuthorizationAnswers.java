package org.equipoise.security.authorization;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.equipoise.security.ServerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
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

  private static final Logger log = LoggerFactory.getLogger(AuthorizationAnswers.class);

  private final ServerAddress address;
  private final RegisteredClientRepository clients;

  AuthorizationAnswers(ServerAddress address, RegisteredClientRepository clients) {
    this.address = address;
    this.clients = clients;
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
    // A request that Spring could not read as a whole comes without what it holds.
    Optional<String> redirectUri =
        asked == null
            ? registeredAddress(request)
            : Optional.ofNullable(asked.getRedirectUri()).filter(uri -> !uri.isBlank());
    Optional<String> decidedOn =
        isDecision(request) && SecurityContextHolder.getContext().getAuthentication() == null
            ? single(request, OAuth2ParameterNames.STATE)
            : Optional.empty();
    if (decidedOn.isPresent()) {
      // Who decided is logged out since: they log in, and decide again on what they see then.
      UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(address.baseUrl() + "/consent");
      add(uri, OAuth2ParameterNames.STATE, decidedOn.get());
      send(response, uri);
      return;
    }
    if (redirectUri.isEmpty()) {
      // The app is not told, so whoever connects it reads here why.
      log.info(
          "An authorization request of {} is refused and not answered to the app: {}",
          knownClient(request)
              .map(known -> "client " + known.getClientId())
              .orElse("no known client"),
          OAuthErrors.description(problem.getError()).orElse(problem.getError().getErrorCode()));
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
    UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(redirectUri.get());
    add(uri, OAuth2ParameterNames.ERROR, error.getErrorCode());
    OAuthErrors.description(error)
        .ifPresent(text -> add(uri, OAuth2ParameterNames.ERROR_DESCRIPTION, text));
    send(
        response,
        uri,
        asked == null
            ? single(request, OAuth2ParameterNames.STATE).orElse(null)
            : asked.getState());
  }

  /**
   * Where the app waits for an answer to what was wrong with its request (RFC 6749 section
   * 4.1.2.1), if app and address are known for certain.
   */
  private Optional<String> registeredAddress(HttpServletRequest request) {
    if (isDecision(request)) {
      return Optional.empty();
    }
    return knownClient(request)
        .flatMap(
            client ->
                single(request, OAuth2ParameterNames.REDIRECT_URI)
                    .filter(uri -> AuthorizationRequests.isRegistered(uri, client)));
  }

  private Optional<RegisteredClient> knownClient(HttpServletRequest request) {
    return single(request, OAuth2ParameterNames.CLIENT_ID).map(clients::findByClientId);
  }

  private static Optional<String> single(HttpServletRequest request, String parameter) {
    String[] values = request.getParameterValues(parameter);
    return values == null || values.length != 1 || values[0].isBlank()
        ? Optional.empty()
        : Optional.of(values[0]);
  }

  /** The consent page's form: what it decides on is too old, decided already or another's. */
  static boolean isDecision(HttpServletRequest request) {
    return "POST".equals(request.getMethod())
        && request.getParameter(OAuth2ParameterNames.RESPONSE_TYPE) == null;
  }

  private void send(HttpServletResponse response, UriComponentsBuilder uri, String state) {
    if (state != null && !state.isBlank()) {
      add(uri, OAuth2ParameterNames.STATE, state);
    }
    add(uri, "iss", address.baseUrl());
    send(response, uri);
  }

  private static void send(HttpServletResponse response, UriComponentsBuilder uri) {
    // 303, so that a browser never posts to the app what was posted to us (RFC 9700 section 4.12).
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, uri.build(true).toUriString());
  }

  private static void add(UriComponentsBuilder uri, String name, String value) {
    uri.queryParam(name, UriUtils.encode(value, StandardCharsets.UTF_8));
  }
}
