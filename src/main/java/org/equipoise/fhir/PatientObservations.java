package org.equipoise.fhir;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;

/**
 * What every Observation by a patient about themselves goes through, by whichever door it comes
 * (profile patient-observation); implemented by {@code contribution}.
 */
public interface PatientObservations {

  /**
   * On whose word an Observation stands.
   *
   * @param patient whom it is about, e.g. {@code Patient/1}
   * @param performer who says it: the patient, or {@code RelatedPerson/2} who speaks for them
   * @param language in which the patient is told what the server noticed; English or Spanish
   */
  record Contributor(IdType patient, IdType performer, Locale language) {}

  /**
   * Completes an Observation in place: status, subject, performer, category where the code tells
   * it, labels (PATAST or SDMAST, DEVRPT, AIAST), the tag patient-supplied, authors of notes, the
   * identifier that makes it one, and a mark on a value that no living person has. Uses no
   * database. What else the profile asks for is left to validation.
   *
   * @param device what {@code Observation.device} leads to; null where it names none
   * @param now the server's time; nothing may be later, but for a small skew of clocks
   * @param at FHIRPath of the Observation, for refusals: {@code Observation}
   * @return the keys by which it is known again, the value of its own identifier first
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 naming the element:
   *     no time or time zone, a time to come, a unit that is not of UCUM or not of this vital sign,
   *     somebody else's device or words
   */
  List<String> prepare(
      Observation observation, Contributor by, Device device, Instant now, String at);

  /**
   * Which of {@code keys} are on record, each with what it leads to, e.g. {@code Observation/3}.
   *
   * @param patientId logical id
   */
  Map<String, String> known(String patientId, Collection<String> keys);

  /**
   * Puts keys on record, in the open transaction.
   *
   * @param resources what each key leads to, e.g. {@code Observation/3}
   * @throws ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException 409 where another
   *     transaction put one of them on record meanwhile: the call is to be tried again, and then
   *     finds it
   */
  void remember(String patientId, Map<String, String> resources);

  /**
   * Says in an Observation, before it is written, that it waits for somebody to look at it; for
   * what an operation writes, since a plain write does it by itself.
   */
  void await(Observation observation, Instant now);

  /**
   * Puts what was written so on the list of what waits, in the open transaction.
   *
   * @param resources e.g. {@code Observation/3}
   */
  void waits(String patientId, Collection<String> resources, Instant now);
}
