package org.equipoise.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.equipoise.fhir.AccessEvent.Door;

/**
 * Which events to read. Components that are null (or empty) do not limit.
 *
 * @param patient logical id of the patient whom they touch
 * @param persons who acted, e.g. {@code Practitioner/7}, or an AI, e.g. {@code Device/3}: any of
 *     these
 * @param entities what was touched, without version: any of these
 * @param doors by which way: any of these
 * @param outcomes codes of {@code audit-event-outcome}: any of these
 * @param from recorded at or after
 * @param until recorded before
 * @param before only events that stand after this one in the order, which is latest first; null for
 *     the first page
 * @param most at most so many
 */
public record EventQuery(
    String patient,
    List<String> persons,
    List<String> entities,
    List<Door> doors,
    List<Integer> outcomes,
    Instant from,
    Instant until,
    Place before,
    int most) {

  public EventQuery {
    persons = List.copyOf(persons);
    entities = List.copyOf(entities);
    doors = List.copyOf(doors);
    outcomes = List.copyOf(outcomes);
  }

  /** The latest events of one patient. */
  public static EventQuery ofPatient(String patient, Instant from, Instant until, int most) {
    return new EventQuery(
        patient, List.of(), List.of(), List.of(), List.of(), from, until, null, most);
  }

  /**
   * The latest decisions about the use of AI for one patient, about any of these or, where empty,
   * of all.
   */
  static EventQuery ofConsentDecisions(String patient, Collection<String> entities, int most) {
    return new EventQuery(
        patient,
        List.of(),
        List.copyOf(entities),
        List.of(Door.CONSENT_DECISION),
        List.of(),
        null,
        null,
        null,
        most);
  }

  /** The next page of the same events. */
  public EventQuery after(StoredEvent last) {
    return new EventQuery(
        patient,
        persons,
        entities,
        doors,
        outcomes,
        from,
        until,
        new Place(last.recorded(), last.id()),
        most);
  }

  /** Where an event stands in the order. */
  public record Place(Instant recorded, long id) {}
}
