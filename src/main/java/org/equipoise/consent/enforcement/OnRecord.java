package org.equipoise.consent.enforcement;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** Resources as the server itself sees them. */
final class OnRecord {

  private OnRecord() {}

  /**
   * The current version.
   *
   * @param reference e.g. {@code Observation/2}
   * @return empty where there is none, or none any more
   */
  static Optional<Resource> find(DaoRegistry records, String reference) {
    IdType id = new IdType(reference);
    if (!records.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          (Resource)
              records.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails()));
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      return Optional.empty();
    }
  }
}
