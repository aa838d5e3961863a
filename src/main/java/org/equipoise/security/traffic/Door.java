package org.equipoise.security.traffic;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** The kinds of path that this server answers, told apart by who calls there and what they read. */
enum Door {
  /** The FHIR base: OperationOutcomes. */
  FHIR,
  /** Where clients get and lose tokens: OAuth errors. */
  TOKEN,
  /** Where a user's browser begins an authorization. */
  AUTHORIZE,
  /** Where an EHR announces that it is about to start an app: OAuth errors. */
  LAUNCH,
  /** Where a user proves who they are. */
  LOGIN,
  /** Where the operator, or a client's developer, registers things. */
  OPERATOR,
  /** What apps read before or after a login: metadata, keys, and what is told of the user. */
  PUBLISHED,
  /** Other parts of the authorization server: OAuth errors. */
  OAUTH,
  /** The rest: pages, health, and what is not there. */
  OTHER;

  private static final Set<String> TOKENS =
      Set.of("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke");

  private static final Set<String> PUBLICATIONS = Set.of("/oauth2/jwks", "/userinfo");

  static Door of(HttpServletRequest request) {
    return of(path(request));
  }

  private static Door of(String path) {
    if (isAtOrUnder(path, "/fhir")) {
      return FHIR;
    }
    if (TOKENS.contains(path)) {
      return TOKEN;
    }
    if (path.equals("/oauth2/authorize")) {
      return AUTHORIZE;
    }
    if (isAtOrUnder(path, "/smart")) {
      return LAUNCH;
    }
    if (isAtOrUnder(path, "/login") || isAtOrUnder(path, "/oauth2/authorization")) {
      return LOGIN;
    }
    if (isAtOrUnder(path, "/operator") || isAtOrUnder(path, "/connect")) {
      return OPERATOR;
    }
    if (isAtOrUnder(path, "/.well-known") || PUBLICATIONS.contains(path)) {
      return PUBLISHED;
    }
    return isAtOrUnder(path, "/oauth2") ? OAUTH : OTHER;
  }

  private static boolean isAtOrUnder(String path, String base) {
    return path.equals(base) || path.startsWith(base + "/");
  }

  /**
   * The path that the server goes by: decoded and normalised, since {@code /%6Cogin} is answered as
   * {@code /login} is. While an error is answered, the path that failed, as it was sent.
   */
  private static String path(HttpServletRequest request) {
    if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed) {
      return failed.substring(Math.min(request.getContextPath().length(), failed.length()));
    }
    String rest = request.getPathInfo();
    return rest == null ? request.getServletPath() : request.getServletPath() + rest;
  }
}
