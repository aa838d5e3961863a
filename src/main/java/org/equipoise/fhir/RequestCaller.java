package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;

/** Tells who asks, where a feature stands inside the storage engine and has only the request. */
public interface RequestCaller {

  /** Empty for the server's own work, which nobody asked for. */
  Optional<Caller> of(RequestDetails request);
}
