package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** What was answered, counted or said once does not open anything later, nor for others. */
class EndedAccessTest extends OperationTest {

  @Autowired
  @Qualifier("passwordLogin")
  private AuthenticationProvider login;

  @Test
  void requestId_whenAccessEndedMeanwhile_thenTheAnswerIsGone() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner practitioner = new Practitioner();
    practitioner.setId("care-doctor");
    TestRecords.put(people, practitioner);
    scribe().post("", people).ok(Bundle.class);
    String id = "ben";
    CareTeam team = TestRecords.careTeam(id, "care-doctor");
    team = scribe().put(team).ok(CareTeam.class);
    note = newNote(id);
    Api doctor = Api.as(server(), "care-doctor", SECRET, "user/*.cruds");
    Parameters body = TestCalls.repeatable(TestCalls.generate("en"), UUID.randomUUID().toString());
    assertThat(explain(doctor, body).status()).isEqualTo(200);
    assertThat(explain(doctor, body).status()).isEqualTo(200);

    scribe().put(team.setStatus(CareTeam.CareTeamStatus.INACTIVE)).ok(CareTeam.class);

    assertThat(doctor.get(note).status()).isEqualTo(404);
    assertThat(explain(doctor, body).status()).isEqualTo(404);
  }

  @Test
  void history_whenSomeVersionsWereAnothers_thenTheirNumberIsNotTold() {
    Observation misfiled =
        scribe()
            .post("Observation", new TestResources("ben", "ended").observation("laboratory"))
            .ok(Observation.class);
    misfiled.setSubject(new Reference("Patient/anna"));
    misfiled = scribe().put(misfiled).ok(Observation.class);
    String history = reference(misfiled) + "/_history";

    Bundle seen = patient("anna").get(history).ok(Bundle.class);
    assertThat(seen.getEntry()).hasSize(1);
    assertThat(seen.hasTotal() && seen.getTotal() != 1).isFalse();
    Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
    batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(history);
    assertThat(patient("anna").post("", batch).body()).doesNotContain("\"total\":2");
    assertThat(scribe().get(history).ok(Bundle.class).getTotal()).isEqualTo(2);
  }

  @Test
  void patientsWrite_whenItNamesAClinicianAsAuthor_thenRefused() {
    QuestionnaireResponse answers = TestCalls.answers(5);
    answers.setSubject(new Reference("Patient/anna")).setSource(new Reference("Patient/anna"));
    assertThat(patient("anna").post("QuestionnaireResponse", answers.copy()).status())
        .isEqualTo(201);
    Reference named = new Reference().setDisplay("Dr. Dana Test");
    Reference identified = new Reference().setType("Practitioner");
    identified.getIdentifier().setSystem(Canonical.BASE + "/staff").setValue("7");
    for (Reference author :
        List.of(new Reference("Practitioner/demo-practitioner"), named, identified)) {
      QuestionnaireResponse signed = answers.copy();
      assertForbidden(signed.setAuthor(author.copy()));
      Observation observation = new TestResources("anna", "ended").observation("laboratory");
      observation.setPerformer(List.of(new Reference("Patient/anna"), author.copy()));
      assertForbidden(observation);
      DocumentReference document = new TestResources("anna", "ended").document(null);
      document.setAuthor(List.of(new Reference("Patient/anna")));
      assertForbidden(document.setAuthenticator(author.copy()));
    }
  }

  private void assertForbidden(Resource resource) {
    Api.Answer answer = patient("anna").post(resource.fhirType(), resource);
    assertThat(answer.status()).as(Api.json(resource) + answer.body()).isEqualTo(403);
  }

  @Test
  void wrongPasswords_whenFromManyAddressesOfOneNetwork_thenCountedForTheNetwork() {
    long before = attempts();
    for (int i = 1; i <= 3; i++) {
      UsernamePasswordAuthenticationToken wrong =
          UsernamePasswordAuthenticationToken.unauthenticated(
              "nobody-" + UUID.randomUUID(), "wrong");
      wrong.setDetails(new WebAuthenticationDetails("2001:db8:77:88:" + i + "::" + i, null));
      assertThat(catchThrowable(() -> login.authenticate(wrong)))
          .isInstanceOf(BadCredentialsException.class);
    }
    assertThat(attempts() - before).as("three names and one network").isEqualTo(4);
  }

  private long attempts() {
    return jdbc.queryForObject("select count(*) from eqp_login_attempt", Long.class);
  }
}
