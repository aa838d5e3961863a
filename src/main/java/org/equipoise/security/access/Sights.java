package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Set;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.security.Callers;
import org.hl7.fhir.r4.model.Resource;

/** Finds what consent leaves to whoever asks: one {@link Sight} for all entries of a batch. */
final class Sights {

  private static final String SIGHT = Sight.class.getName();

  private final ConsentEnforcement consent;
  private final AccessRules rules;

  Sights(ConsentEnforcement consent, AccessRules rules) {
    this.consent = consent;
    this.rules = rules;
  }

  /** 401 where the request has no token. */
  Sight of(RequestDetails request) {
    ServletRequestDetails http = (ServletRequestDetails) request;
    synchronized (http.getServletRequest()) {
      if (http.getServletRequest().getAttribute(SIGHT) instanceof Sight known) {
        return known;
      }
      Sight sight = consent.sight(Callers.required(http));
      http.getServletRequest().setAttribute(SIGHT, sight);
      return sight;
    }
  }

  /** One that knows nothing yet, and of which nothing is kept. */
  Sight anew(RequestDetails request) {
    return consent.sight(Callers.required((ServletRequestDetails) request));
  }

  /**
   * How much of a resource of the record is seen.
   *
   * @param ofWriter whether this answers the write of it
   */
  View view(Sight sight, Resource resource, boolean ofWriter) {
    if (sight.isOpen()
        || !resource.getIdElement().hasIdPart()
        || Interactions.DEFINITIONS.contains(resource.fhirType())
        || (sight.isAi() && rules.isOpenToAll(resource))) {
      return View.SHOWN;
    }
    return sight.view(
        key(resource), sight.isAi() ? rules.patientsOf(resource) : Set.of(), ofWriter);
  }

  static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }
}
