package org.equipoise.security.traffic;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Headers that every answer carries, whoever makes it; and redirects that name no host, so that a
 * request's {@code Host} or {@code X-Forwarded-Host} cannot send anybody elsewhere.
 */
class ResponseHeaders extends OncePerRequestFilter {

  private final boolean https;

  /**
   * @param https whether clients reach this server by TLS, its own or a proxy's: browsers are then
   *     told to use nothing else (RFC 6797)
   */
  ResponseHeaders(boolean https) {
    this.https = https;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    set(request, response);
    chain.doFilter(request, new OwnRedirects(request, response));
  }

  /** Sets the headers alone. */
  void set(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    // Addresses hold ids and search values, and after a login codes.
    response.setHeader("Referrer-Policy", "no-referrer");
    if (https) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }
    if (Door.of(request) == Door.FHIR) {
      // Health data stay in no cache on the way (RFC 9111 section 5.2.2.5).
      response.setHeader("Cache-Control", "no-store");
      // A stored attachment or narrative may hold HTML: as a page of this origin it runs nothing.
      response.setHeader(
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
    }
  }

  /** Makes a redirect to this server relative (RFC 9110 section 10.2.2). */
  private static final class OwnRedirects extends HttpServletResponseWrapper {

    private final HttpServletRequest request;

    OwnRedirects(HttpServletRequest request, HttpServletResponse response) {
      super(response);
      this.request = request;
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      // The host that the request claims, seen from outside and as it came in.
      String url = request.getRequestURL().toString();
      String self = url.substring(0, url.length() - request.getRequestURI().length());
      boolean own =
          location.startsWith(self + "/")
              // "//host" would again name a host.
              && !location.startsWith(self + "//");
      resetBuffer();
      setStatus(SC_FOUND);
      setHeader(HttpHeaders.LOCATION, own ? location.substring(self.length()) : location);
      flushBuffer();
    }
  }
}
