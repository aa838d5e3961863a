package org.equipoise.transparency;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.RecordView;
import org.equipoise.fhir.SpokenLanguage;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;

/** The AI documents of one patient, page by page; the first page begins with a summary over all. */
final class PatientStories {

  /** Documents are read so many at a time, and only the few on the page are kept whole. */
  private static final int CHUNK = 100;

  private final RecordView view;
  private final AiUseDecisions policy;
  private final AccessLog log;
  private final TransparencySettings settings;
  private final String base;
  private final SpokenLanguage language;
  private final StoryWords words;

  PatientStories(
      RecordView view,
      AiUseDecisions policy,
      AccessLog log,
      TransparencySettings settings,
      String base,
      SpokenLanguage language) {
    this.view = view;
    this.policy = policy;
    this.log = log;
    this.settings = settings;
    this.base = base;
    this.language = language;
    this.words = StoryWords.in(language.spoken());
  }

  Bundle page(String patient, StoryRequest request) {
    int count = Math.min(request.count().orElse(settings.defaultPage()), settings.largestPage());
    List<IdType> all = view.ids(DocumentReference.class, AiTransparency.documentsOf(patient));
    int from = Math.min(request.offset(), all.size());
    int to = (int) Math.min((long) from + count, all.size());
    StoryReader reader =
        new StoryReader(view, policy, log, settings.limits(), patient, words.locale());
    List<DocumentReference> documents = reader.documents(all.subList(from, to));
    List<DocumentStory> stories = reader.current(documents);

    StoryBundle bundle = new StoryBundle(base, BundleType.SEARCHSET, view.now());
    bundle.bundle().setTotal(all.size());
    bundle.link("self", address(patient, request.offset(), count));
    if (to < all.size()) {
      bundle.link("next", address(patient, to, count));
    }
    if (request.offset() > 0) {
      bundle.link("previous", address(patient, Math.max(0, from - count), count));
    }
    StorySummary summaries = new StorySummary(base, words, view.now());
    if (request.offset() == 0) {
      Optional<DocumentReference> aboutMe = reader.aboutMe();
      include(bundle.add(overall(patient, all, reader, summaries, to, aboutMe)));
      aboutMe.ifPresent(bundle::add);
      aboutMe.ifPresent(one -> include(bundle.last()));
    }
    OperationOutcome outcome = new OperationOutcome();
    AiTransparency.warnOfLanguage(outcome, language, words);
    stories.stream()
        .findFirst()
        .ifPresent(story -> AiTransparency.warnOfClosed(outcome, story, words));
    if (outcome.hasIssue()) {
      bundle.add(outcome);
    }
    for (DocumentStory story : stories) {
      add(story, patient, summaries, bundle);
    }
    return bundle.bundle();
  }

  private String address(String patient, int offset, int count) {
    return "Patient/"
        + patient
        + "/$ai-transparency?language="
        + words.locale().toLanguageTag()
        + "&_count="
        + count
        + "&_offset="
        + offset;
  }

  private void add(
      DocumentStory story, String patient, StorySummary summaries, StoryBundle bundle) {
    List<Gap> gaps = Gaps.of(story, language.wished());
    StoryTeller teller = new StoryTeller(story, gaps, words);
    List<Section> sections = new ArrayList<>(teller.shortSections());
    String whole = StoryLinks.whole(Keys.of(story.document()), words);
    sections.get(sections.size() - 1).more(words.say("link.whole"), whole);
    Composition summary =
        summaries.write(Keys.of(story.document()), patient, teller.title(), sections);
    StorySummary.addGaps(summary, gaps, teller);
    StorySummary.addDecisions(summary, story.then(), story.usedAt());
    include(bundle.add(summary));
    bundle.add(story.document());
    BundleEntryComponent entry = bundle.last();
    entry.getSearch().setMode(SearchEntryMode.MATCH);
    entry.addLink().setRelation("describedby").setUrl(base + "/" + whole);
  }

  private static void include(BundleEntryComponent entry) {
    entry.getSearch().setMode(SearchEntryMode.INCLUDE);
  }

  private Composition overall(
      String patient,
      List<IdType> all,
      StoryReader reader,
      StorySummary summaries,
      int to,
      Optional<DocumentReference> aboutMe) {
    List<IdType> counted = all.subList(0, Math.min(all.size(), settings.mostCounted()));
    List<StoryReader.Facet> facets = new ArrayList<>();
    for (int i = 0; i < counted.size(); i += CHUNK) {
      facets.addAll(
          reader.facets(reader.documents(counted.subList(i, Math.min(i + CHUNK, counted.size())))));
    }
    Tally tally = new Tally(facets, all.size());
    Map<String, Device> ais = new HashMap<>();
    reader.ais(tally.byAi().keySet()).forEach(ai -> ais.put(Keys.of(ai), ai));
    Composition summary =
        summaries.write(
            "Patient/" + patient,
            patient,
            words.say("title.all"),
            AboutYou.inFront(
                aboutMe, tally.sections(words, ais, reader.isClosed("Device"), to), words));
    tally.addCounts(summary, ais);
    return summary;
  }
}
