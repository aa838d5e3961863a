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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
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

  private static final String GZIP = "gzip";

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
    String type = request.getContentType();
    return type != null && type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)
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
    if (request.getContentLengthLong() <= most) {
      chain.doFilter(new Limited(request, most), response);
      return;
    }
    response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
    response.setContentType("application/fhir+json;charset=UTF-8");
    // What is left of the body is not read, so the connection cannot be used again.
    response.setHeader("Connection", "close");
    response
        .getOutputStream()
        .write(
            ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"too-long\","
                    + "\"diagnostics\":\""
                    + diagnostics(most)
                    + "\"}]}")
                .getBytes(StandardCharsets.UTF_8));
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
      if (!isForm()) {
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

    private boolean isForm() {
      String type = getContentType();
      return HttpMethod.POST.matches(getMethod())
          && type != null
          && type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
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
      return isCompressed() ? new Counted(sent, new GZIPInputStream(sent), most) : sent;
    }

    private boolean isCompressed() {
      return GZIP.equalsIgnoreCase(super.getHeader(HttpHeaders.CONTENT_ENCODING));
    }

    @Override
    public String getHeader(String name) {
      return HttpHeaders.CONTENT_ENCODING.equalsIgnoreCase(name) && isCompressed()
          ? null
          : super.getHeader(name);
    }
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
      int next = body.read();
      if (next >= 0) {
        count(1);
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int got = body.read(buffer, offset, length);
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
