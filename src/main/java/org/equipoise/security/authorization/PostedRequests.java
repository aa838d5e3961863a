package org.equipoise.security.authorization;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.equipoise.security.ServerAddress;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * An app may post its request for authorization (SMART capability {@code authorize-post}). It goes
 * on as a GET, which a login in between can come back to.
 */
class PostedRequests extends OncePerRequestFilter {

  static final String AUTHORIZE = "/oauth2/authorize";

  /** What fits into a header of an answer, with room for others. */
  private static final int LONGEST = 6_000;

  private final ServerAddress address;

  PostedRequests(ServerAddress address) {
    this.address = address;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    // The consent page posts here too, without a response_type.
    return !"POST".equals(request.getMethod())
        || !request.getRequestURI().endsWith(AUTHORIZE)
        || request.getParameter(OAuth2ParameterNames.RESPONSE_TYPE) == null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(address.baseUrl() + AUTHORIZE);
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      for (String value : parameter.getValue()) {
        uri.queryParam(
            UriUtils.encode(parameter.getKey(), StandardCharsets.UTF_8),
            UriUtils.encode(value, StandardCharsets.UTF_8));
      }
    }
    String location = uri.build(true).toUriString();
    if (location.length() > LONGEST) {
      response.sendError(HttpStatus.BAD_REQUEST.value());
      return;
    }
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, location);
  }
}
