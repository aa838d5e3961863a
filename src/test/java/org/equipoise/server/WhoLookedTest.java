package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.fhir.Canonical;
import org.equipoise.server.AccessRows.Row;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every door leaves one event for each patient whom a request touches, and says what it was. */
class WhoLookedTest extends ServerTest {

  private static final String JSON = "application/fhir+json";
  private static final String REQUEST = "X-Request-Id";

  private final String call = UUID.randomUUID().toString();
  private AccessRows rows;

  @Autowired private IInterceptorService interceptors;

  @BeforeEach
  void people() {
    rows = new AccessRows(jdbc);
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("looked-ana", "looked-bo", "looked-cy", "looked-di")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily("Looked").addGiven(id);
      TestRecords.put(people, patient);
    }
    Practitioner doctor = new Practitioner();
    doctor.setId("looked-doctor");
    TestRecords.put(people, doctor);
    TestRecords.put(people, TestRecords.careTeam("looked-ana", "looked-doctor"));
    TestRecords.put(people, TestRecords.careTeam("looked-bo", "looked-doctor"));
    scribe().post("", people).ok(Bundle.class);
  }

  private Api ana() {
    return Api.as(server(), "looked-ana", SECRET, "patient/*.cruds");
  }

  private Api doctor() {
    return Api.as(server(), "looked-doctor", SECRET, "user/*.cruds");
  }

  private Api.Answer get(Api caller, String path) {
    return caller.exchange("GET", path, JSON, null, REQUEST, call);
  }

  private Api.Answer post(Api caller, String path, Resource body) {
    return caller.post(path, body, REQUEST, call);
  }

  private List<Row> told() {
    return rows.of(call);
  }

  private Row only() {
    assertThat(told()).hasSize(1);
    return told().get(0);
  }

  private static Observation observation(String patient) {
    return new Observation()
        .setStatus(Observation.ObservationStatus.FINAL)
        .setCode(new CodeableConcept().setText("mood"))
        .setSubject(new Reference("Patient/" + patient))
        .setEffective(DateTimeType.now())
        .setValue(new StringType("good"));
  }

  private String stored(String patient) {
    return "Observation/"
        + scribe()
            .post("Observation", observation(patient))
            .ok(Observation.class)
            .getIdElement()
            .getIdPart();
  }

  private Bundle bundle(Bundle.BundleType type, String... urls) {
    Bundle bundle = new Bundle().setType(type);
    for (String url : urls) {
      bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url);
    }
    return bundle;
  }

  @Test
  void read_whenAPatientReadsTheirOwn_thenOneEventSaysWhoWhatAndWhy() {
    String observation = stored("looked-ana");

    get(ana(), observation).ok(Observation.class);

    Row event = only();
    assertThat(event.door()).isEqualTo("READ");
    assertThat(event.client()).isEqualTo("looked-ana");
    assertThat(event.person()).isEqualTo("Patient/looked-ana");
    assertThat(event.device()).isNull();
    assertThat(event.ground()).isEqualTo("OWN");
    assertThat(event.address()).isEqualTo("127.0.0.1");
    assertThat(event.patient()).isEqualTo("looked-ana");
    assertThat(event.entities()).containsExactly(observation + "/_history/1");
    assertThat(event.outcome()).isZero();
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.query()).isNull();
  }

  @Test
  void read_whenByOthers_thenTheGroundIsTheirs() {
    String observation = stored("looked-ana");
    get(doctor(), observation);
    get(scribe(), observation);
    get(ana(), "Practitioner/looked-doctor");

    assertThat(told())
        .extracting(Row::client, Row::person, Row::ground, Row::patient)
        .containsExactly(
            tuple("looked-doctor", "Practitioner/looked-doctor", "CARE", "looked-ana"),
            tuple("demo-scribe", null, "SERVICE", "looked-ana"),
            tuple("looked-ana", "Patient/looked-ana", "NONE", null));
  }

  @Test
  void read_whenTheGlassWasBroken_thenThatIsTheGround() {
    Parameters reason =
        TestCalls.with(
            new Parameters(),
            "reason",
            new Coding().setSystem(Canonical.System.BREAK_GLASS_REASON).setCode("emergency"));
    reason.addParameter().setName("text").setValue(new StringType("Found at the front door"));
    post(doctor(), "Patient/looked-di/$break-glass", reason).ok(Parameters.class);
    get(doctor(), "Patient/looked-di").ok(Patient.class);

    assertThat(told())
        .extracting(Row::door, Row::operation, Row::ground, Row::patient)
        .containsExactly(
            tuple("OPERATION", "break-glass", "BREAK_GLASS", "looked-di"),
            tuple("READ", null, "BREAK_GLASS", "looked-di"));
    assertThat(told().get(0).entities().get(0)).startsWith("Patient/looked-di");
    assertThat(told().get(0).entities()).anyMatch(one -> one.startsWith("Communication/"));
  }

  @Test
  void versions_whenRead_thenEachDoorIsNamed() {
    String observation = stored("looked-ana");
    get(ana(), observation + "/_history/1");
    get(ana(), observation + "/_history");

    assertThat(told())
        .extracting(Row::door, Row::entities)
        .containsExactly(
            tuple("VREAD", List.of(observation + "/_history/1")),
            tuple("HISTORY", List.of(observation + "/_history/1")));
  }

  @Test
  void search_whenItIncludesTwoPatients_thenEachIsToldOfTheirOwnAlone() {
    String ofAna = stored("looked-ana");
    String ofBo = stored("looked-bo");

    get(
            doctor(),
            "Observation?subject=Patient/looked-ana,Patient/looked-bo&_id="
                + ofAna.substring(12)
                + ","
                + ofBo.substring(12)
                + "&_include=Observation:subject")
        .ok(Bundle.class);

    assertThat(told()).extracting(Row::door).containsOnly("SEARCH");
    assertThat(told()).hasSize(2);
    for (Row event : told()) {
      boolean isAnas = event.patient().equals("looked-ana");
      String own = isAnas ? ofAna : ofBo;
      assertThat(event.entities())
          .hasSize(2)
          .anyMatch(one -> one.startsWith(own + "/_history/"))
          .anyMatch(one -> one.startsWith("Patient/" + event.patient() + "/_history/"));
      assertThat(event.query())
          .isEqualTo("Observation?_id=&_include=Observation:subject&subject=" + event.patient());
    }
  }

  @Test
  void search_whenNothingIsFound_thenToldToThePatientWhoIsNamed() {
    get(doctor(), "Observation?patient=looked-cy").ok(Bundle.class);

    Row event = only();
    assertThat(event.patient()).isEqualTo("looked-cy");
    assertThat(event.entities()).isEmpty();
    assertThat(event.ground()).isEqualTo("NONE");
    assertThat(event.query()).isEqualTo("Observation?patient=looked-cy");
  }

  @Test
  void search_whenByPostOrNextPage_thenEachLeavesItsEvent() {
    stored("looked-ana");
    stored("looked-ana");
    ana()
        .exchange(
            "POST",
            "Observation/_search",
            "application/x-www-form-urlencoded",
            "patient=looked-ana&_count=1",
            REQUEST,
            call)
        .ok(Bundle.class);
    get(ana(), "Observation?patient=looked-ana&_count=1&_offset=1").ok(Bundle.class);

    assertThat(told())
        .extracting(Row::door, Row::patient, event -> event.entities().size())
        .containsExactly(tuple("SEARCH", "looked-ana", 1), tuple("PAGE", "looked-ana", 1));
    assertThat(told().get(0).query()).isEqualTo("Observation/_search?_count=1&patient=looked-ana");
  }

  @Test
  void batch_whenAnEntryIsRefused_thenEachLeavesItsOwn() {
    String ofAna = stored("looked-ana");
    String ofBo = stored("looked-bo");
    Bundle batch = bundle(Bundle.BundleType.BATCH, ofAna, ofBo, "Observation?patient=looked-ana");
    TestRecords.post(
        batch,
        TestContributions.vital("29463-7", "68.4", "kg")
            .setSubject(new Reference("Patient/looked-ana")));

    Bundle answer = post(ana(), "", batch).ok(Bundle.class);

    assertThat(answer.getEntry().get(1).getResponse().getStatus()).startsWith("404");
    assertThat(told())
        .extracting(Row::door, Row::patient, Row::outcome)
        .containsExactlyInAnyOrder(
            tuple("READ", "looked-ana", 0),
            tuple("READ", "looked-bo", 4),
            tuple("SEARCH", "looked-ana", 0),
            tuple("CREATE", "looked-ana", 0));
    assertThat(told())
        .filteredOn(event -> event.outcome() == 4)
        .extracting(Row::entities, Row::status, Row::ground)
        .containsExactly(tuple(List.of(ofBo), 404, "NONE"));
  }

  @Test
  void bundle_whenItHasTooManyEntries_thenNothingIsDoneAndOneEventTellsOfIt() {
    long before = jdbc.queryForObject("select count(*) from hfj_resource", Long.class);
    for (Bundle.BundleType type : List.of(Bundle.BundleType.BATCH, Bundle.BundleType.TRANSACTION)) {
      Bundle bundle = new Bundle().setType(type);
      for (int i = 0; i < 5001; i++) {
        TestRecords.post(bundle, observation("looked-ana"));
      }

      Api.Answer answer = post(scribe(), "", bundle);

      assertThat(answer.status()).as(type.toCode()).isEqualTo(413);
      assertThat(answer.issue().getDiagnostics()).contains("5000", "5001", "in parts");
      assertThat(answer.issue().getExpression().get(0).getValue()).isEqualTo("Bundle.entry");
    }

    assertThat(jdbc.queryForObject("select count(*) from hfj_resource", Long.class))
        .isEqualTo(before);
    assertThat(told())
        .extracting(Row::door, Row::patient, Row::status)
        .containsExactly(tuple("TRANSACTION", null, 413), tuple("TRANSACTION", null, 413));
  }

  @Test
  void transaction_whenATextIsTooLong_thenThePatientsThatItNamedAreTold() {
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Observation tooLong = observation("looked-ana");
    tooLong.getCode().setText("a".repeat(1024 * 1024 + 1));
    TestRecords.post(transaction, tooLong);
    TestRecords.post(transaction, observation("looked-bo"));

    assertThat(post(scribe(), "", transaction).status()).isEqualTo(413);

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::status)
        .containsExactlyInAnyOrder(
            tuple("TRANSACTION", "looked-ana", 413), tuple("TRANSACTION", "looked-bo", 413));
  }

  @Test
  void transaction_whenItCommits_thenAnEventForEachEntry() {
    String observation = stored("looked-ana");
    Bundle transaction = bundle(Bundle.BundleType.TRANSACTION, observation);
    TestRecords.post(transaction, observation("looked-ana"));
    TestRecords.post(transaction, observation("looked-bo"));

    post(scribe(), "", transaction).ok(Bundle.class);

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::outcome)
        .containsExactlyInAnyOrder(
            tuple("CREATE", "looked-ana", 0),
            tuple("CREATE", "looked-bo", 0),
            tuple("READ", "looked-ana", 0));
  }

  @Test
  void transaction_whenRolledBack_thenOnlyTheRefusalIsTold() {
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(transaction, observation("looked-ana"));
    TestRecords.post(transaction, observation("looked-bo").setStatus(null));

    assertThat(post(scribe(), "", transaction).status()).isEqualTo(422);

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::outcome, Row::status)
        .containsExactlyInAnyOrder(
            tuple("TRANSACTION", "looked-ana", 4, 422), tuple("TRANSACTION", "looked-bo", 4, 422));
  }

  /** Fails the first attempt of every write as a lost race does, after all others had their say. */
  @Interceptor
  public static class LosingOnce {
    private final AtomicInteger attempts = new AtomicInteger();

    @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = 50_000)
    public void afterCreate(RequestDetails request) {
      if (attempts.getAndIncrement() == 0) {
        throw new ResourceVersionConflictException("lost");
      }
    }
  }

  @Test
  void write_whenItIsTriedAgainAfterALostRace_thenToldOnce() {
    LosingOnce losing = new LosingOnce();
    interceptors.registerInterceptor(losing);
    try {
      post(scribe(), "Observation", observation("looked-ana")).ok(Observation.class);
    } finally {
      interceptors.unregisterInterceptor(losing);
    }

    assertThat(losing.attempts.get()).isEqualTo(2);
    assertThat(only().door()).isEqualTo("CREATE");
    assertThat(only().entities()).singleElement().asString().endsWith("/_history/1");
  }

  @Test
  void write_whenAResourceMovesToAnotherPatient_thenBothAreTold() {
    String observation = stored("looked-ana");
    Observation moved = scribe().get(observation).ok(Observation.class);
    moved.setSubject(new Reference("Patient/looked-bo"));

    scribe().put(moved, REQUEST, call).ok(Observation.class);

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::entities)
        .containsExactlyInAnyOrder(
            tuple("UPDATE", "looked-ana", List.of(observation + "/_history/1")),
            tuple("UPDATE", "looked-bo", List.of(observation + "/_history/2")));
  }

  @Test
  void write_whenNothingChanges_thenToldAllTheSame() {
    String observation = stored("looked-ana");

    scribe()
        .put(scribe().get(observation).ok(Observation.class), REQUEST, call)
        .ok(Observation.class);

    assertThat(only().door()).isEqualTo("UPDATE");
    assertThat(only().patient()).isEqualTo("looked-ana");
  }

  @Test
  void delete_whenDoneAndDoneAgain_thenTheirPatientIsTold() {
    String observation = stored("looked-ana");

    scribe().exchange("DELETE", observation, JSON, null, REQUEST, call);
    scribe().exchange("DELETE", observation, JSON, null, REQUEST, call);
    get(scribe(), observation);

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::outcome)
        .containsExactly(
            tuple("DELETE", "looked-ana", 0),
            tuple("DELETE", "looked-ana", 0),
            tuple("READ", "looked-ana", 4));
    assertThat(told().get(0).entities()).containsExactly(observation + "/_history/1");
  }

  @Test
  void patch_whenDone_thenItIsCalledOne() {
    String observation = stored("looked-ana");

    scribe()
        .exchange(
            "PATCH",
            observation,
            "application/json-patch+json",
            "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]",
            REQUEST,
            call)
        .ok(Observation.class);

    assertThat(only().door()).isEqualTo("PATCH");
    assertThat(only().entities()).containsExactly(observation + "/_history/2");
  }

  @Test
  void operation_whenItWrites_thenOneEventNamesWhatItWrote() {
    post(ana(), "Patient/looked-ana/$decide-ai-use", TestCalls.deny("ai-training"))
        .ok(Parameters.class);

    Row event = only();
    assertThat(event.door()).isEqualTo("OPERATION");
    assertThat(event.operation()).isEqualTo("decide-ai-use");
    assertThat(event.patient()).isEqualTo("looked-ana");
    assertThat(event.entities().get(0)).startsWith("Patient/looked-ana");
    assertThat(event.entities())
        .anyMatch(one -> one.startsWith("Consent/"))
        .anyMatch(one -> one.startsWith("Provenance/"));
  }

  @Test
  void operation_whenItOnlyReads_thenOneEventNamesWhatItShows() {
    String observation = stored("looked-ana");

    get(ana(), "Patient/looked-ana/$everything?_type=Observation,Patient").ok(Bundle.class);

    Row event = only();
    assertThat(event.operation()).isEqualTo("everything");
    assertThat(event.entities()).anyMatch(one -> one.startsWith(observation + "/"));
    assertThat(event.status()).isEqualTo(200);
  }

  @Test
  void ingest_whenAJobWritesLater_thenUploadPollsAndWhatItWroteAreTold() {
    long last = rows.last();

    new Uploads(server(), ana(), "looked-ana")
        .done("omh", Uploads.heartRates("2026-01-01T00:00:00Z", 3, i -> Integer.toString(60 + i)));

    List<Row> all = rows.after(last).values().stream().flatMap(List::stream).toList();
    assertThat(all)
        .allMatch(event -> "looked-ana".equals(event.patient()))
        .allMatch(event -> "Patient/looked-ana".equals(event.person()))
        .allMatch(event -> "OWN".equals(event.ground()));
    assertThat(all)
        .filteredOn(event -> event.operation().equals("ingest-wearable") && event.status() == 202)
        .singleElement()
        .satisfies(event -> assertThat(event.address()).isEqualTo("127.0.0.1"));
    assertThat(all)
        .filteredOn(event -> event.operation().equals("ingest-wearable") && event.status() == 0)
        .isNotEmpty()
        .allMatch(event -> event.address() == null)
        .anyMatch(
            event -> event.entities().stream().anyMatch(one -> one.startsWith("Observation/")));
    assertThat(all)
        .filteredOn(event -> event.operation().equals("ingest-wearable-status"))
        .isNotEmpty();
  }

  @Test
  void refusal_whenSomebodyAsksForAnothersRecord_thenWhoseItIsIsTold() {
    String ofBo = stored("looked-bo");
    String nothing = "Observation/" + UUID.randomUUID();
    get(ana(), ofBo);
    get(ana(), nothing);
    get(ana(), "Patient/looked-bo");
    get(ana(), "Observation?_filter=x");
    post(ana(), "Observation", observation("looked-bo"));
    post(ana(), "Patient/looked-bo/$decide-ai-use", TestCalls.deny("ai-training"));

    assertThat(told())
        .extracting(Row::door, Row::patient, Row::status, Row::entities)
        .containsExactly(
            tuple("READ", "looked-bo", 404, List.of(ofBo)),
            tuple("READ", null, 404, List.of(nothing)),
            tuple("READ", "looked-bo", 404, List.of("Patient/looked-bo")),
            tuple("SEARCH", null, 400, List.of()),
            tuple("CREATE", "looked-bo", 403, List.of()),
            tuple("OPERATION", "looked-bo", 404, List.of("Patient/looked-bo")));
    assertThat(told()).extracting(Row::outcome, Row::ground).containsOnly(tuple(4, "NONE"));
  }

  @Test
  void request_whenItHasNoTokenOrAsksForDefinitions_thenNothingIsKept() {
    get(anonymous(), "Patient/looked-ana");
    get(anonymous(), "metadata");
    get(ana(), "metadata");
    get(ana(), "StructureDefinition?_count=1");

    assertThat(told()).isEmpty();
  }

  @Test
  void request_whenItHasNoToken_thenTheOperatorSeesItCounted() throws InterruptedException {
    double before = unauthenticated();
    get(anonymous(), "Patient/looked-ana");

    // It is counted when the answer has left.
    for (int i = 0; i < 50 && unauthenticated() == before; i++) {
      Thread.sleep(100);
    }
    assertThat(unauthenticated()).isGreaterThan(before);
    assertThat(metrics(scribe().token()).statusCode()).isEqualTo(403);
    assertThat(metrics("none").statusCode()).isEqualTo(401);
  }

  private double unauthenticated() {
    HttpResponse<String> answer =
        metrics(
            SmartApp.json(Api.requestToken(server(), "demo-operator", "demo", "operator"))
                .path("access_token")
                .asText());
    return answer.statusCode() == 404
        ? 0
        : SmartApp.json(answer).path("measurements").path(0).path("value").asDouble();
  }

  private HttpResponse<String> metrics(String token) {
    return Api.send(
        HttpRequest.newBuilder(
                URI.create(server() + "/actuator/metrics/http.server.requests?tag=status:401"))
            .header("Authorization", "Bearer " + token)
            .build());
  }

  @Test
  void requestId_whenItCannotBeKept_thenTheServersOwn() {
    long last = rows.last();
    String long65 = "a".repeat(65);

    ana().exchange("GET", "Patient/looked-ana", JSON, null, REQUEST, long65);
    ana().exchange("GET", "Patient/looked-ana", JSON, null, REQUEST, "a b<script>");

    assertThat(rows.after(last).keySet())
        .hasSize(2)
        .noneMatch(id -> id.startsWith("aaaaa") || id.contains("<"));
  }

  @Test
  void read_whenItCannotBeKept_thenNothingIsShownAndNothingWritten() {
    String observation = stored("looked-ana");
    jdbc.execute("alter table eqp_access_event rename to eqp_access_event_away");
    try {
      Api.Answer read = get(ana(), "Patient/looked-ana");
      assertThat(read.status()).isEqualTo(500);
      assertThat(read.body()).doesNotContain("Looked").contains("Reference for its operator");

      Api.Answer missing = get(ana(), "Patient/looked-bo");
      assertThat(missing.status()).isEqualTo(500);

      int before = count();
      Api.Answer write = post(scribe(), "Observation", observation("looked-ana"));
      assertThat(write.status()).isEqualTo(500);
      assertThat(count()).isEqualTo(before);
    } finally {
      jdbc.execute("alter table eqp_access_event_away rename to eqp_access_event");
    }
    assertThat(get(ana(), observation).status()).isEqualTo(200);
    assertThat(only().status()).isEqualTo(200);
  }

  private int count() {
    return jdbc.queryForObject("select count(*) from hfj_resource", Integer.class);
  }
}
