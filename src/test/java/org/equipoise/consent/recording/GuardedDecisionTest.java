package org.equipoise.consent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.policy.ConsentEffect;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.consent.teachback.TestAnswers;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions that somebody may have pushed, without a server. */
class GuardedDecisionTest {

  private static final String TREATING = "Practitioner/treating";
  private static final String STRANGER = "Practitioner/stranger";

  private final FakeConsentRecord record = new FakeConsentRecord();

  @BeforeEach
  void people() {
    for (String id : List.of(TREATING, STRANGER)) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id + "/_history/1");
      record.put(practitioner);
    }
    record.treating.add(TREATING);
  }

  private Parameters askedBy(String who, Parameters body) {
    body.getParameter("voluntariness").addPart().setName("askedBy").setValue(new Reference(who));
    return record.attach(body);
  }

  private static Consent consent(Parameters answer) {
    return (Consent) answer.getParameter("return").getResource();
  }

  @Test
  void attach_whenTreatingClinicianAskedForTraining_thenAwaitsAWitness() {
    Consent consent = consent(askedBy(TREATING, TestRequests.permit("ai-training")));

    assertThat(consent.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(GuardedPermit.circumstances(consent))
        .isEqualTo(
            new Circumstances(TREATING, true, List.of(), List.of("independent-witness"), null));
  }

  @Test
  void attach_whenAnotherPurposeMissesMore_thenAwaitsNothing() {
    Parameters body = TestRequests.without(TestRequests.permit("ai-training"), "teachBack");

    assertThat(GuardedPermit.circumstances(consent(askedBy(TREATING, body))).awaits()).isEmpty();
  }

  @Test
  void attach_whenAStrangerAskedOrWitnesses_thenCounts() {
    assertThat(consent(askedBy(STRANGER, TestRequests.permit("ai-training"))).getStatus())
        .isEqualTo(ConsentState.ACTIVE);
    Parameters witnessed =
        TestRequests.with(TestRequests.permit("ai-training"), "witness", new Reference(STRANGER));
    QuestionnaireResponse anew = TestAnswers.allRight();
    anew.setAuthored(Date.from(FakeConsentRecord.NOW.plusSeconds(60)));
    TestRequests.answered(TestRequests.without(witnessed, "teachBack"), anew);

    assertThat(consent(askedBy(TREATING, witnessed)).getStatus()).isEqualTo(ConsentState.ACTIVE);
  }

  @Test
  void neutral_whenAnyStake_thenNot() {
    Neutrality neutrality = new Neutrality((person, patient) -> TREATING.equals(person.getValue()));
    DocumentReference note = TestDocuments.aiNote();
    note.addAuthor(new Reference("Practitioner/author"));
    note.setAuthenticator(new Reference("Practitioner/attester/_history/3"));

    assertThat(
            Stream.of(
                    STRANGER,
                    TREATING,
                    "Practitioner/asker",
                    "Practitioner/author",
                    "Practitioner/attester")
                .filter(
                    person ->
                        neutrality.isNeutral(
                            person, "Patient/ana", "Practitioner/asker", Stream.of(note))))
        .containsExactly(STRANGER);
  }

  @Test
  void settle_whenAwaitingTimeToo_thenActiveAndCountsLater() {
    ConsentSettings patient =
        new ConsentSettings(
            ConsentSettings.DEFAULT.threshold(),
            new GuardrailSettings(
                Set.of(), Map.of("ai-training", Duration.ofDays(400)), ReadingLevel.EASIER),
            ConsentSettings.DEFAULT.longestPermit(),
            ConsentSettings.DEFAULT.zone(),
            ConsentSettings.DEFAULT.policyUri(),
            ConsentSettings.DEFAULT.deniedWhenSilent());
    Consent waiting = TestConsents.permit();
    waiting.setStatus(ConsentState.PROPOSED);
    new Circumstances(TREATING, true, List.of(STRANGER), List.of("independent-witness"), null)
        .writeTo(waiting);

    ConsentEffect effect =
        new GuardedPermit(patient).settle(waiting, FakeConsentRecord.NOW, ConsentWords.in("en"));

    assertThat(waiting.getStatus()).isEqualTo(ConsentState.ACTIVE);
    assertThat(effect.awaitsTimeAlone()).isTrue();
  }

  @Test
  void settle_whenItMissedSomethingElse_thenStaysProposed() {
    Consent missed = TestConsents.permit();
    missed.setStatus(ConsentState.PROPOSED);

    ConsentEffect effect =
        new GuardedPermit(ConsentSettings.DEFAULT)
            .settle(missed, FakeConsentRecord.NOW, ConsentWords.in("en"));

    assertThat(missed.getStatus()).isEqualTo(ConsentState.PROPOSED);
    assertThat(effect.effective()).isFalse();
  }

  @Test
  void circumstances_whenWrittenAndRead_thenTheSame() {
    Consent consent = TestConsents.permit();
    Circumstances said =
        new Circumstances(TREATING, true, List.of(STRANGER), List.of("incentive"), null);
    said.writeTo(consent);
    said.writeTo(consent);

    assertThat(GuardedPermit.circumstances(consent)).isEqualTo(said);
    assertThat(GuardedPermit.isMarked(consent)).isTrue();
    GuardedPermit.unmark(consent);
    assertThat(GuardedPermit.isMarked(consent)).isFalse();
    assertThat(consent.hasExtension(Canonical.Extension.VOLUNTARINESS)).isTrue();
  }
}
