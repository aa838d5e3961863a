package org.equipoise.transparency;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.equipoise.transparency.Gap.Code;
import org.equipoise.transparency.StoryReader.Facet;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Device;

/**
 * Counts the AI documents of a patient. Pure.
 *
 * @param facets those that were looked at, the newest first
 * @param total how many there are
 */
record Tally(List<Facet> facets, int total) {

  Tally {
    facets = List.copyOf(facets);
  }

  int checked() {
    return count("attested") + count("attested-with-edits");
  }

  int rejected() {
    return count("rejected");
  }

  private int count(String reviewStatus) {
    return (int) facets.stream().filter(one -> one.reviewStatus().equals(reviewStatus)).count();
  }

  /** Whether the consents could be weighed at all. */
  boolean knowsConsent() {
    return facets.stream().allMatch(one -> one.consent().isPresent());
  }

  int permitted() {
    return (int)
        facets.stream()
            .filter(
                one -> one.consent().filter(said -> said.verdict() == Verdict.PERMIT).isPresent())
            .count();
  }

  /** Written without a yes that counted. */
  int withoutConsent() {
    return facets.size() - permitted();
  }

  /** Written although the patient had said no. */
  int refused() {
    return (int)
        facets.stream()
            .filter(
                one ->
                    one.consent()
                        .flatMap(Gaps::ofDecision)
                        .filter(Code.CONSENT_REFUSED::equals)
                        .isPresent())
            .count();
  }

  /** Documents of each AI, the AI with the most first; one by two AIs counts for both. */
  Map<String, Integer> byAi() {
    Map<String, Integer> counts = new HashMap<>();
    facets.stream()
        .flatMap(one -> one.ais().stream())
        .forEach(ai -> counts.merge(ai, 1, Integer::sum));
    Map<String, Integer> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /**
   * @param ais the AIs that may be shown, by key
   * @param aisClosed whether the caller's scopes hide them
   * @param to where the first page ends
   */
  List<Section> sections(StoryWords words, Map<String, Device> ais, boolean aisClosed, int to) {
    Section inShort = new Section("in-short", words).say(words.say("all.count", "count", total));
    List<Section> sections = new ArrayList<>(List.of(inShort));
    if (total > 0) {
      if (facets.size() < total) {
        inShort.say(words.say("all.cut", "count", facets.size()));
      }
      inShort.say(words.say("all.checked", "count", checked()));
      if (rejected() > 0) {
        inShort.say(words.say("all.rejected", "count", rejected()));
      }
      if (knowsConsent()) {
        inShort.say(words.say("all.permit", "count", permitted()));
        if (withoutConsent() > 0) {
          inShort.say(words.say("all.without-consent", "count", withoutConsent()));
        }
        if (refused() > 0) {
          inShort.say(words.say("all.refused", "count", refused()));
        }
      } else {
        inShort.say(words.say("consent.closed"));
      }
      sections.add(byAi(words, ais, aisClosed));
    }
    Section page = new Section("page", words);
    page.say(
        to == 0 ? words.say("all.page.none") : words.say("all.page", Map.of("from", 1, "to", to)));
    if (to < total) {
      page.say(words.say("all.more"));
    }
    sections.add(page);
    return sections;
  }

  private Section byAi(StoryWords words, Map<String, Device> ais, boolean aisClosed) {
    Section section = new Section("by-ai", words);
    if (aisClosed) {
      return section.say(words.say("ai.closed"));
    }
    int unnamed = (int) facets.stream().filter(one -> one.ais().isEmpty()).count();
    for (Map.Entry<String, Integer> entry : byAi().entrySet()) {
      Optional<String> name =
          Optional.ofNullable(ais.get(entry.getKey())).flatMap(Ais::name).map(words::name);
      if (name.isPresent()) {
        section
            .item(words.say("all.ai", Map.of("name", name.get(), "count", entry.getValue())))
            .about(List.of(ais.get(entry.getKey())));
      } else {
        unnamed += entry.getValue();
      }
    }
    return unnamed == 0 ? section : section.item(words.say("all.ai.unnamed", "count", unnamed));
  }

  /** The same for programs. */
  void addCounts(Composition summary, Map<String, Device> ais) {
    StorySummary.addCount(summary, "total", total, Optional.empty());
    StorySummary.addCount(summary, "counted", facets.size(), Optional.empty());
    StorySummary.addCount(summary, "checked", checked(), Optional.empty());
    StorySummary.addCount(summary, "rejected", rejected(), Optional.empty());
    if (knowsConsent()) {
      StorySummary.addCount(summary, "without-consent", withoutConsent(), Optional.empty());
      StorySummary.addCount(summary, "against-refusal", refused(), Optional.empty());
    }
    byAi().entrySet().stream()
        .filter(entry -> ais.containsKey(entry.getKey()))
        .forEach(
            entry ->
                StorySummary.addCount(
                    summary, "by-ai", entry.getValue(), Optional.of(entry.getKey())));
  }
}
