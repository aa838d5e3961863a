package org.equipoise.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.equipoise.fhir.AccessEvent.Door;

/**
 * Which events to read. Components that are null (or empty) do not limit.
 *
 * @param patient logical id of the patient whom they touch
 * @param persons who acted, e.g. {@code Practitioner/7}, or an AI, e.g. {@code Device/3}: of each
 *     list any
 * @param entities what was touched, without version: of each list any
 * @param doors by which way: any of these
 * @param outcomes codes of {@code audit-event-outcome}: any of these
 * @param from recorded at or after
 * @param until recorded before
 * @param before only events that stand after this one in the order, which is latest first; null for
 *     the first page
 * @param most at most so many
 * @param further what else a search of AuditEvents can ask
 */
public record EventQuery(
    String patient,
    List<List<String>> persons,
    List<List<String>> entities,
    List<Door> doors,
    List<Integer> outcomes,
    Instant from,
    Instant until,
    Place before,
    int most,
    Further further) {

  /** What the patient's own view and the rules never ask. */
  private static final Further NOTHING_FURTHER =
      new Further(List.of(), List.of(), List.of(), List.of(), false);

  public EventQuery {
    persons = List.copyOf(persons);
    entities = List.copyOf(entities);
    doors = List.copyOf(doors);
    outcomes = List.copyOf(outcomes);
  }

  /**
   * One that asks nothing further.
   *
   * @param persons any of these
   * @param entities any of these
   */
  public EventQuery(
      String patient,
      List<String> persons,
      List<String> entities,
      List<Door> doors,
      List<Integer> outcomes,
      Instant from,
      Instant until,
      Place before,
      int most) {
    this(
        patient,
        any(persons),
        any(entities),
        doors,
        outcomes,
        from,
        until,
        before,
        most,
        NOTHING_FURTHER);
  }

  private static List<List<String>> any(List<String> these) {
    return these.isEmpty() ? List.of() : List.of(List.copyOf(these));
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

  /** The same events from the first page on. */
  public EventQuery withoutPlace() {
    return new EventQuery(
        patient, persons, entities, doors, outcomes, from, until, null, most, further);
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
        most,
        further);
  }

  /**
   * What a search of AuditEvents can ask besides.
   *
   * @param ids numbers of events: any of these
   * @param actions codes of {@code audit-event-action}: any of these
   * @param kinds of each of these
   * @param spans recorded in any of these
   * @param isOldestFirst whether the order is turned round
   */
  public record Further(
      List<Long> ids,
      List<Character> actions,
      List<Kind> kinds,
      List<Span> spans,
      boolean isOldestFirst) {
    public Further {
      ids = List.copyOf(ids);
      actions = List.copyOf(actions);
      kinds = List.copyOf(kinds);
      spans = List.copyOf(spans);
    }
  }

  /**
   * What an event is, by the codes that it is served with.
   *
   * @param element of AuditEvent: {@code type} or {@code subtype}
   * @param ways of events that are made from their columns: any of these
   * @param codes of events that are kept whole: any of these
   */
  public record Kind(String element, List<Way> ways, List<Code> codes) {
    public Kind {
      ways = List.copyOf(ways);
      codes = List.copyOf(codes);
    }
  }

  /**
   * By which way somebody came.
   *
   * @param operation null for any or none
   */
  public record Way(Door door, String operation) {}

  /**
   * A code.
   *
   * @param system null for any, empty for a code without one
   */
  public record Code(String system, String code) {}

  /**
   * A stretch of time.
   *
   * @param from its first moment; null where it has none
   * @param until the first moment after it; null where there is none
   */
  public record Span(Instant from, Instant until) {}

  /** Where an event stands in the order. */
  public record Place(Instant recorded, long id) {}
}
