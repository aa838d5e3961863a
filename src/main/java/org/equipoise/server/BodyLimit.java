package org.equipoise.server;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.util.UrlUtil;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StreamedOperation;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a request body that is too large with 413: at once where its length is declared, and as
 * soon as it has grown too long where it is not, so that no body is held in memory beyond the
 * limit. A compressed body (gzip) is measured by what it becomes.
 */
class BodyLimit extends OncePerRequestFilter {

  /** Names of gzip (RFC 9110 section 8.4.1.3). */
  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  private static final String IDENTITY = "identity";

  private static final String OUTCOME =
      "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"%s\","
          + "\"diagnostics\":\"%s\"}]}";

  private final long most;
  private final List<StreamedOperation> streamed;

  /**
   * @param most of any request
   * @param streamed those that have limits of their own
   */
  BodyLimit(DataSize most, List<StreamedOperation> streamed) {
    this.most = most.toBytes();
    this.streamed = List.copyOf(streamed);
  }

  /** A form is read as a whole by whoever meets it first. */
  private long mostOf(HttpServletRequest request) {
    return isForm(request)
        ? most
        : streamed.stream()
            .filter(one -> one.isAt(request.getPathInfo()))
            .mapToLong(StreamedOperation::mostBytes)
            .findFirst()
            .orElse(most);
  }

  private static String diagnostics(long most) {
    return "The request body is larger than the "
        + most / (1024 * 1024)
        + " MiB that this server takes";
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long most = mostOf(request);
    if (request.getContentLengthLong() > most) {
      refuse(
          response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "too-long", diagnostics(most));
    } else if (!isReadable(encoding(request))) {
      // Passed on, the body of a search would be left unread, and everything found.
      refuse(
          response,
          HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
          "not-supported",
          "A body is sent as it is or compressed by gzip; this server reads no other"
              + " Content-Encoding");
    } else {
      chain.doFilter(new Limited(request, most), response);
    }
  }

  private static void refuse(
      HttpServletResponse response, int status, String code, String diagnostics)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/fhir+json;charset=UTF-8");
    // What is left of the body is not read, so the connection cannot be used again.
    response.setHeader("Connection", "close");
    response
        .getOutputStream()
        .write(OUTCOME.formatted(code, diagnostics).getBytes(StandardCharsets.UTF_8));
  }

  /** All that is said of it, in lower case; empty where nothing is. */
  private static String encoding(HttpServletRequest request) {
    return String.join(",", Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isReadable(String encoding) {
    return encoding.isEmpty() || encoding.equals(IDENTITY) || GZIP.contains(encoding);
  }

  /** Whether the body is a form; media types are compared without case (RFC 9110 section 8.3.1). */
  static boolean isForm(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null
        && type.replaceFirst(";.*", "")
            .strip()
            .equalsIgnoreCase(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
  }

  private static final class Limited extends HttpServletRequestWrapper {

    private final long most;
    private Map<String, String[]> form;

    Limited(HttpServletRequest request, long most) {
      super(request);
      this.most = most;
    }

    /**
     * A form is read here as a whole: Tomcat takes as much of it as outside the FHIR base, and goes
     * on without the rest; a search by that would find what nobody asked for.
     */
    @Override
    public Map<String, String[]> getParameterMap() {
      if (!HttpMethod.POST.matches(getMethod()) || !isForm(this)) {
        return super.getParameterMap();
      }
      if (form == null) {
        try {
          form =
              UrlUtil.parseQueryStrings(
                  getQueryString(),
                  new String(getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return form;
    }

    /**
     * The body, decompressed here rather than later, so that the limit holds for what it becomes.
     */
    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (form != null) {
        // Nothing is left of it.
        return new Counted(super.getInputStream(), InputStream.nullInputStream(), most);
      }
      ServletInputStream sent = new Counted(super.getInputStream(), super.getInputStream(), most);
      try {
        return isCompressed() ? new Counted(sent, new GZIPInputStream(sent), most) : sent;
      } catch (ZipException | EOFException e) {
        throw notGzip();
      }
    }

    private boolean isCompressed() {
      return GZIP.contains(encoding((HttpServletRequest) getRequest()));
    }

    @Override
    public String getHeader(String name) {
      return HttpHeaders.CONTENT_ENCODING.equalsIgnoreCase(name) ? null : super.getHeader(name);
    }
  }

  private static BaseServerResponseException notGzip() {
    return Refusal.invalid(null, "The body is no whole gzip, as its Content-Encoding says it is");
  }

  private static final class Counted extends ServletInputStream {

    private final ServletInputStream sent;
    private final InputStream body;
    private final long most;
    private long read;

    Counted(ServletInputStream sent, InputStream body, long most) {
      this.sent = sent;
      this.body = body;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int next;
      try {
        next = body.read();
      } catch (ZipException | EOFException e) {
        throw notGzip();
      }
      if (next >= 0) {
        count(1);
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int got;
      try {
        got = body.read(buffer, offset, length);
      } catch (ZipException | EOFException e) {
        throw notGzip();
      }
      if (got > 0) {
        count(got);
      }
      return got;
    }

    private void count(int bytes) {
      read += bytes;
      if (read > most) {
        BaseServerResponseException refusal = Refusal.tooLong(null, diagnostics(most));
        throw refusal;
      }
    }

    @Override
    public boolean isFinished() {
      return sent.isFinished();
    }

    @Override
    public boolean isReady() {
      return sent.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      sent.setReadListener(listener);
    }
  }
}
