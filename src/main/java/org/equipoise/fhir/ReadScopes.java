package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/**
 * What the scopes of a request's token open to a plain read; implemented by {@code security}, and
 * used through {@link RecordView}.
 */
public interface ReadScopes {

  /** See {@link RecordView#mayShow}. */
  boolean open(RequestDetails request, Resource resource);

  /** See {@link RecordView#extent}. */
  RecordView.Extent extent(RequestDetails request, String type, String patientId);

  /** See {@link RecordView#patientsOf}. */
  Set<String> patientsOf(Resource resource);
}
