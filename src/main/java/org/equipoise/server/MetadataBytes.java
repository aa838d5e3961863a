package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.DigestUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Answers the usual {@code GET /metadata} (JSON, whole) from bytes that were made once: nothing in
 * the statement changes while the server runs. Any other form goes the long way.
 */
@Interceptor
class MetadataBytes {

  private static final Logger log = LoggerFactory.getLogger(MetadataBytes.class);

  private record Encoded(byte[] plain, byte[] zipped, String etag) {}

  private final Supplier<Encoded> encoded;

  MetadataBytes(Capability capability) {
    this.encoded = SingletonSupplier.of(() -> encode(capability.json()));
  }

  /** Makes the bytes now, so that the first client need not wait. */
  void prepare() {
    log.debug("The capability statement takes {} bytes, zipped", encoded.get().zipped().length);
  }

  private static Encoded encode(byte[] json) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Encoded(json, zipped.toByteArray(), "\"" + DigestUtils.md5DigestAsHex(json) + "\"");
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public boolean answer(
      RequestDetails request, HttpServletRequest http, HttpServletResponse response)
      throws IOException {
    if (request.getRequestType() != RequestTypeEnum.GET
        || !"metadata".equals(request.getRequestPath())
        || !request.getParameters().isEmpty()) {
      return true;
    }
    RestfulServerUtils.ResponseEncoding wanted =
        RestfulServerUtils.determineResponseEncodingNoDefault(request, EncodingEnum.JSON);
    if (wanted != null && wanted.getEncoding() != EncodingEnum.JSON) {
      return true;
    }
    Encoded bytes = encoded.get();
    response.setHeader("ETag", bytes.etag());
    response.setHeader("Vary", "Accept, Accept-Encoding");
    if (bytes.etag().equals(http.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return false;
    }
    response.setContentType("application/fhir+json;charset=UTF-8");
    String accepted = http.getHeader("Accept-Encoding");
    boolean zip = accepted != null && accepted.contains("gzip");
    if (zip) {
      response.setHeader("Content-Encoding", "gzip");
    }
    byte[] body = zip ? bytes.zipped() : bytes.plain();
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    return false;
  }
}
