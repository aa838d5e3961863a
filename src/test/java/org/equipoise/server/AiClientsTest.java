package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an AI reads: the data of patients who permit its purpose, on every door; nothing, and no
 * word of it, of all others. Ada permits, Ben refuses, Cy was not asked, Dee permits one document.
 */
class AiClientsTest extends ServerTest {

  private static final String PURPOSE = "ai-decision-use";
  private static final String ADA = "flow-ada";
  private static final String BEN = "flow-ben";
  private static final String CY = "flow-cy";
  private static final String DEE = "flow-dee";

  @BeforeEach
  void decisions() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    forget();
    decide(ADA, TestCalls.permit(PURPOSE));
    decide(BEN, TestCalls.deny(PURPOSE));
  }

  private Api advisor() {
    return Api.as(server(), "ai-advisor", SECRET, "system/*.cruds");
  }

  private Api self(String patient) {
    return Api.as(server(), patient, SECRET, "patient/*.cruds");
  }

  private void decide(String patient, Parameters decision) {
    self(patient).post("Patient/" + patient + "/$decide-ai-use", decision).ok(Parameters.class);
  }

  /** As if nothing had ever been said. */
  private void forget() {
    FlowRecords.PATIENTS.forEach(
        patient -> jdbc.update("delete from eqp_consent_statement where patient_id = ?", patient));
  }

  private static int total(Api as, String search) {
    Bundle counted =
        as.get(search + (search.contains("?") ? "&" : "?") + "_summary=count").ok(Bundle.class);
    Bundle listed =
        as.get(search + (search.contains("?") ? "&" : "?") + "_count=200&_total=accurate")
            .ok(Bundle.class);
    assertThat(listed.getTotal()).as(search).isEqualTo(counted.getTotal());
    assertThat(
            listed.getEntry().stream()
                .filter(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.MATCH))
        .as(search)
        .hasSize(counted.getTotal());
    return counted.getTotal();
  }

  @Test
  void read_whenPatientPermits_thenShownByEveryDoor() {
    assertThat(advisor().get("Patient/" + ADA).status()).isEqualTo(200);
    assertThat(advisor().get("Patient/" + ADA + "/_history").status()).isEqualTo(200);
    assertThat(advisor().get("Observation/" + ADA + "-weight-0").status()).isEqualTo(200);
    assertThat(total(advisor(), "Observation?patient=Patient/" + ADA)).isEqualTo(3);
    assertThat(total(advisor(), "Observation?subject=Patient/" + ADA + "&code=29463-7"))
        .isEqualTo(3);
    assertThat(total(advisor(), "Patient?_id=" + ADA)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {BEN, CY, DEE})
  void read_whenPatientDoesNotPermit_thenNothingByAnyDoor(String patient) {
    for (String one :
        List.of(
            "Patient/" + patient,
            "Patient/" + patient + "/_history",
            "Patient/" + patient + "/_history/1",
            "Observation/" + patient + "-weight-0",
            "Encounter/" + patient + "-visit",
            "Observation/" + patient + "-weight-0/_history")) {
      Api.Answer refused = advisor().get(one);
      Api.Answer unknown = advisor().get(one.replace(patient, "nobody-at-all"));
      assertThat(refused.status()).as(one).isEqualTo(404).isEqualTo(unknown.status());
      assertThat(refused.body().replace(patient, "nobody-at-all"))
          .as(one)
          .isEqualTo(unknown.body());
    }
    for (String search :
        List.of(
            "Patient?_id=" + patient,
            "Observation?patient=Patient/" + patient,
            "Observation?subject=Patient/" + patient,
            "Observation?_id=" + patient + "-weight-0",
            "Observation?subject:Patient.family=Secretname&patient=" + patient,
            "Encounter?patient=" + patient,
            "CareTeam?patient=" + patient,
            "Consent?patient=" + patient)) {
      assertThat(total(advisor(), search)).as(search).isZero();
    }
    assertThat(advisor().delete("Observation/" + patient + "-weight-0").status()).isEqualTo(404);
    assertThat(advisor().put(FlowRecords.measurement(patient, 0)).status()).isEqualTo(404);
  }

  @Test
  void search_whenNoPatientIsNamed_thenThoseWhoPermitAlone() {
    Bundle found = advisor().get("Observation?code=29463-7&_count=200").ok(Bundle.class);

    assertThat(found.getEntry())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.getResource().getId()).contains(ADA));
    assertThat(found.getTotal()).isEqualTo(3);
    assertThat(total(advisor(), "Patient?family=Secretname")).isEqualTo(1);
    assertThat(total(advisor(), "Observation?patient=Patient/" + ADA + ",Patient/" + BEN))
        .isEqualTo(3);
    assertThat(total(advisor(), "Practitioner?_id=flow-author")).isEqualTo(1);
  }

  @Test
  void search_whenPaged_thenPagesHoldWhatTheTotalSays() {
    List<String> ids = new ArrayList<>();
    String next = "Observation?code=29463-7&_count=2";
    while (next != null) {
      Bundle page = advisor().get(next).ok(Bundle.class);
      page.getEntry().forEach(entry -> ids.add(entry.getResource().getIdElement().getIdPart()));
      next =
          page.getLink(Bundle.LINK_NEXT) == null
              ? null
              : page.getLink(Bundle.LINK_NEXT).getUrl().replaceFirst(".*/fhir/?", "");
    }
    assertThat(ids).hasSize(3).doesNotHaveDuplicates().allMatch(id -> id.startsWith(ADA));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?_has:Observation:patient:code=29463-7",
        "Observation?encounter.status=in-progress",
        "Observation?_list=1",
        "Observation?_sort=encounter.date"
      })
  void search_whenItLooksElsewhere_thenRefused(String search) {
    Api.Answer refused = advisor().get(search);
    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
  }

  @Test
  void include_whenWithheld_thenLeftOut() {
    Bundle found =
        advisor()
            .get("Practitioner?_id=flow-author&_revinclude=Encounter:participant&_count=50")
            .ok(Bundle.class);

    assertThat(found.getEntry())
        .extracting(entry -> entry.getResource().getIdElement().getIdPart())
        // Other tests' patients may permit it, too.
        .filteredOn(id -> id.startsWith("flow-"))
        .containsExactlyInAnyOrder("flow-author", ADA + "-visit");
  }

  @Test
  void batchAndTransaction_whenTheyRead_thenTheSame() {
    for (Bundle.BundleType type : List.of(Bundle.BundleType.TRANSACTION, Bundle.BundleType.BATCH)) {
      Bundle bundle = new Bundle().setType(type);
      get(bundle, "Observation?patient=Patient/" + BEN);
      get(bundle, "Observation?patient=Patient/" + ADA);
      Api.Answer answer = advisor().post("", bundle);
      assertThat(answer.status()).as(type + " " + answer.body()).isEqualTo(200);
      Bundle answered = answer.as(Bundle.class);
      assertThat(answered.getEntry())
          .as(type.toCode())
          .hasSize(2)
          .allMatch(entry -> entry.getResponse().getStatus().startsWith("200"));
      assertThat(((Bundle) answered.getEntry().get(0).getResource()).getTotal()).isZero();
      assertThat(((Bundle) answered.getEntry().get(1).getResource()).getTotal()).isEqualTo(3);
      assertThat(answer.body()).doesNotContain(BEN + "-weight");
    }
  }

  @Test
  void read_whenConsentsContradictEachOther_thenTheNoWinsByEveryDoor() {
    decide(CY, FlowRecords.about(TestCalls.permit(PURPOSE), TestRecords.SCRIBE_DEVICE));
    int all = total(self(CY), "Observation?patient=Patient/" + CY);
    assertThat(total(advisor(), "Observation?patient=Patient/" + CY)).isEqualTo(all).isPositive();
    // The same matter by another door, so that neither takes the place of the other.
    Consent deny = ConsentRecords.deny(CY, PURPOSE);
    deny.getProvision()
        .addActor()
        .setRole(
            new CodeableConcept(
                new Coding().setSystem(Canonical.System.PARTICIPATION_TYPE).setCode("IRCP")))
        .setReference(new Reference(TestRecords.SCRIBE_DEVICE));
    Api.Answer posted = self(CY).post("Consent", deny);
    assertThat(posted.status()).as(posted.body()).isEqualTo(201);

    assertThat(advisor().get("Patient/" + CY).status()).isEqualTo(404);
    assertThat(total(advisor(), "Observation?patient=Patient/" + CY)).isZero();
    assertThat(total(advisor(), "Observation?code=29463-7")).isEqualTo(3);

    Consent lifted = self(CY).get(idOf(posted)).ok(Consent.class);
    self(CY).put(lifted.setStatus(Consent.ConsentState.REJECTED)).ok(Consent.class);
    assertThat(total(advisor(), "Observation?patient=Patient/" + CY))
        .as("the yes is still there")
        .isEqualTo(all);
  }

  private static String idOf(Api.Answer created) {
    return new IdType(created.header("Location").orElseThrow())
        .toUnqualifiedVersionless()
        .getValue();
  }

  @Test
  void page_whenItsLinkIsFollowedAfterAWithdrawal_thenNothing() {
    String next =
        advisor()
            .get("Observation?code=29463-7&_count=1")
            .ok(Bundle.class)
            .getLink(Bundle.LINK_NEXT)
            .getUrl()
            .replaceFirst(".*/fhir/?", "");
    assertThat(advisor().get(next).ok(Bundle.class).getEntry()).hasSize(1);

    self(ADA).post("Patient/" + ADA + "/$withdraw-consent", new Parameters()).ok(Parameters.class);

    Bundle page = advisor().get(next).ok(Bundle.class);
    Bundle nothing = advisor().get(next.replace("29463-7", "nothing-like-it")).ok(Bundle.class);
    assertThat(page.getEntry()).isEmpty();
    assertThat(page.getTotal()).isEqualTo(nothing.getTotal());
  }

  private static void get(Bundle bundle, String url) {
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url);
  }

  @Test
  void document_whenPermittedOnItsOwn_thenFoundWhereThePatientIsNamed() {
    permitDocumentation(self(DEE), DEE);
    String allowed = note(DEE);
    String other = note(DEE);
    self(DEE).post(allowed + "/$attach-consent", TestCalls.permit(PURPOSE)).ok(Parameters.class);

    assertThat(advisor().get(allowed).status()).isEqualTo(200);
    assertThat(advisor().get(other).status()).isEqualTo(404);
    Bundle found = advisor().get("DocumentReference?patient=Patient/" + DEE).ok(Bundle.class);
    assertThat(found.getTotal()).isEqualTo(1);
    assertThat(found.getEntryFirstRep().getResource().getId()).contains(allowed);
    assertThat(total(advisor(), "Observation?patient=Patient/" + DEE)).isZero();
  }

  @Test
  void document_whenRefusedOnItsOwn_thenLeftOutOfWhatIsPermitted() {
    permitDocumentation(self(ADA), ADA);
    String shown = note(ADA);
    String refused = note(ADA);
    int before = total(advisor(), "DocumentReference?patient=Patient/" + ADA);
    self(ADA).post(refused + "/$attach-consent", TestCalls.deny(PURPOSE)).ok(Parameters.class);

    assertThat(advisor().get(shown).status()).isEqualTo(200);
    assertThat(advisor().get(refused).status()).isEqualTo(404);
    assertThat(total(advisor(), "DocumentReference?patient=Patient/" + ADA)).isEqualTo(before - 1);
    String id = refused.substring(refused.indexOf('/') + 1);
    assertThat(
            total(
                advisor(),
                "DocumentReference?patient=Patient/"
                    + ADA
                    + "&_id="
                    + id
                    + ","
                    + shown.substring(shown.indexOf('/') + 1)))
        .isEqualTo(1);
    assertThat(total(advisor(), "DocumentReference?patient=Patient/" + ADA + "&_id:not=" + id))
        .isEqualTo(before - 1);
  }

  private String note(String patient) {
    return "DocumentReference/"
        + scribe()
            .post("DocumentReference", FlowRecords.note(patient))
            .ok(DocumentReference.class)
            .getIdElement()
            .getIdPart();
  }

  @Test
  void write_whenAnAiWritesForWhomItMayNotRead_thenTakenAndNotShown() {
    Api writer = Api.as(server(), "ai-writer", SECRET, "system/*.cruds");

    Api.Answer answer = writer.post("DocumentReference", FlowRecords.note(CY));

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    String note =
        new IdType(answer.header("Location").orElseThrow()).toUnqualifiedVersionless().getValue();
    assertThat(writer.get(note).status()).isEqualTo(404);
    decide(CY, TestCalls.permit("ai-documentation"));
    assertThat(writer.get(note).status()).isEqualTo(200);
    assertThat(advisor().get(note).status()).isEqualTo(404);
  }

  @Test
  void write_whenAnAiLeavesItsLabelOut_thenLabelledAndHeldToConsent() {
    Api writer = Api.as(server(), "ai-writer", SECRET, "system/*.cruds");
    DocumentReference note = FlowRecords.note(CY);
    note.setMeta(new Meta());
    note.setAuthor(List.of());

    Api.Answer answer = writer.post("DocumentReference", note);

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    String stored =
        new IdType(answer.header("Location").orElseThrow()).toUnqualifiedVersionless().getValue();
    assertThat(scribe().get(stored).status()).isEqualTo(404);
    DocumentReference seen = self(CY).get(stored).ok(DocumentReference.class);
    assertThat(AiDocument.is(seen)).isTrue();
    assertThat(seen.getAuthor())
        .anyMatch(author -> author.getReference().equals(TestRecords.SCRIBE_DEVICE));
  }

  private static Bundle put(Bundle.BundleType type, Observation changed) {
    Bundle bundle = new Bundle().setType(type);
    TestRecords.put(bundle, changed);
    return bundle;
  }

  @Test
  void change_whenAnAiMayReadButNotWrite_thenRefusedByEveryDoor() {
    Observation measured = FlowRecords.measurement(ADA, 0);
    measured.setId((String) null);
    Observation changed = scribe().post("Observation", measured).ok(Observation.class);
    changed.setValue(new StringType("what an AI concludes"));
    String id = "Observation/" + changed.getIdElement().getIdPart();
    assertThat(advisor().get(id).status()).isEqualTo(200);
    String patch = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]";

    Api.Answer put = advisor().put(changed);
    Api.Answer patched = advisor().exchange("PATCH", id, "application/json-patch+json", patch);
    Api.Answer within = advisor().post("", put(Bundle.BundleType.TRANSACTION, changed));
    Api.Answer entry = advisor().post("", put(Bundle.BundleType.BATCH, changed));

    for (Api.Answer refused : List.of(put, patched, within)) {
      assertThat(refused.status()).as(refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains("has not been asked");
    }
    assertThat(entry.ok(Bundle.class).getEntryFirstRep().getResponse().getStatus())
        .startsWith("422");
    assertThat(scribe().get(id).body())
        .doesNotContain("what an AI concludes")
        .doesNotContain("amended");
    permitDocumentation(self(ADA), ADA);
    Api.Answer permitted = advisor().put(changed);
    assertThat(permitted.status()).as(permitted.body()).isEqualTo(200);
    assertThat(scribe().get(id).body()).contains("what an AI concludes");
  }

  @Test
  void story_whenOneDocumentAloneIsPermitted_thenBeginsWithASummaryOfThat() {
    permitDocumentation(self(DEE), DEE);
    String allowed = note(DEE);
    String other = note(DEE);
    self(DEE).post(allowed + "/$attach-consent", TestCalls.permit(PURPOSE)).ok(Parameters.class);

    Api.Answer answer = advisor().get(allowed + "/$ai-transparency?language=en");

    Bundle story = answer.ok(Bundle.class);
    assertThat(story.getEntryFirstRep().getResource()).isInstanceOf(Composition.class);
    Composition summary = (Composition) story.getEntryFirstRep().getResource();
    assertThat(summary.getText().getDivAsString()).contains("NoteMaker");
    assertThat(answer.body())
        .contains(allowed)
        .contains("suppressed")
        .doesNotContain(other)
        .doesNotContain("Consent/")
        .doesNotContain("Secretname");
    assertThat(advisor().get(other + "/$ai-transparency").status()).isEqualTo(404);
  }

  @Test
  void condition_whenAnAiAsks_thenRefusedSinceItWouldTell() {
    assertThat(
            advisor()
                .post(
                    "Observation",
                    FlowRecords.measurement(ADA, 1),
                    "If-None-Exist",
                    "patient=Patient/" + BEN)
                .status())
        .isEqualTo(403);
  }

  @Test
  void withdraw_whenReadAtOnceOnOtherThreads_thenNothingIsShown() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 5; round++) {
        decide(ADA, TestCalls.permit(PURPOSE));
        assertThat(total(advisor(), "Observation?patient=Patient/" + ADA)).isEqualTo(3);
        decide(ADA, TestCalls.deny(PURPOSE));
        List<Callable<String>> reads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          reads.add(() -> advisor().get("Observation?patient=Patient/" + ADA).body());
          reads.add(() -> advisor().get("Observation/" + ADA + "-weight-1").body());
        }
        for (Future<String> read : readers.invokeAll(reads)) {
          assertThat(read.get()).doesNotContain("Secretword");
        }
      }
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void read_whenNoAi_thenConsentToAiTakesNothingAway() {
    assertThat(total(scribe(), "Observation?patient=Patient/" + BEN)).isEqualTo(3);
    assertThat(
            total(
                Api.as(server(), "flow-colleague", SECRET, "user/*.cruds"),
                "Observation?patient=Patient/" + BEN))
        .isEqualTo(3);
    assertThat(total(self(BEN), "Observation?patient=Patient/" + BEN)).isEqualTo(3);
  }
}
