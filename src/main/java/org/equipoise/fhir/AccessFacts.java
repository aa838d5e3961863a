package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.equipoise.fhir.AccessEvent.Ground;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * What is known about an access while it happens: whose data it touches, and on what ground.
 * Implemented by {@code security}, which found it out when it judged the request.
 */
public interface AccessFacts {

  /** Whether the type holds what this server publishes to everybody, and no record. */
  boolean isPublic(String type);

  /**
   * Logical ids of the patients that a resource is about, where it was masked for this request too.
   */
  Set<String> patientsOf(RequestDetails request, Resource resource);

  /**
   * Logical ids of the patients that these resources are about, looked up as the server itself: the
   * current version, of a single one that was deleted the last that stood.
   *
   * @return by {@code Type/id}; of what never was, nothing
   */
  Map<String, Set<String>> lookUp(Collection<IdType> resources);

  /**
   * Why the door stands open for this patient's data.
   *
   * @param isTouched whether something of the patient was shown or written, not only asked for
   */
  Ground ground(RequestDetails request, String patient, boolean isTouched);
}
