package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.StreamedOperation;

/**
 * Answers in a form that the client takes, or not at all: 406 (RFC 9110 section 15.5.7; FHIR R4,
 * Content Types and Encodings). {@code _format} counts before {@code Accept}; where neither is
 * given the answer is JSON. HAPI would answer what it cannot write (NDJSON, Turtle) in XML, and
 * what it does not know in JSON.
 *
 * <p>Belongs on the REST server, before who answers by itself.
 */
@Interceptor
class AnswerFormat {

  private static final Set<String> ANY = Set.of("*/*", "*", "application/*", "text/*");

  /** R4, whichever of its corrections (FHIR R4, FHIR Version Parameter). */
  private static final Pattern OTHER_VERSION =
      Pattern.compile(";\\s*fhirversion\\s*=\\s*\"?(?!4\\.0(?:\\.\\d+)?\"?\\s*(?:;|$))");

  private static final Pattern WEIGHT =
      Pattern.compile(";\\s*q\\s*=\\s*0(?:\\.0{0,3})?\\s*(?:;|$)");

  private final List<StreamedOperation> streamed;

  /**
   * @param streamed which choose the form of their answers by themselves
   */
  AnswerFormat(List<StreamedOperation> streamed) {
    this.streamed = List.copyOf(streamed);
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void choose(ServletRequestDetails request) {
    if (streamed.stream().anyMatch(one -> isOf(one, request))) {
      return;
    }
    String[] asked = request.getParameters().get(Constants.PARAM_FORMAT);
    List<String> formats =
        asked == null
            ? List.of()
            : Arrays.stream(asked).filter(format -> !format.isBlank()).toList();
    if (!formats.isEmpty()) {
      if (formats.stream().noneMatch(AnswerFormat::isWritten)) {
        throw notWritten("_format", String.join(", ", formats));
      }
      return;
    }
    List<String> accepted =
        request.getHeaders(Constants.HEADER_ACCEPT).stream()
            .flatMap(header -> Arrays.stream(header.split(",")))
            .map(String::strip)
            .filter(range -> !range.isEmpty())
            .toList();
    List<String> possible =
        accepted.stream()
            .filter(range -> !WEIGHT.matcher(range).find())
            .filter(range -> isWritten(range) || isAny(range))
            .toList();
    if (possible.isEmpty() && !accepted.isEmpty() && !isBinary(request)) {
      throw notWritten(Constants.HEADER_ACCEPT, String.join(", ", accepted));
    }
    if (possible.size() < accepted.size()) {
      request.setHeaders(Constants.HEADER_ACCEPT, possible);
    }
  }

  /** The operation itself, or one that tells how it goes on. */
  private static boolean isOf(StreamedOperation operation, ServletRequestDetails request) {
    return operation.type().equals(request.getResourceName())
        && request.getOperation() != null
        && request.getOperation().startsWith("$" + operation.name());
  }

  /** A Binary is answered as what it holds, unless FHIR is asked for. */
  private static boolean isBinary(ServletRequestDetails request) {
    return "Binary".equals(request.getResourceName())
        && request.getRequestType() == RequestTypeEnum.GET
        && request.getId() != null;
  }

  /** Whether answers are ever written in this encoding of HAPI's; null is none. */
  static boolean isWritten(EncodingEnum encoding) {
    return encoding == EncodingEnum.JSON || encoding == EncodingEnum.XML;
  }

  private static boolean isWritten(String form) {
    return isWritten(EncodingEnum.forContentType(form.toLowerCase(Locale.ROOT)))
        && !OTHER_VERSION.matcher(form.toLowerCase(Locale.ROOT)).find();
  }

  private static boolean isAny(String range) {
    return ANY.contains(range.replaceFirst(";.*", "").strip());
  }

  private static RuntimeException notWritten(String where, String asked) {
    return Refusal.notAcceptable(
        "%s asks for %s; this server answers in application/fhir+json or application/fhir+xml"
            .formatted(where, asked.length() > 200 ? "something else" : asked));
  }
}
