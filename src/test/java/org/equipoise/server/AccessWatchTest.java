package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Date;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.equipoise.audit.AccessEvents;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.watch.AccessFlags;
import org.equipoise.audit.watch.TestWatch;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What the watch over accesses finds, who is asked to look into it, and who never hears of it. */
class AccessWatchTest extends ServerTest {

  private static final String CODE = Canonical.System.TASK + "%7Cunusual-access";
  private static final String TASKS = "Task?code=" + CODE;

  @Autowired private ApplicationContext context;

  private TestWatch watch;

  /** A clinician of this test alone, who has no record here: deleted, or never known. */
  private String unknown;

  @BeforeEach
  void people() {
    watch = new TestWatch(context);
    unknown = "Practitioner/watch-" + UUID.randomUUID();
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient pia = new Patient();
    pia.setId("watch-pia");
    pia.addName().setFamily("Weber").addGiven("Pia");
    pia.addCommunication().getLanguage().addCoding().setSystem("urn:ietf:bcp:47").setCode("es");
    TestRecords.put(people, pia);
    RelatedPerson son =
        new RelatedPerson().setActive(true).setPatient(new Reference("Patient/watch-pia"));
    son.setId("watch-pias-son");
    TestRecords.put(people, son);
    for (String id :
        List.of(
            "watch-doctor",
            "watch-dictating",
            "watch-nosy",
            "watch-stranger",
            "watch-officer",
            "watch-other-officer")) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      practitioner
          .addName()
          .setFamily(Set.of("watch-doctor", "watch-dictating").contains(id) ? "Berg" : "Weber")
          .addGiven("Ada");
      TestRecords.put(people, practitioner);
    }
    TestRecords.put(people, TestRecords.careTeam("watch-pia", "watch-doctor"));
    TestRecords.put(people, TestRecords.careTeam("watch-pia", "watch-dictating"));
    TestRecords.put(people, TestRecords.careTeam("watch-pia", "watch-nosy"));
    scribe().post("", people).ok(Bundle.class);
    watch.skipAll();
  }

  private Api client(String id) {
    return Api.as(
        server(),
        id,
        SECRET,
        id.equals("watch-pia") || id.equals("watch-pias-son") ? "patient/*.cruds" : "user/*.cruds");
  }

  private Api officer() {
    return client("watch-officer");
  }

  private static AccessEvent access(Agent agent, Door door, int status, String patient) {
    return new AccessEvent(
        UUID.randomUUID().toString(),
        door,
        null,
        Outcome.of(status),
        status,
        agent,
        patient,
        List.of(),
        0,
        null,
        null,
        null);
  }

  private static Agent person(String person, Ground ground) {
    return new Agent("ehr", person, null, null, null, ground, "127.0.0.1");
  }

  private static Agent scribeAi(String device) {
    return new Agent("ai", null, device, null, "ai-documentation", Ground.SERVICE, "127.0.0.1");
  }

  private void keep(AccessEvent... events) {
    bean(AccessEvents.class).add(List.of(events));
  }

  /** Somebody whom nobody knows opens the patient's record, which the house lets them do. */
  private AccessEvent byStranger() {
    return access(person(unknown, Ground.WHOLE_HOUSE), Door.READ, 200, "watch-pia");
  }

  private static List<Task> tasks(Api caller, String search) {
    return caller.get(search + "&_count=200").ok(Bundle.class).getEntry().stream()
        .map(entry -> (Task) entry.getResource())
        .toList();
  }

  private List<Task> tasksAbout(String agent) {
    return tasks(
        officer(),
        TASKS
            + "&group-identifier="
            + Canonical.BASE
            + "/NamingSystem/unusual-access-agent%7C"
            + agent);
  }

  private static String part(Task task, String code) {
    return task.getInput().stream()
        .filter(one -> one.getType().hasCoding(Canonical.System.UNUSUAL_ACCESS_PART, code))
        .map(one -> one.getValue())
        .map(
            value ->
                value instanceof Reference to
                    ? to.hasReference() ? to.getReference() : to.getDisplay()
                    : value.primitiveValue())
        .reduce((one, other) -> one + " " + other)
        .orElse(null);
  }

  // ---- what is found

  @Test
  void run_whenUnusual_thenOneTaskForTheOfficer() {
    keep(byStranger(), byStranger());
    watch.run();
    watch.run();
    keep(byStranger());
    watch.run();

    assertThat(tasksAbout(unknown))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
              assertThat(
                      task.getReasonCode()
                          .hasCoding(Canonical.System.UNUSUAL_ACCESS, "no-care-relation"))
                  .isTrue();
              assertThat(part(task, "who")).isEqualTo(unknown);
              assertThat(part(task, "patient")).isEqualTo("Patient/watch-pia");
              assertThat(part(task, "accesses")).isEqualTo("3");
              assertThat(part(task, "access").split(" ")).hasSize(3);
              assertThat(task.getDescription()).contains(unknown, "Pia Weber");
              assertThat(task.hasFor()).isFalse();
            });
  }

  @Test
  void run_whenAClinicianBreaksTheGlassAndReads_thenOneTaskAboutBoth() {
    Parameters why = new Parameters();
    why.addParameter()
        .setName("reason")
        .setValue(new Coding(Canonical.System.BREAK_GLASS_REASON, "emergency", null));
    why.addParameter().setName("text").setValue(new StringType("Found at the front door"));
    Api stranger = client("watch-stranger");
    stranger.post("Patient/watch-pia/$break-glass", why).ok(Parameters.class);
    stranger.get("Patient/watch-pia").ok(Patient.class);
    watch.run();

    assertThat(tasksAbout("Practitioner/watch-stranger"))
        .filteredOn(
            task -> task.getReasonCode().hasCoding(Canonical.System.UNUSUAL_ACCESS, "break-glass"))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(part(task, "accesses")).isEqualTo("2");
              for (String event : part(task, "access").split(" ")) {
                assertThat(
                        Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs")
                            .get(event)
                            .status())
                    .isEqualTo(200);
              }
            });
  }

  @Test
  void run_whenUsual_thenNothing() {
    keep(
        access(person("Practitioner/watch-doctor", Ground.CARE), Door.READ, 200, "watch-pia"),
        access(
            person("Practitioner/watch-doctor", Ground.WHOLE_HOUSE), Door.READ, 200, "watch-pia"));
    watch.run();

    assertThat(tasksAbout("Practitioner/watch-doctor")).isEmpty();
  }

  @Test
  void run_whenFlagged_thenTheFlagIsKeptWithTheEvent() {
    keep(byStranger());
    watch.run();

    long event =
        StoredEvent.number(part(tasksAbout(unknown).get(0), "access").replace("AuditEvent/", ""))
            .orElseThrow();
    assertThat(bean(AccessFlags.class).of(List.of(event)).get(event))
        .singleElement()
        .matches(flag -> flag.rule().code().equals("no-care-relation"));
  }

  @Test
  void run_whenManyPatientsInADay_thenOneTaskThatNamesNoneOfThem() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    for (int day = 1; day <= 3; day++) {
      jdbc.update(
          "insert into eqp_access_habit (agent, for_day, kind, patients) values (?, ?, ?, ?)",
          unknown,
          Date.valueOf(today.minusDays(day)),
          "Practitioner",
          2);
    }
    String some = UUID.randomUUID().toString().substring(0, 8);
    AccessEvent[] accesses =
        IntStream.range(0, 6)
            .mapToObj(
                i -> access(person(unknown, Ground.CARE), Door.READ, 200, "watch-" + some + i))
            .toArray(AccessEvent[]::new);
    keep(accesses[0], accesses[0], accesses[1], accesses[2]);
    watch.run();
    assertThat(tasksAbout(unknown)).as("no more than twice what is usual").isEmpty();
    keep(accesses);
    watch.run();

    assertThat(tasksAbout(unknown))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(part(task, "patient")).isNull();
              assertThat(part(task, "counted")).isEqualTo("6");
              assertThat(part(task, "usual")).isEqualTo("2");
              assertThat(task.getDescription()).doesNotContain(some);
            });
  }

  @Test
  void run_whenRefusedOften_thenTaskAboutTheClient() {
    String client = "probe-" + UUID.randomUUID();
    Agent probe = new Agent(client, null, null, null, null, Ground.NONE, "127.0.0.1");
    keep(access(probe, Door.READ, 404, null), access(probe, Door.READ, 403, "watch-pia"));
    watch.run();
    assertThat(tasksAbout("client:" + client)).isEmpty();
    keep(access(probe, Door.READ, 404, null));
    watch.run();

    assertThat(tasksAbout("client:" + client))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(part(task, "counted")).isEqualTo("3");
              assertThat(part(task, "who")).isEqualTo("The client " + client);
            });
  }

  @Test
  void run_whenScribeWritesNothingInTime_thenTask() {
    String idle = "Device/idle-" + UUID.randomUUID();
    String busy = "Device/busy-" + UUID.randomUUID();
    keep(
        access(scribeAi(idle), Door.READ, 200, "watch-pia"),
        access(scribeAi(busy), Door.READ, 200, "watch-pia"));
    watch.run();
    keep(access(scribeAi(busy), Door.CREATE, 201, "watch-pia"));
    watch.run();
    keep(access(scribeAi(busy), Door.READ, 200, "watch-pia"));
    watch.run();
    assertThat(tasksAbout(idle)).as("it has a day to write").isEmpty();
    watch.runLater(Duration.ofHours(25));
    watch.runLater(Duration.ofHours(26));

    assertThat(tasksAbout(idle))
        .singleElement()
        .matches(
            task ->
                task.getReasonCode()
                    .hasCoding(Canonical.System.UNUSUAL_ACCESS, "ai-outside-purpose"));
    assertThat(tasksAbout(busy)).isEmpty();
  }

  @Test
  void run_whenAScribeDoesNotWriteForWhoTreats_thenNoOtherRuleIsAskedAgain() {
    keep(
        access(
            new Agent(
                "ai",
                "Practitioner/watch-dictating",
                "Device/idle-" + UUID.randomUUID(),
                null,
                "ai-documentation",
                Ground.WHOLE_HOUSE,
                "127.0.0.1"),
            Door.READ,
            200,
            "watch-pia"));
    watch.run();
    assertThat(tasksAbout("Practitioner/watch-dictating")).isEmpty();
    watch.runLater(Duration.ofHours(25));

    assertThat(tasksAbout("Practitioner/watch-dictating"))
        .singleElement()
        .matches(
            task ->
                task.getReasonCode()
                    .hasCoding(Canonical.System.UNUSUAL_ACCESS, "ai-outside-purpose"));
  }

  // ---- what must not stop it

  @Test
  void run_whenALookWithoutWritingCannotBeHandled_thenTheOthersAreAndItIsCounted() {
    String broken = "Device/broken-" + UUID.randomUUID();
    String idle = "Device/idle-" + UUID.randomUUID();
    keep(access(scribeAi(broken), Door.READ, 200, "watch-pia"));
    keep(access(scribeAi(idle), Door.READ, 200, "watch-pia"));
    watch.run();
    AtomicInteger calls = new AtomicInteger();
    int before = unjudged();
    watch.runLaterWith(
        Duration.ofHours(25),
        () -> {
          // The batch, then the first of it alone: three times.
          if (calls.incrementAndGet() <= 4) {
            throw new IllegalStateException("cannot be written");
          }
        });

    assertThat(tasksAbout(broken)).isEmpty();
    assertThat(tasksAbout(idle)).hasSize(1);
    assertThat(unjudged()).isEqualTo(before + 1);
  }

  @Test
  void run_whenARowCannotBeRead_thenTheOthersAreJudgedAndItIsCounted() {
    String request = UUID.randomUUID().toString();
    int before = unjudged();
    jdbc.update(
        "insert into eqp_access_event (request, door, outcome, status, ground)"
            + " values (?, 'NO_SUCH_DOOR', 0, 200, 'CARE')",
        request);
    try {
      keep(byStranger());
      watch.run();
    } finally {
      jdbc.update("delete from eqp_access_event where request = ?", request);
    }

    assertThat(tasksAbout(unknown)).hasSize(1);
    assertThat(unjudged()).isEqualTo(before + 1);
  }

  @Test
  void run_whenNodeDiesBeforeTheCommit_thenNothingIsLostOrDoubled() {
    keep(byStranger());
    assertThatThrownBy(
            () ->
                watch.runWith(
                    () -> {
                      throw new AssertionError("the node dies");
                    }))
        .hasStackTraceContaining("the node dies");
    assertThat(tasksAbout(unknown)).isEmpty();

    watch.run();

    assertThat(tasksAbout(unknown))
        .singleElement()
        .matches(task -> "1".equals(part(task, "accesses")));
  }

  @Test
  void run_whenTwoNodesAtOnce_thenOneTask() throws Exception {
    keep(byStranger(), byStranger());
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Callable<Void> run =
            () -> {
              watch.run();
              return null;
            };
        runs.add(nodes.submit(run));
      }
      for (Future<Void> one : runs) {
        one.get();
      }
    } finally {
      nodes.shutdown();
    }

    assertThat(tasksAbout(unknown))
        .singleElement()
        .matches(task -> "2".equals(part(task, "accesses")));
  }

  @Test
  void run_whenAnEventCannotBeHandled_thenTheOthersAreAndItIsCounted() {
    String broken = "Practitioner/watch-" + UUID.randomUUID();
    keep(access(person(broken, Ground.BREAK_GLASS), Door.READ, 200, "watch-pia"), byStranger());
    AtomicInteger calls = new AtomicInteger();
    int before = unjudged();
    watch.runWith(
        () -> {
          // The batch, then the first of it alone: three times.
          if (calls.incrementAndGet() <= 4) {
            throw new IllegalStateException("cannot be written");
          }
        });

    assertThat(tasksAbout(broken)).isEmpty();
    assertThat(tasksAbout(unknown)).hasSize(1);
    assertThat(unjudged()).isEqualTo(before + 1);
  }

  private int unjudged() {
    return jdbc.queryForObject("select count(*) from eqp_access_unjudged", Integer.class);
  }

  @Test
  void run_whenNobodyIsKnown_thenGoesOn() {
    Agent nobody = new Agent("gone", null, null, null, null, Ground.NONE, null);
    keep(
        access(nobody, Door.LOGIN, 401, null),
        access(person("Patient/no-such", Ground.OWN), Door.READ, 200, "no-such"),
        access(person("Person/odd", Ground.WHOLE_HOUSE), Door.READ, 200, "no-such"),
        access(person(unknown, Ground.WHOLE_HOUSE), Door.READ, 200, "watch-no-such-patient"));
    watch.run();

    assertThat(tasksAbout(unknown))
        .singleElement()
        .matches(task -> "Patient/watch-no-such-patient".equals(part(task, "patient")));
  }

  // ---- who sees it

  @Test
  void task_whenAskedByAnybodyElse_thenNotThere() {
    keep(
        access(person("Practitioner/watch-nosy", Ground.BREAK_GLASS), Door.READ, 200, "watch-pia"));
    watch.run();
    Task task = tasksAbout("Practitioner/watch-nosy").get(0);
    String id = task.getIdElement().getIdPart();

    for (Api caller :
        List.of(
            client("watch-nosy"),
            client("watch-doctor"),
            client("watch-pia"),
            client("watch-pias-son"),
            scribe(),
            Api.as(server(), "own-clinic", SECRET, "system/*.cruds"),
            Api.as(server(), "ai-advisor", SECRET, "system/*.cruds"))) {
      assertThat(caller.get("Task/" + id).status()).isEqualTo(404);
      assertThat(caller.get("Task/" + id + "/_history").status()).isEqualTo(404);
      assertThat(caller.get("Task/" + id + "/_history/1").status()).isEqualTo(404);
      assertThat(caller.get(TASKS + "&_summary=count").ok(Bundle.class).getTotal()).isZero();
      assertThat(caller.get("Task?_id=" + id + "&_total=accurate").ok(Bundle.class).getTotal())
          .isZero();
      assertThat(caller.put(task.copy().setStatus(TaskStatus.COMPLETED)).status()).isIn(403, 404);
      assertThat(caller.delete("Task/" + id).status()).isIn(403, 404);
    }
    assertThat(scribe().get("Patient?_has:Task:subject:code=" + CODE).status()).isEqualTo(403);
    Task reference = new Task();
    reference.setStatus(TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    reference.addPartOf(new Reference("Task/" + id));
    Task toNothing = reference.copy();
    toNothing.getPartOf().get(0).setReference("Task/" + UUID.randomUUID());
    Api service = Api.as(server(), "own-clinic", SECRET, "system/*.cruds");
    assertThat(service.post("Task", reference).status())
        .as("a reference to it fails like one to nothing")
        .isEqualTo(service.post("Task", toNothing).status());
  }

  @Test
  void task_whenOfficerLooks_thenReadFoundAndItsHistory() {
    keep(byStranger());
    watch.run();
    String id = tasksAbout(unknown).get(0).getIdElement().getIdPart();

    assertThat(officer().get("Task/" + id).ok(Task.class).getCode().getCodingFirstRep().getCode())
        .isEqualTo("unusual-access");
    assertThat(officer().get("Task/" + id + "/_history").ok(Bundle.class).getEntry()).hasSize(1);
    assertThat(tasks(officer(), TASKS + "&status=requested"))
        .extracting(one -> one.getIdElement().getIdPart())
        .contains(id);
  }

  @Test
  void task_whenAboutAnOfficer_thenOtherOfficersAlone() {
    keep(
        access(
            person("Practitioner/watch-other-officer", Ground.BREAK_GLASS),
            Door.READ,
            200,
            "watch-pia"));
    watch.run();
    Task task = tasksAbout("Practitioner/watch-other-officer").get(0);
    Api accused = client("watch-other-officer");

    assertThat(accused.get("Task/" + task.getIdElement().getIdPart()).status()).isEqualTo(404);
    assertThat(tasks(accused, TASKS))
        .noneMatch(
            one -> one.getGroupIdentifier().getValue().equals("Practitioner/watch-other-officer"));
  }

  // ---- what comes of it

  @Test
  void close_whenOfficerSaysWhatCameOfIt_thenClosedAndLaterEventsOpenAnother() {
    keep(byStranger());
    watch.run();
    Task task = tasksAbout(unknown).get(0);
    assertThat(officer().put(task.copy().setStatus(TaskStatus.COMPLETED)).status())
        .as("without a note")
        .isEqualTo(400);
    Task closed = task.copy().setStatus(TaskStatus.COMPLETED);
    closed.addNote().setText("Asked them: they stood in for a colleague.");
    Task answer = officer().put(closed).ok(Task.class);
    assertThat(answer.getNoteFirstRep().getAuthorReference().getReference())
        .isEqualTo("Practitioner/watch-officer");
    assertThat(answer.getNoteFirstRep().hasTime()).isTrue();
    assertThat(officer().put(answer.copy().setStatus(TaskStatus.INPROGRESS)).status())
        .as("what is closed stays closed")
        .isEqualTo(422);

    keep(byStranger());
    watch.run();

    assertThat(tasksAbout(unknown))
        .extracting(Task::getStatus)
        .containsExactlyInAnyOrder(TaskStatus.COMPLETED, TaskStatus.REQUESTED);
  }

  @Test
  void update_whenOfficerChangesWhatTheWatchSays_then422AndNamed() {
    keep(byStranger());
    watch.run();
    Task task = tasksAbout(unknown).get(0);
    Task changed = task.copy().setDescription("Nothing happened");

    Api.Answer answer = officer().put(changed);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.issue().getExpression().get(0).getValue()).isEqualTo("Task.description");
    assertThat(officer().delete("Task/" + task.getIdElement().getIdPart()).status()).isIn(403, 404);
  }

  @Test
  void create_whenAnybodyPretends_then403() {
    Task task = new Task();
    task.setStatus(TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode("unusual-access");
    for (Api caller : List.of(scribe(), officer(), client("watch-doctor"))) {
      assertThat(caller.post("Task", task).status()).isEqualTo(403);
    }
  }

  // ---- the patient

  @Test
  void run_whenPatientsAreTold_thenOnceInTheirLanguageAndNobodyElse() {
    String search = "Communication?category=" + CODE + "&subject=Patient/watch-pia";
    int before = client("watch-pia").get(search).ok(Bundle.class).getEntry().size();
    keep(byStranger(), byStranger());
    watch.runAndTell();
    keep(byStranger());
    watch.runAndTell();

    List<Communication> messages =
        client("watch-pia")
            .get(search + "&_sort=-_lastUpdated")
            .ok(Bundle.class)
            .getEntry()
            .stream()
            .map(entry -> (Communication) entry.getResource())
            .toList();
    assertThat(messages).hasSize(before + 1);
    Communication message = messages.get(0);
    assertThat(message.getLanguage()).isEqualTo("es");
    assertThat(message.getPayloadFirstRep().getContentStringType().getValue())
        .contains("se abrió su expediente", "No sabemos que esta persona le atienda")
        .doesNotContain(unknown);
    String id = message.getIdElement().getIdPart();
    assertThat(client("watch-pias-son").get("Communication/" + id).status()).isEqualTo(200);
    for (Api caller : List.of(client("watch-doctor"), client("watch-nosy"), scribe(), officer())) {
      assertThat(caller.get("Communication/" + id).status()).isEqualTo(404);
      assertThat(caller.get("Communication/" + id + "/_history").status()).isEqualTo(404);
      assertThat(caller.get(search).ok(Bundle.class).getEntry()).isEmpty();
      assertThat(
              caller
                  .get("Communication?subject=Patient/watch-pia&_id=" + id + "&_total=accurate")
                  .ok(Bundle.class)
                  .getTotal())
          .isZero();
    }
    assertThat(client("watch-pia").delete("Communication/" + id).status()).isIn(403, 404);
  }
}
