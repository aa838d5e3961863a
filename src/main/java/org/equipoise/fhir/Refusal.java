package org.equipoise.fhir;

import ca.uhn.fhir.i18n.Msg;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Duration;
import org.hl7.fhir.instance.model.api.IBaseOperationOutcome;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Refusals that a caller sees: each has its HTTP status, an issue code, the element that is at
 * fault (a FHIRPath such as {@code Parameters.parameter.where(name='expires')}) and a sentence that
 * tells what to do about it. Throwing one rolls back everything the request wrote.
 */
public final class Refusal {

  private static final String PROVENANCE_TARGET = "Provenance.target";

  private Refusal() {}

  /** 400: an element is malformed. */
  public static BaseServerResponseException invalid(String expression, String diagnostics) {
    return new InvalidRequestException(
        diagnostics, outcome(IssueType.INVALID, expression, diagnostics));
  }

  /** 400: an element that every call needs is missing. */
  public static BaseServerResponseException required(String expression, String diagnostics) {
    return new InvalidRequestException(
        diagnostics, outcome(IssueType.REQUIRED, expression, diagnostics));
  }

  /** 400: something this server does not do. */
  public static BaseServerResponseException notSupported(String expression, String diagnostics) {
    return new InvalidRequestException(
        diagnostics, outcome(IssueType.NOTSUPPORTED, expression, diagnostics));
  }

  /** 422: well-formed, yet against a rule; the issue code says which kind of rule. */
  public static BaseServerResponseException unprocessable(
      IssueType code, String expression, String diagnostics) {
    return new UnprocessableEntityException(diagnostics, outcome(code, expression, diagnostics));
  }

  /** 422: well-formed, yet against a business rule. */
  public static BaseServerResponseException businessRule(String expression, String diagnostics) {
    return unprocessable(IssueType.BUSINESSRULE, expression, diagnostics);
  }

  /**
   * 403: known caller, not allowed. Only where the refusal tells nothing of whether a resource
   * exists.
   */
  public static BaseServerResponseException forbidden(String diagnostics) {
    return new ForbiddenOperationException(
        diagnostics, outcome(IssueType.FORBIDDEN, null, diagnostics));
  }

  /**
   * 405: an interaction that a type does not have, whoever asks (FHIR R4, http.html).
   *
   * @param allowed what the address does take ({@code Allow}, RFC 9110 section 15.5.6)
   */
  public static BaseServerResponseException notAllowed(
      String diagnostics, RequestTypeEnum... allowed) {
    return new MethodNotAllowedException(
        diagnostics, outcome(IssueType.NOTSUPPORTED, null, diagnostics), allowed);
  }

  /** 404: not there, or not for this caller; the two are told apart by nobody. */
  public static BaseServerResponseException notFound(IdType id) {
    String diagnostics = "Resource " + id.toUnqualifiedVersionless().getValue() + " is not known";
    return new ResourceNotFoundException(
        diagnostics, outcome(IssueType.NOTFOUND, null, diagnostics));
  }

  /** 406: in no form that the client takes (RFC 9110 section 15.5.7). */
  public static BaseServerResponseException notAcceptable(String diagnostics) {
    return new UnclassifiedServerFailureException(
        406, diagnostics, outcome(IssueType.NOTSUPPORTED, null, diagnostics));
  }

  /** 409: contradicts what is already stored. */
  public static BaseServerResponseException conflict(String expression, String diagnostics) {
    return new Conflict(diagnostics, outcome(IssueType.CONFLICT, expression, diagnostics));
  }

  /** 409: not to be deleted, since something refers to it; what, the caller may not be to see. */
  public static BaseServerResponseException stillReferredTo(IIdType id) {
    return conflict(
        null,
        "Unable to delete "
            + id.toUnqualifiedVersionless().getValue()
            + ": something still refers to it");
  }

  /** 412: {@code If-Match} names a version that is no longer current. */
  public static BaseServerResponseException preconditionFailed(String diagnostics) {
    return new PreconditionFailedException(
        diagnostics, outcome(IssueType.CONFLICT, null, diagnostics));
  }

  /** 413: too large. */
  public static BaseServerResponseException tooLong(String expression, String diagnostics) {
    PayloadTooLargeException e = new PayloadTooLargeException(diagnostics);
    e.setOperationOutcome(outcome(IssueType.TOOLONG, expression, diagnostics));
    return e;
  }

  /** 415: a body in a form that is not taken here. */
  public static BaseServerResponseException unsupportedMedia(String diagnostics) {
    return new UnclassifiedServerFailureException(
        415, diagnostics, outcome(IssueType.NOTSUPPORTED, null, diagnostics));
  }

  /**
   * 429: too much at a time.
   *
   * @param wait when to try again ({@code Retry-After})
   */
  public static BaseServerResponseException throttled(String diagnostics, Duration wait) {
    BaseServerResponseException e =
        new UnclassifiedServerFailureException(
            429, diagnostics, outcome(IssueType.THROTTLED, null, diagnostics));
    e.addResponseHeader("Retry-After", Long.toString(wait.toSeconds()));
    return e;
  }

  /** 503: something changed meanwhile; the same call may be made again at once. */
  public static BaseServerResponseException askAgain(String diagnostics) {
    BaseServerResponseException e =
        new UnclassifiedServerFailureException(
            503, diagnostics, outcome(IssueType.TRANSIENT, null, diagnostics));
    e.addResponseHeader("Retry-After", "0");
    return e;
  }

  /**
   * A conflict that stays one however often it is tried, unlike the lost races that HAPI reports by
   * the parent type.
   */
  private static final class Conflict extends ResourceVersionConflictException {
    private static final long serialVersionUID = 1L;

    Conflict(String message, IBaseOperationOutcome outcome) {
      super(message, outcome);
    }
  }

  private static IBaseOperationOutcome outcome(
      IssueType code, String expression, String diagnostics) {
    OperationOutcome outcome = new OperationOutcome();
    OperationOutcome.OperationOutcomeIssueComponent issue =
        outcome
            .addIssue()
            .setSeverity(IssueSeverity.ERROR)
            .setCode(code)
            .setDiagnostics(diagnostics);
    if (expression != null) {
      issue.addExpression(expression);
    }
    return outcome;
  }

  /**
   * 400, in the storage engine's own words for a reference to nothing: whoever may not see a target
   * is not to learn from another answer that it is there.
   *
   * @param path the element, as a search parameter names it, e.g. {@code Provenance.entity.what}
   */
  public static BaseServerResponseException unknownReference(IIdType target, String path) {
    if (PROVENANCE_TARGET.equals(path)) {
      // The storage engine looks for its targets before anybody else, and not in their order: which
      // one it is would tell of the others.
      return new InvalidRequestException(
          Msg.code(1094) + "Resource not found, specified in path: " + path);
    }
    return new InvalidRequestException(
        Msg.code(1094)
            + "Resource %s/%s not found, specified in path: %s"
                .formatted(target.getResourceType(), target.getIdPart(), path));
  }
}
