package org.equipoise.audit;

import java.time.Instant;
import org.equipoise.fhir.AccessEvent;

/**
 * An event as it stands in the database.
 *
 * @param id its number; given out one by one, so a number that is missing was rolled back or taken
 *     away
 * @param recorded when, by the database's clock
 * @param event what happened
 */
public record StoredEvent(long id, Instant recorded, AccessEvent event) {}
