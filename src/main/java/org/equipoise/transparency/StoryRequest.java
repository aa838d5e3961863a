package org.equipoise.transparency;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;

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

  private static final Set<String> OF_ANY_REQUEST =
      Set.of("_format", "_pretty", "_elements", "_summary");

  /** Of one document. */
  static StoryRequest ofDocument(RequestDetails request) {
    return parse(request, Set.of(LANGUAGE));
  }

  /** Of all documents of a patient. */
  static StoryRequest ofPatient(RequestDetails request) {
    return parse(request, Set.of(LANGUAGE, COUNT, OFFSET));
  }

  private static StoryRequest parse(RequestDetails request, Set<String> known) {
    Map<String, String> given = new HashMap<>();
    request
        .getParameters()
        .forEach(
            (name, values) -> {
              if (!OF_ANY_REQUEST.contains(name)) {
                put(given, name, List.of(values), known);
              }
            });
    if (request.getResource() != null) {
      Parameters body = OperationProvider.parametersOf(request.getResource());
      Map<String, List<String>> values = new HashMap<>();
      for (ParametersParameterComponent parameter : body.getParameter()) {
        values
            .computeIfAbsent(String.valueOf(parameter.getName()), name -> new ArrayList<>())
            .add(
                parameter.hasValue() && parameter.getValue().isPrimitive()
                    ? parameter.getValue().primitiveValue()
                    : null);
      }
      values.forEach((name, one) -> put(given, name, one, known));
    }
    return new StoryRequest(
        given.get(LANGUAGE),
        request.getHeader("Accept-Language"),
        number(given, COUNT, 1),
        number(given, OFFSET, 0).orElse(0));
  }

  private static void put(
      Map<String, String> given, String name, List<String> values, Set<String> known) {
    if (!known.contains(name)) {
      throw Refusal.notSupported(
          at(name),
          "This operation has no parameter '"
              + StoryWords.inline(name)
              + "'; it has "
              + String.join(", ", known.stream().sorted().toList()));
    }
    String value = values.get(0);
    if (values.size() > 1 || given.containsKey(name)) {
      throw Refusal.invalid(at(name), name + " may be given once");
    }
    if (value == null || value.isBlank()) {
      throw Refusal.invalid(at(name), name + " has no value");
    }
    given.put(name, value);
  }

  private static Optional<Integer> number(Map<String, String> given, String name, int least) {
    String value = given.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw Refusal.invalid(at(name), name + " must be a whole number of at least " + least);
  }

  static String at(String name) {
    return "Parameters.parameter.where(name='" + name.replaceAll("[^A-Za-z0-9_.-]", "") + "')";
  }
}
