package org.equipoise.security.traffic;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.equipoise.security.ControlCharacters;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 400 to control characters in the path, in the name or value of a parameter, or in the
 * client's name in an {@code Authorization} header or assertion: none of these is ever meant, and
 * not every database stores them. The FHIR base judges its own; JSON is judged where it is read.
 */
class CleanParameters extends OncePerRequestFilter {

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return Door.of(request) == Door.FHIR;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean dirty =
        Stream.of(
                Stream.of(request.getServletPath()),
                Stream.ofNullable(request.getPathInfo()),
                request.getParameterMap().keySet().stream(),
                request.getParameterMap().values().stream().flatMap(Arrays::stream),
                ClaimedClient.of(request).stream())
            .flatMap(texts -> texts)
            .anyMatch(ControlCharacters::areIn);
    if (dirty) {
      Answers.write(request, response, HttpServletResponse.SC_BAD_REQUEST);
    } else {
      chain.doFilter(request, response);
    }
  }
}
