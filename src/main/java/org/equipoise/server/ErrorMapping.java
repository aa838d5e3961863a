package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.Callers;
import org.equipoise.security.access.GoneResources;
import org.hl7.fhir.instance.model.api.IBaseOperationOutcome;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where what went wrong becomes what the client reads, where HAPI's own choice is not
 * the one that FHIR or our clients expect.
 */
@Interceptor
class ErrorMapping {

  private static final Pattern UNKNOWN =
      Pattern.compile("(?:HAPI-\\d+: )?Resource (\\S+) is not known");

  /** A Provenance of nothing, as the storage engine says it where it looks for the version. */
  private static final Pattern NO_TARGET = Pattern.compile("HAPI-0*523: (\\S+)");

  /** What refers to it may be hidden from the caller; HAPI names it. */
  private static final Pattern REFERRED_TO =
      Pattern.compile("Unable to delete (\\S+) because at least one resource has a reference");

  /** A date or quantity that a search asks for. */
  private static final Pattern BAD_VALUE =
      Pattern.compile("Invalid date/time(?:/quantity)? format: \"?([^\"]*)\"?");

  /** The JDK about an address or a form in which a "%" begins no escape. */
  private static final String BAD_ESCAPE = "URLDecoder: ";

  private static final Logger log = LoggerFactory.getLogger(ErrorMapping.class);

  private final GoneResources gone;

  ErrorMapping(GoneResources gone) {
    this.gone = gone;
  }

  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException map(RequestDetails request, Throwable problem) {
    tellInJson(request);
    if (problem instanceof IllegalArgumentException
        && problem.getMessage() != null
        && problem.getMessage().startsWith(BAD_ESCAPE)) {
      return RequestText.notReadable();
    }
    if (problem instanceof ResourceNotFoundException
        || problem instanceof ResourceVersionConflictException) {
      Optional<BaseServerResponseException> refusal = inOneWording(problem.getMessage());
      if (refusal.isPresent()) {
        return refusal.get();
      }
    }
    if (problem instanceof ResourceGoneException deleted) {
      IIdType id = deleted.getResourceId() == null ? request.getId() : deleted.getResourceId();
      if (id != null && !mayKnowOf(id, request)) {
        // "Gone" would tell that it was there.
        return Refusal.notFound(new IdType(id.getValue()));
      }
    }
    if (problem instanceof ResourceVersionConflictException conflict
        && request != null
        && request.getHeader("If-Match") != null
        && conflict.getMessage() != null
        && conflict.getMessage().contains("HAPI-0989")) {
      // FHIR R4 section 3.1.0.5.1: a stale If-Match is 412.
      return new PreconditionFailedException(conflict.getMessage().replaceAll("HAPI-\\d+: ", ""));
    }
    Throwable root = ExceptionUtils.getRootCause(problem);
    Throwable malformed = isBadValue(root) ? root : problem;
    if (malformed instanceof DataFormatException) {
      return badValue(malformed.getMessage(), request == null ? Map.of() : request.getParameters());
    }
    if (problem instanceof InternalErrorException
        || !(problem instanceof BaseServerResponseException)) {
      String reference = UUID.randomUUID().toString();
      log.error("Request failed, reference {}", reference, problem);
      return new InternalErrorException(
          "The server failed to handle this request. Reference for its operator: " + reference);
    }
    return null;
  }

  /**
   * NDJSON is a form of many resources: where a client sends it, or asks for it, HAPI would tell
   * what went wrong in XML; and in Turtle, where that is asked for.
   */
  private static void tellInJson(RequestDetails request) {
    if (request == null
        || AnswerFormat.isWritten(
            RestfulServerUtils.determineResponseEncodingWithDefault(request).getEncoding())) {
      return;
    }
    if (request.getParameters().containsKey(Constants.PARAM_FORMAT)) {
      request.removeParameter(Constants.PARAM_FORMAT);
    }
    request.setHeaders(Constants.HEADER_ACCEPT, List.of(Constants.CT_FHIR_JSON_NEW));
  }

  private static boolean isBadValue(Throwable problem) {
    return problem instanceof DataFormatException
        && BAD_VALUE.matcher(String.valueOf(problem.getMessage())).find();
  }

  /** 400: a value of a search that cannot be read, told with its parameter, where it is known. */
  private static BaseServerResponseException badValue(
      String message, Map<String, String[]> parameters) {
    Matcher bad = BAD_VALUE.matcher(String.valueOf(message));
    String named =
        !bad.find()
            ? ""
            : parameters.entrySet().stream()
                .filter(
                    one ->
                        Arrays.stream(one.getValue())
                            .flatMap(value -> Arrays.stream(value.split(",")))
                            .anyMatch(value -> value.endsWith(bad.group(1))))
                .map(one -> one.getKey() + ": ")
                .findFirst()
                .orElse("");
    return Refusal.invalid(null, named + FaultWords.clear(String.valueOf(message)));
  }

  /** As the last word on a refusal. */
  @Hook(Pointcut.SERVER_OUTGOING_FAILURE_OPERATIONOUTCOME)
  public void clear(IBaseOperationOutcome told) {
    if (told instanceof OperationOutcome outcome) {
      FaultWords.clear(outcome);
    }
  }

  /** HAPI has one number for what is not there and another for what may not be seen. */
  private static Optional<BaseServerResponseException> inOneWording(String message) {
    if (message == null) {
      return Optional.empty();
    }
    Matcher noTarget = NO_TARGET.matcher(message);
    if (noTarget.matches()) {
      return Optional.of(
          Refusal.unknownReference(new IdType(noTarget.group(1)), "Provenance.target"));
    }
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.matches()) {
      return Optional.of(Refusal.notFound(new IdType(unknown.group(1))));
    }
    Matcher referredTo = REFERRED_TO.matcher(message);
    if (referredTo.find()) {
      return Optional.of(Refusal.stillReferredTo(new IdType(referredTo.group(1))));
    }
    return Optional.empty();
  }

  /** What went wrong with single entries, which HAPI writes into its answer by itself. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void mapEntries(RequestDetails request, IBaseResource answer) {
    if (!(answer instanceof Bundle bundle)
        || (bundle.getType() != Bundle.BundleType.BATCHRESPONSE
            && bundle.getType() != Bundle.BundleType.TRANSACTIONRESPONSE)) {
      return;
    }
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryResponseComponent response = bundle.getEntry().get(i).getResponse();
      if (response.getOutcome() instanceof OperationOutcome outcome
          && isFailure(response.getStatus())) {
        mapEntry(request, i, response, outcome.getIssueFirstRep().getDiagnostics());
        FaultWords.clear((OperationOutcome) response.getOutcome());
      }
    }
  }

  private static boolean isFailure(String status) {
    return status != null && (status.startsWith("4") || status.startsWith("5"));
  }

  private void mapEntry(
      RequestDetails request,
      int index,
      Bundle.BundleEntryResponseComponent response,
      String message) {
    if (response.getStatus().startsWith("410")
        && request.getResource() instanceof Bundle asked
        && index < asked.getEntry().size()) {
      String address = asked.getEntry().get(index).getRequest().getUrl();
      IdType id = new IdType(address.replaceFirst("\\?.*", ""));
      if (!mayKnowOf(id, request)) {
        tell(response, Refusal.notFound(id));
      }
      return;
    }
    if (BAD_VALUE.matcher(String.valueOf(message)).find()) {
      tell(response, badValue(message, Map.of()));
      return;
    }
    inOneWording(message).ifPresent(refusal -> tell(response, refusal));
  }

  private static void tell(
      Bundle.BundleEntryResponseComponent response, BaseServerResponseException refusal) {
    OperationOutcome told =
        refusal.getOperationOutcome() instanceof OperationOutcome outcome
            ? outcome
            : new OperationOutcome();
    if (!told.hasIssue()) {
      told.addIssue()
          .setSeverity(OperationOutcome.IssueSeverity.ERROR)
          .setCode(OperationOutcome.IssueType.PROCESSING)
          .setDiagnostics(refusal.getMessage());
    }
    response.setStatus(
        refusal.getStatusCode() + " " + Constants.HTTP_STATUS_NAMES.get(refusal.getStatusCode()));
    response.setOutcome(told);
  }

  /** Whether the caller may know that something was there: who could read it until it went. */
  private boolean mayKnowOf(IIdType id, RequestDetails request) {
    return request instanceof ServletRequestDetails http
        && Callers.of(http).filter(caller -> caller.patientId() == null).isPresent()
        && gone.mayBeKnown(request, id);
  }
}
