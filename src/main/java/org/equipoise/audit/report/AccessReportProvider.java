package org.equipoise.audit.report;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.function.Function;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** {@code Patient/[id]/$access-report}. See {@code docs/access-report.md}. */
public final class AccessReportProvider implements OperationProvider {

  private final AccessReporting reporting;
  private final Function<ServletRequestDetails, Caller> callers;

  AccessReportProvider(AccessReporting reporting, Function<ServletRequestDetails, Caller> callers) {
    this.reporting = reporting;
    this.callers = callers;
  }

  /** A page of who looked at a patient's record. */
  @Operation(
      name = "$access-report",
      typeName = "Patient",
      idempotent = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/access-report")
  public Resource report(@IdParam IdType patient, ServletRequestDetails request) {
    Patient about =
        reporting.about(callers.apply(request), new IdType("Patient", patient.getIdPart()));
    AccessReporting.Answer answer =
        reporting.report(about, ReportRequest.parse(request), request.getFhirServerBase());
    if (answer.next() != null) {
      request.getResponse().addHeader("Link", "<" + answer.next() + ">; rel=\"next\"");
    }
    return answer.resource();
  }
}
