package org.equipoise.security.authorization;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Spring Authorization Server names a parameter in all of these, and nothing that went wrong. */
  private static final Pattern OF_A_PARAMETER =
      Pattern.compile("O(?:Auth 2\\.0|penID Connect 1\\.0)(?: [A-Z][A-Za-z]+)* Parameter: (.+)");

  private static final Pattern OF_A_PROOF = Pattern.compile("Client authentication failed: (.+)");

  /** Where the name of a parameter would mislead. */
  private static final Set<String> WITHOUT_WORDS =
      Set.of(
          OAuth2ErrorCodes.SERVER_ERROR,
          "login_required",
          "consent_required",
          "interaction_required",
          "account_selection_required");

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
    description(error).ifPresent(text -> body.put("error_description", text));
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
    response.setHeader(HttpHeaders.PRAGMA, "no-cache");
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    json.writeValue(response.getOutputStream(), body);
  }

  /**
   * The sentence for the client's developer: our own, and in place of those of the library what can
   * be told from them.
   *
   * @return in the characters that RFC 6749 allows; empty where the code says it all
   */
  static Optional<String> description(OAuth2Error error) {
    String text = error.getDescription();
    if (text == null || text.isBlank() || WITHOUT_WORDS.contains(error.getErrorCode())) {
      return Optional.empty();
    }
    Matcher parameter = OF_A_PARAMETER.matcher(text);
    if (parameter.matches()) {
      return OAuth2ErrorCodes.ACCESS_DENIED.equals(error.getErrorCode())
          ? Optional.of("The user did not allow it")
          : Optional.of(printable(parameter.group(1)) + " is missing or wrong");
    }
    Matcher proof = OF_A_PROOF.matcher(text);
    if (proof.matches()) {
      return OAuth2ErrorCodes.INVALID_GRANT.equals(error.getErrorCode())
          ? Optional.of(printable(proof.group(1)) + " is wrong or was used")
          : Optional.empty();
    }
    // The library's other sentences come with an address to read on; ours with none.
    return error.getUri() == null ? Optional.of(printable(text)) : Optional.empty();
  }

  /** What the grammar of error_description allows (RFC 6749 section 5.2). */
  private static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
  }
}
