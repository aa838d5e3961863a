package org.equipoise.security.access;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Standing;

/**
 * Which patients a clinician cares for: who has an Encounter or CareTeam with them, or gave them
 * access. Where the operator has chosen organisation-wide access, it is everybody.
 */
public interface CareRelation {

  /**
   * Whether the clinician may open this patient's record.
   *
   * @param practitioner logical id
   * @param patient logical id
   */
  default boolean reaches(String practitioner, String patient) {
    return ground(practitioner, patient).isPresent();
  }

  /**
   * On what ground the clinician may open this patient's record; empty where they may not.
   *
   * @param practitioner logical id
   * @param patient logical id
   */
  Optional<Ground> ground(String practitioner, String patient);

  /**
   * What must still be true for the clinician to care for the patient, by more than a glass that
   * they broke, where they were found to do so a moment ago; empty where they were not.
   *
   * @param practitioner logical id
   * @param patient logical id
   */
  default Optional<Standing> remembered(String practitioner, String patient) {
    return Optional.empty();
  }

  /**
   * On what ground for several patients; those whom the clinician may not open are left out.
   *
   * @param patients logical ids
   */
  default Map<String, Ground> grounds(String practitioner, Collection<String> patients) {
    Map<String, Ground> grounds = new HashMap<>();
    patients.forEach(
        patient -> ground(practitioner, patient).ifPresent(ground -> grounds.put(patient, ground)));
    return grounds;
  }

  /**
   * Logical ids of all patients for whom the clinician cares, however wide the operator opened the
   * record.
   *
   * @param practitioner logical id
   */
  Set<String> patientsOf(String practitioner);

  /**
   * Patients that the clinician may open, by family name, one page.
   *
   * @param practitioner logical id
   * @param name the beginning of any part of the patient's name, or an identifier; blank for all
   *     for whom the clinician cares, however wide the operator opened the record
   * @param offset how many to leave out
   * @param count how many at most
   */
  List<Entry> patientsOf(String practitioner, String name, int offset, int count);

  /**
   * One patient to choose.
   *
   * @param id logical id
   * @param name as a person reads it
   * @param birthDate ISO 8601, as precise as it is known, or null
   * @param gender FHIR code, or null
   * @param identifier the record number, or null
   */
  record Entry(String id, String name, String birthDate, String gender, String identifier) {}
}
