package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.explanation.Grades;
import org.equipoise.fhir.AnchorConformance;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.visits.LoadReport;
import org.equipoise.visits.StoredRecords;
import org.equipoise.visits.TestVisits;
import org.equipoise.visits.VisitLoader;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The main job on real input: 40 visits, each with the notes of three real models, mistakes
 * included.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VisitsTest extends ServerTest {

  private LoadReport report;
  private Map<String, List<Resource>> stored;

  @BeforeAll
  void load() throws Exception {
    URI server = URI.create(server());
    report =
        new VisitLoader(FhirR4.context(), server, TestVisits.real(), SECRET, line -> {}).load();
    StoredRecords records = new StoredRecords(FhirR4.context(), server, SECRET);
    stored =
        StoredRecords.TYPES.stream()
            .collect(
                Collectors.toMap(
                    type -> type,
                    // Other tests keep their records in the same database.
                    type ->
                        records.all(type).stream()
                            .filter(record -> Api.json(record).contains("visit-"))
                            .toList()));
  }

  @Test
  void load_whenAllVisits_thenEachNoteIsExplainedAndConsentedTo() {
    assertThat(report.failures()).as(report.print()).isEmpty();
    assertThat(
            documents(
                note ->
                    note.getMeta().getSecurity().stream()
                        .anyMatch(label -> "AIAST".equals(label.getCode()))))
        .hasSize(120);
    // One for each note, and one of each patient before any was written.
    assertThat(stored.get("Consent")).hasSize(160);
    assertThat(documents(note -> isExplanation(note))).hasSize(240);
  }

  @Test
  void load_whenGenerated_thenNineOfTenAreEasyEnoughInEachLanguage() {
    assertThat(report.easyEnough()).containsOnlyKeys("en", "es");
    assertThat(report.easyEnough().values())
        .allSatisfy(share -> assertThat(share).isGreaterThanOrEqualTo(0.9));
  }

  @Test
  void load_whenStored_thenEveryResourceValidatesWithKnownWarningsOnly() {
    List<Resource> all = stored.values().stream().flatMap(List::stream).toList();

    assertThat(all).hasSizeGreaterThan(1_000);
    assertThat(StoredRecords.problems(all, TestVisits.ACCEPTED_WARNINGS.keySet())).isEmpty();
  }

  @Test
  void load_whenStored_thenNotesConformToAiTransparencyAndUsCore() {
    AnchorConformance anchors = AnchorConformance.ofTestData().orElseThrow();
    List<String> breaches = new ArrayList<>();
    for (Resource provenance : stored.get("Provenance")) {
      Bundle bundle = withWhatItNames((Provenance) provenance);
      breaches.addAll(anchors.breaches(bundle));
    }

    assertThat(breaches).isEmpty();
    System.out.println(
        "Bindings that could not be checked for want of the value set: "
            + anchors.uncheckedBindings());
  }

  @Test
  void aiTransparency_whenAskedOfRealNotes_thenToldInEasyWordsWithNothingBasicMissing() {
    List<DocumentReference> notes =
        documents(
            document ->
                !isExplanation(document)
                    && document.getMeta().getSecurity().stream()
                        .anyMatch(label -> "AIAST".equals(label.getCode())));
    for (int i = 0; i < notes.size(); i += 7) {
      for (String language : List.of("en", "es")) {
        Bundle story =
            scribe()
                .get(key(notes.get(i)) + "/$ai-transparency?language=" + language)
                .ok(Bundle.class);
        Composition summary = (Composition) story.getEntryFirstRep().getResource();
        String told = AiTransparencyTest.sentences(summary);
        assertThat(Grades.of(told, Locale.forLanguageTag(language)))
            .as(told)
            .isLessThanOrEqualTo(BigDecimal.valueOf(6));
        assertThat(summary.getExtensionsByUrl(Canonical.Extension.MISSING))
            .extracting(OperationTest::code)
            .doesNotContain(
                "no-ai-named",
                "no-model-card",
                "no-provenance",
                "no-prompt",
                "no-inputs",
                "input-not-available",
                "no-explanation",
                "no-explanation-in-language");
        String patient = notes.get(i).getSubject().getReference();
        assertThat(story.getEntry())
            .extracting(entry -> entry.getResource())
            .filteredOn(DocumentReference.class::isInstance)
            .extracting(document -> ((DocumentReference) document).getSubject().getReference())
            .allMatch(subject -> subject == null || subject.equals(patient));
      }
    }
  }

  @Test
  void load_whenARealNoteIsRefused_thenNothingIsHalfWritten() {
    DocumentReference note =
        documents(
                document ->
                    !isExplanation(document)
                        && document.getMeta().getSecurity().stream()
                            .anyMatch(label -> "AIAST".equals(label.getCode())))
            .get(0);
    Provenance story =
        stored.get("Provenance").stream()
            .map(Provenance.class::cast)
            .filter(one -> one.getTargetFirstRep().getReference().startsWith(key(note) + "/"))
            .findFirst()
            .orElseThrow()
            .copy();
    DocumentReference again = note.copy();
    again.setId((String) null).setMeta(null);
    again
        .getMeta()
        .addSecurity()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ObservationValue")
        .setCode("AIAST");
    again.setIdentifier(null);
    story.setId((String) null);
    story.getAgentFirstRep().setOnBehalfOf(null);
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    String url = "urn:uuid:6f0f7a3c-5d63-4ab3-9b1c-0c8a5b1d8f11";
    story.getTargetFirstRep().setReference(url);
    TestRecords.post(bundle, again).setFullUrl(url);
    TestRecords.post(bundle, story);
    Map<String, Long> before = rowCounts();

    Api.Answer refused = scribe().post("", bundle);
    Api.Answer unexplained =
        scribe()
            .exchange(
                "POST",
                key(note) + "/$attach-explanation",
                "application/fhir+json",
                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"part\",\"part\":["
                    + "{\"name\":\"language\",\"valueCode\":\"en\"},{\"name\":\"code\",\"valueCode\":\"limits\"},"
                    + "{\"name\":\"text\",\"valueMarkdown\":\"It can be wrong.\"}]}]}");

    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("onBehalfOf");
    assertThat(unexplained.status()).as(unexplained.body()).isEqualTo(422);
    assertThat(rowCounts()).isEqualTo(before);
  }

  private Bundle withWhatItNames(Provenance provenance) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    String text = Api.json(provenance);
    Stream.concat(Stream.of(provenance), stored.values().stream().flatMap(List::stream))
        .filter(
            record ->
                record == provenance
                    || text.contains('"' + key(record) + '"')
                    || text.contains('"' + key(record) + '/'))
        .forEach(
            record -> {
              add(bundle, record);
              if (record instanceof Device) {
                // The model card of the AI that is named.
                String device = Api.json(record);
                documents(card -> device.contains('"' + key(card) + '"'))
                    .forEach(card -> add(bundle, card));
              }
            });
    return bundle;
  }

  private void add(Bundle bundle, Resource record) {
    String url = server() + "/fhir/" + key(record);
    if (bundle.getEntry().stream().noneMatch(entry -> url.equals(entry.getFullUrl()))) {
      bundle.addEntry().setFullUrl(url).setResource(record);
    }
  }

  private static String key(Resource record) {
    return record.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private static boolean isExplanation(DocumentReference document) {
    return document.getType().getCoding().stream()
        .anyMatch(coding -> "ai-explanation".equals(coding.getCode()));
  }

  private List<DocumentReference> documents(Predicate<DocumentReference> which) {
    return stored.get("DocumentReference").stream()
        .map(DocumentReference.class::cast)
        .filter(which)
        .toList();
  }
}
