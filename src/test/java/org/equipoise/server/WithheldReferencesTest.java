package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reference to what consent withholds is answered like one to nothing. */
class WithheldReferencesTest extends ServerTest {

  private static final String EVE = "flow-eve";

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", EVE);
  }

  private Api eve() {
    return Api.as(server(), EVE, SECRET, "patient/*.cruds");
  }

  private Api service(String client) {
    return Api.as(server(), client, SECRET, "system/*.cruds");
  }

  private Api clinician(String client) {
    return Api.as(server(), client, SECRET, "user/*.cruds");
  }

  private void decide(Parameters decision) {
    eve().post("Patient/" + EVE + "/$decide-ai-use", decision).ok(Parameters.class);
  }

  private String written() {
    Api.Answer answer = scribe().post("DocumentReference", FlowRecords.note(EVE));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new IdType(answer.header("Location").orElseThrow())
        .toUnqualifiedVersionless()
        .getValue();
  }

  private static Observation observation(String source) {
    Observation one = FlowRecords.measurement(EVE, 5);
    one.setId((String) null);
    one.addDerivedFrom(new Reference(source));
    return one;
  }

  /** What may be written with a reference to a document. */
  private static Stream<Function<String, Resource>> writes() {
    return Stream.of(
        WithheldReferencesTest::observation,
        source -> {
          DocumentReference answer = FlowRecords.note(EVE);
          answer
              .addRelatesTo()
              .setCode(DocumentRelationshipType.APPENDS)
              .setTarget(new Reference(source));
          return answer;
        },
        source -> {
          Provenance story =
              TestRecords.provenance(EVE, "Observation/" + EVE + "-weight-0/_history/1");
          story.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(new Reference(source));
          return story;
        },
        source -> TestRecords.provenance(EVE, source),
        source -> {
          Task task = new Task().setStatus(Task.TaskStatus.REQUESTED);
          task.setIntent(Task.TaskIntent.ORDER).setFor(new Reference("Patient/" + EVE));
          return task.setFocus(new Reference(source));
        });
  }

  private static void assertLikeNothing(Api caller, String withheld) {
    String nothing = "DocumentReference/" + UUID.randomUUID();
    writes()
        .forEach(
            write -> {
              Resource real = write.apply(withheld);
              Resource unreal = write.apply(nothing);
              String type = real.fhirType();
              assertAlike(
                  caller.post(type, real), caller.post(type, unreal), withheld, nothing, type);
              Bundle one = new Bundle().setType(Bundle.BundleType.TRANSACTION);
              TestRecords.post(one, real);
              Bundle other = new Bundle().setType(Bundle.BundleType.TRANSACTION);
              TestRecords.post(other, unreal);
              assertAlike(
                  caller.post("", one),
                  caller.post("", other),
                  withheld,
                  nothing,
                  "Bundle of " + type);
            });
    Observation standing = FlowRecords.measurement(EVE, 1);
    standing.addDerivedFrom(new Reference(withheld));
    Observation same = FlowRecords.measurement(EVE, 1);
    same.addDerivedFrom(new Reference(nothing));
    assertAlike(caller.put(standing), caller.put(same), withheld, nothing, "PUT");
  }

  private static void assertAlike(
      Api.Answer withheld, Api.Answer nothing, String id, String unknown, String what) {
    assertThat(withheld.status()).as(what + withheld.body()).isEqualTo(nothing.status());
    assertThat(withheld.status()).as(what + withheld.body()).isIn(400, 403, 422);
    assertThat(withheld.body().replace(id, unknown)).as(what).isEqualTo(nothing.body());
  }

  @Test
  void write_whenItNamesAParkedDocument_thenAnsweredLikeNothing() {
    String parked = written();

    assertLikeNothing(service("other-clinic"), parked);
    assertLikeNothing(clinician("flow-colleague"), parked);
  }

  @Test
  void write_whenItNamesOnesOwnParkedDocumentOrASeenOne_thenTaken() {
    String parked = written();

    assertThat(scribe().post("Observation", observation(parked)).status()).isEqualTo(201);
    assertThat(clinician("flow-author").post("Observation", observation(parked)).status())
        .isEqualTo(201);
  }

  @Test
  void write_whenItNamesWhatIsNotShared_thenAnsweredLikeNothing() {
    decide(TestCalls.permit("ai-documentation"));
    String note = written();
    assertThat(service("other-clinic").post("Observation", observation(note)).status())
        .isEqualTo(201);
    decide(TestCalls.deny("ai-sharing"));

    assertLikeNothing(service("other-clinic"), note);
    assertLikeNothing(clinician("flow-foreign"), note);
  }

  @Test
  void write_whenAnAiNamesWhatIsNotPermitted_thenAnsweredLikeNothing() {
    decide(TestCalls.permit("ai-documentation"));
    String note = written();
    decide(TestCalls.deny("ai-decision-use"));

    String nothing = "DocumentReference/" + UUID.randomUUID();
    assertAlike(
        service("ai-advisor").post("Observation", observation(note)),
        service("ai-advisor").post("Observation", observation(nothing)),
        note,
        nothing,
        "AI");
    decide(TestCalls.permit("ai-decision-use"));
    Api.Answer taken = service("ai-advisor").post("Observation", observation(note));
    assertThat(taken.status()).as(taken.body()).isEqualTo(201);
  }

  @Test
  void write_whenAnAiGoesOnAboutItsOwnParkedDocument_thenTaken() {
    Api writer = service("ai-writer");
    Api.Answer note = writer.post("DocumentReference", FlowRecords.note(EVE));
    String parked =
        new IdType(note.header("Location").orElseThrow()).toUnqualifiedVersionless().getValue();

    Api.Answer more = writer.post("Observation", observation(parked));

    assertThat(more.status()).as(more.body()).isEqualTo(201);
    assertThat(writer.get(parked).status()).isEqualTo(404);
    assertThat(service("ai-advisor").post("Observation", observation(parked)).status())
        .isEqualTo(400);
  }

  @Test
  void update_whenTheReferenceStoodBefore_thenTaken() {
    decide(TestCalls.permit("ai-documentation"));
    String note = written();
    Task task = new Task().setStatus(Task.TaskStatus.REQUESTED);
    task.setIntent(Task.TaskIntent.ORDER).setFor(new Reference("Patient/" + EVE));
    task.setFocus(new Reference(note));
    Task stored = service("other-clinic").post("Task", task).ok(Task.class);
    decide(TestCalls.deny("ai-sharing"));
    stored.setStatus(Task.TaskStatus.COMPLETED);

    Api.Answer changed = service("other-clinic").put(stored);

    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
  }
}
