package org.equipoise.explanation;

import java.util.Set;
import org.hl7.fhir.r4.model.Reference;

/** References that name a member of the care team. */
final class People {

  private static final Set<String> TYPES = Set.of("Practitioner", "PractitionerRole");

  private People() {}

  static boolean isPerson(Reference reference) {
    return TYPES.contains(String.valueOf(reference.getReferenceElement().getResourceType()))
        || TYPES.contains(String.valueOf(reference.getType()));
  }
}
