package org.equipoise.contribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;

/** The labels of who says something: set by the server, never taken from whoever sends it. */
final class Labels {

  /** Said of a contribution by nobody but the server. */
  private static final Set<String> OF_ORIGIN =
      Set.of(
          "CLINAST", "CLINRPT", "DEVAST", "DEVRPT", "DICTAST", "INFAST", "INFRPT", "PACQAST",
          "PACQRPT", "PATAST", "PATRPT", "PAYAST", "PAYRPT", "PROAST", "PRORPT", "SDMAST",
          "SDMRPT");

  private Labels() {}

  /** Whether it is tagged as supplied by a patient. */
  static boolean isTagged(Resource resource) {
    return resource.getMeta().getTag(Canonical.System.US_CORE_TAGS, Canonical.PATIENT_SUPPLIED)
        != null;
  }

  /** Whether a patient, or who decides for them, is said to have asserted it. */
  static boolean isOfPatient(Resource resource) {
    return AiDocument.isLabelled(resource, Canonical.PATAST)
        || AiDocument.isLabelled(resource, Canonical.SDMAST);
  }

  /**
   * Replaces the labels of origin, and tags. AIAST stays where it is: what an AI said stays known
   * as that.
   */
  static void set(Resource resource, Contributor by, boolean measured, boolean byAi) {
    Meta meta = resource.getMeta();
    List<Coding> kept = new ArrayList<>(meta.getSecurity());
    kept.removeIf(
        label ->
            Canonical.System.OBSERVATION_VALUE.equals(label.getSystem())
                && OF_ORIGIN.contains(Objects.toString(label.getCode(), "")));
    meta.setSecurity(kept);
    AiDocument.label(resource, isProxy(by) ? Canonical.SDMAST : Canonical.PATAST);
    if (measured) {
      AiDocument.label(resource, Canonical.DEVRPT);
    }
    if (byAi) {
      AiDocument.label(resource, Canonical.AIAST);
    }
    if (!isTagged(resource)) {
      meta.addTag(Canonical.System.US_CORE_TAGS, Canonical.PATIENT_SUPPLIED, null);
    }
  }

  static boolean isProxy(Contributor by) {
    return "RelatedPerson".equals(by.performer().getResourceType());
  }
}
