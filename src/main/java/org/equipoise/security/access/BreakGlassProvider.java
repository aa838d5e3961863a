package org.equipoise.security.access;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.access.BreakGlass.Reason;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code POST Patient/[id]/$break-glass}: opens a record for a few hours to a clinician who does
 * not care for the patient. See {@code docs/access.md}.
 */
public final class BreakGlassProvider implements OperationProvider {

  private final RecordOperation operation;
  private final CareRelations relations;
  private final Duration lasts;

  BreakGlassProvider(RecordOperation operation, CareRelations relations, Duration lasts) {
    this.operation = operation;
    this.relations = relations;
    this.lasts = lasts;
  }

  /** Answers what the patient is told, and until when the record is open. */
  @Operation(
      name = "$" + BreakGlass.NAME,
      typeName = "Patient",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + BreakGlass.NAME)
  public Parameters breakGlass(
      @IdParam IdType patient, @ResourceParam IBaseResource body, ServletRequestDetails request) {
    Parameters input = OperationProvider.parametersOf(body);
    Reason reason = Reason.parse(input);
    return operation.run(
        BreakGlass.NAME,
        patient,
        input,
        request,
        transaction -> open(transaction, patient, reason));
  }

  private Parameters open(RecordTransaction transaction, IdType patient, Reason reason) {
    Caller caller = transaction.caller();
    requireClinicianInPerson(caller);
    Instant until = transaction.now().plus(lasts);
    // The grant first: what follows is read and written as the caller, who has no access before.
    relations.grant(caller.user().getIdPart(), patient.getIdPart(), until);
    transaction.read(Patient.class, patient.toUnqualifiedVersionless());
    List<Resource> written =
        transaction.write(
            BreakGlass.record(
                caller.user(), patient.getIdPart(), reason, transaction.now(), until));
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(written.get(0));
    answer.addParameter().setName("until").setValue(new InstantType(Date.from(until)));
    answer.addParameter().setName("provenance").setResource(written.get(1));
    return answer;
  }

  /** A machine, a patient, or a clinician's app that is limited to one patient does not. */
  static void requireClinicianInPerson(Caller caller) {
    boolean asClinician =
        caller.isPractitioner()
            && caller.scopes().stream()
                .flatMap(scope -> SmartScope.parse(scope).stream())
                .anyMatch(
                    scope ->
                        scope.context().equals("user")
                            && !scope.isGranular()
                            && scope.allows("Patient", Permission.READ));
    if (!asClinician) {
      throw Refusal.forbidden(
          "Only a clinician in person breaks the glass: the token needs a Practitioner as fhirUser"
              + " and a user/ scope that reads Patient");
    }
  }
}
