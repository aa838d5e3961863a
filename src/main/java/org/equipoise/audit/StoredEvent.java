package org.equipoise.audit;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Ground;

/**
 * An event as it stands in the database.
 *
 * @param id its number; given out one by one, so a number that is missing was rolled back or taken
 *     away
 * @param recorded when, by the database's clock
 * @param event what happened
 */
public record StoredEvent(long id, Instant recorded, AccessEvent event) {

  private static final Pattern FHIR_ID = Pattern.compile("event-([1-9][0-9]{0,17})");

  /** The logical id of the AuditEvent that this is served as. */
  public String fhirId() {
    return fhirId(id);
  }

  /** The logical id of the AuditEvent that the event of this number is served as. */
  public static String fhirId(long id) {
    return "event-" + id;
  }

  /** The number of the event that is served under this logical id; empty where it is none. */
  public static OptionalLong number(String fhirId) {
    Matcher matcher = FHIR_ID.matcher(fhirId);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /**
   * The same as a patient is told of it: that somebody else tried, but not which other patient, or
   * who stands for one.
   *
   * @param patient logical id of whom it is told to
   */
  public StoredEvent toldTo(String patient) {
    String person = event.agent().person();
    boolean isAnother =
        person != null
            && (person.startsWith("Patient/")
                ? !person.equals("Patient/" + patient)
                : person.startsWith("RelatedPerson/")
                    && event.agent().ground() != Ground.REPRESENTATIVE);
    return isAnother ? withoutAgent() : this;
  }

  /** The same, without who it was and what they asked for. */
  public StoredEvent withoutAgent() {
    return new StoredEvent(
        id,
        recorded,
        new AccessEvent(
            null,
            event.door(),
            event.operation(),
            event.outcome(),
            event.status(),
            new Agent(null, null, null, null, null, event.agent().ground(), null),
            event.patient(),
            event.entities(),
            event.more(),
            null,
            event.resource(),
            event.source()));
  }
}
