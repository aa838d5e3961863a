package org.equipoise.audit;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.fhir.AccessEvent;

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
}
