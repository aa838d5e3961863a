package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.security.Callers;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** Finds what consent leaves to whoever asks: one {@link Sight} for all entries of a batch. */
final class Sights {

  private static final String SIGHT = Sight.class.getName();
  private static final String MASKED = Sights.class.getName() + ".masked";

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

  /** Masks a resource, and remembers for this request whose it is. */
  IBaseResource masked(RequestDetails request, Resource resource) {
    ownersOfMasked(request).put(key(resource), rules.patientsOf(resource));
    return of(request).masked(resource);
  }

  /** Logical ids of the patients that a resource is about, as it stands or masked. */
  Set<String> ownersOf(RequestDetails request, Resource resource) {
    Set<String> known =
        resource.getIdElement().hasIdPart() ? ownersOfMasked(request).get(key(resource)) : null;
    return known == null ? rules.patientsOf(resource) : known;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Set<String>> ownersOfMasked(RequestDetails request) {
    HttpServletRequest http = ((ServletRequestDetails) request).getServletRequest();
    synchronized (http) {
      if (http.getAttribute(MASKED) instanceof Map<?, ?> known) {
        return (Map<String, Set<String>>) known;
      }
      Map<String, Set<String>> owners = new ConcurrentHashMap<>();
      http.setAttribute(MASKED, owners);
      return owners;
    }
  }

  static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }
}
