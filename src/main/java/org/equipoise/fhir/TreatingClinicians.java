package org.equipoise.fhir;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
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

  /**
   * Somebody and a patient.
   *
   * @param person e.g. {@code Practitioner/7}
   * @param patient logical id
   */
  record Treatment(String person, String patient) {}

  /** Those of these that are so, now: {@link #treats} asked of all of them at once. */
  default Set<Treatment> among(Collection<Treatment> asked) {
    return asked.stream()
        .filter(one -> treats(new IdType(one.person()), new IdType("Patient", one.patient())))
        .collect(Collectors.toSet());
  }
}
