package org.equipoise.audit.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.event.AuditEvents;
import org.equipoise.audit.report.ReportReader.Page;
import org.equipoise.audit.report.ReportRequest.Format;
import org.equipoise.fhir.AccessReport.Question;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SpokenLanguage;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** Answers a call of {@code $access-report}: who may ask, which page, in which form. */
final class AccessReporting {

  private final ReportReader reader;
  private final AuditEvents shapes;
  private final Clock clock;
  private final int defaultPage;
  private final int largestPage;

  AccessReporting(
      ReportReader reader, AuditEvents shapes, Clock clock, int defaultPage, int largestPage) {
    this.reader = reader;
    this.shapes = shapes;
    this.clock = clock;
    this.defaultPage = defaultPage;
    this.largestPage = largestPage;
  }

  /**
   * What is answered.
   *
   * @param next address of the next page; null on the last
   */
  record Answer(Resource resource, String next) {}

  /**
   * Whose record it is, for who may ask; before it is looked at what exactly they ask.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 403, 404 or 410
   */
  Patient about(Caller caller, IdType patient) {
    requireReader(caller, patient);
    return reader.patient(patient.getIdPart());
  }

  Answer report(Patient about, ReportRequest request, String base) {
    String patient = about.getIdElement().getIdPart();
    ZoneId zone = ReportReader.zoneOf(about);
    // As the database keeps times.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    request.requireOrder(zone, now);
    SpokenLanguage language =
        SpokenLanguage.choose(request.language(), request.acceptLanguage(), Optional.of(about));
    Question question =
        new Question(
            patient,
            request.from(zone, now),
            request.until(zone),
            request.who(),
            request.includeAi(),
            language.spoken(),
            request.page(),
            Math.min(
                request
                    .count()
                    .orElse(request.format() == Format.DOCUMENT ? largestPage : defaultPage),
                largestPage));
    Page page = reader.page(question);
    String next =
        page.report().next() == null
            ? null
            : address(base, question, request.format(), page.report().next());
    ReportPapers papers = new ReportPapers(patient, now);
    return new Answer(
        request.format() == Format.DOCUMENT
            ? papers.document(page.report(), question.from(), question.until())
            : bundle(papers, page, question, language, base, next, now),
        next);
  }

  /** The patient, who stands for them, the privacy officer, and nobody else. */
  private static void requireReader(Caller caller, IdType patient) {
    if (caller.isPrivacyOfficer()) {
      return;
    }
    if (!caller.isPatientSide()) {
      throw Refusal.forbidden(
          "Who looked at a record is told to the patient, and to who stands for the patient");
    }
    if (!patient.getIdPart().equals(caller.patientId())) {
      throw Refusal.notFound(patient);
    }
  }

  private Bundle bundle(
      ReportPapers papers,
      Page page,
      Question question,
      SpokenLanguage language,
      String base,
      String next,
      Instant now) {
    Bundle bundle = new Bundle().setType(BundleType.SEARCHSET);
    bundle.setTimestamp(Date.from(now));
    if (page.total() >= 0) {
      bundle.setTotal(Math.toIntExact(Math.min(page.total(), Integer.MAX_VALUE)));
    }
    bundle
        .addLink()
        .setRelation("self")
        .setUrl(address(base, question, Format.BUNDLE, question.page()));
    if (next != null) {
      bundle.addLink().setRelation("next").setUrl(next);
    }
    Composition paper =
        papers.composition(page.report(), id -> "AuditEvent/" + StoredEvent.fhirId(id));
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + paper.getIdElement().getIdPart())
        .setResource(paper)
        .getSearch()
        .setMode(SearchEntryMode.INCLUDE);
    if (language.isUnmet()) {
      warnOfLanguage(bundle, language);
    }
    for (StoredEvent event : page.events()) {
      bundle
          .addEntry()
          .setFullUrl(base + "/AuditEvent/" + event.fhirId())
          .setResource(shapes.of(event, base))
          .getSearch()
          .setMode(SearchEntryMode.MATCH);
    }
    return bundle;
  }

  private static void warnOfLanguage(Bundle bundle, SpokenLanguage language) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.setId(UUID.randomUUID().toString());
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.WARNING)
        .setCode(IssueType.NOTSUPPORTED)
        .setDiagnostics(
            "There are no words for the language that was asked for; there are words for "
                + SpokenLanguage.SPOKEN.stream()
                    .map(Locale::toLanguageTag)
                    .collect(Collectors.joining(", "))
                + ". The report is in "
                + language.spoken().toLanguageTag());
    bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + outcome.getIdElement().getIdPart())
        .setResource(outcome)
        .getSearch()
        .setMode(SearchEntryMode.OUTCOME);
  }

  private static String address(String base, Question question, Format format, String page) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(ReportRequest.START, question.from().toString());
    if (question.until() != null) {
      parameters.put(ReportRequest.END, question.until().toString());
    }
    if (question.who() != null) {
      parameters.put(ReportRequest.WHO, question.who());
    }
    if (!question.includeAi()) {
      parameters.put(ReportRequest.INCLUDE_AI, "false");
    }
    parameters.put(ReportRequest.LANGUAGE, question.language().toLanguageTag());
    if (format == Format.DOCUMENT) {
      parameters.put(ReportRequest.FORMAT, "document");
    }
    parameters.put(ReportRequest.COUNT, String.valueOf(question.count()));
    if (page != null) {
      parameters.put(ReportRequest.PAGE, page);
    }
    return base
        + "/Patient/"
        + question.patient()
        + "/$access-report?"
        + parameters.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
  }
}
