package org.equipoise.transparency;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.SimpleParameters;

/**
 * What a caller asks for, in the address (GET) or in a Parameters resource (POST).
 *
 * @param language the parameter, null where it was not given
 * @param acceptLanguage the header, null where it was not sent
 * @param count documents on a page; absent for the server's own choice
 * @param offset documents to skip
 */
record StoryRequest(String language, String acceptLanguage, Optional<Integer> count, int offset) {

  static final String LANGUAGE = "language";
  static final String COUNT = "_count";
  static final String OFFSET = "_offset";

  /** Of one document. */
  static StoryRequest ofDocument(RequestDetails request) {
    return parse(request, Set.of(LANGUAGE));
  }

  /** Of all documents of a patient. */
  static StoryRequest ofPatient(RequestDetails request) {
    return parse(request, Set.of(LANGUAGE, COUNT, OFFSET));
  }

  private static StoryRequest parse(RequestDetails request, Set<String> known) {
    SimpleParameters given = SimpleParameters.of(request, known);
    return new StoryRequest(
        given.one(LANGUAGE).orElse(null),
        request.getHeader("Accept-Language"),
        given.number(COUNT, 1),
        given.number(OFFSET, 0).orElse(0));
  }
}
