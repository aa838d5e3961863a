package org.equipoise.contribution;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Parameters;

/**
 * Which page of what waits, and in which language.
 *
 * @param language asked for; absent for the patient's own
 */
record WaitingRequest(Optional<String> language, int count, int offset) {

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;
  private static final Set<String> KNOWN = Set.of("language", "_count", "_offset");
  private static final Set<String> OF_ANY_REQUEST = Set.of("_format", "_pretty");

  /** Reads the address (GET) or a Parameters resource (POST). */
  static WaitingRequest parse(RequestDetails request) {
    Map<String, String> given = new HashMap<>();
    request
        .getParameters()
        .forEach(
            (name, values) -> {
              for (String value : values) {
                put(given, name, value);
              }
            });
    if (request.getResource() != null) {
      Parameters body = OperationProvider.parametersOf(request.getResource());
      body.getParameter()
          .forEach(
              one ->
                  put(
                      given,
                      String.valueOf(one.getName()),
                      one.hasValue() ? one.getValue().primitiveValue() : null));
    }
    return new WaitingRequest(
        Optional.ofNullable(given.get("language"))
            .or(() -> Optional.ofNullable(request.getHeader("Accept-Language"))),
        number(given, "_count", 1, LARGEST_PAGE, PAGE),
        number(given, "_offset", 0, Integer.MAX_VALUE, 0));
  }

  private static void put(Map<String, String> given, String name, String value) {
    if (OF_ANY_REQUEST.contains(name)) {
      return;
    }
    if (!KNOWN.contains(name)) {
      throw Refusal.notSupported(
          null, "This operation has no such parameter; it has " + new TreeSet<>(KNOWN));
    }
    if (value == null || given.put(name, value) != null) {
      throw Refusal.invalid(null, "'" + name + "' is given once, with a value");
    }
  }

  private static int number(
      Map<String, String> given, String name, int least, int most, int otherwise) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least) {
        return Math.min(number, most);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Refusal.invalid(null, "'" + name + "' is a whole number from " + least);
  }
}
