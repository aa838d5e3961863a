package org.equipoise.fhir;

import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;

/**
 * For an operation that writes its answer to the client by itself: nothing else can keep the access
 * event before the first byte leaves.
 */
public interface ManualAnswers {

  /**
   * Before the first byte.
   *
   * @param status HTTP status of the answer
   * @throws org.springframework.dao.DataAccessException where the event cannot be kept; nothing may
   *     be answered then
   */
  void begin(ServletRequestDetails request, int status);
}
