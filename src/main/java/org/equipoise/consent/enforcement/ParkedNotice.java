package org.equipoise.consent.enforcement;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Tells a writer that what was written is parked: in the answer to the write, the only one that
 * they get before the patient says yes. Belongs on the REST server.
 */
@Interceptor
public class ParkedNotice {

  private static final Set<RestOperationTypeEnum> SINGLE_WRITES =
      EnumSet.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);

  private static final String PARKED = ParkedNotice.class.getName();

  /** Remembers it for the answer; one list for all entries of a transaction. */
  @SuppressWarnings("unchecked")
  static void parked(RequestDetails request, DocumentReference document) {
    ((Set<String>)
            request
                .getUserData()
                .computeIfAbsent(PARKED, key -> ConcurrentHashMap.<String>newKeySet()))
        .add(AiContent.key(document));
  }

  /** A single write that is tried again is told of its last attempt alone. */
  static void begin(RequestDetails request) {
    if (SINGLE_WRITES.contains(request.getRestOperationType()) && !request.isSubRequest()) {
      request.getUserData().remove(PARKED);
    }
  }

  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void tell(RequestDetails request, ResponseDetails answer) {
    if (!(request.getUserData().get(PARKED) instanceof Set<?> parked)) {
      return;
    }
    if (answer.getResponseResource() instanceof Bundle bundle) {
      bundle.getEntry().stream()
          .filter(entry -> isOf(parked, entry.getResponse().getLocation()))
          .forEach(
              entry -> {
                entry.setResource(null);
                entry.getResponse().setOutcome(notice());
              });
    } else if (SINGLE_WRITES.contains(request.getRestOperationType())) {
      answer.setResponseResource(notice());
    }
  }

  private static boolean isOf(Set<?> parked, String location) {
    return location != null
        && parked.contains(new IdType(location).toUnqualifiedVersionless().getValue());
  }

  private static OperationOutcome notice() {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.WARNING)
        .setCode(IssueType.SUPPRESSED)
        .addExpression("DocumentReference.author")
        .setDiagnostics(
            "Parked: the patient has not allowed this AI to write about them. The document is"
                + " stored; only the patient and the responsible clinicians see it until the"
                + " patient says yes.");
    return outcome;
  }
}
