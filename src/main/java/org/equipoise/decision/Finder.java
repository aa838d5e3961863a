package org.equipoise.decision;

import java.util.Optional;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Follows a reference, as far as whoever asks may. */
@FunctionalInterface
interface Finder {

  /** Empty where there is nothing, where it may not be seen, or where it is of another type. */
  <T extends Resource> Optional<T> find(Class<T> type, Reference reference);
}
