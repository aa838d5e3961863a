package org.equipoise.fhir;

import org.hl7.fhir.r4.model.IdType;

/**
 * Who treats whom, as features need it; implemented by {@code security.access} from the care
 * relation.
 */
public interface TreatingClinicians {

  /**
   * Whether this person treats the patient now: by an Encounter, a CareTeam, as general
   * practitioner, by registration or by a broken glass. However wide the operator opened the record
   * to clinicians, nobody treats a patient by that alone.
   *
   * @param person any person; nobody but a Practitioner treats anybody
   * @param patient e.g. {@code Patient/1}
   */
  boolean treats(IdType person, IdType patient);
}
