package org.equipoise.security.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.equipoise.fhir.RequestStanding;
import org.equipoise.fhir.Standing;
import org.equipoise.security.external.FhirTokens;
import org.hl7.fhir.r4.model.OperationOutcome;

/**
 * Lets no answer leave on a token that does not count any more, where {@link TokenGate} left that
 * to ask. Belongs on the REST server.
 */
@Interceptor
public class LastLook implements RequestStanding {

  private static final String DUE = LastLook.class.getName() + ".due";

  // The extremes of an int would be sorted wrongly: HAPI subtracts one order from the other.
  private static final int FIRST = -100_000;
  private static final int LAST = 100_000;

  private final FhirTokens tokens;

  LastLook(FhirTokens tokens) {
    this.tokens = tokens;
  }

  /** What is left to ask, until it was asked. */
  private static final class Due {

    private final Standing standing;
    private boolean isSettled;

    Due(Standing standing) {
      this.standing = standing;
    }
  }

  /** Leaves it to the moment when the answer leaves. */
  static void leave(HttpServletRequest request, Standing standing) {
    request.setAttribute(DUE, new Due(standing));
  }

  @Override
  public Optional<Standing> due(RequestDetails request) {
    return Optional.ofNullable(left(request))
        .filter(due -> !due.isSettled)
        .map(due -> due.standing);
  }

  /** Null where nothing was left. */
  private static Due left(RequestDetails request) {
    return request instanceof ServletRequestDetails http
        ? (Due) http.getServletRequest().getAttribute(DUE)
        : null;
  }

  @Override
  public void settle(RequestDetails request, boolean stands) {
    left(request).isSettled = true;
    if (!stands) {
      throw revoked();
    }
  }

  /** After all others: whoever could ask by a statement of their own has done so. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = LAST)
  public void beforeAnswering(RequestDetails request) {
    due(request).ifPresent(standing -> settle(request, tokens.stands(standing)));
  }

  /** Before all others: of a token that does not count, what else is wrong is nobody's business. */
  @Hook(value = Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION, order = FIRST)
  public BaseServerResponseException beforeRefusing(RequestDetails request) {
    Optional<Standing> standing = due(request);
    if (standing.isEmpty()) {
      return null;
    }
    try {
      settle(request, tokens.stands(standing.get()));
      return null;
    } catch (AuthenticationException e) {
      return e;
    }
  }

  /** As {@link org.equipoise.security.TokenProblems} says it before anything was read. */
  private static AuthenticationException revoked() {
    String words = "The access token is not valid here or has expired";
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(OperationOutcome.IssueSeverity.ERROR)
        .setCode(OperationOutcome.IssueType.LOGIN)
        .setDiagnostics(words);
    AuthenticationException refusal = new AuthenticationException(words);
    refusal.setOperationOutcome(outcome);
    refusal.addResponseHeader(
        "WWW-Authenticate",
        "Bearer error=\"invalid_token\", error_description=\"The token was revoked\"");
    return refusal;
  }
}
