package org.equipoise.security.traffic;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Takes the path of a request apart, for all that match it afterwards. A path that is not written
 * as it is meant ({@code //fhir}, {@code /x/../fhir}, {@code /fhir;a=1}) is answered by 400.
 */
class ParsedPath implements Filter {

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    try {
      ServletRequestPathUtils.parseAndCache(http);
    } catch (IllegalArgumentException | IllegalStateException e) {
      Answers.write(http, (HttpServletResponse) response, HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      ServletRequestPathUtils.clearParsedRequestPath(request);
    }
  }
}
