package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.catalina.Globals;
import org.equipoise.fhir.HalfCharacters;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StreamedOperation;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;

/**
 * Refuses what would otherwise be changed in silence or fail late: bytes that are no UTF-8 and half
 * characters (they would be stored as question marks), the character NUL (PostgreSQL stores none),
 * and pages of a negative size or place.
 */
@Interceptor
class RequestText {

  /** The JSON escape of NUL; an escaped backslash before "u0000" is none. */
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u0000");

  private final List<StreamedOperation> streamed;

  /**
   * @param streamed whose bodies are not text that is held as a whole
   */
  RequestText(List<StreamedOperation> streamed) {
    this.streamed = List.copyOf(streamed);
  }

  /**
   * Tomcat goes on with that part of a query that it could read: a conditional delete by it would
   * mean what nobody asked for.
   */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
  public void checkQuery(HttpServletRequest request) {
    if (request.getAttribute(Globals.PARAMETER_PARSE_FAILED_REASON_ATTR) != null) {
      throw notReadable();
    }
  }

  /** What a query names in another encoding would be looked for, or kept, as something else. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
  public void checkEncoding(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query != null && query.indexOf('%') >= 0) {
      try {
        decoded(
            StringUtils.uriDecode(query, StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1),
            "The query");
      } catch (IllegalArgumentException e) {
        throw notReadable();
      }
    }
  }

  /** A search that says what it looks for in another form than a form would find everything. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
  public void checkForm(HttpServletRequest request) {
    if (HttpMethod.POST.matches(request.getMethod())
        && String.valueOf(request.getPathInfo()).endsWith("/_search")
        && hasBody(request)
        && !BodyLimit.isForm(request)) {
      throw Refusal.unsupportedMedia(
          "A search by POST has its parameters in the address, or in a body of the type "
              + MediaType.APPLICATION_FORM_URLENCODED_VALUE);
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0
        || (request.getContentLengthLong() < 0
            && (request.getContentType() != null
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null));
  }

  /** 400: a query or form that cannot be read as a whole. */
  static BaseServerResponseException notReadable() {
    return Refusal.invalid(
        null,
        "The query or form cannot be read as a whole: each % in it must be followed by two"
            + " hexadecimal digits");
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void check(ServletRequestDetails request) {
    requireNotNegative(request, "_count");
    requireNotNegative(request, "_offset");
    if (streamed.stream().anyMatch(one -> isCalled(one, request))) {
      return;
    }
    String text = decoded(request.loadRequestContents(), "The body");
    HalfCharacters.in(text)
        .ifPresent(
            where -> {
              throw Refusal.invalid(
                  where.matches("[A-Z].*") ? where : null,
                  "%s: holds half a character, an escape \\uD800 to \\uDFFF without its other half, which no text may"
                      .formatted(where.isEmpty() ? "The body" : where));
            });
    if (text.indexOf('\0') >= 0 || NUL.matcher(text).find()) {
      throw Refusal.invalid(
          null, "The body holds the character NUL (U+0000), which no FHIR text may");
    }
  }

  private static boolean isCalled(StreamedOperation operation, ServletRequestDetails request) {
    return operation.type().equals(request.getResourceName())
        && ("$" + operation.name()).equals(request.getOperation());
  }

  private static String decoded(byte[] body, String what) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.invalid(null, what + " is no UTF-8, which FHIR asks for");
    }
  }

  private static void requireNotNegative(ServletRequestDetails request, String parameter) {
    String[] values = request.getParameters().get(parameter);
    if (values != null && values.length > 0 && !values[0].matches("\\d{1,9}")) {
      throw Refusal.invalid(null, parameter + " must be a whole number from 0 up");
    }
  }
}
