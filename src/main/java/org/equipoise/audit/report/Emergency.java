package org.equipoise.audit.report;

import java.time.Instant;

/**
 * That a clinician broke the glass, and the reason they gave.
 *
 * @param person e.g. {@code Practitioner/7}
 * @param at when
 * @param code of {@code CodeSystem/break-glass-reason}; null where there is none
 * @param words their own; null where there are none
 */
record Emergency(String person, Instant at, String code, String words) {}
