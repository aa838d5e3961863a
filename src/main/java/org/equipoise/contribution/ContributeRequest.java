package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * What somebody contributes in one call.
 *
 * @param items in the order given
 * @param device the device of the Observations that name none
 * @param language of the words, where it is given
 * @param unreadable what is wrong with items that are no FHIR, by their place among the items
 */
record ContributeRequest(
    List<Item> items,
    Optional<ItemDevice> device,
    Optional<Language> language,
    Map<Integer, BaseServerResponseException> unreadable) {

  /** R4 core extension: the language of one primitive value. */
  private static final String LANGUAGE = "http://hl7.org/fhir/StructureDefinition/language";

  private static final Set<String> KNOWN =
      Set.of("observation", "document", "words", "language", "device", "requestId");

  private static final Set<String> CONTENT = Set.of("observation", "document", "words", "device");

  private static final Set<String> ONCE = Set.of("words", "language", "device");

  /**
   * One item.
   *
   * @param at FHIRPath, e.g. {@code Parameters.parameter[2].resource}
   * @param content an Observation, a DocumentReference or, of words, nothing
   */
  record Item(String at, Resource content, String words) {}

  /** The device and where it stands. */
  record ItemDevice(String at, Device device) {}

  /** A language and where it stands. */
  record Language(String at, String tag) {}

  /**
   * Reads the body of a call.
   *
   * @param mostItems items that one call may hold
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   * @throws ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException 413 where it holds too many
   */
  static ContributeRequest parse(ContributeBody sent, int mostItems) {
    Parameters body = sent.parameters();
    Map<Integer, BaseServerResponseException> unreadable = new HashMap<>();
    List<Item> items = new ArrayList<>();
    Optional<ItemDevice> device = Optional.empty();
    Optional<Language> language = Optional.empty();
    for (int i = 0; i < body.getParameter().size(); i++) {
      ParametersParameterComponent parameter = body.getParameter().get(i);
      String at = "Parameters.parameter[" + i + "]";
      String name = parameter.getName();
      requireKnown(body, name, at);
      BaseServerResponseException problem = sent.unreadable().get(i);
      if (problem != null) {
        if (!CONTENT.contains(name)) {
          throw problem;
        }
        if ("device".equals(name)) {
          unreadable.put(Contribute.DEVICE, problem);
          device = Optional.of(new ItemDevice(at, new Device()));
        } else {
          unreadable.put(items.size(), problem);
          items.add(new Item(at, null, null));
        }
        continue;
      }
      switch (name) {
        case "observation" ->
            items.add(new Item(at + ".resource", resource(parameter, Observation.class, at), null));
        case "document" ->
            items.add(
                new Item(at + ".resource", resource(parameter, DocumentReference.class, at), null));
        case "words" -> {
          StringType words = words(parameter, at);
          items.add(new Item(at + ".value", null, words.getValue()));
          Extension own = words.getExtensionByUrl(LANGUAGE);
          if (own != null && own.getValue() != null) {
            language =
                Optional.of(new Language(at + ".value.extension", own.getValue().primitiveValue()));
          }
        }
        case "language" -> {
          if (language.isEmpty()) {
            language = Optional.of(new Language(at + ".value", text(parameter, at).getValue()));
          }
        }
        case "device" ->
            device =
                Optional.of(
                    new ItemDevice(at + ".resource", resource(parameter, Device.class, at)));
        default -> {
          // requestId: not ours to read.
        }
      }
    }
    if (items.isEmpty()) {
      throw Refusal.required(
          "Parameters.parameter", "Give at least one observation, document or words");
    }
    if (items.size() > mostItems) {
      throw Refusal.tooLong(
          "Parameters.parameter",
          "One call holds at most %d items; this one holds %d".formatted(mostItems, items.size()));
    }
    return new ContributeRequest(items, device, language, unreadable);
  }

  private static void requireKnown(Parameters body, String name, String at) {
    if (name == null || !KNOWN.contains(name)) {
      throw Refusal.invalid(
          at + ".name",
          "Unknown parameter '%s'; known are %s".formatted(name, new TreeSet<>(KNOWN)));
    }
    if (ONCE.contains(name)
        && body.getParameter().stream().filter(one -> name.equals(one.getName())).count() > 1) {
      throw Refusal.invalid(at, "'" + name + "' may be given once");
    }
  }

  /** Nothing at all is judged with the item. */
  private static StringType words(ParametersParameterComponent parameter, String at) {
    if (parameter.getValue() == null) {
      return new StringType();
    }
    if (parameter.getValue() instanceof StringType words) {
      return words;
    }
    throw Refusal.invalid(at + ".value", "'words' holds a valueString");
  }

  private static <T extends Resource> T resource(
      ParametersParameterComponent parameter, Class<T> type, String at) {
    if (!type.isInstance(parameter.getResource())) {
      throw Refusal.invalid(
          at + ".resource",
          "'%s' holds a resource of type %s".formatted(parameter.getName(), type.getSimpleName()));
    }
    return type.cast(parameter.getResource());
  }

  /** A code is a string too. */
  private static StringType text(ParametersParameterComponent parameter, String at) {
    if (parameter.getValue() instanceof StringType text && text.hasValue()) {
      return text;
    }
    throw Refusal.invalid(at + ".value", "'%s' holds a valueCode".formatted(parameter.getName()));
  }
}
