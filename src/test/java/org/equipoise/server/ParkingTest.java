package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A patient's consent to documentation, held on what AIs write: whoever sends it. */
class ParkingTest extends ServerTest {

  private static final String CY = "flow-cy";

  @BeforeEach
  void people() {
    writeHousehold();
    scribe().post("", FlowRecords.everybody()).ok(Bundle.class);
    // Of a test before.
    decide(CY, TestCalls.deny("ai-documentation"));
    forget(CY);
  }

  private Api author() {
    return Api.as(server(), "flow-author", SECRET, "user/*.cruds");
  }

  private Api colleague() {
    return Api.as(server(), "flow-colleague", SECRET, "user/*.cruds");
  }

  private Api service(String client) {
    return Api.as(server(), client, SECRET, "system/*.cruds");
  }

  private void decide(String patient, Parameters decision) {
    flowPatient(patient)
        .post("Patient/" + patient + "/$decide-ai-use", decision)
        .ok(Parameters.class);
  }

  private Api flowPatient(String patient) {
    return Api.as(server(), patient, SECRET, "patient/*.cruds");
  }

  /** As if nothing had ever been said. */
  private void forget(String patient) {
    jdbc.update("delete from eqp_consent_statement where patient_id = ?", patient);
  }

  /** {@code DocumentReference/[id]} of a new note. */
  private String written(DocumentReference note) {
    Api.Answer answer = scribe().post("DocumentReference", note);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new IdType(answer.header("Location").orElseThrow())
        .toUnqualifiedVersionless()
        .getValue();
  }

  private static int total(Api as, String search) {
    return as.get(search + "&_summary=count").ok(Bundle.class).getTotal();
  }

  @Test
  void write_whenPatientWasNotAsked_thenKeptForPatientAndResponsibleCliniciansAlone() {
    Api.Answer answer = scribe().post("DocumentReference", FlowRecords.note(CY));

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    OperationOutcome told = answer.as(OperationOutcome.class);
    assertThat(told.getIssueFirstRep().getSeverity())
        .isEqualTo(OperationOutcome.IssueSeverity.WARNING);
    assertThat(told.getIssueFirstRep().getDiagnostics()).startsWith("Parked");
    String note =
        new IdType(answer.header("Location").orElseThrow()).toUnqualifiedVersionless().getValue();
    String search = "DocumentReference?_id=" + note.substring(note.indexOf('/') + 1);
    for (Api other : new Api[] {scribe(), colleague()}) {
      assertThat(other.get(note).status()).isEqualTo(404);
      assertThat(other.get(note + "/_history").status()).isEqualTo(404);
      assertThat(other.get(note + "/_history/1").status()).isEqualTo(404);
      assertThat(other.delete(note).status()).isEqualTo(404);
      assertThat(total(other, search)).isZero();
      assertThat(total(other, "DocumentReference?patient=Patient/" + CY + "&_tag:not=x"))
          .isEqualTo(
              other
                  .get("DocumentReference?patient=Patient/" + CY + "&_tag:not=x&_count=200")
                  .ok(Bundle.class)
                  .getEntry()
                  .size());
    }
    for (Api seeing : new Api[] {author(), flowPatient(CY)}) {
      assertThat(seeing.get(note).status()).isEqualTo(200);
      assertThat(seeing.get(note + "/_history/1").status()).isEqualTo(200);
      assertThat(total(seeing, search)).isEqualTo(1);
    }
  }

  @Test
  void write_whenParked_thenWhatHangsOnItIsHiddenToo() {
    String url = "urn:uuid:0a1f0a1c-3a0e-4b5e-9d0f-1f2e3d4c5b6a";
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    // The story first, so that nothing depends on the order.
    TestRecords.post(bundle, TestRecords.provenance(CY, url));
    TestRecords.post(bundle, FlowRecords.note(CY)).setFullUrl(url);
    Observation extracted = FlowRecords.measurement(CY, 0);
    extracted.setId((String) null);
    extracted.addDerivedFrom(new Reference(url));
    TestRecords.post(bundle, extracted);

    Bundle answer = scribe().post("", bundle).ok(Bundle.class);

    assertThat(answer.getEntry().get(1).getResponse().getStatus()).startsWith("201");
    assertThat(
            ((OperationOutcome) answer.getEntry().get(1).getResponse().getOutcome())
                .getIssueFirstRep()
                .getDiagnostics())
        .startsWith("Parked");
    for (Bundle.BundleEntryComponent entry : answer.getEntry()) {
      String one =
          new IdType(entry.getResponse().getLocation()).toUnqualifiedVersionless().getValue();
      assertThat(colleague().get(one).status()).as(one).isEqualTo(404);
      assertThat(scribe().get(one).status()).as(one).isEqualTo(404);
      assertThat(author().get(one).status()).as(one).isEqualTo(200);
    }
    String note = new IdType(answer.getEntry().get(1).getResponse().getLocation()).getIdPart();
    assertThat(
            scribe()
                .get(
                    "Observation?patient=Patient/"
                        + CY
                        + "&_revinclude=Provenance:target&_count=200")
                .body())
        .doesNotContain(note);
    decide(CY, TestCalls.permit("ai-documentation"));
    for (Bundle.BundleEntryComponent entry : answer.getEntry()) {
      String one =
          new IdType(entry.getResponse().getLocation()).toUnqualifiedVersionless().getValue();
      assertThat(colleague().get(one).status()).as(one).isEqualTo(200);
    }
  }

  @Test
  void decide_whenPatientSaysYes_thenReleasedAndTaskIsDone() {
    String note = written(FlowRecords.note(CY));
    Task task =
        (Task) author().get("Task?focus=" + note).ok(Bundle.class).getEntryFirstRep().getResource();
    assertThat(task.getCode().getCodingFirstRep().getCode()).isEqualTo("consent-request");
    assertThat(task.getOwner().getReference()).isEqualTo("Practitioner/flow-author");
    assertThat(total(colleague(), "Task?focus=" + note)).isZero();

    decide(CY, TestCalls.permit("ai-documentation"));

    assertThat(colleague().get(note).status()).isEqualTo(200);
    assertThat(scribe().get(note).status()).isEqualTo(200);
    assertThat(author().get("Task/" + task.getIdElement().getIdPart()).ok(Task.class).getStatus())
        .isEqualTo(Task.TaskStatus.COMPLETED);
  }

  @Test
  void decide_whenPatientSaysYesOrNoToOneDocument_thenJustThatOneIsReleased() {
    String allowed = written(FlowRecords.note(CY));
    String waiting = written(FlowRecords.note(CY));

    flowPatient(CY)
        .post(allowed + "/$attach-consent", TestCalls.permit("ai-documentation"))
        .ok(Parameters.class);

    assertThat(colleague().get(allowed).status()).isEqualTo(200);
    assertThat(colleague().get(waiting).status()).isEqualTo(404);
  }

  @Test
  void decide_whenPatientSaysNo_thenHiddenForGoodAndDeletionIsDue() {
    String note = written(FlowRecords.note(CY));
    assertThat(author().get(note).status()).isEqualTo(200);

    decide(CY, TestCalls.deny("ai-documentation"));

    assertThat(author().get(note).status()).isEqualTo(404);
    assertThat(flowPatient(CY).get(note).status()).isEqualTo(200);
    for (Api told : new Api[] {author(), flowPatient(CY), service("own-clinic")}) {
      Bundle notices =
          told.get("Task?focus=" + note + "&code=data-deletion-notice&_total=accurate")
              .ok(Bundle.class);
      assertThat(notices.getTotal()).isEqualTo(1);
      String notice = "Task/" + notices.getEntryFirstRep().getResource().getIdElement().getIdPart();
      assertThat(told.get(notice).status()).isEqualTo(200);
      for (Api other : new Api[] {colleague(), scribe(), service("other-clinic")}) {
        assertThat(other.get(notice).status()).isEqualTo(404);
        assertThat(other.get(notice + "/_history").status()).isEqualTo(404);
        assertThat(total(other, "Task?focus=" + note)).isZero();
      }
    }
    forget(CY);
    decide(CY, TestCalls.permit("ai-documentation"));
    assertThat(author().get(note).status()).as("for good").isEqualTo(404);
  }

  @Test
  void write_whenPatientPermitsAnotherAi_thenParked() {
    decide(CY, FlowRecords.about(TestCalls.permit("ai-documentation"), "Device/rival-scribe"));

    assertThat(scribe().get(written(FlowRecords.note(CY))).status()).isEqualTo(404);
  }

  @Test
  void write_whenPatientPermits_thenStoredAsAlways() {
    decide(CY, FlowRecords.about(TestCalls.permit("ai-documentation"), TestRecords.SCRIBE_DEVICE));

    DocumentReference stored =
        scribe().post("DocumentReference", FlowRecords.note(CY)).ok(DocumentReference.class);

    assertThat(scribe().get("DocumentReference/" + stored.getIdElement().getIdPart()).status())
        .isEqualTo(200);
  }

  @Test
  void put_whenPlainDocumentBecomesAiText_thenRefusedNotHidden() {
    DocumentReference plain = FlowRecords.note(CY);
    plain.getMeta().setSecurity(null);
    plain.getAuthor().clear();
    plain.addAuthor(new Reference("Practitioner/flow-author"));
    DocumentReference stored =
        scribe().post("DocumentReference", plain).ok(DocumentReference.class);
    stored
        .getMeta()
        .addSecurity()
        .setSystem(Canonical.System.OBSERVATION_VALUE)
        .setCode(Canonical.AIAST);
    stored.addAuthor(new Reference(TestRecords.SCRIBE_DEVICE));

    Api.Answer refused = scribe().put(stored);

    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("DocumentReference.author");
    assertThat(colleague().get("DocumentReference/" + stored.getIdElement().getIdPart()).status())
        .isEqualTo(200);
  }

  @Test
  void create_whenSentAgainByItsWriterWhileParked_thenNotDoubled() {
    DocumentReference note = FlowRecords.note(CY);
    String condition =
        "identifier="
            + note.getIdentifierFirstRep().getSystem()
            + "|"
            + note.getIdentifierFirstRep().getValue();
    scribe().post("DocumentReference", note, "If-None-Exist", condition);

    Api.Answer again = scribe().post("DocumentReference", note, "If-None-Exist", condition);

    assertThat(again.status()).isEqualTo(200);
    assertThat(total(flowPatient(CY), "DocumentReference?" + condition.replace("|", "%7C")))
        .isEqualTo(1);
  }
}
