/**
 * Who looked: keeps an event of every access to the record ({@link org.equipoise.fhir.AccessEvent})
 * and shows them to the patient and to the privacy officer.
 */
package org.equipoise.audit;
