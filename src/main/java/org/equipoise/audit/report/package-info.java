/**
 * Who looked at my record: {@code $access-report}, told to the patient in plain words.
 *
 * <p>The way of a call: {@link org.equipoise.audit.report.AccessReportProvider} receives it, {@link
 * org.equipoise.audit.report.ReportReader} gathers what is to be told, {@link
 * org.equipoise.audit.report.ReportTeller}, which is pure, finds the words, and {@link
 * org.equipoise.audit.report.ReportPapers} writes them down as FHIR and HTML.
 */
package org.equipoise.audit.report;
