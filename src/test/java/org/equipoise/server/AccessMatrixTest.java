package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Caller × door × resource, generated: Anna's token at every door that leads to Ben's data. No
 * answer may hold a word of his, and a resource of his is answered like one that never was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessMatrixTest extends ServerTest {

  /** Stands in every resource of Ben's, so that any leak is seen whatever its form. */
  private static final String BENS_WORD = "Zyzzyva";

  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  /** Type to logical id of a resource of Ben's. */
  private final Map<String, String> bens = new LinkedHashMap<>();

  private final Map<String, String> annas = new LinkedHashMap<>();

  @BeforeAll
  void twoRecords() {
    writeHousehold();
    record("ben", bens);
    record("anna", annas);
  }

  private void record(String patient, Map<String, String> ids) {
    ids.put("Patient", patient);
    String word = patient.equals("ben") ? BENS_WORD : "Aardvark";
    Bundle named = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    org.hl7.fhir.r4.model.Patient person = new org.hl7.fhir.r4.model.Patient();
    person.setId(patient);
    person.addName().setFamily(word);
    TestRecords.put(named, person);
    scribe().post("", named).ok(Bundle.class);
    Bundle note = TestRecords.noteWithProvenance(patient);
    ((DocumentReference) note.getEntry().get(0).getResource()).setDescription(word);
    Bundle written = scribe().post("", note).ok(Bundle.class);
    written.getEntry().stream()
        .map(entry -> new IdType(entry.getResponse().getLocation()))
        .forEach(id -> ids.put(id.getResourceType(), id.getIdPart()));
    for (Resource resource : records(patient, word)) {
      Resource stored = scribe().post(resource.fhirType(), resource).ok(resource.getClass());
      ids.put(stored.fhirType(), stored.getIdElement().getIdPart());
    }
  }

  private List<Resource> records(String patient, String word) {
    Reference subject = new Reference("Patient/" + patient);
    Observation observation =
        new Observation()
            .setStatus(Observation.ObservationStatus.FINAL)
            .setCode(new CodeableConcept().setText(word))
            .setSubject(subject)
            .setEffective(DateTimeType.now())
            .setValue(new StringType(word));
    Task task = new Task().setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.setFor(subject).setDescription(word);
    Consent consent = new Consent().setStatus(Consent.ConsentState.DRAFT).setPatient(subject);
    consent.getScope().setText(word);
    consent.addCategory().setText(word);
    consent.getPolicyRule().setText(word);
    return List.of(observation, task, consent);
  }

  private Api anna() {
    return patient("anna");
  }

  /** Ways to reach one resource by its id. */
  private Stream<Arguments> doorsToOne() {
    List<Arguments> doors = new ArrayList<>();
    bens.forEach(
        (type, id) -> {
          for (String path : List.of("%s/%s", "%s/%s/_history/1", "%s/%s/_history")) {
            doors.add(
                Arguments.of("GET", path.formatted(type, id), path.formatted(type, NOBODY), null));
          }
          doors.add(Arguments.of("DELETE", type + "/" + id, type + "/" + NOBODY, null));
        });
    String note = "DocumentReference/%s";
    String parameters = "{\"resourceType\":\"Parameters\"}";
    for (String operation : List.of("$attach-explanation", "$attach-consent", "$review")) {
      doors.add(
          Arguments.of(
              "POST",
              note.formatted(bens.get("DocumentReference")) + "/" + operation,
              note.formatted(NOBODY) + "/" + operation,
              parameters));
    }
    for (String operation :
        List.of(
            "Patient/%s/$decide-ai-use",
            "Patient/%s/$withdraw-consent",
            "Consent/%s/$withdraw-consent",
            "Consent/%s/$confirm-free-choice",
            "Patient/%s/$contribute",
            "Observation/%s/$acknowledge",
            "DocumentReference/%s/$acknowledge")) {
      String id = bens.get(operation.substring(0, operation.indexOf('/')));
      doors.add(
          Arguments.of("POST", operation.formatted(id), operation.formatted(NOBODY), parameters));
    }
    for (String operation :
        List.of(
            "Patient/%s/$ai-transparency",
            "DocumentReference/%s/$ai-transparency",
            "Patient/%s/$waiting",
            "Patient/%s/$teach-back?purpose=ai-training")) {
      String id = bens.get(operation.substring(0, operation.indexOf('/')));
      doors.add(Arguments.of("GET", operation.formatted(id), operation.formatted(NOBODY), null));
    }
    String evaluate = "Consent/$evaluate-ai-use?purpose=ai-training&patient=";
    doors.add(Arguments.of("GET", evaluate + bens.get("Patient"), evaluate + NOBODY, null));
    return doors.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("doorsToOne")
  void byId_whenForeign_thenAnsweredLikeOneThatNeverWas(
      String method, String foreign, String nobodys, String body) {
    Api.Answer answer = anna().exchange(method, foreign, "application/fhir+json", body);
    Api.Answer nothing = anna().exchange(method, nobodys, "application/fhir+json", body);

    assertThat(answer.status()).as(answer.body()).isEqualTo(nothing.status());
    assertThat(answer.body()).doesNotContain(BENS_WORD);
    if (method.equals("GET")) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    }
  }

  @Test
  void operation_whenBodyIsGoodAndDocumentForeign_thenAsUnknownAndNothingWritten() {
    Map<String, Parameters> calls =
        Map.of(
            "$attach-explanation",
            TestCalls.generate("en"),
            "$attach-consent",
            TestCalls.deny("ai-training"));
    calls.forEach(
        (operation, body) -> {
          String own = "DocumentReference/" + annas.get("DocumentReference") + "/" + operation;
          assertThat(anna().post(own, body).status()).as("on her own: " + operation).isIn(200, 202);
          Map<String, Long> before = rowCounts();
          List<String> answers = new ArrayList<>();
          for (String id : List.of(bens.get("DocumentReference"), NOBODY)) {
            Api.Answer answer = anna().post("DocumentReference/" + id + "/" + operation, body);
            answers.add(answer.status() + answer.body().replace(id, "?"));
          }
          assertThat(answers.get(0)).startsWith("404").isEqualTo(answers.get(1));
          assertThat(rowCounts()).as(operation).isEqualTo(before);
        });
  }

  @Test
  void page_whenTheLinkIsFromAnothersSearch_thenNothingOfTheirs() {
    for (int i = 0; i < 2; i++) {
      for (Resource resource : records("ben", BENS_WORD)) {
        scribe().post(resource.fhirType(), resource).ok(resource.getClass());
      }
    }
    for (String search :
        List.of(
            "Observation?_count=1",
            "Observation?patient=ben&_count=1",
            "Task?_count=1&_total=accurate",
            "Consent?_count=1&_include=*")) {
      Bundle bens = patient("ben").get(search).ok(Bundle.class);
      String next = bens.getLink("next").getUrl();
      String path = next.substring((server() + "/fhir/").length());
      assertThat(patient("ben").get(path).body()).as("his own").contains("Patient/ben\"");

      Api.Answer followed = anna().get(path);

      assertThat(followed.status()).isIn(200, 403, 404, 410);
      assertThat(followed.body()).as(next).doesNotContain(BENS_WORD, "Patient/ben\"");
      if (followed.status() == 200) {
        assertThat(followed.as(Bundle.class).getTotal())
            .as("total of " + next)
            .isLessThanOrEqualTo(
                anna()
                    .get(search.replaceFirst("[?].*", "") + "?_count=500")
                    .ok(Bundle.class)
                    .getEntry()
                    .size());
      }
    }
  }

  /** Searches whose answer could hold, or count, something of Ben's. */
  private Stream<String> searches() {
    List<String> searches = new ArrayList<>();
    for (String type : ServedTypes.RECORDS) {
      searches.add(type);
      searches.add(type + "?_summary=count");
      searches.add(type + "?_total=accurate");
      searches.add(type + "?_id=" + bens.getOrDefault(type, NOBODY));
      searches.add(type + "?_sort=-_lastUpdated&_count=500");
    }
    searches.addAll(
        List.of(
            "Patient?family=" + BENS_WORD,
            "Patient?_has:Observation:subject:code:text=" + BENS_WORD,
            "Observation?subject=Patient/ben",
            "Observation?subject=Patient/ben,Patient/anna",
            "Observation?patient=ben",
            "Observation?subject.family=" + BENS_WORD,
            "Observation?subject:Patient.family=" + BENS_WORD,
            "Observation?value-string=" + BENS_WORD,
            "Observation?_include=Observation:subject&subject=Patient/ben",
            "Patient?_revinclude=Observation:subject",
            "Patient?_revinclude=Provenance:target&_id=ben",
            "DocumentReference?subject=Patient/ben&_revinclude=Provenance:target",
            "DocumentReference?description=" + BENS_WORD,
            "Provenance?record-patient=Patient/ben",
            "Provenance?target=DocumentReference/" + bens.get("DocumentReference"),
            "Provenance?target=DocumentReference/"
                + bens.get("DocumentReference")
                + "&_include=Provenance:target",
            "Task?patient=Patient/ben",
            "Consent?patient=Patient/ben",
            "Device?_has:Provenance:agent:target=DocumentReference/"
                + bens.get("DocumentReference"),
            "Device?_revinclude=Provenance:agent&_revinclude=DocumentReference:author",
            "Organization?_revinclude=DocumentReference:custodian",
            "Patient?_filter=family%20eq%20" + BENS_WORD,
            "Observation?_list=1",
            "DocumentReference?type="
                + Canonical.System.AI_INPUTS
                + "%7CAIModelCard,http://loinc.org%7C11506-3",
            "Practitioner?_revinclude:iterate=*",
            "Observation?_include=*&_revinclude=*"));
    return searches.stream();
  }

  @ParameterizedTest
  @MethodSource("searches")
  void search_whenItCouldLeadToAnother_thenNothingOfTheirsIsShownOrCounted(String search) {
    Api.Answer answer = anna().get(search);

    // The self link repeats the question.
    assertThat(answer.body().replaceFirst("\"relation\":\"self\",\"url\":\"[^\"]*\"", ""))
        .satisfies(
            body -> {
              if (answer.status() == 200) {
                assertThat(body).doesNotContain(BENS_WORD);
              }
            });
    bens.values().stream()
        .filter(id -> !id.equals("ben"))
        .filter(id -> !search.contains(id))
        .forEach(id -> assertThat(answer.body()).doesNotContain(id));
    assertThat(answer.status()).as(answer.body()).isIn(200, 400, 403);
    if (answer.status() == 200
        && (search.contains("_summary=count") || search.contains("_total=accurate"))) {
      Bundle bundle = answer.as(Bundle.class);
      String type = search.substring(0, search.indexOf('?'));
      int seen = anna().get(type + "?_count=500").ok(Bundle.class).getEntry().size();
      assertThat(bundle.getTotal()).isEqualTo(seen);
    }
  }

  @Test
  void search_whenForeignPatientIsNamed_thenEmpty() {
    for (String search :
        List.of(
            "Observation?subject=Patient/ben",
            "Observation?patient=Patient/ben",
            "Consent?patient=Patient/ben",
            "DocumentReference?subject=Patient/ben",
            "Patient?_id=ben",
            "Task?patient=Patient/ben")) {
      Bundle found = anna().get(search).ok(Bundle.class);
      assertThat(found.getEntry()).as(search).isEmpty();
      assertThat(found.getTotal()).as(search).isZero();
    }
  }

  @Test
  void read_whenOwnRecord_thenShown() {
    annas.forEach(
        (type, id) -> assertThat(anna().get(type + "/" + id).status()).as(type).isEqualTo(200));
    for (String type : annas.keySet()) {
      assertThat(anna().get(type).ok(Bundle.class).getEntry()).as(type).isNotEmpty();
    }
  }

  @Test
  void read_whenAiDeviceOrItsCard_thenShownToEverybodyWithTheScope() {
    for (String path :
        List.of(TestRecords.SCRIBE_DEVICE, TestRecords.MODEL_CARD, TestRecords.CLINIC)) {
      assertThat(anna().get(path).status()).as(path).isEqualTo(200);
    }
    assertThat(anna().get("Device").body()).contains("NoteMaker");
    assertThat(
            anna()
                .get("DocumentReference?type=" + Canonical.System.AI_INPUTS + "%7CAIModelCard")
                .body())
        .contains("test-model-card");
  }

  @Test
  void batch_whenEntriesLeadToAnother_thenEachIsRefusedAndOwnIsShown() {
    Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
    List<String> urls = new ArrayList<>();
    bens.forEach((type, id) -> urls.add(type + "/" + id));
    urls.add("Observation?subject=Patient/ben");
    urls.add("Observation/" + annas.get("Observation"));
    urls.forEach(url -> batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url));

    Api.Answer answer = anna().post("", batch);

    assertThat(answer.body()).doesNotContain(BENS_WORD);
    Bundle response = answer.ok(Bundle.class);
    for (int i = 0; i < bens.size(); i++) {
      assertThat(response.getEntry().get(i).getResponse().getStatus())
          .as(urls.get(i))
          .startsWith("404");
    }
    assertThat(response.getEntry().get(urls.size() - 1).getResponse().getStatus())
        .startsWith("200");
  }

  @Test
  void transaction_whenItReadsOwnObservation_thenThatOneIsReturned() {
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    transaction
        .addEntry()
        .getRequest()
        .setMethod(Bundle.HTTPVerb.GET)
        .setUrl("Observation/" + annas.get("Observation"));

    Bundle response = anna().post("", transaction).ok(Bundle.class);

    assertThat(response.getEntryFirstRep().getResource()).isInstanceOf(Observation.class);
  }

  @Test
  void write_whenAboutAnother_thenRefusedAndNothingWritten() {
    Map<String, Long> before = rowCounts();
    Observation about = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    about.getCode().setText("weight");
    about.setSubject(new Reference("Patient/ben"));
    assertThat(anna().post("Observation", about).status()).isEqualTo(403);

    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(transaction, about.copy());
    assertThat(anna().post("", transaction).status()).isEqualTo(403);

    Observation takeover =
        scribe().get("Observation/" + bens.get("Observation")).ok(Observation.class);
    takeover.setSubject(new Reference("Patient/anna"));
    assertThat(anna().put(takeover).status()).isEqualTo(404);
    assertThat(
            anna()
                .exchange(
                    "PATCH",
                    "Observation/" + bens.get("Observation"),
                    "application/json-patch+json",
                    "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]")
                .status())
        .isEqualTo(404);
    assertThat(
            anna()
                .post(
                    "Observation",
                    about.copy().setSubject(new Reference("Patient/anna")),
                    "If-None-Exist",
                    "code:text=" + BENS_WORD)
                .status())
        .isEqualTo(403);
    assertThat(
            anna()
                .exchange(
                    "PUT",
                    "Observation?subject=Patient/ben",
                    "application/fhir+json",
                    Api.json(about))
                .status())
        .isEqualTo(403);
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void write_whenPatientTouchesWhatOthersSaid_thenRefused() {
    DocumentReference note =
        scribe()
            .get("DocumentReference/" + annas.get("DocumentReference"))
            .ok(DocumentReference.class);
    note.setDescription("All is well");
    assertThat(anna().put(note).status()).isEqualTo(403);
    assertThat(anna().delete("Provenance/" + annas.get("Provenance")).status()).isEqualTo(403);
    assertThat(anna().post("Provenance", TestRecords.provenance("anna", "Patient/anna")).status())
        .isEqualTo(403);
    assertThat(anna().delete("Patient/anna").status()).isEqualTo(403);
    Observation asDoctor = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    asDoctor.getCode().setText("weight");
    asDoctor
        .setSubject(new Reference("Patient/anna"))
        .addPerformer(new Reference(TestRecords.CLINIC));
    assertThat(anna().post("Observation", asDoctor).status()).isEqualTo(403);
    assertThat(anna().post("DocumentReference", TestRecords.plainNote("anna")).status())
        .as("an AI note that a patient made up")
        .isEqualTo(403);
  }

  @Test
  void write_whenItRefersToAnother_thenRefusedLikeAReferenceToNothing() {
    for (String method : List.of("POST", "transaction")) {
      List<String> answers = new ArrayList<>();
      for (String target : List.of("Patient/ben", "Patient/" + NOBODY)) {
        Observation mine =
            new Observation()
                .setStatus(Observation.ObservationStatus.FINAL)
                .setSubject(new Reference("Patient/anna"))
                .addFocus(new Reference(target));
        mine.getCode().setText("mood");
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        TestRecords.post(transaction, mine);
        Api.Answer answer =
            method.equals("POST") ? anna().post("Observation", mine) : anna().post("", transaction);
        answers.add(answer.status() + answer.issue().getDiagnostics().replace(target, "?"));
      }
      assertThat(answers.get(0)).startsWith("400").isEqualTo(answers.get(1));
    }
  }

  @Test
  void write_whenOwnObservation_thenStored() {
    Observation weight = TestContributions.vital("29463-7", "68.4", "kg");
    weight.setSubject(new Reference("Patient/anna"));

    assertThat(anna().post("Observation", weight).status()).isEqualTo(201);
  }

  @Test
  void scopes_whenOnePermissionIsMissing_thenThatDoorAloneIsClosed() {
    Observation mine = TestContributions.vital("8867-4", "61", "/min");
    mine.setSubject(new Reference("Patient/anna")).addPerformer(new Reference("Patient/anna"));
    String id = anna().post("Observation", mine).ok(Observation.class).getIdElement().getIdPart();
    for (char missing : "cruds".toCharArray()) {
      String granted = "cruds".replace(String.valueOf(missing), "");
      Api api = Api.as(server(), "patient-anna", SECRET, "patient/Observation." + granted);
      Observation update = mine.copy();
      update.setId(id);
      assertThat(api.post("Observation", mine.copy()).status() == 403)
          .as("c without " + missing)
          .isEqualTo(missing == 'c');
      assertThat(api.get("Observation/" + id).status() == 403)
          .as("r without " + missing)
          .isEqualTo(missing == 'r');
      assertThat(api.put(update).status() == 403)
          .as("u without " + missing)
          .isEqualTo(missing == 'u');
      assertThat(api.get("Observation").status() == 403)
          .as("s without " + missing)
          .isEqualTo(missing == 's');
      assertThat(api.get("Condition").status()).isEqualTo(403);
      if (missing == 'd') {
        assertThat(api.delete("Observation/" + id).status()).isEqualTo(403);
      }
    }
  }

  @Test
  void token_whenMissingForgedOrForeign_then401() {
    assertThat(anonymous().get("Patient/anna").status()).isEqualTo(401);
    assertThat(anonymous().post("", TestRecords.household()).status()).isEqualTo(401);
    String good = anna().token();
    String[] parts = good.split("\\.");
    String none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".";
    for (String token :
        List.of("nonsense", none, parts[0] + "." + parts[1] + "." + "A".repeat(342))) {
      Api.Answer answer = Api.bearing(server(), token).get("Patient/anna");
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.issue().getDiagnostics()).contains("token");
    }
  }
}
