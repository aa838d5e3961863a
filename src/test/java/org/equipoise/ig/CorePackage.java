package org.equipoise.ig;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * Writes the FHIR package {@code hl7.fhir.r4.core#4.0.1} into a folder, from the definitions in the
 * jar {@code hapi-fhir-validation-resources-r4}. SUSHI, the compiler of {@code ig/}, needs that
 * package and would otherwise fetch it from a package registry; this way the build needs Maven and
 * npm only. Run by {@code ig/build}.
 */
public final class CorePackage {

  private static final String MODEL = "/org/hl7/fhir/r4/model/";

  private static final List<String> SOURCES =
      List.of(
          "profile/profiles-types.xml",
          "profile/profiles-resources.xml",
          "profile/profiles-others.xml",
          "extension/extension-definitions.xml",
          "valueset/valuesets.xml",
          "valueset/v2-tables.xml",
          "valueset/v3-codesystems.xml");

  private static final Set<Class<?>> KINDS =
      Set.of(StructureDefinition.class, ValueSet.class, CodeSystem.class);

  private CorePackage() {}

  /**
   * @param arguments one: the {@code package} folder to write into; made when absent
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    FhirContext context = FhirContext.forR4();
    context.getParserOptions().setStripVersionsFromReferences(false);
    IParser xml = context.newXmlParser();
    IParser json = context.newJsonParser();

    List<String> index = new ArrayList<>();
    for (String source : SOURCES) {
      try (InputStream in = CorePackage.class.getResourceAsStream(MODEL + source)) {
        Bundle bundle =
            xml.parseResource(Bundle.class, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
          Resource resource = entry.getResource();
          if (KINDS.contains(resource.getClass())) {
            ((DomainResource) resource).setText(null);
            String file = resource.fhirType() + "-" + resource.getIdElement().getIdPart() + ".json";
            Files.writeString(folder.resolve(file), json.encodeResourceToString(resource));
            index.add(entryOf(file, (MetadataResource) resource));
          }
        }
      }
    }
    Files.writeString(
        folder.resolve(".index.json"),
        "{\"index-version\":2,\"files\":[" + String.join(",\n", index) + "]}");
    // Last, because its presence tells ig/build that the package is whole.
    Files.writeString(
        folder.resolve("package.json"),
        """
        {"name": "hl7.fhir.r4.core", "version": "4.0.1", "canonical": "http://hl7.org/fhir",
         "url": "http://hl7.org/fhir/R4", "title": "FHIR R4", "fhirVersions": ["4.0.1"]}
        """);
  }

  /** One line of the package index, as the FHIR package specification gives it. */
  private static String entryOf(String file, MetadataResource resource) {
    String entry =
        "{\"filename\":\"%s\",\"resourceType\":\"%s\",\"id\":\"%s\",\"url\":\"%s\",\"version\":\"%s\""
            .formatted(
                file,
                resource.fhirType(),
                resource.getIdElement().getIdPart(),
                resource.getUrl(),
                resource.getVersion());
    if (resource instanceof StructureDefinition definition) {
      entry +=
          ",\"kind\":\"%s\",\"type\":\"%s\",\"derivation\":\"%s\""
              .formatted(
                  definition.getKind().toCode(),
                  definition.getType(),
                  definition.hasDerivation() ? definition.getDerivation().toCode() : "");
    }
    return entry + "}";
  }
}
