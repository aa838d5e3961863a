package org.equipoise.security.authorization;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Spring answers at some addresses that are not ours to offer: the grant for devices without a
 * browser, and a logout that a link from anywhere could press.
 */
class ClosedEndpoints extends OncePerRequestFilter {

  private static final Set<String> CLOSED =
      Set.of(
          "/connect/logout",
          "/connect/register",
          "/oauth2/device_authorization",
          "/oauth2/device_verification");

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return CLOSED.stream().noneMatch(request.getRequestURI()::endsWith);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.sendError(HttpServletResponse.SC_NOT_FOUND);
  }
}
