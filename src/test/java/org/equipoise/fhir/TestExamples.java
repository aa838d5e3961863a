package org.equipoise.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** The published examples, and the resources beside them that must be refused. */
public final class TestExamples {

  private static final Path COUNTER_EXAMPLES = Path.of("fhir-profiles", "counter-examples");

  /**
   * A resource that must be refused.
   *
   * @param breaks what the complaint must name: the invariant, else the element that is wrong or
   *     missing
   * @param why what is wrong with it
   */
  public record CounterExample(Resource resource, String breaks, String why) {
    @Override
    public String toString() {
      return resource.fhirType() + "/" + resource.getIdPart() + " breaks " + breaks + ": " + why;
    }
  }

  private TestExamples() {}

  /** A fresh copy of one example. */
  public static <T extends Resource> T example(Class<T> type, String id) {
    return Definitions.examples().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(resource -> id.equals(resource.getIdPart()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No example " + type.getSimpleName() + "/" + id));
  }

  /**
   * All examples in one Bundle, each with a fullUrl, so that references between them can be
   * resolved.
   */
  public static Bundle bundle() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    for (Resource resource : Definitions.examples()) {
      bundle
          .addEntry()
          .setFullUrl("http://localhost/fhir/" + resource.fhirType() + "/" + resource.getIdPart())
          .setResource(resource);
    }
    return bundle;
  }

  /**
   * Everything that must be refused, as {@code fhir-profiles/counter-examples/manifest.json} lists
   * it.
   */
  public static List<CounterExample> counterExamples() {
    try {
      JsonNode manifest =
          new ObjectMapper().readTree(COUNTER_EXAMPLES.resolve("manifest.json").toFile());
      return StreamSupport.stream(manifest.spliterator(), false)
          .map(
              entry ->
                  new CounterExample(
                      read(entry.get("file").asText()),
                      entry.get("breaks").asText(),
                      entry.get("why").asText()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Resource read(String file) {
    try {
      String json = Files.readString(COUNTER_EXAMPLES.resolve(file));
      return (Resource) FhirR4.context().newJsonParser().parseResource(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
