package org.equipoise.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Answers a FHIR request that has no good token: the header that RFC 6750 wants, and an
 * OperationOutcome that a FHIR client can read.
 */
public class TokenProblems implements AuthenticationEntryPoint, AccessDeniedHandler {

  private final BearerTokenAuthenticationEntryPoint unauthorized =
      new BearerTokenAuthenticationEntryPoint();
  private final BearerTokenAccessDeniedHandler forbidden = new BearerTokenAccessDeniedHandler();

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException problem)
      throws IOException {
    unauthorized.commence(request, response, problem);
    boolean sent = request.getHeader("Authorization") != null;
    write(
        response,
        OperationOutcome.IssueType.LOGIN,
        sent
            ? "The access token is not valid here or has expired"
            : "This request needs an access token");
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException problem)
      throws IOException {
    forbidden.handle(request, response, problem);
    write(
        response,
        OperationOutcome.IssueType.FORBIDDEN,
        "The access token does not allow this request");
  }

  private static void write(
      HttpServletResponse response, OperationOutcome.IssueType code, String diagnostics)
      throws IOException {
    // Fixed words only, so that no escaping is needed and no parser has to be made for a refusal.
    String body =
        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
            + code.toCode()
            + "\",\"diagnostics\":\""
            + diagnostics
            + "\"}]}";
    response.setContentType("application/fhir+json;charset=UTF-8");
    response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
  }
}
