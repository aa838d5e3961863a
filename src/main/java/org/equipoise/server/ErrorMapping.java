package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.Callers;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where what went wrong becomes what the client reads, where HAPI's own choice is not
 * the one that FHIR or our clients expect.
 */
@Interceptor
class ErrorMapping {

  private static final Pattern UNKNOWN = Pattern.compile("HAPI-\\d+: Resource (\\S+) is not known");

  /** A Provenance of nothing, as the storage engine says it where it looks for the version. */
  private static final Pattern NO_TARGET = Pattern.compile("HAPI-0*523: (\\S+)");

  private static final Logger log = LoggerFactory.getLogger(ErrorMapping.class);

  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException map(RequestDetails request, Throwable problem) {
    if (problem instanceof ResourceNotFoundException && problem.getMessage() != null) {
      // HAPI has one number for what is not there and another for what may not be seen.
      Matcher noTarget = NO_TARGET.matcher(problem.getMessage());
      if (noTarget.matches()) {
        return Refusal.unknownReference(new IdType(noTarget.group(1)), "Provenance.target");
      }
      Matcher unknown = UNKNOWN.matcher(problem.getMessage());
      return unknown.matches() ? Refusal.notFound(new IdType(unknown.group(1))) : null;
    }
    if (problem instanceof ResourceGoneException
        && isLimitedToOnePatient(request)
        && request.getId() != null) {
      // "Gone" would tell that it was there.
      return Refusal.notFound(new IdType(request.getId().getValue()));
    }
    if (problem instanceof ResourceVersionConflictException conflict
        && request != null
        && request.getHeader("If-Match") != null
        && conflict.getMessage() != null
        && conflict.getMessage().contains("HAPI-0989")) {
      // FHIR R4 section 3.1.0.5.1: a stale If-Match is 412.
      return new PreconditionFailedException(conflict.getMessage().replaceAll("HAPI-\\d+: ", ""));
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

  private static boolean isLimitedToOnePatient(RequestDetails request) {
    return request instanceof ServletRequestDetails http
        && Callers.of(http).map(Caller::patientId).isPresent();
  }
}
