package org.equipoise.fhir;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/**
 * What the scopes of a request's token open to a plain read; implemented by {@code security}, and
 * used through {@link RecordView}.
 */
public interface ReadScopes {

  /** See {@link RecordView#showable}. */
  <T extends Resource> List<T> open(RequestDetails request, List<T> resources);

  /** See {@link RecordView#extent}. */
  RecordView.Extent extent(RequestDetails request, String type, String patientId);

  /**
   * Leaves out of an operation's own search for one patient's data what consent withholds from the
   * caller, so that its limit is not filled by what is not shown.
   */
  void leaveOutWithheld(RequestDetails request, String type, SearchParameterMap search);

  /** See {@link RecordView#maySearch}. */
  boolean maySearch(RequestDetails request, String type);

  /** See {@link RecordView#patientsOf}. */
  Set<String> patientsOf(Resource resource);
}
