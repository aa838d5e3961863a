package org.equipoise.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Parameters;

/** Marks a HAPI provider of operations, so that the server finds and registers it. */
public interface OperationProvider {

  /**
   * The body of a call. HAPI hands over whatever resource the client sent, and cannot call a method
   * that takes another.
   *
   * @param body as received; null where there was none
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is no
   *     Parameters resource
   */
  static Parameters parametersOf(IBaseResource body) {
    if (body instanceof Parameters parameters) {
      return parameters;
    }
    throw Refusal.required("Parameters", "The body must be a Parameters resource");
  }
}
