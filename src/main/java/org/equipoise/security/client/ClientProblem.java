package org.equipoise.security.client;

import org.springframework.http.HttpStatus;

/** Why a client is not registered or changed, for whom asked for it. */
class ClientProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String error;

  /**
   * @param error a code, e.g. {@code invalid_redirect_uri}
   * @param message words for the developer or the operator
   */
  ClientProblem(HttpStatus status, String error, String message) {
    super(message);
    this.status = status;
    this.error = error;
  }

  /** RFC 7591, section 3.2.2: something in the metadata cannot be. */
  static ClientProblem metadata(String message) {
    return new ClientProblem(HttpStatus.BAD_REQUEST, "invalid_client_metadata", message);
  }

  /** RFC 7591, section 3.2.2: a redirect URI cannot be. */
  static ClientProblem redirectUri(String message) {
    return new ClientProblem(HttpStatus.BAD_REQUEST, "invalid_redirect_uri", message);
  }

  HttpStatus status() {
    return status;
  }

  String error() {
    return error;
  }
}
