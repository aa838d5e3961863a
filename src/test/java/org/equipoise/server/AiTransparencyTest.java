package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code $ai-transparency} as patients, clinicians and services see it. */
class AiTransparencyTest extends OperationTest {

  private static final Set<String> FURNISHED = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void furnish() {
    if (FURNISHED.add(server())) {
      Bundle people = new Bundle().setType(BundleType.TRANSACTION);
      for (String id : List.of("story-patient", "story-decider", "story-stranger")) {
        Patient patient = new Patient();
        patient.setId(id);
        patient.addName().setFamily(id);
        TestRecords.put(people, patient);
      }
      RelatedPerson daughter =
          new RelatedPerson().setActive(true).setPatient(new Reference("Patient/story-patient"));
      daughter.setId("story-daughter");
      TestRecords.put(people, daughter);
      for (String id : List.of("story-doctor", "story-other-doctor")) {
        Practitioner doctor = new Practitioner();
        doctor.setId(id);
        doctor.addName().addPrefix("Dr.").setFamily("Story");
        TestRecords.put(people, doctor);
      }
      TestRecords.put(people, TestRecords.careTeam("story-patient", "story-doctor"));
      scribe().post("", people).ok(Bundle.class);
      self()
          .post("Patient/story-patient/$decide-ai-use", TestCalls.permit("ai-documentation"))
          .ok(Parameters.class);
    }
    note = newNote("story-patient");
  }

  private Api self() {
    return person("story-patient");
  }

  private Api person(String client) {
    return Api.as(server(), client, SECRET, "patient/*.cruds");
  }

  private Api selfWith(String scopes) {
    return Api.as(server(), "story-patient", SECRET, scopes);
  }

  private Api doctor() {
    return Api.as(server(), "story-doctor", SECRET, "user/*.cruds");
  }

  private Bundle story(Api caller, String... query) {
    return caller
        .get(note + "/$ai-transparency" + (query.length == 0 ? "" : "?" + query[0]))
        .ok(Bundle.class);
  }

  private static Composition summary(Bundle story) {
    return (Composition) story.getEntryFirstRep().getResource();
  }

  private static <T extends Resource> List<T> all(Bundle story, Class<T> type) {
    return story.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static List<String> missing(Composition summary) {
    return summary.getExtensionsByUrl(Canonical.Extension.MISSING).stream()
        .map(OperationTest::code)
        .toList();
  }

  private static String words(Composition summary) {
    return summary.getText().getDiv().allText();
  }

  /** What the summary says, without headings, as sentences. */
  static String sentences(Composition summary) {
    List<String> lines = new ArrayList<>();
    for (Composition.SectionComponent section : summary.getSection()) {
      collect(section.getText().getDiv(), lines);
    }
    return lines.stream()
        .map(line -> line.matches("(?s).*[.!?:]") ? line : line + ".")
        .collect(Collectors.joining("\n"));
  }

  private static void collect(XhtmlNode node, List<String> lines) {
    if (List.of("p", "li").contains(String.valueOf(node.getName()))) {
      lines.add(node.allText().strip());
      return;
    }
    node.getChildNodes().forEach(child -> collect(child, lines));
  }

  private static String section(Composition summary, String code) {
    return summary.getSection().stream()
        .filter(section -> section.getCode().getCodingFirstRep().getCode().equals(code))
        .map(section -> section.getText().getDiv().allText().strip())
        .findFirst()
        .orElse("");
  }

  /** The verdicts by purpose, those of the time of writing first. */
  private static List<String> verdicts(Composition summary) {
    return summary.getExtensionsByUrl(Canonical.Extension.AI_USE_DECISION).stream()
        .map(decision -> decision.getExtensionByUrl("verdict").getValue().primitiveValue())
        .toList();
  }

  private static int count(Composition summary, String code) {
    return summary.getExtensionsByUrl(Canonical.Extension.STORY_COUNT).stream()
        .filter(count -> OperationTest.code(count).equals(code))
        .map(count -> ((IntegerType) count.getExtensionByUrl("number").getValue()).getValue())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> told(Bundle story) {
    return all(story, OperationOutcome.class).stream()
        .flatMap(outcome -> outcome.getIssue().stream())
        .map(issue -> issue.getCode().toCode() + ": " + issue.getDetails().getText())
        .toList();
  }

  private static void assertValid(Resource resource) {
    assertThat(RecordValidation.shared().validate(resource).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  // ---- one document

  @Test
  void aiTransparency_whenPatientAsks_thenSummaryFirstAndEverythingThatTheRecordHolds() {
    Bundle story = story(self());

    assertThat(story.getType()).isEqualTo(BundleType.COLLECTION);
    Composition summary = summary(story);
    assertThat(summary.getSubject().getReference()).isEqualTo("Patient/story-patient");
    assertThat(words(summary))
        .contains("An AI wrote this visit note.", "The AI is called NoteMaker.")
        .contains("No doctor or nurse has checked it yet.");
    assertThat(all(story, DocumentReference.class))
        .extracting(OperationTest::reference)
        .contains(note, TestRecords.MODEL_CARD);
    assertThat(all(story, Provenance.class)).hasSize(1);
    assertThat(all(story, Device.class))
        .extracting(OperationTest::reference)
        .containsExactly(TestRecords.SCRIBE_DEVICE);
    assertThat(all(story, Organization.class)).hasSize(1);
    assertThat(missing(summary))
        .containsExactlyInAnyOrder("no-prompt", "no-inputs", "no-explanation", "no-review");
    assertThat(told(story)).isEmpty();
    assertValid(summary);
    assertValid(story);
  }

  @Test
  void aiTransparency_whenEachEntryIsFetchedByItsLink_thenItIsThatResource() {
    Bundle story = story(self());

    assertThat(story.getEntry())
        .filteredOn(entry -> entry.getLink("self") != null)
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              String path = entry.getLink("self").getUrl().replace(server() + "/fhir/", "");
              assertThat(self().get(path).status()).as(path).isEqualTo(200);
              assertThat(path).startsWith(reference(entry.getResource()));
            });
  }

  @Test
  void aiTransparency_whenItHasVersions_thenEachIsThereAndThoseWithoutProvenanceAreTold() {
    DocumentReference changed = read(DocumentReference.class, note);
    changed.getType().setText("Nothing but this was changed");
    scribe().put(changed).ok(DocumentReference.class);

    Bundle story = story(self());

    assertThat(all(story, DocumentReference.class))
        .filteredOn(document -> reference(document).equals(note))
        .extracting(document -> document.getMeta().getVersionId())
        .containsExactly("2", "1");
    assertThat(missing(summary(story))).contains("no-provenance-of-version");
    assertThat(section(summary(story), "versions")).contains("There are 2 versions.", "NoteMaker");
    assertValid(story);
  }

  @Test
  void aiTransparency_whenVersionsStandBesideWhatNamesThem_thenTheBundleIsValid() {
    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);
    DocumentReference changed = read(DocumentReference.class, note);
    changed.getType().setText("Nothing but this was changed");
    scribe().put(changed).ok(DocumentReference.class);
    self().post(note + "/$attach-consent", TestCalls.permit("ai-training")).ok(Parameters.class);
    Task objection =
        new Task().setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.PROPOSAL);
    objection
        .setFocus(new Reference(note))
        .setFor(new Reference("Patient/story-patient"))
        .setRequester(new Reference("Patient/story-patient"));
    objection = self().post("Task", objection).ok(Task.class);
    self().put(objection.setDescription("I never said this.")).ok(Task.class);

    Bundle story = story(self());

    assertThat(all(story, Task.class)).hasSize(1);
    assertThat(all(story, DocumentReference.class))
        .filteredOn(document -> reference(document).equals(note))
        .hasSize(2);
    assertThat(story.getEntry())
        .extracting(Bundle.BundleEntryComponent::getFullUrl)
        .doesNotHaveDuplicates();
    assertValid(story);
  }

  @Test
  void aiTransparency_whenExplained_thenExplanationsOfEachLanguageAndOlderOnesAreThere() {
    explain(scribe(), TestCalls.generate("en", "es")).ok(Parameters.class);
    explain(scribe(), TestCalls.parts("en", "An AI wrote it.")).ok(Parameters.class);

    Composition summary = summary(story(self()));

    assertThat(missing(summary)).doesNotContain("no-explanation", "no-explanation-in-language");
    assertThat(section(summary, "explanations"))
        .contains("English (now)", "Spanish (now)", "English (older");
    assertThat(all(story(self()), DocumentReference.class))
        .filteredOn(
            document ->
                document
                    .getType()
                    .hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))
        .hasSize(3);
    assertThat(missing(summary(story(self(), "language=ca"))))
        .contains("no-explanation-in-language");
  }

  @Test
  void aiTransparency_whenPatientDecidedAfterwards_thenThenAndNowAreToldApart() {
    newPatient("story-speaker");
    note = newNote("story-speaker");
    Api speaker = person("story-speaker");
    speaker
        .post(note + "/$attach-consent", TestCalls.permit("ai-documentation"))
        .ok(Parameters.class);

    Bundle story = story(speaker);

    Composition summary = summary(story);
    assertThat(all(story, Consent.class)).hasSize(1);
    assertThat(missing(summary)).contains("no-consent");
    assertThat(section(summary, "consent"))
        .contains("No one had asked you about AI that writes notes about you.")
        .contains("You say yes to AI that writes notes about you.");
    assertThat(verdicts(summary)).startsWith("ask").contains("permit");
  }

  @Test
  void aiTransparency_whenInputsAndPromptAreNamed_thenShownWithheldOrNotAvailable() {
    DocumentReference talk =
        scribe()
            .post("DocumentReference", new TestResources("story-patient", "talk").document(null))
            .ok(DocumentReference.class);
    DocumentReference foreign =
        scribe()
            .post(
                "DocumentReference",
                new TestResources("story-stranger", "secret-of-a-stranger").document(null))
            .ok(DocumentReference.class);
    Provenance more = TestRecords.provenance("story-patient", note + "/_history/1");
    more.addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference(reference(talk)).setDisplay("What was said"));
    more.addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(new Reference(reference(foreign)));
    more.addEntity()
        .setRole(ProvenanceEntityRole.DERIVATION)
        .setWhat(new Reference().setDisplay("Prompt"))
        .addExtension(
            Canonical.Extension.INPUT_WITHHELD, new StringType("The maker keeps it to itself."));
    scribe().post("Provenance", more).ok(Provenance.class);

    for (Api caller : List.of(self(), scribe(), doctor())) {
      Bundle story = story(caller);
      Composition summary = summary(story);
      assertThat(section(summary, "inputs")).contains("What was said");
      assertThat(section(summary, "ai")).contains("The maker keeps it to itself.");
      assertThat(missing(summary))
          .contains("input-not-available")
          .doesNotContain("no-prompt", "no-inputs");
      assertThat(all(story, DocumentReference.class))
          .extracting(OperationTest::reference)
          .contains(reference(talk))
          .doesNotContain(reference(foreign));
      assertThat(Api.json(story)).doesNotContain("secret-of-a-stranger");
    }
  }

  @Test
  void aiTransparency_whenReplaced_thenBothTellOfEachOther() {
    String old = note;
    Parameters corrected =
        TestCalls.with(
            TestCalls.with(new Parameters(), "decision", new CodeType("attest-with-edits")),
            "content",
            new Attachment()
                .setContentType("text/plain")
                .setData("Corrected.".getBytes(StandardCharsets.UTF_8)));
    note =
        reference(
            returned(
                    doctor()
                        .post(note + "/$review", corrected, "If-Match", "W/\"1\"")
                        .ok(Parameters.class),
                    DocumentReference.class)
                .get(0));

    Bundle ofNewer = story(self());
    Bundle ofOld = self().get(old + "/$ai-transparency").ok(Bundle.class);

    assertThat(all(ofNewer, DocumentReference.class))
        .extracting(OperationTest::reference)
        .contains(old);
    assertThat(section(summary(ofNewer), "versions")).contains("took the place of an older text");
    assertThat(all(ofOld, DocumentReference.class))
        .extracting(OperationTest::reference)
        .contains(note);
    assertThat(section(summary(ofOld), "in-short")).contains("A newer text took its place.");
  }

  @Test
  void aiTransparency_whenSomebodyObjects_thenTheTaskIsPartOfTheStory() {
    Task dispute = new Task().setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    dispute.getCode().addCoding().setSystem(Canonical.System.TASK).setCode("dispute");
    dispute.setFocus(new Reference(note)).setFor(new Reference("Patient/story-patient"));
    scribe().post("Task", dispute).ok(Task.class);

    Bundle story = story(self());

    assertThat(all(story, Task.class)).hasSize(1);
    assertThat(section(summary(story), "follow-up"))
        .contains("Someone says that a part of it is wrong", "This is still open.");
  }

  @Test
  void aiTransparency_whenConsentWasWithdrawnAfterwards_thenItStoodWhenTheAiWrote() {
    Api decider = person("story-decider");
    Consent given =
        returned(
                decider
                    .post(
                        "Patient/story-decider/$decide-ai-use",
                        TestCalls.permit("ai-documentation"))
                    .ok(Parameters.class),
                Consent.class)
            .get(0);
    note = newNote("story-decider");
    decider
        .post("Patient/story-decider/$decide-ai-use", TestCalls.deny("ai-documentation"))
        .ok(Parameters.class);

    Bundle story = story(decider);

    Composition summary = summary(story);
    assertThat(missing(summary)).doesNotContain("no-consent", "consent-refused");
    assertThat(section(summary, "consent"))
        .contains("You had said yes to AI that writes notes about you.")
        .contains("You say no to AI that writes notes about you.");
    assertThat(summary.getExtensionsByUrl(Canonical.Extension.AI_USE_DECISION).get(0))
        .extracting(decision -> decision.getExtensionByUrl("basis").getValue())
        .extracting(basis -> ((Reference) basis).getReference())
        .isEqualTo(reference(given));
    assertThat(all(story, Consent.class)).hasSizeGreaterThanOrEqualTo(2);

    note = newNote("story-decider");
    assertThat(missing(summary(story(decider)))).contains("consent-refused");
  }

  @Test
  void aiTransparency_whenReviewed_thenWhoAndHowLongAndHowFastIsTold() {
    doctor().get(note).ok(DocumentReference.class);
    Parameters attest = new Parameters();
    attest.addParameter("decision", new CodeType("attest"));
    doctor().post(note + "/$review", attest, "If-Match", "W/\"1\"").ok(Parameters.class);

    Bundle story = story(self());

    Composition summary = summary(story);
    assertThat(missing(summary)).doesNotContain("no-review", "no-review-time");
    assertThat(section(summary, "review"))
        .contains("A doctor or nurse checked it and found it right.")
        .contains("Dr. Story checked it on", "They had it open for")
        .contains("That is less time than it takes to read it.");
    assertThat(all(story, Practitioner.class)).hasSize(1);
    assertThat(section(summary, "versions")).contains("Made by Dr. Story.");
  }

  @Test
  void aiTransparency_whenSomebodyAskedForADecision_thenThatIsPartOfTheStory() {
    scribe()
        .get(
            "Consent/$evaluate-ai-use?patient=Patient/story-patient&purpose=ai-training&resource="
                + note)
        .ok(Parameters.class);

    Bundle story = story(self());

    assertThat(all(story, AuditEvent.class)).hasSize(1);
    assertThat(section(summary(story), "follow-up"))
        .contains("Someone asked if they may use it. The answer was no");
  }

  @Test
  void aiTransparency_whenThereIsTooMuch_thenTheNewestAndWhereTheRestIs() {
    DocumentReference changing = read(DocumentReference.class, note);
    for (int i = 0; i < 11; i++) {
      changing.getType().setText("Change " + i);
      scribe().put(changing).ok(DocumentReference.class);
    }

    Bundle story = story(self());

    assertThat(all(story, DocumentReference.class))
        .filteredOn(document -> reference(document).equals(note))
        .hasSize(10)
        .first()
        .extracting(document -> document.getMeta().getVersionId())
        .isEqualTo("12");
    assertThat(told(story)).singleElement().asString().startsWith("too-costly: ");
    assertThat(section(summary(story), "not-shown")).contains("older versions");
    String rest = path(story, "related");
    assertThat(self().get(rest).ok(Bundle.class).getType()).isEqualTo(BundleType.HISTORY);
  }

  // ---- language

  @Test
  void aiTransparency_whenLanguageIsAskedFor_thenParameterBeforeHeaderBeforePatient() {
    Patient speaker = new Patient();
    speaker.setId("story-speaker");
    speaker
        .addCommunication()
        .setPreferred(true)
        .getLanguage()
        .addCoding()
        .setSystem("urn:ietf:bcp:47")
        .setCode("es");
    scribe().put(speaker).ok(Patient.class);
    note = newNote("story-speaker");

    assertThat(summary(story(person("story-speaker"))).getTitle())
        .isEqualTo("Cómo se usó la IA para esta nota de la visita");
    assertThat(summary(story(person("story-speaker"), "language=en")).getLanguage())
        .isEqualTo("en");
    Api.Answer byHeader =
        person("story-speaker")
            .exchange(
                "POST",
                note + "/$ai-transparency",
                "application/fhir+json",
                "{\"resourceType\":\"Parameters\"}",
                "Accept-Language",
                "fr, en;q=0.5");
    assertThat(summary(byHeader.ok(Bundle.class)).getLanguage()).isEqualTo("en");
    assertThat(told(byHeader.ok(Bundle.class))).isEmpty();
  }

  @Test
  void aiTransparency_whenLanguageIsNotSpoken_thenEnglishAndAWarning() {
    Bundle story = story(self(), "language=fr");

    assertThat(summary(story).getLanguage()).isEqualTo("en");
    assertThat(told(story)).singleElement().asString().startsWith("not-supported: We do not have");
  }

  @Test
  void aiTransparency_whenAsked_thenByParametersToo() {
    Parameters body = new Parameters();
    body.addParameter("language", new CodeType("es"));

    Bundle story = self().post(note + "/$ai-transparency", body).ok(Bundle.class);

    assertThat(summary(story).getLanguage()).isEqualTo("es");
  }

  // ---- who

  @Test
  void aiTransparency_whenAskedByOthersInReach_thenTheSameStory() {
    Set<String> own = references(story(self()));

    assertThat(references(story(Api.as(server(), "story-daughter", SECRET, "patient/*.cruds"))))
        .isEqualTo(own);
    assertThat(references(story(doctor()))).isEqualTo(own);
    assertThat(references(story(scribe()))).isEqualTo(own);
  }

  private static Set<String> references(Bundle story) {
    return story.getEntry().stream()
        .filter(entry -> entry.getFullUrl().startsWith("http"))
        .map(entry -> entry.getLink("self").getUrl())
        .collect(Collectors.toSet());
  }

  @Test
  void aiTransparency_whenBeyondReach_thenNotFoundAsIfItNeverWas() {
    Api stranger = Api.as(server(), "story-stranger", SECRET, "patient/*.cruds");
    Api otherDoctor = Api.as(server(), "story-other-doctor", SECRET, "user/*.cruds");

    for (Api caller : List.of(stranger, otherDoctor)) {
      assertRefused(404, () -> caller.get(note + "/$ai-transparency"), "not known");
      assertRefused(404, () -> caller.get("Patient/story-patient/$ai-transparency"), "not known");
    }
    assertRefused(404, () -> self().get("DocumentReference/never/$ai-transparency"), "not known");
    assertThat(anonymous().get(note + "/$ai-transparency").status()).isEqualTo(401);
  }

  @Test
  void aiTransparency_whenScopesAreLacking_thenLeftOutAndSaidAndNotCalledMissing() {
    self().post(note + "/$attach-consent", TestCalls.deny("ai-documentation")).ok(Parameters.class);

    Bundle story = story(selfWith("patient/DocumentReference.r patient/Device.r"));

    assertThat(story.getEntry())
        .extracting(entry -> entry.getResource().fhirType())
        .containsOnly("Composition", "OperationOutcome", "DocumentReference", "Device");
    Composition summary = summary(story);
    assertThat(missing(summary)).containsExactlyInAnyOrder("no-explanation", "no-review");
    assertThat(summary.getExtensionsByUrl(Canonical.Extension.AI_USE_DECISION)).isEmpty();
    assertThat(section(summary, "consent")).isEqualTo("This app may not show what you chose.");
    assertThat(section(summary, "not-shown")).contains("how it was made", "what you chose");
    assertThat(told(story)).hasSize(7).allMatch(one -> one.startsWith("suppressed: "));
    assertValid(story);
  }

  @Test
  void aiTransparency_whenGranularScope_thenSaidThatPartIsNotShown() {
    Bundle story = story(selfWith("patient/DocumentReference.r patient/Consent.rs?status=active"));

    assertThat(told(story)).anyMatch(one -> one.contains("what you chose"));
    assertThat(summary(story).getExtensionsByUrl(Canonical.Extension.AI_USE_DECISION)).isEmpty();
  }

  @Test
  void aiTransparency_whenScopeForDocumentsIsLacking_thenForbidden() {
    assertRefused(
        403,
        () -> selfWith("patient/Consent.rs").get(note + "/$ai-transparency"),
        "DocumentReference.r");
  }

  // ---- what is no story

  @Test
  void aiTransparency_whenNotWrittenByAi_thenUnprocessable() {
    DocumentReference human =
        scribe()
            .post("DocumentReference", new TestResources("story-patient", "human").document(null))
            .ok(DocumentReference.class);

    assertRefused(
        422, () -> self().get(reference(human) + "/$ai-transparency"), "AIAST", "meta.security");
  }

  @Test
  void aiTransparency_whenDeleted_thenAsAReadIs() {
    DocumentReference human =
        scribe()
            .post("DocumentReference", new TestResources("story-patient", "gone").document(null))
            .ok(DocumentReference.class);
    scribe().delete(reference(human));

    int read = self().get(reference(human)).status();
    Api.Answer story = self().get(reference(human) + "/$ai-transparency");

    assertThat(story.status()).as(story.body()).isEqualTo(read).isIn(404, 410);
  }

  @Test
  void aiTransparency_whenParameterIsBad_thenRefusedByName() {
    assertRefused(400, () -> self().get(note + "/$ai-transparency?language=_"), "language");
    assertRefused(400, () -> self().get(note + "/$ai-transparency?language="), "language");
    assertRefused(
        400, () -> self().get(note + "/$ai-transparency?language=en&language=es"), "once");
    assertRefused(400, () -> self().get(note + "/$ai-transparency?langauge=en"), "langauge");
    assertRefused(
        400, () -> self().get("Patient/story-patient/$ai-transparency?_count=0"), "_count");
    assertRefused(
        400, () -> self().get("Patient/story-patient/$ai-transparency?_offset=-1"), "_offset");
    assertRefused(400, () -> self().post(note + "/$ai-transparency", new Patient()), "Parameters");
  }

  // ---- all documents of a patient

  @Test
  void ofPatient_whenPaged_thenLinksLeadThroughAllDocumentsNewestFirst() {
    String patient = newPatient("story-paged");
    for (int i = 0; i < 5; i++) {
      newNote("story-paged");
    }

    Bundle first =
        person("story-paged")
            .get(patient + "/$ai-transparency?_count=2&language=en")
            .ok(Bundle.class);

    assertThat(first.getTotal()).isEqualTo(5);
    Composition all = summary(first);
    assertThat(words(all))
        .contains("There are 5 texts in your record that an AI wrote.")
        .contains("A person checked none of them.", "5 were written without your yes.")
        .contains("NoteMaker: 5 texts", "Here are texts 1 to 2", "There are more");
    assertThat(count(all, "total")).isEqualTo(5);
    assertThat(count(all, "without-consent")).isEqualTo(5);
    assertThat(first.getEntry())
        .extracting(entry -> entry.getResource().fhirType())
        .containsExactly(
            "Composition", "Composition", "DocumentReference", "Composition", "DocumentReference");
    // As it came: HAPI's client takes the ids of the summaries away.
    assertThat(
            RecordValidation.shared()
                .validate(
                    asItCame(person("story-paged").get(patient + "/$ai-transparency?_count=2")))
                .getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();

    List<String> seen = new ArrayList<>(documents(first));
    Bundle page = first;
    while (page.getLink("next") != null) {
      Bundle next = person("story-paged").get(path(page, "next")).ok(Bundle.class);
      assertThat(documents(person("story-paged").get(path(next, "previous")).ok(Bundle.class)))
          .isEqualTo(documents(page));
      page = next;
      seen.addAll(documents(page));
    }
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    List<Date> dates =
        seen.stream()
            .map(one -> person("story-paged").get(one).ok(DocumentReference.class).getDate())
            .toList();
    assertThat(dates).isSortedAccordingTo(Comparator.reverseOrder());
    String whole = path(first.getEntry().get(2), "describedby");
    assertThat(summary(person("story-paged").get(whole).ok(Bundle.class)).getSection())
        .hasSizeGreaterThan(5);
  }

  private static Bundle asItCame(Api.Answer answer) {
    IParser parser = FhirR4.context().newJsonParser();
    parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
    return parser.parseResource(Bundle.class, answer.body());
  }

  private String newPatient(String id) {
    Patient patient = new Patient();
    patient.setId(id);
    return reference(scribe().put(patient).ok(Patient.class));
  }

  private String path(Bundle bundle, String relation) {
    return bundle.getLink(relation).getUrl().replace(server() + "/fhir/", "");
  }

  private String path(Bundle.BundleEntryComponent entry, String relation) {
    return entry.getLink(relation).getUrl().replace(server() + "/fhir/", "");
  }

  private static List<String> documents(Bundle page) {
    return all(page, DocumentReference.class).stream().map(OperationTest::reference).toList();
  }

  @Test
  void ofPatient_whenThereIsNone_thenSaysSo() {
    Bundle none =
        person("story-none").get(newPatient("story-none") + "/$ai-transparency").ok(Bundle.class);

    assertThat(none.getTotal()).isZero();
    assertThat(words(summary(none))).contains("There is no text in your record that an AI wrote.");
    assertThat(none.getLink("next")).isNull();
  }

  @Test
  void ofPatient_whenExplained_thenTheExplanationIsNoDocumentOfItsOwn() {
    explain(scribe(), TestCalls.generate("en")).ok(Parameters.class);

    Bundle page = self().get("Patient/story-patient/$ai-transparency?_count=50").ok(Bundle.class);

    assertThat(all(page, DocumentReference.class))
        .noneMatch(
            one ->
                one.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION));
    int place = documents(page).indexOf(note);
    Composition summary = all(page, Composition.class).get(place + 1);
    assertThat(missing(summary)).doesNotContain("no-explanation").contains("no-review");
  }

  @Test
  void ofPatient_whenOwnPatientAsks_thenOnlyTheirs() {
    Bundle page = self().get("Patient/story-patient/$ai-transparency?_count=50").ok(Bundle.class);

    assertThat(all(page, DocumentReference.class))
        .isNotEmpty()
        .allMatch(one -> one.getSubject().getReference().equals("Patient/story-patient"));
    assertThat(documents(page)).contains(note);
  }

  @Test
  void ofPatient_whenManyDocuments_thenNoMoreStatementsThanForFew() {
    newPatient("story-few");
    newPatient("story-many");
    for (int i = 0; i < 2; i++) {
      newNote("story-few");
    }
    for (int i = 0; i < 12; i++) {
      newNote("story-many");
    }

    long few = fewestStatements("story-few");
    long many = fewestStatements("story-many");

    assertThat(few).isPositive();
    assertThat(many).as("statements for 12 documents, against 2").isLessThanOrEqualTo(few + 2);
  }

  /**
   * Of several calls: what is asked only once, such as names of types, is known after the first,
   * and jobs in the background make statements of their own.
   */
  private long fewestStatements(String patient) {
    return LongStream.range(0, 4).map(call -> statements(patient)).min().getAsLong();
  }

  private long statements(String patient) {
    org.hibernate.stat.Statistics statistics =
        bean(jakarta.persistence.EntityManagerFactory.class)
            .unwrap(org.hibernate.SessionFactory.class)
            .getStatistics();
    boolean before = statistics.isStatisticsEnabled();
    statistics.setStatisticsEnabled(true);
    try {
      long start = statistics.getPrepareStatementCount();
      person(patient).get("Patient/" + patient + "/$ai-transparency").ok(Bundle.class);
      return statistics.getPrepareStatementCount() - start;
    } finally {
      statistics.setStatisticsEnabled(before);
    }
  }

  @Test
  void story_whenHiddenDocumentsWouldFillItsLimit_thenWhatIsSeenIsThereAll() {
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    Api eve = person("flow-eve");
    jdbc.update("delete from eqp_consent_statement where patient_id = 'flow-eve'");
    Api.Answer parked = scribe().post("DocumentReference", FlowRecords.note("flow-eve"));
    String shown =
        new org.hl7.fhir.r4.model.IdType(parked.header("Location").orElseThrow())
            .toUnqualifiedVersionless()
            .getValue();
    eve.post(shown + "/$attach-consent", TestCalls.permit("ai-documentation")).ok(Parameters.class);
    Api author = Api.as(server(), "flow-author", SECRET, "user/*.cruds");
    author.post(shown + "/$attach-explanation", TestCalls.generate("en")).ok(Parameters.class);
    for (int i = 0; i < 12; i++) {
      DocumentReference translation = FlowRecords.note("flow-eve");
      translation
          .addRelatesTo()
          .setCode(DocumentReference.DocumentRelationshipType.TRANSFORMS)
          .setTarget(new Reference(shown));
      assertThat(scribe().post("DocumentReference", translation).status()).isEqualTo(201);
    }
    Api colleague = Api.as(server(), "flow-colleague", SECRET, "user/*.cruds");

    Bundle story = colleague.get(shown + "/$ai-transparency").ok(Bundle.class);

    assertThat(missing(summary(story))).doesNotContain("no-explanation");
    assertThat(told(story)).noneMatch(one -> one.contains("documents"));
    assertThat(
            all(story, DocumentReference.class).stream()
                .filter(
                    one ->
                        one.getRelatesTo().stream()
                            .anyMatch(to -> to.getTarget().getReference().contains(shown))))
        .hasSize(1);
  }
}
