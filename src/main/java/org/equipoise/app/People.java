package org.equipoise.app;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;

/** Who somebody in the record is, as the pages show it. */
interface People {

  /**
   * One person.
   *
   * @param name as a person reads it, or null where the record has none
   * @param birthDate ISO 8601, as precise as it is known, or null
   * @param relationships codes of {@code RelatedPerson.relationship}: what this person is to the
   *     patient
   */
  record Person(String name, String birthDate, List<String> relationships) {}

  /**
   * Reads a Patient, RelatedPerson or Practitioner.
   *
   * @return empty where the record has none of this id
   */
  Optional<Person> find(IdType id);

  /**
   * Logical id of the patient for whom a Patient (themselves) or a RelatedPerson stands now.
   *
   * @return empty for everybody else
   */
  Optional<String> standsFor(IdType person);
}
