package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AiDocumentWriteTest extends ServerTest {

  @BeforeEach
  void household() {
    writeHousehold();
  }

  private DocumentReference written() {
    return scribe()
        .post("DocumentReference", TestRecords.plainNote("anna"))
        .ok(DocumentReference.class);
  }

  private static boolean isLabelled(DocumentReference document) {
    return document.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)
        != null;
  }

  @Test
  void post_whenPlainUsCoreNote_thenServerSaysThatNobodyCheckedIt() {
    DocumentReference note = written();

    assertThat(note.getDocStatus()).isEqualTo(DocumentReference.ReferredDocumentStatus.PRELIMINARY);
    assertThat(note.getDescription()).isEqualTo("AI draft, not yet checked by a clinician");
    assertThat(note.hasExtension(Canonical.Extension.REVIEW_STATUS)).isTrue();
    assertThat(isLabelled(note)).isTrue();
  }

  @Test
  void transaction_whenNoteWithProvenance_thenProvenanceNamesTheVersion() {
    Bundle response = scribe().post("", TestRecords.noteWithProvenance("anna")).ok(Bundle.class);
    IdType note = new IdType(response.getEntry().get(0).getResponse().getLocation());
    IdType provenance = new IdType(response.getEntry().get(1).getResponse().getLocation());

    Provenance stored = scribe().get("Provenance/" + provenance.getIdPart()).ok(Provenance.class);
    assertThat(stored.getTargetFirstRep().getReference())
        .isEqualTo("DocumentReference/" + note.getIdPart() + "/_history/1");
    Bundle found =
        scribe()
            .get("Provenance?record-patient=Patient/anna&target=" + note.getIdPart())
            .ok(Bundle.class);
    assertThat(found.getEntry()).hasSize(1);
  }

  @Test
  void put_whenLabelIsLeftOut_thenItStays() {
    DocumentReference note = written();
    note.getMeta().getSecurity().clear();

    Api.Answer answer = scribe().put(note);

    DocumentReference now =
        scribe()
            .get("DocumentReference/" + note.getIdElement().getIdPart())
            .ok(DocumentReference.class);
    assertThat(isLabelled(now)).as(answer.status() + " " + answer.body()).isTrue();
  }

  @Test
  void patch_whenLabelIsRemoved_thenItStays() {
    DocumentReference note = written();
    String path = "DocumentReference/" + note.getIdElement().getIdPart();

    scribe()
        .exchange(
            "PATCH",
            path,
            "application/json-patch+json",
            "[{\"op\":\"remove\",\"path\":\"/meta/security\"}]");

    assertThat(isLabelled(scribe().get(path).ok(DocumentReference.class))).isTrue();
  }

  @Test
  void metaDelete_whenLabelIsNamed_thenRefused() {
    DocumentReference note = written();
    String path = "DocumentReference/" + note.getIdElement().getIdPart();

    Api.Answer answer =
        scribe()
            .exchange(
                "POST",
                path + "/$meta-delete",
                "application/fhir+json",
                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"meta\",\"valueMeta\":{\"security\":"
                    + "[{\"system\":\""
                    + Canonical.System.OBSERVATION_VALUE
                    + "\",\"code\":\"AIAST\"}]}}]}");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(isLabelled(scribe().get(path).ok(DocumentReference.class))).isTrue();
  }

  @Test
  void delete_whenAiDocument_thenRefusedAndStillThere() {
    DocumentReference note = written();
    String path = "DocumentReference/" + note.getIdElement().getIdPart();

    Api.Answer answer = scribe().delete(path);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.issue().getDiagnostics()).contains("entered-in-error");
    assertThat(scribe().get(path).status()).isEqualTo(200);
  }

  @Test
  void post_whenCustodianIsMissing_thenRefusedByNameAndNothingWritten() {
    Map<String, Long> before = rowCounts();

    Api.Answer answer =
        scribe().post("DocumentReference", TestRecords.plainNote("anna").setCustodian(null));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("custodian");
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void transaction_whenSecondEntryIsInvalid_thenNothingWritten() {
    Bundle bundle = TestRecords.noteWithProvenance("anna");
    ((Provenance) bundle.getEntry().get(1).getResource()).getAgentFirstRep().setOnBehalfOf(null);
    Map<String, Long> before = rowCounts();

    Api.Answer answer = scribe().post("", bundle);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("onBehalfOf");
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void post_whenProfileOfOursIsClaimedWithoutTheLabel_thenRefusedAndNothingWritten() {
    DocumentReference note = TestRecords.plainNote("anna");
    note.getMeta().getSecurity().clear();
    note.setAuthor(List.of(new Reference("Practitioner/demo-practitioner")));
    note.getMeta().addProfile(Canonical.Profile.AI_DOCUMENT);
    Map<String, Long> before = rowCounts();

    Api.Answer answer = scribe().post("DocumentReference", note);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("security");
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void transaction_whenPutLeavesLabelOut_thenItStays() {
    DocumentReference note = written();
    String id = note.getIdElement().getIdPart();
    note.getMeta().getSecurity().clear();
    note.setId(id);
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle
        .addEntry()
        .setResource(note)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl("DocumentReference/" + id);

    scribe().post("", bundle);
    bundle.getEntryFirstRep().setResource(null).getRequest().setMethod(Bundle.HTTPVerb.DELETE);
    Api.Answer deleted = scribe().post("", bundle);

    assertThat(deleted.status()).isEqualTo(422);
    assertThat(isLabelled(scribe().get("DocumentReference/" + id).ok(DocumentReference.class)))
        .isTrue();
  }

  @Test
  void post_whenElementIsUnknown_thenRefusedByName() {
    String body =
        Api.json(TestRecords.plainNote("anna")).replaceFirst("\\{", "{\"colour\":\"blue\",");

    Api.Answer answer =
        scribe().exchange("POST", "DocumentReference", "application/fhir+json", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.issue().getDiagnostics()).contains("colour");
  }

  @Test
  void put_whenIfMatchIsStale_then412() {
    DocumentReference note = written();
    note.setStatus(DocumentReferenceStatus.CURRENT).setDescription("Changed");

    Api.Answer answer = scribe().put(note, "If-Match", "W/\"7\"");

    assertThat(answer.status()).isEqualTo(412);
  }

  @Test
  void put_whenAttestedNoteLosesItsState_thenRefusedAndNotADraftAgain() {
    DocumentReference attested =
        (DocumentReference)
            practitioner()
                .post(
                    "DocumentReference/" + written().getIdElement().getIdPart() + "/$review",
                    TestCalls.with(new Parameters(), "decision", new CodeType("attest")),
                    "If-Match",
                    "W/\"1\"")
                .ok(Parameters.class)
                .getParameter("return")
                .getResource();
    DocumentReference bare = attested.copy();
    bare.setDocStatus(null).setExtension(null);

    Api.Answer answer = scribe().put(bare);

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(
            scribe()
                .get("DocumentReference/" + attested.getIdElement().getIdPart())
                .ok(DocumentReference.class)
                .getDocStatus())
        .isEqualTo(DocumentReference.ReferredDocumentStatus.FINAL);
  }

  @Test
  void patch_whenFhirPathRemovesTheLabel_thenItStays() {
    DocumentReference note = written();
    String path = "DocumentReference/" + note.getIdElement().getIdPart();

    Api.Answer answer =
        scribe()
            .exchange(
                "PATCH",
                path,
                "application/fhir+json",
                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
                    + "{\"name\":\"type\",\"valueCode\":\"delete\"},"
                    + "{\"name\":\"path\",\"valueString\":\"DocumentReference.meta.security[0]\"}]}]}");

    assertThat(answer.status()).as(answer.body()).isLessThan(500);
    assertThat(isLabelled(scribe().get(path).ok(DocumentReference.class))).isTrue();
  }

  @Test
  void post_whenBodyWouldBeChangedInSilence_thenRefused() {
    String note = Api.json(TestRecords.plainNote("anna"));
    String json = "application/fhir+json";
    Map<String, Long> before = rowCounts();

    Api.Answer nul =
        scribe()
            .exchange(
                "POST",
                "DocumentReference",
                json,
                note.replaceFirst("\\{", "{\"description\":\"a\\\\u0000b\","));
    assertThat(nul.status()).as(nul.body()).isEqualTo(400);
    assertThat(nul.issue().getDiagnostics()).contains("NUL");
    assertThat(scribe().get("Patient?_count=-1").status()).isEqualTo(400);
    assertThat(scribe().get("Patient?_offset=-1").status()).isEqualTo(400);
    assertThat(rowCounts()).isEqualTo(before);
  }

  @Test
  void post_whenAnyResourceIsNotRightR4_thenRefusedByName() {
    Api.Answer answer =
        scribe()
            .exchange(
                "POST",
                "Observation",
                "application/fhir+json",
                "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/anna\"}}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("Observation.status").contains("Observation.code");
  }

  @Test
  void post_whenXml_thenStoredAsWell() {
    String xml =
        FhirR4.context().newXmlParser().encodeResourceToString(TestRecords.plainNote("anna"));

    Api.Answer answer = scribe().exchange("POST", "DocumentReference", "application/fhir+xml", xml);

    assertThat(answer.ok(DocumentReference.class).getDescription()).contains("not yet checked");
  }

  @Test
  void post_whenAnyTextIsLongerThanAMebibyte_then413ByName() {
    Map<String, Long> before = rowCounts();

    Api.Answer answer =
        scribe()
            .exchange(
                "POST",
                "Organization",
                "application/fhir+json",
                "{\"resourceType\":\"Organization\",\"name\":\"" + "x".repeat(10_000_000) + "\"}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.issue().getDiagnostics()).contains("Organization.name");
    assertThat(rowCounts()).isEqualTo(before);
  }
}
