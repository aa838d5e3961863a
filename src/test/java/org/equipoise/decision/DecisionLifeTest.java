package org.equipoise.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionAttestationMode;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class DecisionLifeTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Reference PATIENT = new Reference("Patient/1");
  private static final Reference CLINICIAN = new Reference("Practitioner/2");

  /** One thing that somebody does with a decision. */
  enum Step {
    PATIENT_SIGNS(PATIENT, false),
    CLINICIAN_SIGNS(CLINICIAN, false),
    PATIENT_CHANGES(null, true),
    CLINICIAN_CHANGES_AND_SIGNS(CLINICIAN, true),
    NOTHING(null, false);

    private final Reference signer;
    private final boolean changes;

    Step(Reference signer, boolean changes) {
      this.signer = signer;
      this.changes = changes;
    }
  }

  private static Composition move(Composition before, Step step, boolean wasFinal) {
    Composition after = new Composition();
    DecisionLife.move(
        after,
        before,
        before == null || step.changes,
        Optional.ofNullable(step.signer),
        wasFinal,
        NOW);
    return after;
  }

  @Provide
  Arbitrary<List<Step>> lives() {
    return Arbitraries.of(Step.values()).list().ofMaxSize(12);
  }

  @Property
  void move_whateverHappens_thenFinalExactlyWhereBothSignedWhatItSays(
      @ForAll("lives") List<Step> life) {
    Composition decision = move(null, Step.NOTHING, false);
    boolean wasFinal = false;
    boolean patient = false;
    boolean clinician = false;
    for (Step step : life) {
      decision = move(decision, step, wasFinal);
      patient = (patient && !step.changes) || step.signer == PATIENT;
      clinician = (clinician && !step.changes) || step.signer == CLINICIAN;

      assertThat(Side.PATIENT.signature(decision).isPresent()).isEqualTo(patient);
      assertThat(Side.CLINICIAN.signature(decision).isPresent()).isEqualTo(clinician);
      assertThat(DecisionLife.isFinal(decision)).isEqualTo(patient && clinician);
      assertThat(decision.getAttester()).hasSizeLessThanOrEqualTo(2);
      if (DecisionLife.isFinal(decision) && !wasFinal) {
        assertThat(decision.getStatus()).isEqualTo(CompositionStatus.FINAL);
      }
      wasFinal |= DecisionLife.isFinal(decision);
    }
  }

  @Test
  void move_whenChangedAfterItWasFinalAndSignedAgain_thenAmended() {
    Composition reopened =
        move(
            move(move(null, Step.PATIENT_SIGNS, false), Step.CLINICIAN_SIGNS, false),
            Step.PATIENT_CHANGES,
            true);
    assertThat(reopened.getStatus()).isEqualTo(CompositionStatus.PRELIMINARY);
    assertThat(reopened.hasAttester()).isFalse();

    Composition again = move(move(reopened, Step.PATIENT_SIGNS, true), Step.CLINICIAN_SIGNS, true);
    assertThat(again.getStatus()).isEqualTo(CompositionStatus.AMENDED);
  }

  @Test
  void refuseForeignSignatures_whenOneIsSentReadyMade_thenRefused() {
    Composition before = move(null, Step.PATIENT_SIGNS, false);
    Composition same = before.copy();
    DecisionLife.refuseForeignSignatures(before, same);

    Composition forged = before.copy();
    forged
        .addAttester()
        .setMode(CompositionAttestationMode.PROFESSIONAL)
        .setTime(Date.from(NOW))
        .setParty(CLINICIAN.copy());
    assertThatThrownBy(() -> DecisionLife.refuseForeignSignatures(before, forged))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("nobody signs for another");
    assertThatThrownBy(() -> DecisionLife.refuseForeignSignatures(null, before))
        .isInstanceOf(UnprocessableEntityException.class);
  }
}
