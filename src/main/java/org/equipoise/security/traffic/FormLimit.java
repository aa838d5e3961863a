package org.equipoise.security.traffic;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.catalina.Globals;
import org.apache.tomcat.util.http.Parameters.FailReason;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a form or JSON document that is too large with 413, and a form that Tomcat could not read
 * as a whole with 400, where Tomcat would go on with the part that it has. The FHIR base has a
 * limit of its own.
 */
class FormLimit extends OncePerRequestFilter {

  private final int most;

  /**
   * @param most the same as Tomcat's own limit of forms ({@code
   *     server.tomcat.max-http-form-post-size}), which a form without a declared length meets
   */
  FormLimit(DataSize most) {
    this.most = (int) most.toBytes();
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return Door.of(request) == Door.FHIR;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getContentLengthLong() > most) {
      refuse(request, response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
    } else if (isForm(request) || request.getQueryString() != null) {
      // Makes Tomcat read the parameters and say how that went.
      request.getParameterMap();
      Object problem = request.getAttribute(Globals.PARAMETER_PARSE_FAILED_REASON_ATTR);
      if (problem == null) {
        chain.doFilter(request, response);
      } else {
        boolean tooLarge = problem == FailReason.POST_TOO_LARGE;
        refuse(
            request,
            response,
            tooLarge
                ? HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE
                : HttpServletResponse.SC_BAD_REQUEST);
      }
    } else if (hasBodyOfUnknownLength(request)) {
      byte[] body = request.getInputStream().readNBytes(most + 1);
      if (body.length > most) {
        refuse(request, response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
      } else {
        chain.doFilter(new WithBody(request, body), response);
      }
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean isForm(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null
        && type.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)
        && HttpMethod.POST.matches(request.getMethod());
  }

  private static boolean hasBodyOfUnknownLength(HttpServletRequest request) {
    return request.getContentLengthLong() < 0 && !HttpMethod.GET.matches(request.getMethod());
  }

  private static void refuse(HttpServletRequest request, HttpServletResponse response, int status)
      throws IOException {
    // What is left of the body is not read, so the connection cannot be used again.
    response.setHeader("Connection", "close");
    Answers.write(request, response, status);
  }

  /** A request whose body was read already. */
  private static final class WithBody extends HttpServletRequestWrapper {

    private final ByteArrayInputStream body;

    WithBody(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = new ByteArrayInputStream(body);
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    @Override
    public ServletInputStream getInputStream() {
      return new ServletInputStream() {
        @Override
        public int read() {
          return body.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
          return body.read(buffer, offset, length);
        }

        @Override
        public boolean isFinished() {
          return body.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new IllegalStateException("The body was read already: nothing to listen for");
        }
      };
    }
  }
}
