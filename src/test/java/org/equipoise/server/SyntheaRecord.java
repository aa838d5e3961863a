package org.equipoise.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;

/**
 * What Synthea made in {@code target/synthea}: one patient's transaction and, before it, the places
 * and people that it refers to. Types that this server does not know are left out.
 */
final class SyntheaRecord {

  /** Logical id that the patient gets here. */
  static final String PATIENT = "synthea";

  private static final Path FOLDER = Path.of("target", "synthea", "fhir");

  private final List<Bundle> surroundings;
  private final Bundle transaction;

  private SyntheaRecord(List<Bundle> surroundings, Bundle transaction) {
    this.surroundings = surroundings;
    this.transaction = transaction;
  }

  static boolean isThere() {
    return Files.isDirectory(FOLDER);
  }

  static SyntheaRecord read() {
    return new SyntheaRecord(
        // In the order of their names: places first, then the people who work there.
        files().filter(path -> isSurrounding(path)).sorted().map(SyntheaRecord::bundle).toList(),
        served(
            files()
                .filter(path -> !isSurrounding(path))
                .map(SyntheaRecord::bundle)
                .findFirst()
                .orElseThrow()));
  }

  private static Stream<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSurrounding(Path file) {
    return file.getFileName().toString().matches("(hospital|practitioner)Information.*");
  }

  private static Bundle bundle(Path file) {
    try {
      return FhirR4.context().newJsonParser().parseResource(Bundle.class, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Bundle served(Bundle all) {
    Map<String, String> types = new HashMap<>();
    all.getEntry().forEach(entry -> types.put(entry.getFullUrl(), entry.getResource().fhirType()));
    all.getEntry().removeIf(entry -> !ServedTypes.RECORDS.contains(entry.getResource().fhirType()));
    for (BundleEntryComponent entry : all.getEntry()) {
      if (entry.getResource() instanceof Provenance provenance) {
        provenance
            .getTarget()
            .removeIf(
                target ->
                    !ServedTypes.RECORDS.contains(
                        types.getOrDefault(target.getReference(), "Patient")));
      }
      if (entry.getResource() instanceof Patient patient) {
        patient.setId(PATIENT);
        entry.getRequest().setMethod(HTTPVerb.PUT).setUrl("Patient/" + PATIENT);
      }
    }
    return all;
  }

  List<Bundle> surroundings() {
    return surroundings;
  }

  Bundle transaction() {
    return transaction;
  }

  /** How many resources of this type the record holds. */
  int count(String type) {
    return (int)
        transaction.getEntry().stream()
            .filter(entry -> entry.getResource().fhirType().equals(type))
            .count();
  }
}
