package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;

/**
 * The parameters of an operation that takes primitives alone: in the address (GET) or in a
 * Parameters resource (POST), where one may do for the other (R4, operations.html, "simple input
 * parameters"). Each is one that the operation knows, with a value.
 */
public final class SimpleParameters {

  private static final Set<String> OF_ANY_REQUEST =
      Set.of("_format", "_pretty", "_elements", "_summary");

  private final Map<String, List<String>> given = new TreeMap<>();
  private final Set<String> known;

  private SimpleParameters(Set<String> known) {
    this.known = new TreeSet<>(known);
  }

  /**
   * @param known the names of the operation's parameters
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where one is unknown, or
   *     has no primitive value
   */
  public static SimpleParameters of(RequestDetails request, Set<String> known) {
    SimpleParameters parameters = new SimpleParameters(known);
    request.getParameters().forEach((name, values) -> parameters.put(name, Arrays.asList(values)));
    if (request.getResource() != null) {
      for (ParametersParameterComponent parameter :
          OperationProvider.parametersOf(request.getResource()).getParameter()) {
        parameters.put(
            String.valueOf(parameter.getName()),
            Arrays.asList(
                parameter.hasValue() && parameter.getValue().isPrimitive()
                    ? parameter.getValue().primitiveValue()
                    : null));
      }
    }
    return parameters;
  }

  private void put(String name, List<String> values) {
    if (OF_ANY_REQUEST.contains(name)) {
      return;
    }
    if (!known.contains(name)) {
      throw Refusal.notSupported(
          at(name),
          "This operation has no parameter '%s'; it has %s".formatted(plain(name), known));
    }
    for (String value : values) {
      if (value == null || value.isBlank()) {
        throw Refusal.invalid(at(name), name + " has no value");
      }
      given.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
  }

  /** All values of one, as they were given. */
  public List<String> all(String name) {
    return given.getOrDefault(name, List.of());
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it was given twice
   */
  public Optional<String> one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw Refusal.invalid(at(name), name + " may be given once");
    }
    return values.stream().findFirst();
  }

  /**
   * A whole number.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 for anything else, and
   *     below the least
   */
  public Optional<Integer> number(String name, int least) {
    return one(name)
        .map(
            text -> {
              try {
                int number = Integer.parseInt(text);
                if (number >= least) {
                  return number;
                }
              } catch (NumberFormatException e) {
                // Refused below.
              }
              throw Refusal.invalid(
                  at(name), name + " must be a whole number of at least " + least);
            });
  }

  /** Where a parameter stands, as a FHIRPath for a refusal. */
  public static String at(String name) {
    return "Parameters.parameter.where(name='" + plain(name) + "')";
  }

  /** What a caller sent as a name or a code, safe to be shown in a sentence. */
  public static String plain(String text) {
    return text.replaceAll("[^A-Za-z0-9_.-]", "");
  }
}
