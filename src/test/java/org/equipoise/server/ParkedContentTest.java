package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.equipoise.consent.enforcement.ParkedReleases;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is hidden with a parked document, what never is, and how it is released by time alone. */
class ParkedContentTest extends ServerTest {

  private static final String EVE = "flow-eve";

  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", EVE);
  }

  private Api author() {
    return Api.as(server(), "flow-author", SECRET, "user/*.cruds");
  }

  private Api colleague() {
    return Api.as(server(), "flow-colleague", SECRET, "user/*.cruds");
  }

  private Api eve() {
    return Api.as(server(), EVE, SECRET, "patient/*.cruds");
  }

  private void decide(Parameters decision) {
    eve().post("Patient/" + EVE + "/$decide-ai-use", decision).ok(Parameters.class);
  }

  private static String location(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new IdType(answer.header("Location").orElseThrow())
        .toUnqualifiedVersionless()
        .getValue();
  }

  private String parked() {
    String note = location(scribe().post("DocumentReference", FlowRecords.note(EVE)));
    assertThat(colleague().get(note).status()).isEqualTo(404);
    return note;
  }

  /** An Observation that everybody sees, written by another than who writes the notes. */
  private Observation standing() {
    Observation one = FlowRecords.measurement(EVE, 6);
    one.setId((String) null);
    return service("own-clinic").post("Observation", one).ok(Observation.class);
  }

  private Api service(String client) {
    return Api.as(server(), client, SECRET, "system/*.cruds");
  }

  private static Observation derivedFrom(String note) {
    Observation extracted = FlowRecords.measurement(EVE, 7);
    extracted.setId((String) null);
    extracted.addDerivedFrom(new Reference(note));
    return extracted;
  }

  private static Provenance story(String target, String source) {
    Provenance story = TestRecords.provenance(EVE, target);
    story.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(new Reference(source));
    return story;
  }

  private static int total(Api as, String search) {
    return as.get(search + "&_summary=count").ok(Bundle.class).getTotal();
  }

  private void assertSeenByColleague(String resource) {
    assertThat(colleague().get(resource).status()).isEqualTo(200);
    assertThat(total(colleague(), resource.replace("/", "?_id=") + "&patient=Patient/" + EVE))
        .isEqualTo(1);
  }

  @Test
  void link_whenWrittenLaterToWhatStood_thenHidesNothing() {
    String note = parked();
    Observation standing = standing();
    String id = "Observation/" + standing.getIdElement().getIdPart();
    String told = location(scribe().post("Provenance", story(id, note)));

    assertSeenByColleague(id);
    assertThat(colleague().get(told).status()).as("it names the parked one").isEqualTo(404);

    location(author().post("Provenance", story(id, note)));
    assertSeenByColleague(id);

    Observation changed = scribe().get(id).ok(Observation.class);
    changed.addDerivedFrom(new Reference(note));
    Api.Answer stored = scribe().put(changed);
    assertThat(stored.status()).as(stored.body()).isEqualTo(200);
    assertSeenByColleague(id);
    Observation again = scribe().get(id).ok(Observation.class);
    again.addNote().setText("seen");
    assertThat(scribe().put(again).status()).isEqualTo(200);
    assertSeenByColleague(id);
  }

  @Test
  void link_whenTheWriterOfBothSaysItLater_thenHiddenWithIt() {
    Observation one = FlowRecords.measurement(EVE, 6);
    one.setId((String) null);
    String own = location(scribe().post("Observation", one));
    String note = parked();
    assertSeenByColleague(own);

    location(scribe().post("Provenance", story(own, note)));

    assertThat(colleague().get(own).status()).isEqualTo(404);
    assertThat(eve().get(own).status()).isEqualTo(200);
  }

  @Test
  void read_whenTheYesCountedAndEnded_thenWhatWasShownStays() {
    permitFromLater();
    String note = parked();
    String extracted = location(scribe().post("Observation", derivedFrom(note)));
    start(Duration.ofHours(-1));
    assertSeenByColleague(note);

    // An hour ago nobody had looked; the yes ended a minute ago.
    at("eqp_parked", "checked_at", Duration.ofHours(-1));
    at("eqp_consent_statement", "ended_at", Duration.ofMinutes(-1));

    assertSeenByColleague(note);
    assertSeenByColleague(extracted);
    bean(ParkedReleases.class).run();
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.COMPLETED);
    assertSeenByColleague(note);
  }

  @Test
  void read_whenTheYesEndedBeforeTheNoteCame_thenHidden() {
    permitFromLater();
    start(Duration.ofHours(-2));
    at("eqp_consent_statement", "ended_at", Duration.ofHours(-1));

    String note = parked();

    bean(ParkedReleases.class).run();
    assertThat(colleague().get(note).status()).isEqualTo(404);
  }

  private void at(String table, String column, Duration fromNow) {
    jdbc.update(
        "update " + table + " set " + column + " = ? where patient_id = ?",
        Timestamp.from(Instant.now().plus(fromNow)),
        EVE);
  }

  // ---- drafts that nobody uses

  @Test
  void review_whenAParkedDraftIsRejected_thenNobodyAsksThePatientAnyMore() {
    String note = parked();
    Parameters reject =
        TestCalls.with(
            TestCalls.with(new Parameters(), "decision", new CodeType("reject")),
            "reason",
            new StringType("It is of somebody else."));

    Api.Answer reviewed = author().post(note + "/$review", reject, "If-Match", "W/\"1\"");

    assertThat(reviewed.status()).as(reviewed.body()).isEqualTo(200);
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.CANCELLED);
    decide(TestCalls.permit("ai-documentation"));
    assertThat(colleague().get(note).status()).isEqualTo(404);
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.CANCELLED);
    decide(TestCalls.deny("ai-documentation"));
    assertThat(eve().get("Task?focus=" + note).body()).contains("data-deletion-notice");
  }

  // ---- who is told

  @Test
  void notice_whenItsWriterWorksForWhoKeepsIt_thenItsWriterIsNotTold() {
    Api.Answer written = service("own-clinic").post("DocumentReference", FlowRecords.note(EVE));
    String note = location(written);

    decide(TestCalls.deny("ai-documentation"));

    assertThat(eve().get("Task?focus=" + note).body()).contains("data-deletion-notice");
    assertThat(total(service("own-clinic"), "Task?focus=" + note)).isZero();
    Observation more = derivedFrom(note);
    assertThat(service("own-clinic").post("Observation", more).status()).isEqualTo(400);
  }

  // ---- very many of them

  @Test
  void search_whenVeryManyDocumentsWait_thenRefusedInWordsUnlessItNamesThePatientOrTheDocument() {
    String note = parked();
    List<Object[]> many =
        IntStream.range(0, 21_000).mapToObj(number -> new Object[] {"waiting-" + number}).toList();
    jdbc.batchUpdate(
        "insert into eqp_ai_document (document_id, patient_id, authors) values (?, 'nobody', '')",
        many);
    jdbc.batchUpdate(
        "insert into eqp_parked (document_id, patient_id, client_id, task_id, state)"
            + " values (?, 'nobody', 'demo-scribe', 'none', 'asked')",
        many);
    jdbc.update(
        "insert into eqp_ai_content (content, document_id)"
            + " select concat('DocumentReference/', document_id), document_id"
            + " from eqp_ai_document where patient_id = 'nobody'");
    try {
      Api service = service("own-clinic");
      Api.Answer all = service.get("DocumentReference?_count=1");
      assertThat(all.status()).as(all.body()).isEqualTo(422);
      assertThat(all.body()).contains("name the patient");
      assertThat(total(service, note.replace("/", "?_id="))).isZero();
      assertThat(service.get("DocumentReference?patient=Patient/" + EVE).status()).isEqualTo(200);
    } finally {
      jdbc.update(
          "delete from eqp_ai_content where document_id in"
              + " (select document_id from eqp_ai_document where patient_id = 'nobody')");
      jdbc.update("delete from eqp_parked where patient_id = 'nobody'");
      jdbc.update("delete from eqp_ai_document where patient_id = 'nobody'");
    }
  }

  // ---- what is no document

  private static DiagnosticReport report() {
    DiagnosticReport report = new DiagnosticReport();
    report.setStatus(DiagnosticReport.DiagnosticReportStatus.FINAL);
    report.getCode().setText("Visit");
    report.setSubject(new Reference("Patient/" + EVE));
    report.setConclusion("Secretword: a whole note.");
    return report;
  }

  private static Composition composition() {
    Composition note = new Composition();
    note.setStatus(Composition.CompositionStatus.PRELIMINARY).setTitle("Visit");
    note.getType().setText("Note");
    note.setSubject(new Reference("Patient/" + EVE)).setDate(new Date());
    note.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));
    return note;
  }

  private static Observation finding() {
    Observation finding = FlowRecords.measurement(EVE, 9);
    finding.setId((String) null);
    return finding;
  }

  private void assertNotTaken(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("AI");
  }

  @Test
  void write_whenAnAiWritesItAsAnotherType_thenRefusedUnlessPermitted() {
    Resource byDevice = finding().setDevice(new Reference(TestRecords.SCRIBE_DEVICE));
    Observation labelled = finding();
    AiDocument.label(labelled, Canonical.AIAST);
    int before = total(eve(), "Observation?patient=Patient/" + EVE);
    for (boolean refused : new boolean[] {false, true}) {
      if (refused) {
        decide(TestCalls.deny("ai-documentation"));
      }
      assertNotTaken(service("ai-writer").post("DiagnosticReport", report()));
      assertNotTaken(service("ai-writer").post("Observation", finding()));
      assertNotTaken(scribe().post("Composition", composition()));
      assertNotTaken(scribe().post("Observation", byDevice));
      assertNotTaken(author().post("Observation", byDevice));
      assertNotTaken(scribe().post("Observation", labelled));
      Bundle together = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      TestRecords.post(together, FlowRecords.note(EVE));
      TestRecords.post(together, byDevice);
      assertNotTaken(scribe().post("", together));
    }
    assertThat(total(eve(), "Observation?patient=Patient/" + EVE)).isEqualTo(before);
    assertThat(author().post("Observation", finding()).status()).as("no AI").isEqualTo(201);

    decide(FlowRecords.about(TestCalls.permit("ai-documentation"), TestRecords.SCRIBE_DEVICE));

    assertThat(service("ai-writer").post("DiagnosticReport", report()).status()).isEqualTo(201);
    String taken = location(scribe().post("Observation", byDevice));
    assertSeenByColleague(taken);
  }

  @Test
  void write_whenADocumentNamesAnAiWithoutTheLabel_thenParkedLikeALabelledOne() {
    DocumentReference unlabelled = FlowRecords.note(EVE);
    unlabelled.setMeta(null);

    String note = location(scribe().post("DocumentReference", unlabelled));

    assertThat(colleague().get(note).status()).isEqualTo(404);
    assertThat(AiDocument.is(eve().get(note).ok(DocumentReference.class))).isTrue();
  }

  @Test
  void write_whenAnAiWritesWhatHangsOnItsParkedNote_thenHiddenWithIt() {
    String note = parked();
    Observation extracted = derivedFrom(note);
    extracted.setDevice(new Reference(TestRecords.SCRIBE_DEVICE));
    String alone = location(scribe().post("Observation", extracted));
    String url = "urn:uuid:2b1f0a1c-3a0e-4b5e-9d0f-1f2e3d4c5b6a";
    Observation silent = finding().setDevice(new Reference(TestRecords.SCRIBE_DEVICE));
    Bundle together = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(together, silent).setFullUrl(url);
    TestRecords.post(together, story(url, note));
    Bundle written = scribe().post("", together).ok(Bundle.class);
    String toldOf =
        new IdType(written.getEntryFirstRep().getResponse().getLocation())
            .toUnqualifiedVersionless()
            .getValue();

    for (String one : new String[] {alone, toldOf}) {
      assertThat(colleague().get(one).status()).as(one).isEqualTo(404);
      assertThat(eve().get(one).status()).as(one).isEqualTo(200);
    }
  }

  @Test
  void link_whenAnExistingDocumentSaysIt_thenHidesNothing() {
    String note = parked();
    DocumentReference plain = FlowRecords.note(EVE);
    plain.getMeta().setSecurity(null);
    plain.getAuthor().clear();
    plain.addAuthor(new Reference("Practitioner/flow-author"));
    DocumentReference own = author().post("DocumentReference", plain).ok(DocumentReference.class);
    String id = "DocumentReference/" + own.getIdElement().getIdPart();
    assertSeenByColleague(id);
    own.addRelatesTo()
        .setCode(DocumentReference.DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(note));

    Api.Answer changed = author().put(own);

    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertSeenByColleague(id);
  }

  @Test
  void link_whenWhatIsDerivedIsNew_thenHiddenWithIt() {
    String note = parked();
    String saysItself = location(scribe().post("Observation", derivedFrom(note)));
    Observation silent = FlowRecords.measurement(EVE, 8);
    silent.setId((String) null);
    String url = "urn:uuid:1a1f0a1c-3a0e-4b5e-9d0f-1f2e3d4c5b6a";
    Bundle together = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    // The story first, so that nothing depends on the order.
    TestRecords.post(together, story(url, note));
    TestRecords.post(together, silent).setFullUrl(url);
    Bundle written = scribe().post("", together).ok(Bundle.class);
    String toldOf =
        new IdType(written.getEntry().get(1).getResponse().getLocation())
            .toUnqualifiedVersionless()
            .getValue();

    for (String one : new String[] {saysItself, toldOf}) {
      assertThat(colleague().get(one).status()).as(one).isEqualTo(404);
      assertThat(eve().get(one).status()).as(one).isEqualTo(200);
      assertThat(total(colleague(), one.replace("/", "?_id="))).isZero();
    }
    decide(TestCalls.permit("ai-documentation"));
    assertSeenByColleague(saysItself);
    assertSeenByColleague(toldOf);
  }

  // ---- a yes that counts later

  /** A yes to documentation, which begins to count in an hour. */
  private void permitFromLater() {
    decide(TestCalls.permit("ai-documentation"));
    start(Duration.ofHours(1));
  }

  private void start(Duration fromNow) {
    jdbc.update(
        "update eqp_consent_statement set started_at = ? where patient_id = ?",
        Timestamp.from(Instant.now().plus(fromNow)),
        EVE);
  }

  private Task asked(String note) {
    return (Task)
        eve()
            .get("Task?focus=" + note + "&code=consent-request")
            .ok(Bundle.class)
            .getEntryFirstRep()
            .getResource();
  }

  @Test
  void read_whenTheYesBeginsToCount_thenSeenAtOnceAndReleasedSoon() {
    permitFromLater();
    String note = parked();
    String extracted = location(scribe().post("Observation", derivedFrom(note)));
    bean(ParkedReleases.class).run();
    assertThat(colleague().get(note).status()).as("too early").isEqualTo(404);

    start(Duration.ofHours(-1));

    assertSeenByColleague(note);
    assertSeenByColleague(extracted);
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.REQUESTED);
    bean(ParkedReleases.class).run();
    bean(ParkedReleases.class).run();
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.COMPLETED);
    assertThat(asked(note).getBusinessStatus().getText()).contains("allowed");
    assertThat(asked(note).getMeta().getVersionId()).isEqualTo("2");
    assertSeenByColleague(note);
  }

  @Test
  void decide_whenTheYesCountedAndIsTakenBack_thenWhatWasShownStays() {
    permitFromLater();
    String note = parked();
    start(Duration.ofHours(-1));
    assertSeenByColleague(note);

    decide(TestCalls.deny("ai-documentation"));

    assertSeenByColleague(note);
    assertThat(asked(note).getStatus()).isEqualTo(Task.TaskStatus.COMPLETED);
    assertThat(eve().get("Task?focus=" + note).body()).doesNotContain("data-deletion-notice");
  }

  @Test
  void decide_whenRefusedBeforeTheYesCounts_thenHiddenForGood() {
    permitFromLater();
    String note = parked();

    decide(TestCalls.deny("ai-documentation"));
    bean(ParkedReleases.class).run();

    assertThat(colleague().get(note).status()).isEqualTo(404);
    assertThat(author().get(note).status()).isEqualTo(404);
  }

  // ---- two at once

  private static Bundle concluded(List<String> patients) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String patient : patients) {
      Observation one = FlowRecords.measurement(patient, 1);
      one.setId((String) null);
      TestRecords.post(bundle, one.setDevice(new Reference(TestRecords.SCRIBE_DEVICE)));
      TestRecords.post(bundle, FlowRecords.note(patient));
    }
    return bundle;
  }

  @Test
  void transaction_whenOthersWriteAboutTheSamePatientsInOppositeOrder_thenAllAreStored() {
    String dee = "flow-dee";
    decide(TestCalls.permit("ai-documentation"));
    permitDocumentation(Api.as(server(), dee, SECRET, "patient/*.cruds"), dee);
    int pairs = 4;
    Instant start = Instant.now();

    List<Integer> answers =
        IntStream.range(0, 2 * pairs)
            .mapToObj(i -> i % 2 == 0 ? List.of(EVE, dee) : List.of(dee, EVE))
            .map(
                order ->
                    CompletableFuture.supplyAsync(
                        () -> scribe().post("", concluded(order)).status(), threads))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(answers).containsOnly(200);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }
}
