package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Side doors to what others said, or to what others may not know. */
class ClosedDoorsTest extends OperationTest {

  private static final String SECRET_WORD = "Quagga";
  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  private Observation observationOf(String patient) {
    Observation observation =
        new Observation()
            .setStatus(Observation.ObservationStatus.FINAL)
            .setCode(new CodeableConcept().setText("finding"))
            .setSubject(new Reference("Patient/" + patient))
            .setValue(new StringType(SECRET_WORD));
    return scribe().post("Observation", observation).ok(Observation.class);
  }

  private static String idOf(Observation observation) {
    return observation.getIdElement().getIdPart();
  }

  private static Bundle entry(
      Bundle.BundleType type, Bundle.HTTPVerb verb, String url, String ifMatch) {
    Bundle bundle = new Bundle().setType(type);
    bundle.addEntry().getRequest().setMethod(verb).setUrl(url).setIfMatch(ifMatch);
    return bundle;
  }

  private static Bundle patchIfValueIs(Bundle.BundleType type, String url, String value) {
    String patch = "[{\"op\":\"test\",\"path\":\"/valueString\",\"value\":\"%s\"}]";
    Bundle bundle = entry(type, Bundle.HTTPVerb.PATCH, url, null);
    bundle
        .getEntryFirstRep()
        .setResource(
            new Binary()
                .setContentType("application/json-patch+json")
                .setData(patch.formatted(value).getBytes(StandardCharsets.UTF_8)));
    return bundle;
  }

  private static String outcome(Api.Answer answer) {
    return answer.status() == 200
        ? answer.as(Bundle.class).getEntryFirstRep().getResponse().getStatus().substring(0, 3)
        : String.valueOf(answer.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "/%s", "%s/Observation/" + NOBODY})
  void patchInBundle_whenForeign_thenItsTestTellsNothing(String form) {
    String url = form.formatted("Observation/" + idOf(observationOf("ben")));
    for (Bundle.BundleType type : List.of(Bundle.BundleType.TRANSACTION, Bundle.BundleType.BATCH)) {
      for (String guess : List.of(SECRET_WORD, "Other")) {
        Api.Answer answer = patient("anna").post("", patchIfValueIs(type, url, guess));
        assertThat(outcome(answer)).as(answer.body()).isEqualTo("404");
      }
    }
  }

  @Test
  void transaction_whenForeignOrDeleted_thenAnsweredLikeOneThatNeverWas() {
    String foreign = idOf(observationOf("ben"));
    String deleted = idOf(observationOf("ben"));
    assertThat(scribe().delete("Observation/" + deleted).status()).isEqualTo(200);
    for (String id : List.of(foreign, deleted, NOBODY)) {
      Observation own = new Observation().setStatus(Observation.ObservationStatus.FINAL);
      own.getCode().setText("finding");
      own.setSubject(new Reference("Patient/anna")).setId(id);
      Bundle put =
          entry(Bundle.BundleType.TRANSACTION, Bundle.HTTPVerb.PUT, "Observation/" + id, "W/\"7\"");
      put.getEntryFirstRep().setResource(own);
      assertThat(patient("anna").post("", put).status()).as("PUT " + id).isEqualTo(404);
      Bundle delete =
          entry(Bundle.BundleType.TRANSACTION, Bundle.HTTPVerb.DELETE, "Observation/" + id, null);
      assertThat(patient("anna").post("", delete).status()).as("DELETE " + id).isEqualTo(404);
    }
  }

  @Test
  void vread_whenTheResourceIsNowAnothers_thenUnknown() {
    Observation misfiled = observationOf("anna");
    misfiled.setSubject(new Reference("Patient/ben"));
    scribe().put(misfiled).ok(Observation.class);

    assertThat(patient("anna").get("Observation/" + idOf(misfiled) + "/_history/1").status())
        .isEqualTo(404);
  }

  @Test
  void group_whenItHasOtherMembers_thenNotShownToOne() {
    Group group = new Group().setActual(true).setType(Group.GroupType.PERSON).setName(SECRET_WORD);
    group.addMember().setEntity(new Reference("Patient/anna"));
    group.addMember().setEntity(new Reference("Patient/ben"));
    String id = scribe().post("Group", group).ok(Group.class).getIdElement().getIdPart();

    assertThat(patient("anna").get("Group/" + id).status()).isEqualTo(404);
    assertThat(patient("anna").get("Group").body()).doesNotContain(SECRET_WORD);
    assertThat(
            patient("anna")
                .get("Group?member=Patient/ben&_total=accurate")
                .ok(Bundle.class)
                .getTotal())
        .as("a count would tell that Ben is a member")
        .isZero();
  }

  @Test
  void type_whenAiNoteWouldBecomeModelCard_thenRefused() {
    DocumentReference card = read(DocumentReference.class, note);
    card.setSubject(null).setType(TestRecords.modelCard().getType());
    card.setCategory(TestRecords.modelCard().getCategory());

    Api.Answer answer = scribe().put(card);

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.issue().getDiagnostics()).contains("DocumentReference.type");
    assertThat(patient("ben").get(note).status()).isEqualTo(404);
  }

  @Test
  void delete_whenRefusalIsInForce_thenOnlyForThePatientsSide() {
    String refusal = refusalOf(patient("anna"));
    for (Api other : List.of(scribe(), practitioner())) {
      Bundle both = entry(Bundle.BundleType.TRANSACTION, Bundle.HTTPVerb.DELETE, refusal, null);
      scribe()
          .get("Provenance?target=" + refusal)
          .ok(Bundle.class)
          .getEntry()
          .forEach(
              found ->
                  both.addEntry()
                      .getRequest()
                      .setMethod(Bundle.HTTPVerb.DELETE)
                      .setUrl("Provenance/" + found.getResource().getIdElement().getIdPart()));
      assertThat(other.post("", both).status()).isEqualTo(403);
      assertThat(other.delete(refusal).status()).isIn(403, 409);
    }
    assertThat(read(Consent.class, refusal).getStatus()).isEqualTo(Consent.ConsentState.ACTIVE);
  }

  @Test
  void update_whenBrotherWritesAnnasNameUnderHisRefusal_thenRefused() {
    Consent his = read(Consent.class, refusalOf(annasBrother()));
    his.getPerformerFirstRep().setReference("Patient/anna");

    assertThat(annasBrother().put(his).status()).isEqualTo(403);
  }

  private String refusalOf(Api caller) {
    Parameters answer = consent(caller, TestCalls.deny("ai-training")).ok(Parameters.class);
    return reference(returned(answer, Consent.class).get(0));
  }
}
