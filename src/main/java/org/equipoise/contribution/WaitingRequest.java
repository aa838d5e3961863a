package org.equipoise.contribution;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.SimpleParameters;

/**
 * Which page of what waits, and in which language.
 *
 * @param language asked for; absent for the patient's own
 */
record WaitingRequest(Optional<String> language, int count, int offset) {

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;
  private static final String LANGUAGE = "language";
  private static final String COUNT = "_count";
  private static final String OFFSET = "_offset";

  /** Reads the address (GET) or a Parameters resource (POST). */
  static WaitingRequest parse(RequestDetails request) {
    SimpleParameters given = SimpleParameters.of(request, Set.of(LANGUAGE, COUNT, OFFSET));
    return new WaitingRequest(
        given.one(LANGUAGE).or(() -> Optional.ofNullable(request.getHeader("Accept-Language"))),
        Math.min(given.number(COUNT, 1).orElse(PAGE), LARGEST_PAGE),
        given.number(OFFSET, 0).orElse(0));
  }
}
