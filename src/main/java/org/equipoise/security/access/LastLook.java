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
import java.util.Set;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.RequestStanding;
import org.equipoise.fhir.Standing;
import org.equipoise.security.external.FhirTokens;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;

/**
 * Lets no answer leave on a token that does not count any more, where {@link TokenGate} left that
 * to ask, nor on a care relation that has ended, where a {@link Viewer} assumed it. Belongs on the
 * REST server.
 */
@Interceptor
public class LastLook implements RequestStanding {

  private static final String DUE = LastLook.class.getName() + ".due";

  // The extremes of an int would be sorted wrongly: HAPI subtracts one order from the other.
  private static final int FIRST = -100_000;
  private static final int LAST = 100_000;

  private static final Set<Permission> READ = Set.of(Permission.READ);

  private final FhirTokens tokens;
  private final AccessRules rules;
  private final Viewers viewers;
  private final StoredResources stored;

  LastLook(FhirTokens tokens, AccessRules rules, StoredResources stored) {
    this.tokens = tokens;
    this.rules = rules;
    this.viewers = new Viewers(rules);
    this.stored = stored;
  }

  /** What is left to ask, until it was asked. */
  private static final class Due {

    private final Standing token;
    private boolean isSettled;

    Due(Standing token) {
      this.token = token;
    }
  }

  /** Leaves it to the moment when the answer leaves whether the token counts. */
  static void leave(HttpServletRequest request, Standing token) {
    request.setAttribute(DUE, new Due(token));
  }

  /** Whether something is left to that moment, so that more may be. */
  static boolean isLeft(RequestDetails request) {
    return left(request).isPresent();
  }

  private static Optional<Due> left(RequestDetails request) {
    return request instanceof ServletRequestDetails http
            && http.getServletRequest().getAttribute(DUE) instanceof Due due
            && !due.isSettled
        ? Optional.of(due)
        : Optional.empty();
  }

  @Override
  public Optional<Standing> due(RequestDetails request) {
    return left(request)
        .map(due -> viewers.of(request).assumed().map(due.token::and).orElse(due.token));
  }

  @Override
  public void settle(RequestDetails request, boolean stands) {
    Due due = left(request).orElseThrow();
    due.isSettled = true;
    if (stands) {
      return;
    }
    Viewer viewer = viewers.of(request);
    if (viewer.assumed().isEmpty() || !tokens.stands(due.token)) {
      throw revoked();
    }
    viewer.assumeNothing();
    IdType asked = new IdType(request.getResourceName(), request.getId().getIdPart());
    throw stored.find(asked).filter(found -> rules.isOpen(viewer, found, READ)).isPresent()
        // Open on another ground, which may show less: the same call, once more, finds out.
        ? Refusal.askAgain(
            "What you may see of this patient changed at this moment. Please ask again.")
        : Refusal.notFound(asked);
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
    } catch (BaseServerResponseException e) {
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
