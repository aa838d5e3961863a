package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By no door does the answer tell a hidden document from one that never was. */
class HiddenBehindDoorsTest extends ServerTest {

  private static final String UMA = "door-uma";
  private static final String SCRIBE = "Device/door-scribe";

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient uma = new Patient();
    uma.setId(UMA);
    uma.addName().setFamily("Secretname");
    TestRecords.put(people, uma);
    Device scribe = TestRecords.scribeDevice();
    scribe.setId("door-scribe");
    TestRecords.put(people, scribe);
    TestRecords.put(people, TestRecords.careTeam(UMA, "flow-author"));
    TestRecords.put(people, TestRecords.careTeam(UMA, "flow-colleague"));
    TestRecords.put(people, FlowRecords.visit(UMA));
    Practitioner stranger = new Practitioner();
    stranger.setId("door-stranger");
    TestRecords.put(people, stranger);
    scribe().post("", people).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", UMA);
  }

  private Api service(String client) {
    return Api.as(server(), client, SECRET, "system/*.cruds");
  }

  private Api clinician(String client) {
    return Api.as(server(), client, SECRET, "user/*.cruds");
  }

  private static DocumentReference note() {
    DocumentReference note = FlowRecords.note(UMA);
    note.getAuthor().clear();
    note.addAuthor(new Reference(SCRIBE));
    return note;
  }

  private String parked(DocumentReference note) {
    return idOf(scribe().post("DocumentReference", note));
  }

  private static String idOf(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new IdType(answer.header("Location").orElseThrow())
        .toUnqualifiedVersionless()
        .getValue();
  }

  private static String nothing(String type) {
    return type + "/" + UUID.randomUUID();
  }

  private static Bundle entries(Bundle.BundleType type, String... addresses) {
    Bundle bundle = new Bundle().setType(type);
    for (String address : addresses) {
      bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(address);
    }
    return bundle;
  }

  private static void assertAlike(
      Api.Answer withheld, Api.Answer nothing, String id, String unknown, String what) {
    assertThat(withheld.status()).as(what + withheld.body()).isEqualTo(nothing.status());
    assertThat(plain(withheld, id)).as(what).isEqualTo(plain(nothing, unknown));
  }

  private static String plain(Api.Answer answer, String id) {
    return answer
        .body()
        .replace(id, "X")
        .replace(id.substring(id.indexOf('/') + 1), "X")
        .replaceAll("\"(id|lastUpdated)\":\"[^\"]*\"", "");
  }

  // ---- includes

  @Test
  void include_whenByWayOfAHiddenDocument_thenNotShownAndNotCounted() {
    String search =
        "Patient?_id="
            + UMA
            + "&_revinclude=DocumentReference:subject"
            + "&_include:iterate=DocumentReference:author";
    String wild = "Patient?_id=" + UMA + "&_revinclude=*&_include:iterate=*";
    parked(note());

    for (Api other : new Api[] {clinician("flow-colleague"), service("other-clinic")}) {
      for (String one : List.of(search, wild)) {
        Api.Answer page = other.get(one);
        assertThat(page.body()).doesNotContain(SCRIBE).doesNotContain("door-scribe");
        assertThat(page.ok(Bundle.class).getTotal()).isEqualTo(1);
      }
      assertThat(other.get(wild).body()).contains("Practitioner/flow-author");
    }
    Bundle seen = clinician("flow-author").get(search).ok(Bundle.class);
    assertThat(seen.getEntry())
        .anyMatch(entry -> entry.getFullUrl().endsWith(SCRIBE))
        .anyMatch(entry -> entry.getResource() instanceof DocumentReference);
    assertThat(seen.getTotal()).isEqualTo(1);
  }

  @Test
  void include_whenByWayOfAStranger_thenNotShown() {
    Encounter visit = FlowRecords.visit("flow-ada");
    visit.setId("door-visit");
    visit.getParticipant().clear();
    visit.addParticipant().setIndividual(new Reference("Practitioner/door-stranger"));
    visit.setServiceProvider(new Reference("Organization/third-clinic"));
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.put(bundle, visit);
    Patient unrelated = new Patient();
    unrelated.setId("door-unrelated");
    TestRecords.put(bundle, unrelated);
    visit.setSubject(new Reference("Patient/door-unrelated"));
    scribe().post("", bundle).ok(Bundle.class);
    String search =
        "Organization?_id=third-clinic&_revinclude=Encounter:service-provider"
            + "&_include:iterate=Encounter:participant";

    assertThat(clinician("flow-colleague").get(search).body()).doesNotContain("door-stranger");
    assertThat(service("other-clinic").get(search).body()).contains("Practitioner/door-stranger");
  }

  // ---- batch and transaction

  @Test
  void batch_whenHidden_thenAnsweredLikeWhatNeverWas() {
    String hidden = parked(note());
    String nothing = nothing("DocumentReference");
    for (Api other : new Api[] {clinician("flow-colleague"), service("other-clinic")}) {
      for (Bundle.BundleType type :
          List.of(Bundle.BundleType.BATCH, Bundle.BundleType.TRANSACTION)) {
        for (String path : List.of("%s", "%s/_history/1", "%s/_history")) {
          assertAlike(
              other.post("", entries(type, path.formatted(hidden))),
              other.post("", entries(type, path.formatted(nothing))),
              hidden,
              nothing,
              type + path);
        }
      }
    }
    assertThat(clinician("flow-author").get(hidden).status()).isEqualTo(200);
  }

  // ---- changes

  private static Observation finding(String origin) {
    Observation finding = FlowRecords.measurement(UMA, 9);
    finding.setId((String) null);
    finding.addDerivedFrom(new Reference(origin));
    return finding;
  }

  private static Resource changed(String address) {
    IdType id = new IdType(address);
    Resource changed = id.getResourceType().equals("Observation") ? finding("x/y") : note();
    if (changed instanceof Observation observation) {
      observation.setDerivedFrom(null);
    }
    changed.setId(id.getIdPart());
    return changed;
  }

  private static Bundle change(Bundle.BundleType type, Bundle.HTTPVerb verb, String address) {
    Bundle bundle = new Bundle().setType(type);
    Bundle.BundleEntryComponent entry = bundle.addEntry();
    entry.getRequest().setMethod(verb).setUrl(address);
    if (verb == Bundle.HTTPVerb.PUT) {
      entry.setResource(changed(address));
    } else if (verb == Bundle.HTTPVerb.PATCH) {
      Parameters patch = new Parameters();
      Parameters.ParametersParameterComponent operation = patch.addParameter();
      operation.setName("operation");
      operation.addPart().setName("type").setValue(new CodeType("delete"));
      operation.addPart().setName("path").setValue(new StringType("Observation.note"));
      entry.setResource(patch);
    }
    return bundle;
  }

  private static Map<String, Api.Answer> everyChange(Api caller, String address) {
    Map<String, Api.Answer> answers = new LinkedHashMap<>();
    answers.put("PUT", caller.put(changed(address)));
    answers.put("PUT If-Match", caller.put(changed(address), "If-Match", "W/\"1\""));
    answers.put(
        "PATCH",
        caller.exchange(
            "PATCH",
            address,
            "application/json-patch+json",
            "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"x\"}]"));
    answers.put("DELETE", caller.delete(address));
    for (Bundle.BundleType type : List.of(Bundle.BundleType.BATCH, Bundle.BundleType.TRANSACTION)) {
      for (Bundle.HTTPVerb verb :
          List.of(Bundle.HTTPVerb.PUT, Bundle.HTTPVerb.PATCH, Bundle.HTTPVerb.DELETE)) {
        answers.put(type + " " + verb, caller.post("", change(type, verb, address)));
      }
    }
    for (String path : List.of("%s", "%s/_history", "%s/_history/1", "%s/_history/2")) {
      answers.put(path, caller.get(path.formatted(address)));
      answers.put(
          "BATCH " + path,
          caller.post("", entries(Bundle.BundleType.BATCH, path.formatted(address))));
    }
    return answers;
  }

  private static void assertNothingTold(Api other, String hidden) {
    String nothing = nothing(new IdType(hidden).getResourceType());
    Map<String, Api.Answer> ofNothing = everyChange(other, nothing);
    everyChange(other, hidden)
        .forEach(
            (what, answer) -> {
              assertAlike(answer, ofNothing.get(what), hidden, nothing, what + answer.body());
              for (String header :
                  List.of("ETag", "Last-Modified", "Location", "Content-Location")) {
                assertThat(answer.header(header).isPresent())
                    .as(what + header)
                    .isEqualTo(ofNothing.get(what).header(header).isPresent());
              }
            });
    assertThat(other.get(nothing).status()).as("nothing comes into being").isEqualTo(404);
  }

  @Test
  void change_whenHidden_thenAnsweredLikeWhatNeverWas() {
    String hidden = parked(note());
    Observation finding = finding(hidden);
    String hanging = idOf(clinician("flow-author").post("Observation", finding));
    Api seesIt = clinician("flow-author");
    String before = seesIt.get(hanging).body();

    for (Api other :
        new Api[] {service("other-clinic"), service("own-clinic"), clinician("flow-colleague")}) {
      assertNothingTold(other, hidden);
      assertNothingTold(other, hanging);
    }

    assertThat(seesIt.get(hidden).status()).isEqualTo(200);
    assertThat(seesIt.get(hanging).body()).isEqualTo(before);
  }

  @Test
  void change_whenHiddenAndThenDeleted_thenAnsweredLikeWhatNeverWas() {
    String hidden = parked(note());
    DocumentReference letter = note();
    letter.getMeta().setSecurity(null);
    letter.getAuthor().clear();
    letter.addAuthor(new Reference("Practitioner/flow-author"));
    letter
        .addRelatesTo()
        .setCode(DocumentReference.DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(hidden));
    String hanging = idOf(clinician("flow-author").post("DocumentReference", letter));
    Api.Answer deleted = clinician("flow-author").delete(hanging);
    assertThat(deleted.status()).as(deleted.body()).isEqualTo(200);

    for (Api other :
        new Api[] {service("other-clinic"), clinician("flow-colleague"), service("ai-advisor")}) {
      assertNothingTold(other, hanging);
    }
    Api.Answer gone = clinician("flow-author").get(hanging);
    assertThat(gone.status()).as(gone.body()).isEqualTo(410);
  }

  @Test
  void read_whenDeleted_thenGoneForWhoCouldReadItAlone() {
    Observation finding = finding("x/y");
    finding.setDerivedFrom(null);
    String seen = idOf(service("other-clinic").post("Observation", finding));
    assertThat(service("other-clinic").delete(seen).status()).isEqualTo(200);

    assertThat(service("other-clinic").get(seen).status()).isEqualTo(410);
    finding.setId(new IdType(seen).getIdPart());
    assertThat(service("other-clinic").put(finding).status()).as("comes back").isEqualTo(201);
    assertThat(service("other-clinic").delete(seen).status()).isEqualTo(200);
    assertThat(service("other-clinic").get(seen).status()).isEqualTo(410);
    assertThat(clinician("flow-colleague").get(seen).status()).isEqualTo(410);
    for (Api other : new Api[] {service("ai-advisor"), clinician("carlas-doctor")}) {
      assertThat(other.get(seen).status()).isEqualTo(404);
      assertThat(other.post("", entries(Bundle.BundleType.BATCH, seen)).body())
          .contains("\"status\":\"404 ")
          .doesNotContain("\"status\":\"410 ");
    }
  }

  @Test
  void put_whenTheClientNamesIt_thenCreatedByANameThatTheServerWouldNotGive() {
    Observation named = FlowRecords.measurement(UMA, 8);
    named.setId("door-" + UUID.randomUUID());

    assertThat(service("other-clinic").put(named).status()).isEqualTo(201);
  }

  @Test
  void batch_whenAStoryIsToldOfWhatIsHidden_thenRefusedLikeOneOfNothing() {
    String hidden = parked(note());
    String nothing = nothing("DocumentReference");
    Bundle one = new Bundle().setType(Bundle.BundleType.BATCH);
    TestRecords.post(one, TestRecords.provenance(UMA, hidden));
    Bundle other = new Bundle().setType(Bundle.BundleType.BATCH);
    TestRecords.post(other, TestRecords.provenance(UMA, nothing));

    Api.Answer answer = service("other-clinic").post("", one);

    assertAlike(answer, service("other-clinic").post("", other), hidden, nothing, "batch");
    assertThat(answer.ok(Bundle.class).getEntryFirstRep().getResponse().getStatus())
        .startsWith("400");
  }

  // ---- stories of strangers

  @Test
  void provenance_whenOfAPatientBeyondReach_thenAnsweredLikeOneOfNothing() {
    Patient stranger = new Patient();
    stranger.setId("door-beyond");
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.put(people, stranger);
    Observation finding = FlowRecords.measurement("door-beyond", 1);
    TestRecords.put(people, finding);
    service("own-clinic").post("", people).ok(Bundle.class);
    String there = "Observation/" + finding.getIdElement().getIdPart();
    String nothing = nothing("Observation");

    for (Api other : new Api[] {clinician("flow-colleague"), patient("anna")}) {
      for (String suffix : List.of("", "/_history/1")) {
        Resource real = TestRecords.provenance("door-beyond", there + suffix);
        Resource unreal = TestRecords.provenance("door-beyond", nothing + suffix);
        Api.Answer answer = other.post("Provenance", real);
        assertAlike(answer, other.post("Provenance", unreal), there, nothing, "POST");
        assertThat(answer.status()).isIn(400, 403);
        for (Bundle.BundleType type :
            List.of(Bundle.BundleType.BATCH, Bundle.BundleType.TRANSACTION)) {
          Bundle one = new Bundle().setType(type);
          TestRecords.post(one, real);
          Bundle same = new Bundle().setType(type);
          TestRecords.post(same, unreal);
          assertAlike(
              other.post("", one), other.post("", same), there, nothing, type + " " + suffix);
        }
      }
    }
    Resource known = TestRecords.provenance(UMA, "Encounter/" + UMA + "-visit");
    assertThat(clinician("flow-colleague").post("Provenance", known).status()).isEqualTo(201);
  }

  // ---- a second fault

  @Test
  void write_whenAnotherReferenceIsWrongToo_thenAnsweredLikeNothing() {
    String hidden = parked(note());
    String nothing = nothing("DocumentReference");
    String bogus = nothing("DocumentReference");
    Function<String, Resource> observation =
        candidate -> {
          Observation one = FlowRecords.measurement(UMA, 5);
          one.setId((String) null);
          one.addDerivedFrom(new Reference(candidate));
          return one.addDerivedFrom(new Reference(bogus));
        };
    Function<String, Resource> bogusFirst =
        candidate -> {
          Observation one = FlowRecords.measurement(UMA, 5);
          one.setId((String) null);
          one.addDerivedFrom(new Reference(bogus));
          return one.addDerivedFrom(new Reference(candidate));
        };
    Function<String, Resource> story =
        candidate -> {
          Provenance one = TestRecords.provenance(UMA, candidate);
          return one.addTarget(new Reference(bogus));
        };
    Function<String, Resource> followed =
        candidate -> {
          Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
          Observation one = FlowRecords.measurement(UMA, 5);
          one.setId((String) null);
          one.addDerivedFrom(new Reference(candidate));
          TestRecords.post(bundle, one);
          Task wrong = new Task().setStatus(Task.TaskStatus.REQUESTED);
          wrong.setIntent(Task.TaskIntent.ORDER).setFor(new Reference(nothing("Patient")));
          TestRecords.post(bundle, wrong);
          Observation invalid = FlowRecords.measurement(UMA, 5);
          invalid.setId((String) null);
          invalid.setStatus(null);
          TestRecords.post(bundle, invalid);
          return bundle;
        };
    for (Function<String, Resource> write : List.of(observation, bogusFirst, story, followed)) {
      Resource real = write.apply(hidden);
      String type = real instanceof Bundle ? "" : real.fhirType();
      for (Api other : new Api[] {service("other-clinic"), clinician("flow-colleague")}) {
        Api.Answer answer = other.post(type, real);
        assertAlike(answer, other.post(type, write.apply(nothing)), hidden, nothing, type);
        assertThat(answer.status()).isBetween(400, 422);
      }
    }
  }

  @Test
  void transaction_whenItRefersToWhatItPuts_thenTaken() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Observation second = FlowRecords.measurement(UMA, 2);
    second.addDerivedFrom(new Reference("Observation/" + UMA + "-weight-3"));
    TestRecords.put(bundle, second);
    TestRecords.put(bundle, FlowRecords.measurement(UMA, 3));

    assertThat(service("other-clinic").post("", bundle).status()).isEqualTo(200);
  }

  // ---- addresses

  @Test
  void write_whenAnAttachmentHasTheAddressOfAHiddenBinary_thenRefusedLikeNothing() {
    Binary text = new Binary();
    text.setContentType("text/plain").setData("Secretword".getBytes());
    String binary = idOf(scribe().post("Binary", text));
    DocumentReference note = note();
    note.getContentFirstRep().getAttachment().setData(null).setUrl(binary);
    String hidden = parked(note);
    assertThat(service("other-clinic").get(hidden).status()).isEqualTo(404);
    assertThat(service("other-clinic").get(binary).status()).isEqualTo(404);
    String nothing = nothing("Binary");
    Function<String, DocumentReference> human =
        address -> {
          DocumentReference letter = note();
          letter.getMeta().setSecurity(null);
          letter.getAuthor().clear();
          letter.addAuthor(new Reference("Practitioner/flow-author"));
          letter.getContentFirstRep().getAttachment().setData(null).setUrl(address);
          return letter;
        };

    Api.Answer answer = service("other-clinic").post("DocumentReference", human.apply(binary));

    assertAlike(
        answer,
        service("other-clinic").post("DocumentReference", human.apply(nothing)),
        binary,
        nothing,
        "attachment");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(
            service("other-clinic")
                .post("DocumentReference", human.apply("https://other.example/fhir/" + binary))
                .status())
        .isEqualTo(201);
  }

  // ---- conditions

  private static String condition(DocumentReference note) {
    return "identifier="
        + note.getIdentifierFirstRep().getSystem()
        + "|"
        + note.getIdentifierFirstRep().getValue();
  }

  @Test
  void create_whenWhatMatchesIsHidden_thenCreatedForAnother() {
    DocumentReference note = note();
    String condition = condition(note);
    String first = idOf(scribe().post("DocumentReference", note, "If-None-Exist", condition));
    DocumentReference letter = note();
    letter.setIdentifier(note.getIdentifier());
    letter.getMeta().setSecurity(null);
    letter.getAuthor().clear();
    letter.addAuthor(new Reference("Practitioner/flow-author"));
    assertThat(scribe().post("DocumentReference", note, "If-None-Exist", condition).status())
        .isEqualTo(200);

    String second =
        idOf(service("other-clinic").post("DocumentReference", letter, "If-None-Exist", condition));

    assertThat(second).isNotEqualTo(first);
    assertThat(
            service("other-clinic")
                .post("DocumentReference", letter, "If-None-Exist", condition)
                .status())
        .isEqualTo(200);
  }

  @Test
  void create_whenAnotherHungSomethingOnTheWritersNote_thenNotFoundByCondition() {
    String hidden = parked(note());
    Observation others = FlowRecords.measurement(UMA, 7);
    others.setId((String) null);
    others.addDerivedFrom(new Reference(hidden));
    idOf(clinician("flow-author").post("Observation", others));
    Observation mine = others.copy();
    mine.setNote(null);
    Task asked = new Task().setStatus(Task.TaskStatus.REQUESTED);
    asked.setIntent(Task.TaskIntent.ORDER).setFor(new Reference("Patient/" + UMA));
    asked.setFocus(new Reference(hidden)).setDescription("Mine");

    Api.Answer observation =
        scribe().post("Observation", mine, "If-None-Exist", "derived-from=" + hidden);
    Api.Answer task =
        scribe()
            .post(
                "Task",
                asked,
                "If-None-Exist",
                "focus=" + hidden + "&status=requested",
                "Prefer",
                "return=representation");

    assertThat(observation.status()).as(observation.body()).isEqualTo(201);
    assertThat(observation.body()).doesNotContain("Secretword note");
    assertThat(task.status()).as(task.body()).isEqualTo(201);
    assertThat(task.body()).contains("Mine").doesNotContain("consent-request");
  }

  // ---- delete

  @Test
  void delete_whenAHiddenDocumentRefersToIt_thenNotNamed() {
    Encounter visit = FlowRecords.visit(UMA);
    visit.setId("door-last-visit");
    service("other-clinic").put(visit).ok(Encounter.class);
    DocumentReference note = note();
    note.getContext().getEncounter().clear();
    note.getContext().addEncounter(new Reference("Encounter/door-last-visit"));
    String hidden = parked(note);
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    transaction
        .addEntry()
        .getRequest()
        .setMethod(Bundle.HTTPVerb.DELETE)
        .setUrl("Encounter/door-last-visit");
    Bundle batch = transaction.copy().setType(Bundle.BundleType.BATCH);

    Instant start = Instant.now();
    Api.Answer refused = service("other-clinic").delete("Encounter/door-last-visit");
    Api.Answer within = service("other-clinic").post("", transaction);
    Api.Answer entry = service("other-clinic").post("", batch);

    assertThat(Duration.between(start, Instant.now()))
        .as("it is no race, and not tried again")
        .isLessThan(Duration.ofSeconds(8));
    assertThat(refused.status()).as(refused.body()).isEqualTo(409);
    assertThat(within.status()).as(within.body()).isEqualTo(409);
    assertThat(entry.ok(Bundle.class).getEntryFirstRep().getResponse().getStatus())
        .startsWith("409");
    for (Api.Answer one : new Api.Answer[] {refused, within, entry}) {
      assertThat(one.body())
          .contains("Encounter/door-last-visit")
          .doesNotContain(hidden)
          .doesNotContain("DocumentReference");
    }
  }

  @Test
  void transaction_whenAnEntryNamesAVersionThatIsNotCurrent_thenToldAtOnce() {
    Observation standing = FlowRecords.measurement(UMA, 4);
    service("other-clinic").put(standing).ok(Observation.class);
    Bundle stale = change(Bundle.BundleType.TRANSACTION, Bundle.HTTPVerb.PUT, "Observation/x");
    standing.addNote().setText("too late");
    stale.getEntryFirstRep().setResource(standing);
    stale
        .getEntryFirstRep()
        .getRequest()
        .setUrl("Observation/" + standing.getIdElement().getIdPart())
        .setIfMatch("W/\"977\"");
    Instant start = Instant.now();

    Api.Answer answer = service("other-clinic").post("", stale);

    assertThat(answer.status()).as(answer.body()).isIn(409, 412);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
  }
}
