package org.equipoise.everything;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordReader;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;

/**
 * {@code Patient/[id]/$everything}. See {@code docs/everything.md}. HAPI's own operation of this
 * name follows links in the database, which no narrowing of ours reaches; this one takes its place.
 */
public final class EverythingProvider implements OperationProvider {

  /** Who did what is a log, not the patient's record. */
  private static final Set<String> LEFT_OUT = Set.of("AuditEvent");

  private final RecordReader records;
  private final FhirContext context;
  private final DaoRegistry daos;
  private final ISearchParamRegistry parameters;
  private final int defaultPage;
  private final int largestPage;

  EverythingProvider(
      RecordReader records,
      FhirContext context,
      DaoRegistry daos,
      ISearchParamRegistry parameters,
      int defaultPage,
      int largestPage) {
    this.records = records;
    this.context = context;
    this.daos = daos;
    this.parameters = parameters;
    this.defaultPage = defaultPage;
    this.largestPage = largestPage;
  }

  /** A page of all that the caller may see of a patient. */
  @Operation(
      name = "$everything",
      typeName = "Patient",
      idempotent = true,
      canonicalUrl = Canonical.BASE + "/OperationDefinition/everything")
  public Bundle everything(@IdParam IdType id, ServletRequestDetails request) {
    EverythingRequest asked = EverythingRequest.parse(request);
    String base = request.getFhirServerBase();
    Set<String> types = patientTypes();
    return records.read(
        request,
        view ->
            new Everything(view, context, base, defaultPage, largestPage, types).page(id, asked));
  }

  /** The types of which a search finds what is about a patient. */
  private Set<String> patientTypes() {
    Set<String> types = new TreeSet<>();
    for (String type : daos.getRegisteredDaoTypes()) {
      if (!LEFT_OUT.contains(type)
          && parameters.getActiveSearchParam(type, "patient", SearchParamLookupContextEnum.SEARCH)
              != null
          && !type.equals("Provenance")) {
        types.add(type);
      }
    }
    return types;
  }
}
