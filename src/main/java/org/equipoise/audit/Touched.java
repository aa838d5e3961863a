package org.equipoise.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/** What was touched by one door, and whose it is. */
final class Touched {

  private static final Pattern REFERENCE =
      Pattern.compile("[A-Za-z]+/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?");

  /** Whose each one is, by its reference. */
  private final Map<String, Set<String>> owners = new LinkedHashMap<>();

  private final Set<String> named = new LinkedHashSet<>();

  /** Whose data was asked for, whether or not there is any. */
  void name(Set<String> patients) {
    named.addAll(patients);
  }

  /**
   * Adds a resource.
   *
   * @param reference null where it has no address
   * @param patients logical ids of those whom it is about
   */
  void add(String reference, Set<String> patients) {
    if (reference != null && REFERENCE.matcher(reference).matches()) {
      owners.computeIfAbsent(reference, key -> new LinkedHashSet<>()).addAll(patients);
    } else {
      named.addAll(patients);
    }
  }

  void addAll(Touched more) {
    more.owners.forEach(this::add);
    named.addAll(more.named);
  }

  /**
   * Adds the resource that was asked for, where it is not among what was touched and belongs to the
   * one patient whom that is about.
   */
  void addNamed(Asked asked) {
    Set<String> patients = patients();
    if (asked.key() != null && patients.size() == 1 && !has(asked.key())) {
      add(asked.instance().getValue(), patients);
    }
  }

  /** Whether this resource, {@code Type/id}, is among what was touched, in whatever version. */
  boolean has(String key) {
    return owners.keySet().stream().anyMatch(one -> isOf(one, key));
  }

  private static boolean isOf(String reference, String key) {
    return reference.equals(key) || reference.startsWith(key + "/");
  }

  /** Everybody whom it touches. */
  Set<String> patients() {
    Set<String> all = new LinkedHashSet<>(named);
    owners.values().forEach(all::addAll);
    return all;
  }

  boolean isTouched(String patient) {
    return owners.values().stream().anyMatch(one -> one.contains(patient));
  }

  /**
   * The references that are told to one patient.
   *
   * @param patient null for what is about nobody; of that, no Task: an inquiry about a colleague is
   *     one, and who reads this may be the colleague
   * @param first {@code Type/id} of what stands first; null for none
   */
  List<String> entities(String patient, String first) {
    List<String> all = new ArrayList<>();
    owners.forEach(
        (reference, patients) -> {
          if (patient == null
              ? patients.isEmpty() && !reference.startsWith("Task/")
              : patients.contains(patient)) {
            if (first != null && isOf(reference, first)) {
              all.add(0, reference);
            } else {
              all.add(reference);
            }
          }
        });
    return all;
  }

  /** The address of a resource as it was shown, with its version; null where it has none. */
  static String reference(Resource resource) {
    if (!resource.getIdElement().hasIdPart()) {
      return null;
    }
    String version =
        resource.getIdElement().hasVersionIdPart()
            ? resource.getIdElement().getVersionIdPart()
            : resource.getMeta().getVersionId();
    String key = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    return version == null ? key : key + "/_history/" + version;
  }

  /** All records that an answer holds, however deep. */
  static List<Resource> records(Object answer) {
    List<Resource> records = new ArrayList<>();
    collect(answer, records);
    return records;
  }

  private static void collect(Object answer, List<Resource> records) {
    if (answer instanceof Bundle bundle) {
      bundle.getEntry().stream()
          .map(BundleEntryComponent::getResource)
          .filter(Objects::nonNull)
          .forEach(one -> collect(one, records));
    } else if (answer instanceof Parameters parameters) {
      parameters.getParameter().forEach(one -> collect(one, records));
    } else if (answer instanceof Resource resource && !(answer instanceof OperationOutcome)) {
      records.add(resource);
    }
  }

  private static void collect(ParametersParameterComponent parameter, List<Resource> records) {
    collect(parameter.getResource(), records);
    parameter.getPart().forEach(one -> collect(one, records));
  }
}
