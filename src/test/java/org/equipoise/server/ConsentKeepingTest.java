package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;

/** What is decided counts as it stands in the record, by whichever door it came. */
class ConsentKeepingTest extends OperationTest {

  @Autowired private RecordedConsents consents;

  @Autowired
  @Qualifier("consentRebuild")
  private SmartLifecycle rebuild;

  @BeforeEach
  void nothingDecided() {
    scribe().post("", ConsentRecords.people()).ok(Bundle.class);
    for (Consent old : search(Consent.class, "Consent?patient=dora")) {
      patient("dora").put(old.setStatus(ConsentState.REJECTED)).ok(Consent.class);
    }
    assertThat(decided()).isEmpty();
  }

  private List<ConsentStatement> decided() {
    return consents.of("Patient/dora");
  }

  private Consent posted(Consent consent) {
    return patient("dora").post("Consent", consent).ok(Consent.class);
  }

  @Test
  void post_whenRefusal_thenCountsUntilItIsTakenBack() {
    Consent deny = posted(ConsentRecords.deny("dora", "ai-sharing"));
    assertThat(decided())
        .extracting(ConsentStatement::consent, ConsentStatement::permit, ConsentStatement::purpose)
        .containsExactly(tuple(reference(deny), false, AiPurpose.AI_SHARING));
    assertThat(consents.patientsDenying(AiPurpose.AI_SHARING)).contains("Patient/dora");

    deny.setStatus(ConsentState.REJECTED);
    Consent rejected = patient("dora").put(deny).ok(Consent.class);
    assertThat(decided()).isEmpty();

    rejected.setStatus(ConsentState.ACTIVE);
    patient("dora").put(rejected).ok(Consent.class);
    assertThat(decided()).hasSize(1);

    // It shows what was allowed and when, so it is taken back, not deleted.
    assertThat(patient("dora").delete(reference(deny)).status()).isEqualTo(422);
    assertThat(decided()).hasSize(1);

    patient("dora").put(read(Consent.class, reference(deny)).setStatus(ConsentState.REJECTED));
    assertThat(decided()).isEmpty();
    assertThat(consents.patientsDenying(AiPurpose.AI_SHARING)).doesNotContain("Patient/dora");
  }

  @Test
  void patch_whenRefusalIsTakenBack_thenNoLongerCounts() {
    Consent deny = posted(ConsentRecords.deny("dora", "ai-training"));

    Api.Answer patched =
        patient("dora")
            .exchange(
                "PATCH",
                reference(deny),
                "application/json-patch+json",
                "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"rejected\"}]");

    assertThat(patched.status()).as(patched.body()).isEqualTo(200);
    assertThat(decided()).isEmpty();
  }

  @Test
  void attachConsent_whenPermitted_thenTheRowsSayWhatTheConsentSays() {
    String doras = newNote("dora");

    Parameters answer =
        patient("dora")
            .post(doras + "/$attach-consent", TestCalls.permit("ai-training", "ai-decision-use"))
            .ok(Parameters.class);

    ConsentReader reader = new ConsentReader(ConsentSettings.DEFAULT.zone());
    assertThat(decided())
        .hasSize(2)
        .containsExactlyInAnyOrderElementsOf(
            returned(answer, Consent.class).stream()
                .flatMap(stored -> reader.read(stored).stream())
                .toList());
    assertThat(
            consents.patientsPermitting(
                AiPurpose.AI_TRAINING,
                Set.of(TestRecords.SCRIBE_DEVICE, TestRecords.CLINIC),
                java.time.Instant.now()))
        .contains("Patient/dora");
    assertThat(
            consents.patientsPermitting(
                AiPurpose.AI_TRAINING,
                Set.of(ConsentRecords.OTHER_DEVICE),
                java.time.Instant.now()))
        .doesNotContain("Patient/dora");
  }

  @Test
  void transaction_whenItFails_thenNothingWasDecided() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(bundle, ConsentRecords.deny("dora", "ai-training"));
    Consent unclear = ConsentRecords.foreignDeny("dora", "TREATDS");
    unclear.getProvision().addAction(new CodeableConcept().setText("disclose"));
    TestRecords.post(bundle, unclear);

    assertRefused(
        422, () -> patient("dora").post("", bundle), "Consent.provision.action", "leave it out");

    assertThat(decided()).isEmpty();
  }

  @Test
  void transaction_whenConsentNamesADocumentOfTheSameTransaction_thenIsAboutThatDocument() {
    DocumentReference own = new TestResources("dora", "own words").document(null);
    own.addAuthor(new Reference("Patient/dora"));
    String url = "urn:uuid:" + UUID.randomUUID();
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(bundle, own).setFullUrl(url);
    Consent deny = ConsentRecords.deny("dora", "ai-training");
    deny.getProvision()
        .addData()
        .setMeaning(ConsentDataMeaning.INSTANCE)
        .setReference(new Reference(url));
    TestRecords.post(bundle, deny);

    Bundle written = patient("dora").post("", bundle).ok(Bundle.class);

    assertThat(decided())
        .singleElement()
        .extracting(ConsentStatement::documents)
        .isEqualTo(
            Set.of(
                reference(
                    new org.hl7.fhir.r4.model.IdType(
                        written.getEntry().get(0).getResponse().getLocation()))));
  }

  @Test
  void post_whenNestedExceptionIsUnderstood_thenBothCount() {
    Consent deny = ConsentRecords.foreignDeny("dora", "MLTRAINING");
    deny.getProvision()
        .addProvision()
        .setType(ConsentProvisionType.DENY)
        .addActor()
        .setRole(
            new CodeableConcept(
                new org.hl7.fhir.r4.model.Coding()
                    .setSystem(org.equipoise.fhir.Canonical.System.PARTICIPATION_TYPE)
                    .setCode("IRCP")))
        .setReference(new Reference(TestRecords.SCRIBE_DEVICE));

    posted(deny);

    assertThat(decided())
        .extracting(ConsentStatement::depth, ConsentStatement::actors)
        .containsExactlyInAnyOrder(tuple(0, Set.of()), tuple(1, Set.of(TestRecords.SCRIBE_DEVICE)));
  }

  @Test
  void post_whenAYesHidesInANestedProvision_thenRefusedAsAPermit() {
    Consent deny = ConsentRecords.foreignDeny("dora", "MLTRAINING");
    deny.getProvision().addProvision().setType(ConsentProvisionType.PERMIT);

    assertRefused(422, () -> patient("dora").post("Consent", deny), "Consent.status");
  }

  @Test
  void post_whenNestedTooDeep_thenRefusedByName() {
    Consent deny = ConsentRecords.foreignDeny("dora", "MLTRAINING");
    deny.getProvision()
        .addProvision()
        .setType(ConsentProvisionType.DENY)
        .addProvision()
        .setType(ConsentProvisionType.DENY);

    assertRefused(
        422, () -> patient("dora").post("Consent", deny), "Consent.provision.provision.provision");
  }

  @Test
  void post_whenConsentDoesNotSpeakOfAi_thenStoredAsItIs() {
    Consent other = ConsentRecords.foreignDeny("dora", "HPAYMT");
    other.getProvision().addAction(new CodeableConcept().setText("disclose"));

    posted(other);

    assertThat(decided()).isEmpty();
  }

  @Test
  void rebuild_whenNothingIsKnown_thenReadsTheRecord() {
    posted(ConsentRecords.deny("dora", "ai-training"));
    List<ConsentStatement> before = decided();
    jdbc.update("delete from eqp_consent_statement");
    assertThat(decided()).isEmpty();

    rebuild.start();

    assertThat(before).hasSize(1);
    assertThat(decided()).isEqualTo(before);
  }
}
