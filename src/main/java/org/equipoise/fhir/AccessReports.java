package org.equipoise.fhir;

import java.time.ZoneId;

/** Tells who looked at a patient's record; implemented by {@code audit.report}. */
public interface AccessReports {

  /**
   * One page of the report. That it was read is for the caller to keep ({@link AccessLog}).
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where the mark of the
   *     page is none that this server gave
   */
  AccessReport tell(AccessReport.Question question);

  /** The time zone of a patient, where the record tells it, else UTC. */
  ZoneId zoneOf(String patient);
}
