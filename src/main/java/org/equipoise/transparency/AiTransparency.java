package org.equipoise.transparency;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OwnWords;
import org.equipoise.fhir.RecordView;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SpokenLanguage;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** What one call does inside its look at the record. */
final class AiTransparency {

  private final AiUseDecisions policy;
  private final AccessLog log;
  private final TransparencySettings settings;

  AiTransparency(AiUseDecisions policy, AccessLog log, TransparencySettings settings) {
    this.policy = policy;
    this.log = log;
    this.settings = settings;
  }

  /** The whole story of one document. */
  Bundle ofDocument(RecordView view, IdType id, StoryRequest request, String base) {
    DocumentReference document = view.read(DocumentReference.class, id.toUnqualifiedVersionless());
    if (!Ais.wrote(document)) {
      throw Refusal.businessRule(
          "DocumentReference.meta.security",
          "This document is not labelled as written by an AI ("
              + Canonical.AIAST
              + "): there is no story of an AI to tell");
    }
    String patient = document.getSubject().getReferenceElement().getIdPart();
    SpokenLanguage language =
        SpokenLanguage.choose(
            request.language(),
            request.acceptLanguage(),
            view.find(Patient.class, new Reference("Patient/" + patient)));
    StoryWords words = StoryWords.in(language.spoken());
    StoryReader reader =
        new StoryReader(view, policy, log, settings.limits(), patient, words.locale());
    DocumentStory story = reader.whole(document);
    Optional<DocumentReference> aboutMe = reader.aboutMe();
    List<Gap> gaps = Gaps.of(story, language.wished());
    StoryTeller teller = new StoryTeller(story, gaps, words);
    Composition summary =
        new StorySummary(base, words, view.now())
            .write(
                Keys.of(document),
                patient,
                teller.title(),
                AboutYou.inFront(aboutMe, teller.sections(), words));
    StorySummary.addGaps(summary, gaps, teller);
    StorySummary.addDecisions(summary, story.then(), story.usedAt());
    StorySummary.addDecisions(summary, story.now(), view.now());

    StoryBundle bundle = new StoryBundle(base, BundleType.COLLECTION, view.now());
    bundle.link("self", StoryLinks.whole(Keys.of(document), words));
    // Made of what the caller was found to see, though it may see nothing else of the patient.
    bundle.add(OwnWords.of(summary));
    aboutMe.ifPresent(bundle::add);
    OperationOutcome outcome = new OperationOutcome();
    warnOfLanguage(outcome, language, words);
    warnOfClosed(outcome, story, words);
    warnOfCut(outcome, story, words, base);
    if (outcome.hasIssue()) {
      bundle.add(outcome);
    }
    bundle.add(document);
    bundle.addAll(story.versions());
    bundle.addAll(story.related());
    bundle.addAll(story.replaced());
    bundle.addAll(story.provenances());
    bundle.addAll(story.devices());
    bundle.addAll(story.cards());
    bundle.addAll(story.inputs());
    bundle.addAll(story.people());
    bundle.addAll(story.organizations());
    bundle.addAll(story.consents());
    bundle.addAll(story.tasks());
    bundle.addAll(story.audits());
    bundle.addAll(story.decisions());
    bundle.addAll(story.requests());
    story.cut().forEach(part -> bundle.link("related", StoryLinks.rest(story, part)));
    return bundle.bundle();
  }

  /** A page of the AI documents of a patient, the newest first. */
  Bundle ofPatient(RecordView view, IdType id, StoryRequest request, String base) {
    Patient patient = view.read(Patient.class, id.toUnqualifiedVersionless());
    SpokenLanguage language =
        SpokenLanguage.choose(request.language(), request.acceptLanguage(), Optional.of(patient));
    return new PatientStories(view, policy, log, settings, base, language)
        .page(patient.getIdElement().getIdPart(), request);
  }

  /** The AI documents of a patient, explanations apart: they belong to what they explain. */
  static SearchParameterMap documentsOf(String patient) {
    return new SearchParameterMap()
        .add("patient", new ReferenceParam("Patient/" + patient))
        .add("_security", new TokenParam(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST))
        .add(
            DocumentReference.SP_TYPE,
            new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION)
                .setModifier(TokenParamModifier.NOT))
        .setSort(new SortSpec(DocumentReference.SP_DATE, SortOrderEnum.DESC));
  }

  static void warnOfLanguage(OperationOutcome outcome, SpokenLanguage language, StoryWords words) {
    if (language.isUnmet()) {
      issue(
          outcome,
          IssueSeverity.WARNING,
          IssueType.NOTSUPPORTED,
          words.say("warning.language", "language", words.name(language.wished().toLanguageTag())),
          "The summary is in English; there are words for "
              + String.join(", ", StoryWords.SPOKEN.stream().map(Locale::toLanguageTag).toList()));
    }
  }

  static void warnOfClosed(OperationOutcome outcome, DocumentStory story, StoryWords words) {
    story.closed().stream()
        .sorted()
        .forEach(
            type ->
                issue(
                    outcome,
                    IssueSeverity.INFORMATION,
                    IssueType.SUPPRESSED,
                    words.say("hidden.intro") + " " + words.say(partKey(type)),
                    "The token has no scope that opens all of " + type + ".r for this patient"));
  }

  private static String partKey(String type) {
    return StoryReader.TYPES.contains(type) ? "part." + type : "part.inputs";
  }

  private static void warnOfCut(
      OperationOutcome outcome, DocumentStory story, StoryWords words, String base) {
    story.cut().stream()
        .sorted()
        .forEach(
            part ->
                issue(
                    outcome,
                    IssueSeverity.WARNING,
                    IssueType.TOOCOSTLY,
                    words.say("cut.intro") + " " + words.say("cut." + part.code()),
                    "The newest are shown; all are at "
                        + base
                        + "/"
                        + StoryLinks.rest(story, part)));
  }

  static void issue(
      OperationOutcome outcome,
      IssueSeverity severity,
      IssueType code,
      String told,
      String diagnostics) {
    outcome
        .addIssue()
        .setSeverity(severity)
        .setCode(code)
        .setDiagnostics(diagnostics)
        .getDetails()
        .setText(told);
  }
}
