package org.equipoise.decision;

import java.util.Arrays;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionAttestationMode;
import org.hl7.fhir.r4.model.Composition.CompositionAttesterComponent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

/** The two who decide. */
enum Side {
  PATIENT(CompositionAttestationMode.PERSONAL, "patient-signature", "Patient", "RelatedPerson"),
  CLINICIAN(
      CompositionAttestationMode.PROFESSIONAL,
      "clinician-signature",
      "Practitioner",
      "PractitionerRole");

  private final CompositionAttestationMode mode;
  private final String missing;
  private final String person;
  private final String standIn;

  Side(CompositionAttestationMode mode, String missing, String person, String standIn) {
    this.mode = mode;
    this.missing = missing;
    this.person = person;
    this.standIn = standIn;
  }

  /** The mode of this side's signature. */
  CompositionAttestationMode mode() {
    return mode;
  }

  /** Code of {@code decision-missing}. */
  String missing() {
    return missing;
  }

  /** The side on which a person stands; empty for a program. */
  static Optional<Side> of(Caller caller) {
    if (caller.isPatientSide()) {
      return Optional.of(PATIENT);
    }
    return caller.isPractitioner() ? Optional.of(CLINICIAN) : Optional.empty();
  }

  /** The side on which somebody stands; empty where the reference is to no person. */
  static Optional<Side> of(Reference somebody) {
    String type =
        somebody.getReference() == null
            ? null
            : new IdType(somebody.getReference()).getResourceType();
    return Arrays.stream(values())
        .filter(side -> side.person.equals(type) || side.standIn.equals(type))
        .findFirst();
  }

  /** This side's signature. */
  Optional<CompositionAttesterComponent> signature(Composition decision) {
    return decision.getAttester().stream().filter(one -> one.getMode() == mode).findFirst();
  }
}
