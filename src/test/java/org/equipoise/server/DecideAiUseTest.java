package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code Patient/[id]/$decide-ai-use} as its callers see it. */
class DecideAiUseTest extends OperationTest {

  private static final String DOCUMENTATION = "ai-documentation";

  @Autowired private RecordedConsents consents;
  @Autowired private ConsentPolicy policy;

  @BeforeEach
  void nothingDecided() {
    scribe().post("", ConsentRecords.people()).ok(Bundle.class);
    for (Consent old : search(Consent.class, "Consent?patient=carla")) {
      patient("carla").put(old.setStatus(ConsentState.REJECTED));
    }
  }

  private Api daughter() {
    return Api.as(server(), "carlas-daughter", SECRET, "patient/*.cruds");
  }

  private Api doctor() {
    return Api.as(server(), "carlas-doctor", SECRET, "user/*.cruds");
  }

  private Api.Answer decide(Api caller, Parameters body) {
    return caller.post("Patient/carla/$decide-ai-use", body);
  }

  private Parameters decided(Parameters body) {
    return decide(patient("carla"), body).ok(Parameters.class);
  }

  private static Parameters by(Parameters body, String... actors) {
    for (String actor : actors) {
      TestCalls.with(
          body, actor.startsWith("Device") ? "device" : "organization", new Reference(actor));
    }
    return body;
  }

  private Verdict verdict(String... actors) {
    return policy
        .decide(
            consents.of("Patient/carla"),
            new AiUse("Patient/carla", AiPurpose.AI_DOCUMENTATION, null, Set.of(actors)),
            Instant.now())
        .verdict();
  }

  @Test
  void permit_whenForNamedAi_thenForThisOneAloneBeforeAnyDocument() {
    Parameters answer = decided(by(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE));

    assertThat(isTrue(answer, "effective")).isTrue();
    Consent stored = returned(answer, Consent.class).get(0);
    assertThat(stored.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(stored.getProvision().hasData()).isFalse();
    assertThat(stored.getProvision().getActorFirstRep().getReference().getReference())
        .isEqualTo(TestRecords.SCRIBE_DEVICE);
    assertThat(stored.hasOrganization()).isTrue();
    assertThat(stored.getText().getDivAsString())
        .contains("You said yes to writing documents with AI", "This is about these only: ");
    assertThat(verdict(TestRecords.SCRIBE_DEVICE)).isEqualTo(Verdict.PERMIT);
    assertThat(verdict(TestRecords.SCRIBE_DEVICE, TestRecords.CLINIC)).isEqualTo(Verdict.PERMIT);
    assertThat(verdict(ConsentRecords.OTHER_DEVICE)).isEqualTo(Verdict.ASK);
    assertThat(verdict()).isEqualTo(Verdict.ASK);
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getAgentFirstRep().getWho().getReference()).isEqualTo("Patient/carla");
    assertThat(patient("carla").get(reference(provenance)).status()).isEqualTo(200);
  }

  @Test
  void permit_whenForAnAiAtAnOrganization_thenNotElsewhere() {
    decided(by(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE, TestRecords.CLINIC));

    assertThat(verdict(TestRecords.SCRIBE_DEVICE, TestRecords.CLINIC)).isEqualTo(Verdict.PERMIT);
    assertThat(verdict(TestRecords.SCRIBE_DEVICE, ConsentRecords.OTHER_CLINIC))
        .isNotEqualTo(Verdict.PERMIT);
  }

  @Test
  void deny_whenOneAiIsRefused_thenTheGeneralYesHoldsForTheOthers() {
    decided(TestCalls.permit(DOCUMENTATION));
    decided(by(TestCalls.deny(DOCUMENTATION), ConsentRecords.OTHER_DEVICE));

    assertThat(verdict(TestRecords.SCRIBE_DEVICE)).isEqualTo(Verdict.PERMIT);
    assertThat(verdict(ConsentRecords.OTHER_DEVICE)).isEqualTo(Verdict.DENY);
  }

  @Test
  void decision_whenAboutTheSame_thenReplacesTheEarlierOneAndNoOther() {
    Consent general = returned(decided(TestCalls.permit(DOCUMENTATION)), Consent.class).get(0);
    Consent named =
        returned(
                decided(by(TestCalls.permit(DOCUMENTATION), TestRecords.SCRIBE_DEVICE)),
                Consent.class)
            .get(0);

    Parameters answer = decided(TestCalls.deny(DOCUMENTATION));

    assertThat(read(Consent.class, reference(general)).getStatus())
        .isEqualTo(ConsentState.INACTIVE);
    assertThat(read(Consent.class, reference(named)).getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(told(answer)).anySatisfy(told -> assertThat(told).contains("This was allowed from"));
    assertThat(verdict(TestRecords.SCRIBE_DEVICE)).isEqualTo(Verdict.PERMIT);
    assertThat(verdict()).isEqualTo(Verdict.DENY);
  }

  @Test
  void permit_whenNotUnderstood_thenStoredAsProposedAndCountsAsANo() {
    Parameters answer = decided(TestCalls.permit(3, DOCUMENTATION));

    assertThat(isTrue(answer, "effective")).isFalse();
    assertThat(returned(answer, Consent.class).get(0).getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(verdict(TestRecords.SCRIBE_DEVICE)).isEqualTo(Verdict.DENY);
  }

  @Test
  void deny_whenRepresentativeDecides_thenCountsButHerYesDoesNotLiftThePatientsNo() {
    Parameters first = decide(daughter(), TestCalls.deny(DOCUMENTATION)).ok(Parameters.class);
    assertThat(verdict()).isEqualTo(Verdict.DENY);
    assertThat(
            ((Provenance) first.getParameter("provenance").getResource())
                .getAgentFirstRep()
                .getOnBehalfOf()
                .getReference())
        .isEqualTo("Patient/carla");

    decided(TestCalls.deny(DOCUMENTATION));
    Parameters lifted = decide(daughter(), TestCalls.permit(DOCUMENTATION)).ok(Parameters.class);

    assertThat(isTrue(lifted, "effective")).isFalse();
    assertThat(verdict()).isEqualTo(Verdict.DENY);
  }

  @Test
  void decision_whenClinicianOrServiceSigns_thenForbidden() {
    assertRefused(
        403, () -> decide(doctor(), TestCalls.permit(DOCUMENTATION)), "A clinician cannot sign");
    assertRefused(403, () -> decide(scribe(), TestCalls.deny(DOCUMENTATION)), "Only the patient");
  }

  @Test
  void witness_whenClinicianNamesThemself_thenStandsInTheConsent() {
    Consent permit = returned(decided(TestCalls.permit(DOCUMENTATION)), Consent.class).get(0);

    decide(doctor(), TestCalls.witness(reference(permit), "Practitioner/carlas-doctor"))
        .ok(Parameters.class);

    assertThat(read(Consent.class, reference(permit)).getExtension())
        .anyMatch(
            extension ->
                extension.getValue() instanceof Reference witness
                    && witness.getReference().equals("Practitioner/carlas-doctor"));
    assertThat(verdict()).isEqualTo(Verdict.PERMIT);
  }

  @Test
  void decision_whenPatientIsAnother_thenNotThere() {
    Api dora = patient("dora");

    assertRefused(404, () -> decide(dora, TestCalls.deny(DOCUMENTATION)));
  }

  @Test
  void decision_whenActorIsUnknownNoAiOrOfAnotherKind_thenRefusedByName() {
    Api carla = patient("carla");

    assertRefused(
        422,
        () -> decide(carla, by(TestCalls.deny(DOCUMENTATION), "Device/nobody")),
        "name='device'",
        "is not known");
    assertRefused(
        422,
        () -> decide(carla, by(TestCalls.deny(DOCUMENTATION), "Organization/nobody")),
        "name='organization'",
        "is not known");
    assertRefused(
        400,
        () ->
            decide(
                carla,
                TestCalls.with(
                    TestCalls.deny(DOCUMENTATION),
                    "device",
                    new Reference("Practitioner/carlas-doctor"))),
        "name='device'",
        "Device/[id]");
  }

  @Test
  void finishedConsent_whenItNamesADocument_thenRefused() {
    Consent finished = ConsentRecords.deny("carla", DOCUMENTATION);
    finished
        .getProvision()
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference(note));

    assertRefused(
        422,
        () -> decide(patient("carla"), TestCalls.with(new Parameters(), "consent", finished)),
        "provision.data",
        "$attach-consent");
  }

  @Test
  void finishedConsent_whenComplete_thenStored() {
    Consent finished = ConsentRecords.deny("carla", DOCUMENTATION);

    Parameters answer = decided(TestCalls.with(new Parameters(), "consent", finished));

    assertThat(isTrue(answer, "effective")).isTrue();
    assertThat(verdict()).isEqualTo(Verdict.DENY);
  }

  private static Parameters startingIn(Duration ahead) {
    DateTimeType start = new DateTimeType(Date.from(Instant.now().plus(ahead)));
    Consent consent = ConsentRecords.permit("carla", DOCUMENTATION);
    consent.setDateTimeElement(start.copy());
    consent.getProvision().getPeriod().setStartElement(start);
    return TestCalls.with(
        TestCalls.with(new Parameters(), "consent", consent), "teachBack", TestCalls.answers(5));
  }

  @Test
  void finishedConsent_whenTheClientsClockIsMinutesAhead_thenCountsAtOnce() {
    Parameters answer = decided(startingIn(Duration.ofMinutes(3)));

    assertThat(isTrue(answer, "effective")).as(told(answer).toString()).isTrue();
    assertThat(verdict()).isEqualTo(Verdict.PERMIT);
    // The clock of the one that follows is right; it replaces the other all the same.
    decided(TestCalls.deny(DOCUMENTATION));
    assertThat(verdict()).isEqualTo(Verdict.DENY);
  }

  @Test
  void finishedConsent_whenItSaysThatItWasGivenLater_thenRefusedByName() {
    assertRefused(422, () -> decide(patient("carla"), startingIn(Duration.ofHours(2))), "dateTime");
    assertThat(verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void decision_whenRepeatedWithTheSameRequestId_thenAnsweredAgainAndNothingNew() {
    Parameters body = TestCalls.repeatable(TestCalls.deny(DOCUMENTATION), "decide-once");
    List<Consent> first = returned(decided(body), Consent.class);

    Parameters again = decided(body);

    assertThat(isTrue(again, "replayed")).isTrue();
    assertThat(returned(again, Consent.class))
        .extracting(consent -> consent.getIdElement().getIdPart())
        .isEqualTo(first.stream().map(one -> one.getIdElement().getIdPart()).toList());
  }

  @Test
  void attachConsent_whenOneDocument_thenTheGeneralDecisionStays() {
    decided(TestCalls.deny(DOCUMENTATION));
    String document = newNote("carla");

    patient("carla")
        .post(document + "/$attach-consent", TestCalls.permit(DOCUMENTATION))
        .ok(Parameters.class);

    assertThat(verdict(TestRecords.SCRIBE_DEVICE)).isEqualTo(Verdict.DENY);
    assertThat(
            policy
                .decide(
                    consents.of("Patient/carla"),
                    new AiUse(
                        "Patient/carla",
                        AiPurpose.AI_DOCUMENTATION,
                        document,
                        Set.of(TestRecords.SCRIBE_DEVICE)),
                    Instant.now())
                .verdict())
        .isEqualTo(Verdict.PERMIT);
  }
}
