package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.equipoise.security.Callers;

/** Finds the {@link Viewer} of a request: one for all entries of a batch or transaction. */
final class Viewers {

  private static final String VIEWER = Viewer.class.getName();

  private final AccessRules rules;

  Viewers(AccessRules rules) {
    this.rules = rules;
  }

  /** 401 where the request has no token. */
  Viewer of(RequestDetails request) {
    ServletRequestDetails http = (ServletRequestDetails) request;
    if (http.getServletRequest().getAttribute(VIEWER) instanceof Viewer known) {
      return known;
    }
    Viewer viewer = rules.viewer(Callers.required(http));
    http.getServletRequest().setAttribute(VIEWER, viewer);
    return viewer;
  }
}
