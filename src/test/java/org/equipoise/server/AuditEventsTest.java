package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Canonical;
import org.equipoise.server.Api.Answer;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access events as AuditEvents: who reads which, how they are found, what others tell. */
class AuditEventsTest extends ServerTest {

  private static final String ADA = "audit-ada";
  private static final String BOB = "audit-bob";

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(BundleType.TRANSACTION);
    for (String id : List.of(ADA, BOB)) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily(id);
      people
          .addEntry()
          .setResource(patient)
          .getRequest()
          .setMethod(HTTPVerb.PUT)
          .setUrl("Patient/" + id);
    }
    scribe().post("", people).ok(Bundle.class);
  }

  private Api ada() {
    return Api.as(server(), "audit-ada", SECRET, "patient/*.cruds");
  }

  private Api adasSister() {
    return Api.as(server(), "audit-adas-sister", SECRET, "patient/*.cruds");
  }

  private Api officer() {
    return Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");
  }

  private Api source() {
    return Api.as(server(), "audit-lab", SECRET, "system/AuditEvent.cruds");
  }

  /** Somebody who only this test knows. */
  private static String somebody() {
    return "Practitioner/" + UUID.randomUUID();
  }

  private long keep(String patient, String person, Door door, Outcome outcome, String... touched) {
    return bean(AccessEvents.class)
        .add(
            new AccessEvent(
                "request-" + person,
                door,
                null,
                outcome,
                outcome == Outcome.SUCCESS ? 200 : 404,
                new Agent(
                    "ward-app",
                    person.startsWith("Device/") ? null : person,
                    person.startsWith("Device/") ? person : null,
                    null,
                    null,
                    Ground.CARE,
                    "192.0.2.7"),
                patient,
                List.of(touched),
                0,
                door == Door.SEARCH ? "Observation?patient=" + patient : null,
                null,
                null));
  }

  private static String id(long number) {
    return "AuditEvent/" + new StoredEvent(number, Instant.EPOCH, null).fhirId();
  }

  private static List<String> found(Answer answer) {
    return answer.ok(Bundle.class).getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().toUnqualifiedVersionless().getValue())
        .toList();
  }

  // ---- who reads

  @Test
  void read_whenAboutOneself_thenShownAndToNobodyElse() {
    long mine = keep(ADA, somebody(), Door.READ, Outcome.SUCCESS, "Observation/5/_history/1");
    long others = keep(BOB, "Patient/" + ADA, Door.READ, Outcome.SUCCESS, "Observation/6");

    AuditEvent event = ada().get(id(mine)).ok(AuditEvent.class);
    assertThat(event.getIdElement().toUnqualifiedVersionless().getValue()).isEqualTo(id(mine));
    assertThat(event.getMeta().getVersionId()).isEqualTo("1");
    assertThat(event.getMeta().getProfile().get(0).getValue())
        .endsWith("IHE.BasicAudit.PatientRead");
    assertThat(event.getEntity().get(1).getWhat().getReference())
        .isEqualTo("Observation/5/_history/1");
    assertThat(ada().get(id(mine) + "/_history/1").ok(AuditEvent.class).getId()).isNotNull();
    assertThat(ada().get(id(mine) + "/_history/2").status()).isEqualTo(404);
    assertThat(adasSister().get(id(mine)).ok(AuditEvent.class).getId()).isNotNull();
    assertThat(ada().get(id(others)).status()).as("she looked, and it is about Bob").isEqualTo(404);
    assertThat(ada().get("AuditEvent/event-999999999999").status()).isEqualTo(404);
    assertThat(ada().get("AuditEvent/1").status()).isEqualTo(404);
    assertThat(officer().get(id(mine)).ok(AuditEvent.class).getId()).isNotNull();
    assertThat(officer().get(id(others)).ok(AuditEvent.class).getId()).isNotNull();
    for (Api nobody : List.of(scribe(), practitioner(), source())) {
      assertThat(nobody.get(id(mine)).status()).isEqualTo(403);
      assertThat(nobody.get("AuditEvent?patient=" + ADA).status()).isEqualTo(403);
      assertThat(nobody.get("AuditEvent").status()).isEqualTo(403);
    }
    assertThat(anonymous().get(id(mine)).status()).isEqualTo(401);
  }

  @Test
  void search_whenAPatientAsks_thenTheirOwnAlone() {
    String person = somebody();
    long mine = keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/5");
    keep(BOB, person, Door.READ, Outcome.SUCCESS, "Observation/6");
    keep(null, person, Door.LOGIN, Outcome.SUCCESS);

    assertThat(found(ada().get("AuditEvent?agent=" + person))).containsExactly(id(mine));
    assertThat(found(ada().get("AuditEvent?agent=" + person + "&patient=" + ADA)))
        .containsExactly(id(mine));
    Bundle others =
        ada()
            .get("AuditEvent?agent=" + person + "&patient=" + BOB + "&_total=accurate")
            .ok(Bundle.class);
    assertThat(others.getEntry()).isEmpty();
    assertThat(others.getTotal()).isZero();
    assertThat(
            officer().get("AuditEvent?_summary=count&agent=" + person).ok(Bundle.class).getTotal())
        .isEqualTo(3);
  }

  @Test
  void officer_whenNotInTheOffice_thenNothingOfPatients() {
    assertThat(officer().get("Patient/" + ADA).status()).isEqualTo(403);
    Api all = officer();
    assertThat(all.get("Observation?patient=" + ADA).status()).isEqualTo(403);
    assertThat(Api.requestToken(server(), "demo-privacy-officer", "demo", "user/*.rs").statusCode())
        .isEqualTo(400);
  }

  // ---- how they are found

  @Test
  void search_whenByEachParameter_thenExact() {
    String person = somebody();
    String ai = "Device/" + UUID.randomUUID();
    String thing = "Observation/" + UUID.randomUUID();
    long read = keep(ADA, person, Door.READ, Outcome.SUCCESS, thing + "/_history/3");
    long refused = keep(ADA, person, Door.UPDATE, Outcome.REFUSED, thing);
    long searched = keep(BOB, ai, Door.SEARCH, Outcome.SUCCESS, thing + "0");

    String ofPerson = "AuditEvent?agent=" + person;
    assertThat(found(officer().get(ofPerson))).containsExactly(id(refused), id(read));
    assertThat(found(officer().get(ofPerson + "&_sort=date")))
        .containsExactly(id(read), id(refused));
    assertThat(found(officer().get(ofPerson + "," + ai)))
        .containsExactlyInAnyOrder(id(refused), id(read), id(searched));
    assertThat(found(officer().get("AuditEvent?agent=" + ai))).containsExactly(id(searched));
    assertThat(found(officer().get("AuditEvent?entity=" + thing)))
        .as("not what has a longer id")
        .containsExactly(id(refused), id(read));
    assertThat(found(officer().get(ofPerson + "&entity=Patient/" + ADA))).hasSize(2);
    assertThat(found(officer().get(ofPerson + "&entity=Patient/" + BOB))).isEmpty();
    assertThat(found(officer().get(ofPerson + "&outcome=4"))).containsExactly(id(refused));
    assertThat(found(officer().get(ofPerson + "&action=R"))).containsExactly(id(read));
    assertThat(found(officer().get(ofPerson + "&action=U,R"))).hasSize(2);
    assertThat(
            found(
                officer()
                    .get(
                        "AuditEvent?_id="
                            + id(read).substring(11)
                            + ","
                            + id(searched).substring(11))))
        .containsExactlyInAnyOrder(id(read), id(searched));
    assertThat(found(officer().get("AuditEvent?_id=event-999999999999"))).isEmpty();
    for (String all :
        List.of("date=ge1926&date=le2126", "date=gt2020", "date=ne1999", "date=ge2025,lt1900")) {
      assertThat(found(officer().get(ofPerson + "&" + all))).as(all).hasSize(2);
    }
    for (String none : List.of("date=1999", "date=lt1926", "date=gt2126", "date=eb2000")) {
      assertThat(found(officer().get(ofPerson + "&" + none))).as(none).isEmpty();
    }
    String time =
        officer().get(id(read)).ok(AuditEvent.class).getRecordedElement().getValueAsString();
    assertThat(found(officer().get(ofPerson + "&date=" + time.replace("+", "%2B"))))
        .contains(id(read));
    assertThat(officer().get("AuditEvent?nonsense=1").status()).isEqualTo(400);
    assertThat(officer().get("AuditEvent?_include=AuditEvent:patient").status()).isEqualTo(400);
    assertThat(officer().get("AuditEvent?date=soon").issue().getDiagnostics()).contains("date");
  }

  @Test
  void search_whenByTypeAndSubtype_thenWhatIsServedWithThem() {
    String person = somebody();
    String read = id(keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/5"));
    String search = id(keep(ADA, person, Door.SEARCH, Outcome.SUCCESS, "Observation/5"));
    AuditEvent elsewhere = told(ADA);
    elsewhere.getAgentFirstRep().setWho(new Reference(person));
    elsewhere.addSubtype(new Coding("http://hl7.org/fhir/restful-interaction", "vread", null));
    elsewhere.addSubtype(
        new Coding("http://hl7.org/fhir/restful-interaction", "read", null).setVersion("4.0.1"));
    elsewhere.addSubtype(new Coding("https://lab.example/kinds", "of-the-lab", null));
    String told =
        "AuditEvent/"
            + source()
                .post("AuditEvent", elsewhere)
                .ok(AuditEvent.class)
                .getIdElement()
                .getIdPart();
    String interaction = "http://hl7.org/fhir/restful-interaction|";
    String byPerson = "AuditEvent?agent=" + person;

    Map.of(
            "&subtype=of-the-lab",
            List.of(told),
            "&type=1",
            List.<String>of(),
            "&type=http://terminology.hl7.org/CodeSystem/audit-entity-type|1",
            List.<String>of())
        .forEach(
            (asked, expected) ->
                assertThat(found(ada().get(byPerson + asked.replace("|", "%7C"))))
                    .as(asked)
                    .isEqualTo(expected));
    Map.of(
            "&type=rest",
            List.of(read, search),
            "&type=110110",
            List.of(told),
            "&type=http://dicom.nema.org/resources/ontology/DCM|110110",
            List.of(told),
            "&type=http://example.org|110110",
            List.<String>of(),
            "&subtype=" + interaction + "read",
            List.of(read, told),
            "&subtype=vread",
            List.of(told),
            "&subtype=search-type,vread",
            List.of(search, told),
            "&subtype=read&subtype=vread",
            List.of(told),
            "&type=rest&subtype=read",
            List.of(read),
            "&subtype=IRCP",
            List.<String>of())
        .forEach(
            (asked, expected) ->
                assertThat(found(ada().get(byPerson + asked.replace("|", "%7C"))))
                    .as(asked)
                    .containsExactlyInAnyOrderElementsOf(expected));
    assertThat(ada().get(byPerson + "&type:not=rest").status()).isEqualTo(400);
  }

  @Test
  void search_whenAgentOrEntityIsRepeated_thenBothMustMatch() {
    String person = somebody();
    String both =
        id(keep(ADA, person, Door.SEARCH, Outcome.SUCCESS, "Observation/1", "Observation/2"));
    keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/1");

    assertThat(
            found(
                ada()
                    .get(
                        "AuditEvent?agent="
                            + person
                            + "&entity=Observation/1&entity=Observation/2,Observation/3")))
        .containsExactly(both);
    assertThat(found(ada().get("AuditEvent?agent=" + person + "&agent=" + somebody()))).isEmpty();
    assertThat(found(ada().get("AuditEvent?agent=" + person + "&agent=" + person))).hasSize(2);
    assertThat(found(ada().get("AuditEvent?agent=" + person + "&agent=Patient/" + BOB)))
        .as("other patients are not asked for")
        .isEmpty();
  }

  @Test
  void search_whenManyAndMoreArrive_thenNoneTwiceAndNoneLeftOut() {
    String person = somebody();
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      kept.add(id(keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/" + i)));
    }
    for (String sort : List.of("-date", "date")) {
      List<String> seen = new ArrayList<>();
      String next = "AuditEvent?_count=5&_total=accurate&_sort=" + sort + "&agent=" + person;
      while (next != null) {
        Bundle page = ada().get(next).ok(Bundle.class);
        assertThat(page.getEntry()).hasSizeLessThanOrEqualTo(5);
        assertThat(page.getTotal()).isGreaterThanOrEqualTo(23);
        page.getEntry()
            .forEach(
                entry ->
                    seen.add(
                        entry.getResource().getIdElement().toUnqualifiedVersionless().getValue()));
        if (sort.equals("-date")) {
          keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/new");
        }
        next =
            page.getLink("next") == null
                ? null
                : page.getLink("next").getUrl().substring((server() + "/fhir/").length());
      }
      assertThat(seen).doesNotHaveDuplicates().containsAll(kept);
      Collections.reverse(kept);
    }
  }

  @Test
  void search_whenPageLinkOfAnother_thenOnlyOnesOwn() {
    String person = somebody();
    keep(BOB, person, Door.READ, Outcome.SUCCESS, "Observation/1");
    keep(BOB, person, Door.READ, Outcome.SUCCESS, "Observation/2");

    Bundle page = officer().get("AuditEvent?_count=1&agent=" + person).ok(Bundle.class);
    String next = page.getLink("next").getUrl().substring((server() + "/fhir/").length());

    assertThat(page.hasTotal()).as("nobody asked for it").isFalse();
    assertThat(found(officer().get(next))).hasSize(1);
    assertThat(found(ada().get(next))).isEmpty();
    assertThat(ada().get("AuditEvent?_after=17").status()).isEqualTo(400);
    assertThat(ada().get("?_getpages=" + UUID.randomUUID()).status()).isNotEqualTo(200);
  }

  @Test
  void search_whenByPostAndInABatch_thenLikeGet() {
    String person = somebody();
    long mine = keep(ADA, person, Door.READ, Outcome.SUCCESS, "Observation/5");

    assertThat(
            found(
                ada()
                    .exchange(
                        "POST",
                        "AuditEvent/_search",
                        "application/x-www-form-urlencoded",
                        "agent=" + person)))
        .containsExactly(id(mine));
    Bundle batch = new Bundle().setType(BundleType.BATCH);
    batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl("AuditEvent?agent=" + person);
    batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl(id(mine));
    Bundle answer = ada().post("", batch.copy()).ok(Bundle.class);
    assertThat(((Bundle) answer.getEntry().get(0).getResource()).getEntry()).hasSize(1);
    assertThat(answer.getEntry().get(1).getResource()).isInstanceOf(AuditEvent.class);
    Bundle forbidden = scribe().post("", batch).ok(Bundle.class);
    assertThat(forbidden.getEntry())
        .allMatch(entry -> entry.getResponse().getStatus().startsWith("403"));
  }

  // ---- no other way

  @Test
  void search_whenByWayOfOthers_thenRefused() {
    for (String search :
        List.of(
            "Patient?_has:AuditEvent:patient:outcome=0",
            "Patient?_has:Observation:patient:_has:AuditEvent:entity:outcome=0",
            "Patient?_id=" + ADA + "&_revinclude=AuditEvent:patient",
            "Patient?_id=" + ADA + "&_revinclude=AuditEvent:*",
            "Provenance?entity:AuditEvent.outcome=0")) {
      for (Api caller : List.of(scribe(), ada())) {
        assertThat(caller.get(search.replace(" ", "")).status()).as(search).isIn(400, 403);
      }
    }
    assertThat(found(scribe().get("Patient?_id=" + ADA + "&_revinclude=*")))
        .noneMatch(one -> one.startsWith("AuditEvent/"));
  }

  private static Answer patch(Api caller, String path, String... headers) {
    return caller.exchange(
        "PATCH",
        path,
        "application/json-patch+json",
        "[{\"op\":\"replace\",\"path\":\"/outcome\",\"value\":\"8\"}]",
        headers);
  }

  private static Bundle bundle(BundleType type, HTTPVerb verb, String url, AuditEvent event) {
    Bundle bundle = new Bundle().setType(type);
    bundle.addEntry().setResource(event).getRequest().setMethod(verb).setUrl(url);
    return bundle;
  }

  /** FHIR R4, http.html: 405 for what a type does not have, whoever asks. */
  @Test
  void write_whenAnybody_thenNotAllowedAndNothingChanges() {
    long mine = keep(ADA, somebody(), Door.READ, Outcome.SUCCESS, "Observation/5");
    AuditEvent event = ada().get(id(mine)).ok(AuditEvent.class);
    for (Api caller : List.of(ada(), officer(), scribe(), practitioner(), source())) {
      AuditEvent changed = event.copy().setOutcome(AuditEventOutcome._8);
      for (Answer refused :
          List.of(caller.put(changed), caller.delete(id(mine)), patch(caller, id(mine)))) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(405);
        assertThat(refused.header("Allow")).hasValue("GET");
        assertThat(refused.issue().getDiagnostics()).contains("nobody changes or deletes");
      }
      for (Answer refused :
          List.of(
              caller.delete("AuditEvent?patient=" + ADA),
              patch(caller, "AuditEvent?patient=" + ADA))) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(405);
        assertThat(refused.header("Allow")).hasValue("GET,POST");
      }
      for (HTTPVerb verb : List.of(HTTPVerb.PUT, HTTPVerb.DELETE)) {
        AuditEvent body = verb == HTTPVerb.DELETE ? null : changed.copy();
        assertThat(caller.post("", bundle(BundleType.TRANSACTION, verb, id(mine), body)).status())
            .as("transaction " + verb)
            .isEqualTo(405);
        Bundle answer =
            caller.post("", bundle(BundleType.BATCH, verb, id(mine), body)).ok(Bundle.class);
        assertThat(answer.getEntryFirstRep().getResponse().getStatus())
            .as("batch " + verb)
            .startsWith("405");
      }
    }
    assertThat(ada().get(id(mine) + "/_history").status()).isIn(400, 403);
    assertThat(Api.json(ada().get(id(mine)).ok(AuditEvent.class))).isEqualTo(Api.json(event));
  }

  @Test
  void create_whenNotTrustedOrInABundle_thenForbiddenOrNotSupported() {
    for (Api caller : List.of(ada(), officer(), scribe(), practitioner())) {
      assertThat(caller.post("AuditEvent", told(ADA)).status()).isEqualTo(403);
      assertThat(
              caller
                  .post("", bundle(BundleType.TRANSACTION, HTTPVerb.POST, "AuditEvent", told(ADA)))
                  .status())
          .isEqualTo(403);
      // HAPI goes by the resource, whatever the address says.
      for (String url : List.of("AuditEvent", "/AuditEvent", "Observation")) {
        assertThat(
                caller
                    .post("", bundle(BundleType.BATCH, HTTPVerb.POST, url, told(ADA)))
                    .ok(Bundle.class)
                    .getEntryFirstRep()
                    .getResponse()
                    .getStatus())
            .as(url)
            .startsWith("403");
      }
    }
    Answer trusted =
        source().post("", bundle(BundleType.TRANSACTION, HTTPVerb.POST, "AuditEvent", told(ADA)));
    assertThat(trusted.status()).isEqualTo(400);
    assertThat(trusted.issue().getDiagnostics()).contains("one at a time");
  }

  @Test
  void write_whenRefused_thenOneEventForThePatient() {
    long mine = keep(ADA, somebody(), Door.READ, Outcome.SUCCESS, "Observation/5");
    AuditEvent event = ada().get(id(mine)).ok(AuditEvent.class);
    Bundle batch = bundle(BundleType.BATCH, HTTPVerb.DELETE, id(mine), null);
    batch.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl("Patient/" + ADA);
    AccessRows rows = new AccessRows(jdbc);
    String[] requests = new String[4];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = UUID.randomUUID().toString();
    }

    scribe().put(event, "X-Request-Id", requests[0]);
    patch(scribe(), id(mine), "X-Request-Id", requests[1]);
    scribe()
        .post(
            "",
            bundle(BundleType.TRANSACTION, HTTPVerb.DELETE, id(mine), null),
            "X-Request-Id",
            requests[2]);
    Bundle answer = scribe().post("", batch, "X-Request-Id", requests[3]).ok(Bundle.class);

    assertThat(answer.getEntry().get(1).getResource())
        .as("the rest of a batch goes on")
        .isInstanceOf(Patient.class);
    for (int i = 0; i < 2; i++) {
      assertThat(rows.of(requests[i])).hasSize(1);
      AccessRows.Row refused = rows.of(requests[i]).get(0);
      assertThat(refused.door()).isEqualTo(i == 0 ? "UPDATE" : "PATCH");
      assertThat(refused.patient()).isEqualTo(ADA);
      assertThat(refused.outcome()).isEqualTo(4);
      assertThat(refused.status()).isEqualTo(405);
    }
    assertThat(rows.of(requests[2]))
        .extracting(AccessRows.Row::door, AccessRows.Row::patient, AccessRows.Row::status)
        .containsExactly(tuple("TRANSACTION", ADA, 405));
    assertThat(rows.of(requests[3]))
        .extracting(AccessRows.Row::door, AccessRows.Row::patient, AccessRows.Row::status)
        .containsExactlyInAnyOrder(tuple("DELETE", ADA, 405), tuple("READ", ADA, 200));
  }

  @Test
  void metadata_whenRead_thenTellsWhatIsOffered() {
    CapabilityStatement.CapabilityStatementRestResourceComponent described =
        anonymous()
            .get("metadata")
            .ok(CapabilityStatement.class)
            .getRestFirstRep()
            .getResource()
            .stream()
            .filter(one -> one.getType().equals("AuditEvent"))
            .findFirst()
            .orElseThrow();

    assertThat(described.getInteraction())
        .extracting(CapabilityStatement.ResourceInteractionComponent::getCode)
        .containsExactlyInAnyOrder(
            TypeRestfulInteraction.CREATE,
            TypeRestfulInteraction.READ,
            TypeRestfulInteraction.VREAD,
            TypeRestfulInteraction.SEARCHTYPE);
    assertThat(described.getSearchParam())
        .extracting(
            CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent::getName)
        .containsExactlyInAnyOrder(
            "_id",
            "_lastUpdated",
            "action",
            "agent",
            "date",
            "entity",
            "outcome",
            "patient",
            "subtype",
            "type");
    assertThat(described.getSearchInclude()).isEmpty();
    assertThat(described.getSearchRevInclude()).isEmpty();
  }

  // ---- what other systems tell

  private static AuditEvent told(String patient) {
    AuditEvent event = new AuditEvent();
    event.setType(new Coding("http://dicom.nema.org/resources/ontology/DCM", "110110", null));
    event.setAction(AuditEventAction.R).setOutcome(AuditEventOutcome._0);
    event.setRecorded(Date.from(Instant.parse("2026-11-20T08:00:00Z")));
    event
        .addAgent()
        .setType(
            new CodeableConcept(
                new Coding(
                    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", null)))
        .setWho(new Reference("Practitioner/lab-doctor"))
        .setRequestor(true);
    event.getSource().setObserver(new Reference().setDisplay("Lab system"));
    event
        .addEntity()
        .setType(new Coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", null))
        .setRole(new Coding("http://terminology.hl7.org/CodeSystem/object-role", "1", null))
        .setWhat(new Reference("Patient/" + patient));
    return event;
  }

  @Test
  void create_whenTrustedSource_thenKeptMarkedAndReadByThePatient() {
    Instant before = Instant.now().minusSeconds(60);
    Answer answer = source().post("AuditEvent", told(ADA));

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    String location = answer.header("Location").orElseThrow();
    String id = location.substring((server() + "/fhir/").length()).replace("/_history/1", "");
    AuditEvent kept = ada().get(id).ok(AuditEvent.class);
    assertThat(kept.getMeta().getTag(Canonical.System.EVENT_ORIGIN, "elsewhere")).isNotNull();
    assertThat(kept.getSource().getObserver().getDisplay()).isEqualTo("Lab system");
    assertThat(kept.getRecorded()).isAfter(Date.from(before));
    assertThat(Api.json(kept)).contains("2026-11-20T08:00:00").contains("audit-lab");
    assertThat(found(ada().get("AuditEvent?agent=Practitioner/lab-doctor&action=R"))).contains(id);
    assertThat(found(ada().get("AuditEvent?agent=Practitioner/lab-doctor&action=E")))
        .doesNotContain(id);
    assertThat(source().get(id).status()).as("it tells, and does not read").isEqualTo(403);
  }

  @Test
  void create_whenItCannotBeTaken_thenSaysWhyAndNothingIsKept() {
    Map<String, Consumer<AuditEvent>> wrong =
        Map.of(
            "recorded",
            event -> event.setRecorded(Date.from(Instant.now().plusSeconds(3600))),
            "entity.what",
            event -> event.getEntityFirstRep().getWhat().setReference("Patient/nobody-here"),
            "entity",
            event -> event.getEntity().clear(),
            "observer",
            event -> event.getSource().setObserver(new Reference().setDisplay("Equipoise ")),
            "agent",
            event -> event.getAgent().clear());
    int before = count();
    wrong.forEach(
        (element, change) -> {
          AuditEvent event = told(ADA);
          change.accept(event);
          Answer answer = source().post("AuditEvent", event);
          assertThat(answer.status()).as(element + answer.body()).isEqualTo(422);
          assertThat(answer.body()).contains(element);
        });
    AuditEvent ours = told(ADA);
    ours.getSource().getObserver().setDisplay(null).getIdentifier().setValue(server() + "/fhir");
    assertThat(source().post("AuditEvent", ours).status()).isEqualTo(422);
    for (Api untrusted : List.of(scribe(), ada(), officer(), practitioner())) {
      assertThat(untrusted.post("AuditEvent", told(ADA)).status()).isEqualTo(403);
    }
    assertThat(count()).isEqualTo(before);
  }

  @Test
  void create_whenItNamesAnotherPatientOrAForgedOrigin_thenRefusedOrStripped() {
    for (String other : List.of("Patient/" + BOB, "https://ehr.example/fhir/Patient/" + ADA)) {
      AuditEvent event = told(ADA);
      event.addEntity().setWhat(new Reference(other));
      assertThat(source().post("AuditEvent", event).status()).as(other).isEqualTo(422);
    }
    AuditEvent asAgent = told(ADA);
    asAgent.getAgentFirstRep().setWho(new Reference("Patient/" + BOB));
    assertThat(source().post("AuditEvent", asAgent).status()).isEqualTo(422);

    AuditEvent forged = told(ADA);
    forged.getMeta().addTag().setSystem(Canonical.System.EVENT_ORIGIN).setCode("forged-tag");
    forged
        .addExtension()
        .setUrl(Canonical.Extension.TOLD_ELSEWHERE)
        .addExtension("client", new Identifier().setValue("other-hospital"));
    AuditEvent kept = source().post("AuditEvent", forged).ok(AuditEvent.class);
    assertThat(Api.json(kept)).contains("audit-lab").doesNotContain("other-hospital", "forged-tag");
  }

  // ---- others

  @Test
  void read_whenAnotherPatientTried_thenThePatientIsNotToldWho() {
    long tried = keep(ADA, "Patient/" + BOB, Door.READ, Outcome.REFUSED, "Patient/" + ADA);

    Answer answer = ada().get(id(tried));

    answer.ok(AuditEvent.class);
    assertThat(answer.body()).doesNotContain(BOB, "192.0.2.7", "ward-app");
    assertThat(found(ada().get("AuditEvent?agent=Patient/" + BOB))).isEmpty();
    assertThat(found(ada().get("AuditEvent?_count=5"))).contains(id(tried));
    assertThat(officer().get(id(tried)).body()).contains(BOB);
  }

  @Test
  void read_whenRefused_thenToldToWhoseEventItIs() {
    long mine = keep(ADA, somebody(), Door.READ, Outcome.SUCCESS, "Observation/5/_history/1");
    long last = new AccessRows(jdbc).last();

    assertThat(practitioner().get(id(mine)).status()).isEqualTo(403);

    assertThat(
            jdbc.queryForList(
                "select patient from eqp_access_event where id > ? and door = 'READ'",
                String.class,
                last))
        .contains(ADA);
  }

  @Test
  void search_whenItAsksForTooMuch_thenRefusedAtOnce() {
    String years =
        IntStream.range(1950, 2000)
            .mapToObj(year -> "ne" + year + "-06-01")
            .collect(Collectors.joining(","));
    Answer same =
        ada().get("AuditEvent?" + String.join("&", Collections.nCopies(5, "date=" + years)));
    assertThat(same.status()).as("any time is in one of these").isEqualTo(200);

    String days =
        IntStream.range(1950, 2000)
            .mapToObj(year -> "eq" + year + "-06-01")
            .collect(Collectors.joining(","));
    assertThat(ada().get("AuditEvent?date=" + days + "&_lastUpdated=" + days).status())
        .isEqualTo(200);
    assertThat(ada().get("AuditEvent?_id=%00").status()).isIn(200, 400);
    assertThat(ada().get("AuditEvent?_after=-999999999999999999_1").status()).isEqualTo(400);
    assertThat(ada().get("AuditEvent?_after=99999999999999999_1").status()).isEqualTo(200);
  }

  private int count() {
    return jdbc.queryForObject(
        "select count(*) from eqp_access_event where door = 'ELSEWHERE'", Integer.class);
  }
}
