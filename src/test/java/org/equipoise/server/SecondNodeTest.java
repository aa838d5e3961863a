package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.bench.Server;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes on one database: the server under test, and another in a process of its own that takes
 * the same tokens, as behind one address. The other is set differently, so that it also shows what
 * each setting does: AI documents that nobody permitted are refused, a yes to training counts three
 * days later, a sign of distress is let pass; and it reads anew at its start what hangs on AI
 * documents, of which the first node has lost everything.
 */
@OnPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondNodeTest extends ServerTest {

  private static final String USE = "ai-decision-use";
  private static final String TRAINING = "ai-training";
  private static final String NORA = "nodes-nora";
  private static final String OTTO = "nodes-otto";
  private static final String WEIGHTS = "Observation?patient=Patient/" + NORA;
  private static final int ROUNDS = 5;
  private static final int READERS = 4;

  private Server other;

  /** {@code Type/id}: a note about Otto, and what hangs on it. */
  private final List<String> unshared = new ArrayList<>();

  @BeforeAll
  void startOther(@TempDir Path folder) throws Exception {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of(NORA, OTTO)) {
      Patient patient = new Patient();
      patient.setId(id);
      TestRecords.put(people, patient);
      TestRecords.put(people, TestRecords.careTeam(id, "flow-colleague"));
      TestRecords.put(people, TestRecords.careTeam(id, "flow-foreign"));
      for (int i = 0; i < FlowRecords.MEASUREMENTS; i++) {
        TestRecords.put(people, FlowRecords.measurement(id, i));
      }
    }
    scribe().post("", people).ok(Bundle.class);
    permitDocumentation(self(OTTO), OTTO);
    scribe().post("", TestRecords.noteWithProvenance(OTTO)).ok(Bundle.class).getEntry().stream()
        .map(entry -> new IdType(entry.getResponse().getLocation()))
        .forEach(id -> unshared.add(id.toUnqualifiedVersionless().getValue()));
    decide(self(OTTO), OTTO, TestCalls.deny("ai-sharing"));
    requireHiddenFromOthers(server());
    for (String table :
        List.of(
            "eqp_ai_link",
            "eqp_ai_document",
            "eqp_ai_content",
            "eqp_practitioner_organization",
            "eqp_deidentified_consent")) {
      jdbc.update("delete from " + table);
    }
    assertThat(at(server(), "flow-foreign", "user/*.cruds").get(unshared.get(0)).status())
        .as("what is lost is lost")
        .isEqualTo(200);
    other = Server.start(log(), Server.DEVELOPMENT, arguments(folder));
  }

  private static Path log() throws IOException {
    return Files.createDirectories(Path.of("target")).resolve("second-node.log");
  }

  private List<String> arguments(Path folder) throws IOException {
    Path clients = folder.resolve("clients.properties");
    Properties known = new Properties();
    known.putAll(TestClients.properties(SECRET));
    try (Writer writer = Files.newBufferedWriter(clients)) {
      known.store(writer, null);
    }
    return List.of(
        "--spring.profiles.active=demo",
        "--spring.config.additional-location=" + clients.toUri(),
        "--spring.datasource.url=" + address(),
        "--spring.datasource.username=postgres",
        "--spring.datasource.password=postgres",
        "--equipoise.base-url=" + server(),
        "--equipoise.demo.seed=false",
        "--equipoise.consent.rebuild-content=true",
        "--equipoise.consent.undecided-documents=refuse",
        "--equipoise.consent.guardrails.distress=false",
        "--equipoise.consent.guardrails.cooling-off." + TRAINING + "=P3D");
  }

  /** Where both have their record. */
  private String address() {
    return jdbc.execute(
        (org.springframework.jdbc.core.ConnectionCallback<String>)
            connection -> connection.getMetaData().getURL());
  }

  @AfterAll
  void stopOther() throws InterruptedException {
    if (other != null) {
      other.close();
    }
  }

  private String second() {
    return other.address().toString();
  }

  /** A client at one of the nodes, with a token of the first. */
  private Api at(String node, String client, String scopes) {
    return Api.bearing(node, Api.as(server(), client, SECRET, scopes).token());
  }

  private Api self(String patient) {
    return at(server(), patient, "patient/*.cruds");
  }

  private Api selfAtSecond(String patient) {
    return at(second(), patient, "patient/*.cruds");
  }

  private Api advisor(String node) {
    return at(node, "ai-advisor", "system/*.cruds");
  }

  private Api scribeAtSecond() {
    return Api.bearing(second(), scribe().token());
  }

  private static Parameters decide(Api patient, String id, Parameters decision) {
    return patient.post("Patient/" + id + "/$decide-ai-use", decision).ok(Parameters.class);
  }

  private static Parameters withdraw(Api patient, String id, String purpose) {
    return patient
        .post(
            "Patient/" + id + "/$withdraw-consent",
            TestCalls.with(
                new Parameters(),
                "purpose",
                new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose)))
        .ok(Parameters.class);
  }

  private static String decision(Api asking, String patient, String purpose) {
    return asking
        .get("Consent/$evaluate-ai-use?patient=" + patient + "&purpose=" + purpose)
        .ok(Parameters.class)
        .getParameter("decision")
        .getValue()
        .primitiveValue();
  }

  // ---- a withdrawal counts on every node

  @Test
  void withdraw_whenReadAtOnceOnTheOtherNode_thenNothingIsShown() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        for (String[] nodes : new String[][] {{server(), second()}, {second(), server()}}) {
          Api writing = at(nodes[0], NORA, "patient/*.cruds");
          Api reading = advisor(nodes[1]);
          decide(writing, NORA, TestCalls.permit(USE));
          Bundle page = reading.get(WEIGHTS + "&_count=1&_total=accurate").ok(Bundle.class);
          assertThat(page.getTotal()).as("permitted").isEqualTo(FlowRecords.MEASUREMENTS);
          String next = page.getLink(Bundle.LINK_NEXT).getUrl().replaceFirst(".*/fhir/?", "");

          withdraw(writing, NORA, USE);

          List<Callable<String>> reads = new ArrayList<>();
          for (int i = 0; i < READERS; i++) {
            reads.add(() -> reading.get(WEIGHTS).body());
            reads.add(() -> reading.get("Observation/" + NORA + "-weight-1").body());
            reads.add(() -> reading.get(next).body());
            reads.add(() -> reading.get("Observation/" + NORA + "-weight-1/_history").body());
            reads.add(() -> reading.get(WEIGHTS + "&_summary=count").body());
          }
          for (Future<String> read : readers.invokeAll(reads)) {
            assertThat(read.get())
                .doesNotContain("Secretword", "\"total\":" + FlowRecords.MEASUREMENTS);
          }
          assertThat(decision(Api.bearing(nodes[1], scribe().token()), NORA, USE)).isEqualTo("ask");
        }
      }
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void withdraw_whenAnOldPageLinkIsFollowed_thenNothingOnEitherNode() {
    decide(self(NORA), NORA, TestCalls.permit(USE));
    String next =
        advisor(server())
            .get(WEIGHTS + "&_count=1&_total=accurate")
            .ok(Bundle.class)
            .getLink(Bundle.LINK_NEXT)
            .getUrl()
            .replaceFirst(".*/fhir/?", "");
    for (String node : List.of(server(), second())) {
      assertThat(advisor(node).get(next).body()).contains("Secretword");
    }

    withdraw(self(NORA), NORA, USE);

    for (String node : List.of(server(), second())) {
      Bundle page = advisor(node).get(next).ok(Bundle.class);
      assertThat(page.getEntry()).isEmpty();
      assertThat(page.getTotal()).isZero();
    }
  }

  // ---- what a node finds out anew at its start

  @Test
  void rebuild_whenEverythingWasLost_thenTheSameAnswersOnBothNodes() {
    for (String node : List.of(server(), second())) {
      requireHiddenFromOthers(node);
    }
  }

  private void requireHiddenFromOthers(String node) {
    for (String one : unshared) {
      assertThat(at(node, "flow-foreign", "user/*.cruds").get(one).status()).isEqualTo(404);
      assertThat(at(node, "flow-colleague", "user/*.cruds").get(one).status()).isEqualTo(200);
      assertThat(at(node, OTTO, "patient/*.cruds").get(one).status()).isEqualTo(200);
    }
    assertThat(
            at(node, "flow-foreign", "user/*.cruds")
                .get("DocumentReference?patient=Patient/" + OTTO + "&_summary=count")
                .ok(Bundle.class)
                .getTotal())
        .isZero();
  }

  // ---- how a node is set

  @Test
  void write_whenSetToRefuse_thenRefusedByNameAndNothingIsStored() {
    DocumentReference note = TestRecords.plainNote(NORA);
    Map<String, Long> before = rowCounts();

    Api.Answer refused = scribeAtSecond().post("DocumentReference", note);

    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("DocumentReference.author", "has not been asked");
    assertThat(rowCounts()).isEqualTo(before);
    Bundle transaction = TestRecords.noteWithProvenance(NORA);
    assertThat(scribeAtSecond().post("", transaction).status()).isEqualTo(422);
    assertThat(rowCounts()).isEqualTo(before);

    decide(self(OTTO), OTTO, TestCalls.permit("ai-documentation"));
    assertThat(scribeAtSecond().post("DocumentReference", TestRecords.plainNote(OTTO)).status())
        .as("where the patient permits")
        .isEqualTo(201);
  }

  @Test
  void permit_whenThereIsTimeToThinkItOver_thenCountsFromItsEndWhereThatIsSet() {
    Instant before = Instant.now();
    Parameters answer = decide(selfAtSecond(NORA), NORA, TestCalls.permit(TRAINING));

    assertThat(OperationTest.isTrue(answer, "effective")).isFalse();
    assertThat(OperationTest.told(answer)).isNotEmpty();
    assertThat(OperationTest.returned(answer, Consent.class).get(0).getStatus())
        .isEqualTo(ConsentState.ACTIVE);
    Api trainer = at(second(), "ai-trainer", "system/*.cruds");
    assertThat(trainer.get("Patient/" + NORA).status()).isEqualTo(404);
    assertThat(trainer.get(WEIGHTS).ok(Bundle.class).getTotal()).isZero();
    assertThat(decision(scribeAtSecond(), NORA, TRAINING)).isEqualTo("deny");
    String inFourDays = before.plusSeconds(4 * 86_400).truncatedTo(ChronoUnit.SECONDS).toString();
    assertThat(
            scribeAtSecond()
                .get(
                    "Consent/$evaluate-ai-use?patient="
                        + NORA
                        + "&purpose="
                        + TRAINING
                        + "&at="
                        + inFourDays)
                .ok(Parameters.class)
                .getParameter("decision")
                .getValue()
                .primitiveValue())
        .as("nothing has to run for it")
        .isEqualTo("permit");
    assertThat(at(server(), "ai-trainer", "system/*.cruds").get("Patient/" + NORA).status())
        .as("where no such time is set")
        .isEqualTo(200);
    withdraw(self(NORA), NORA, TRAINING);
  }

  @Test
  void permit_whenARuleIsSwitchedOff_thenCountsThereAndIsListedSo() {
    Parameters distressed =
        TestCalls.voluntariness(
            TestCalls.without(TestCalls.permit("ai-sharing"), "voluntariness"), "distress");
    Parameters hurried =
        TestCalls.voluntariness(
            TestCalls.without(TestCalls.permit("ai-sharing"), "voluntariness"), "time-pressure");

    assertThat(OperationTest.isTrue(decide(selfAtSecond(NORA), NORA, hurried), "effective"))
        .as("another rule")
        .isFalse();
    assertThat(OperationTest.isTrue(decide(selfAtSecond(NORA), NORA, distressed), "effective"))
        .isTrue();
    assertThat(decision(scribeAtSecond(), NORA, "ai-sharing")).isEqualTo("permit");
    assertThat(decision(scribe(), NORA, "ai-sharing"))
        .as("where the rule is on, it acts on what is stored")
        .isEqualTo("deny");
    assertThat(isOn(second(), "distress")).isFalse();
    assertThat(isOn(second(), "time-pressure")).isTrue();
    assertThat(isOn(second(), "cooling-off")).isTrue();
    assertThat(isOn(server(), "distress")).isTrue();
    assertThat(isOn(server(), "cooling-off")).isFalse();
    withdraw(self(NORA), NORA, "ai-sharing");
  }

  private boolean isOn(String node, String rule) {
    return at(node, NORA, "patient/*.cruds")
        .get("Consent/$guardrails")
        .ok(Parameters.class)
        .getParameter()
        .stream()
        .filter(one -> part(one, "code") instanceof Coding code && code.getCode().equals(rule))
        .map(one -> ((BooleanType) part(one, "on")).booleanValue())
        .findFirst()
        .orElseThrow();
  }

  private static org.hl7.fhir.r4.model.Type part(ParametersParameterComponent rule, String name) {
    return rule.getPart().stream()
        .filter(one -> one.getName().equals(name))
        .map(ParametersParameterComponent::getValue)
        .findFirst()
        .orElseThrow();
  }
}
