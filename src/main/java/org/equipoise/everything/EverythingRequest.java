package org.equipoise.everything;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;

/**
 * What a caller asks for, in the address (GET) or in a Parameters resource (POST).
 *
 * @param types the types to give; empty for all
 * @param since only what was stored at or after this time
 * @param count resources on a page; absent for the server's own choice
 * @param from the part of the record that the page begins in; absent for the first
 * @param offset resources of that part to skip
 */
record EverythingRequest(
    Set<String> types,
    Optional<Instant> since,
    Optional<Integer> count,
    Optional<String> from,
    int offset) {

  static final String TYPE = "_type";
  static final String SINCE = "_since";
  static final String COUNT = "_count";
  static final String FROM = "_from";
  static final String OFFSET = "_offset";

  private static final Set<String> KNOWN = new TreeSet<>(Set.of(TYPE, SINCE, COUNT, FROM, OFFSET));

  private static final Set<String> OF_ANY_REQUEST =
      Set.of("_format", "_pretty", "_elements", "_summary");

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where a parameter is
   *     unknown, given twice or malformed
   */
  static EverythingRequest parse(RequestDetails request) {
    Map<String, List<String>> given = new TreeMap<>();
    request.getParameters().forEach((name, values) -> put(given, name, Arrays.asList(values)));
    if (request.getResource() != null) {
      for (ParametersParameterComponent parameter :
          OperationProvider.parametersOf(request.getResource()).getParameter()) {
        put(
            given,
            String.valueOf(parameter.getName()),
            Arrays.asList(
                parameter.hasValue() && parameter.getValue().isPrimitive()
                    ? parameter.getValue().primitiveValue()
                    : null));
      }
    }
    Set<String> types = new TreeSet<>();
    given
        .getOrDefault(TYPE, List.of())
        .forEach(one -> Arrays.stream(one.split(",")).map(String::strip).forEach(types::add));
    return new EverythingRequest(
        types,
        one(given, SINCE).map(EverythingRequest::instant),
        one(given, COUNT).map(text -> number(COUNT, text, 1)),
        one(given, FROM),
        one(given, OFFSET).map(text -> number(OFFSET, text, 0)).orElse(0));
  }

  private static void put(Map<String, List<String>> given, String name, List<String> values) {
    if (OF_ANY_REQUEST.contains(name)) {
      return;
    }
    if (!KNOWN.contains(name)) {
      throw Refusal.notSupported(
          at(name),
          "This operation has no parameter '%s'; it has %s".formatted(plain(name), KNOWN));
    }
    for (String value : values) {
      if (value == null || value.isBlank()) {
        throw Refusal.invalid(at(name), name + " has no value");
      }
      given.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
  }

  private static Optional<String> one(Map<String, List<String>> given, String name) {
    List<String> values = given.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw Refusal.invalid(at(name), name + " may be given once");
    }
    return values.stream().findFirst();
  }

  private static Instant instant(String text) {
    try {
      return new InstantType(text).getValue().toInstant();
    } catch (DataFormatException | IllegalArgumentException e) {
      throw Refusal.invalid(
          at(SINCE), SINCE + " must be a time with its zone, such as 2026-11-22T10:00:00Z");
    }
  }

  private static int number(String name, String text, int least) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw Refusal.invalid(at(name), name + " must be a whole number of at least " + least);
  }

  static String at(String name) {
    return "Parameters.parameter.where(name='" + plain(name) + "')";
  }

  static String plain(String text) {
    return text.replaceAll("[^A-Za-z0-9_.-]", "");
  }
}
