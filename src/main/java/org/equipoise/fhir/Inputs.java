package org.equipoise.fhir;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/**
 * The named parameters of one level of a Parameters resource: known names, at most as many as
 * allowed.
 */
public final class Inputs {

  /** A text may have 1 MiB, as a FHIR string (R4, Datatypes). */
  private static final int LONGEST_TEXT = 1024 * 1024;

  private final String path;
  private final List<ParametersParameterComponent> parameters;

  /**
   * @param path where these parameters stand, e.g. {@code Parameters.parameter}
   * @param parameters the parameters
   * @param most how often each known name may stand
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 for an unknown name, or
   *     one too many
   */
  public Inputs(
      String path, List<ParametersParameterComponent> parameters, Map<String, Integer> most) {
    this.path = path;
    this.parameters = parameters;
    for (ParametersParameterComponent parameter : parameters) {
      String name = parameter.getName();
      if (name == null || !most.containsKey(name)) {
        throw Refusal.invalid(
            at(name),
            "%s: unknown parameter; known are %s"
                .formatted(at(name), new TreeSet<>(most.keySet())));
      }
      if (all(name).size() > most.get(name)) {
        throw Refusal.invalid(at(name), "%s: give this parameter once".formatted(at(name)));
      }
    }
  }

  public String at(String name) {
    return "%s.where(name='%s')".formatted(path, name);
  }

  public boolean has(String name) {
    return !all(name).isEmpty();
  }

  public List<ParametersParameterComponent> all(String name) {
    return parameters.stream().filter(parameter -> name.equals(parameter.getName())).toList();
  }

  public Optional<ParametersParameterComponent> one(String name) {
    return all(name).stream().findFirst();
  }

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 for another type
   */
  public <T extends Type> Optional<T> value(String name, Class<T> type) {
    return one(name).map(parameter -> value(parameter, type));
  }

  public <T extends Type> T value(ParametersParameterComponent parameter, Class<T> type) {
    if (!type.isInstance(parameter.getValue()) || parameter.getValue().isEmpty()) {
      throw wrongType(
          parameter.getName(), "value" + type.getSimpleName().replaceFirst("Type$", ""));
    }
    return type.cast(parameter.getValue());
  }

  public <T extends Resource> Optional<T> resource(String name, Class<T> type) {
    return one(name)
        .map(
            parameter -> {
              if (!type.isInstance(parameter.getResource())) {
                throw wrongType(name, "a " + type.getSimpleName() + " as resource");
              }
              return type.cast(parameter.getResource());
            });
  }

  /**
   * A text, verbatim.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException 413 above 1 MiB of UTF-8
   */
  public Optional<String> text(String name) {
    Optional<String> text = value(name, StringType.class).map(StringType::getValue);
    text.filter(words -> words.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT)
        .ifPresent(
            words -> {
              throw Refusal.tooLong(at(name), "%s: a text has at most 1 MiB".formatted(at(name)));
            });
    return text;
  }

  private RuntimeException wrongType(String name, String wanted) {
    return Refusal.invalid(at(name), "%s: give %s".formatted(at(name), wanted));
  }
}
