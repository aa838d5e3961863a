package org.equipoise.security.authorization;

import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.RelatedPerson;

/** Whom a RelatedPerson stands for: nobody before it begins, and nobody once it has ended. */
public final class Representation {

  private Representation() {}

  /** Logical id of the patient. */
  public static Optional<String> patientOf(RelatedPerson representative, Instant now) {
    boolean active =
        (!representative.hasActive() || representative.getActive())
            && (!representative.getPeriod().hasStart()
                || !representative.getPeriod().getStart().toInstant().isAfter(now))
            && (!representative.getPeriod().hasEnd()
                || representative.getPeriod().getEnd().toInstant().isAfter(now));
    return active
        ? Optional.ofNullable(representative.getPatient().getReferenceElement().getIdPart())
        : Optional.empty();
  }
}
