package org.equipoise.security.traffic;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/**
 * Writes an answer that no controller made (too often, too large, not there, failed) in the form
 * that the callers of that path read. Fixed words only, so that nothing of the request comes back
 * in them and none of them needs escaping.
 */
final class Answers {

  private Answers() {}

  static void write(HttpServletRequest request, HttpServletResponse response, int status)
      throws IOException {
    Words words = Words.of(status);
    response.setStatus(status);
    switch (Door.of(request)) {
      case FHIR -> write(response, "application/fhir+json", outcome(words));
      case TOKEN, PUBLISHED, LAUNCH, OAUTH ->
          write(response, MediaType.APPLICATION_JSON_VALUE, oauthError(words));
      case OPERATOR ->
          write(response, MediaType.APPLICATION_PROBLEM_JSON_VALUE, problem(words, status));
      default -> {
        if (isReadByPerson(request)) {
          response.setHeader(
              "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
          write(response, MediaType.TEXT_HTML_VALUE, page(words, request));
        } else {
          write(response, MediaType.TEXT_PLAIN_VALUE, words.english + "\n");
        }
      }
    }
  }

  /** Whether a browser asks, at a path where people look at pages. */
  static boolean isReadByPerson(HttpServletRequest request) {
    String accept = request.getHeader("Accept");
    return accept != null
        && accept.contains(MediaType.TEXT_HTML_VALUE)
        && switch (Door.of(request)) {
          case AUTHORIZE, LOGIN, OTHER -> true;
          default -> false;
        };
  }

  private static void write(HttpServletResponse response, String type, String body)
      throws IOException {
    response.setContentType(type + ";charset=UTF-8");
    response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String outcome(Words words) {
    return "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
        + words.issue
        + "\",\"diagnostics\":\""
        + words.english
        + "\"}]}";
  }

  /**
   * RFC 6749 section 5.2, to which introspection (RFC 7662) and revocation (RFC 7009) refer.
   *
   * <p>A request that comes too often or is too large is {@code invalid_request}: {@code
   * temporarily_unavailable} is registered for the authorization endpoint only, and {@code
   * slow_down} tells a device to go on polling. What is to be done stands in the status and in
   * {@code Retry-After}; {@code invalid_grant} or {@code invalid_client} would make a client throw
   * away what is still good.
   */
  private static String oauthError(Words words) {
    return "{\"error\":\""
        + (words == Words.FAILED ? "server_error" : "invalid_request")
        + "\",\"error_description\":\""
        + words.english
        + "\"}";
  }

  /** RFC 9457. */
  private static String problem(Words words, int status) {
    return "{\"status\":" + status + ",\"title\":\"" + words.english + "\"}";
  }

  private static String page(Words words, HttpServletRequest request) {
    boolean spanish = "es".equals(request.getLocale().getLanguage());
    String text = spanish ? words.spanish : words.english;
    return "<!DOCTYPE html><html lang=\""
        + (spanish ? "es" : "en")
        + "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
        + " content=\"width=device-width\"><title>"
        + text
        + "</title></head><body><main><h1>"
        + text
        + "</h1></main></body></html>";
  }

  private enum Words {
    BAD_REQUEST("invalid", "This request cannot be understood", "No se entiende esta petición"),
    FORBIDDEN("forbidden", "This is not open to you", "Usted no tiene acceso a esto"),
    NOT_FOUND("not-found", "There is nothing here", "Aquí no hay nada"),
    WRONG_METHOD("not-supported", "This cannot be done here", "Esto no se puede hacer aquí"),
    TOO_LARGE(
        "too-long", "This request is larger than is taken here", "Esta petición es muy grande"),
    TOO_OFTEN(
        "throttled",
        "Too many requests: wait a moment and try again",
        "Demasiadas peticiones: espere un momento y pruebe otra vez"),
    FAILED(
        "exception",
        "The server failed to handle this request",
        "El servidor no pudo atender esta petición");

    private final String issue;
    private final String english;
    private final String spanish;

    Words(String issue, String english, String spanish) {
      this.issue = issue;
      this.english = english;
      this.spanish = spanish;
    }

    static Words of(int status) {
      return switch (status) {
        case 401, 403 -> FORBIDDEN;
        case 404, 410 -> NOT_FOUND;
        case 405 -> WRONG_METHOD;
        case 413 -> TOO_LARGE;
        case 429 -> TOO_OFTEN;
        default -> status >= 500 ? FAILED : BAD_REQUEST;
      };
    }
  }
}
