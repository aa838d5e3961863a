package org.equipoise.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionAttesterComponent;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Reference;

/**
 * The life of a shared decision: preliminary until both sides have signed what it says, then final;
 * each change of what it says takes both signatures away, and the next time that both have signed
 * it is amended. Pure. The table stands in {@code docs/shared-decision.md}.
 */
final class DecisionLife {

  private DecisionLife() {}

  /**
   * Refuses signatures that come from outside: the server alone makes them.
   *
   * @param before the version on record; null for a new decision
   */
  static void refuseForeignSignatures(Composition before, Composition after) {
    for (CompositionAttesterComponent given : after.getAttester()) {
      boolean known =
          before != null
              && before.getAttester().stream().anyMatch(signature -> isSame(signature, given));
      if (!known) {
        throw Refusal.businessRule(
            "Composition.attester",
            "Composition.attester: nobody signs for another, and no signature is sent ready-made; each signs for"
                + " themselves, by Patient/[id]/$record-decision with attest = true");
      }
    }
  }

  private static boolean isSame(
      CompositionAttesterComponent one, CompositionAttesterComponent other) {
    return one.getMode() == other.getMode()
        && Objects.equals(one.getParty().getReference(), other.getParty().getReference())
        && Objects.equals(one.getTime(), other.getTime());
  }

  /**
   * Sets signatures and state.
   *
   * @param decision what is to be stored; its signatures and state are set
   * @param before the version on record; null for a new decision
   * @param isChanged whether it says something else than that version
   * @param signer who signs, for their own side; empty where nobody does
   * @param wasFinal whether any earlier version was signed by both
   * @return whether it became final by this
   */
  static boolean move(
      Composition decision,
      Composition before,
      boolean isChanged,
      Optional<Reference> signer,
      boolean wasFinal,
      Instant now) {
    decision.setAttester(before == null || isChanged ? new ArrayList<>() : signatures(before));
    if (before == null || isChanged) {
      decision.setDateElement(time(now));
    } else {
      decision.setDateElement(before.getDateElement().copy());
    }
    signer.ifPresent(
        who -> {
          Side side = Side.of(who).orElseThrow();
          if (side.signature(decision).isEmpty()) {
            decision
                .addAttester()
                .setMode(side.mode())
                .setTimeElement(time(now))
                .setParty(who.copy());
          }
        });
    boolean isSigned = unsigned(decision).findAny().isEmpty();
    boolean stays = before != null && !isChanged && isFinal(before);
    decision.setStatus(
        stays
            ? before.getStatus()
            : !isSigned
                ? CompositionStatus.PRELIMINARY
                : wasFinal ? CompositionStatus.AMENDED : CompositionStatus.FINAL);
    return isSigned && !stays;
  }

  /** Copies of the signatures, to be kept. */
  static List<CompositionAttesterComponent> signatures(Composition decision) {
    List<CompositionAttesterComponent> signatures = new ArrayList<>();
    decision.getAttester().forEach(one -> signatures.add(one.copy()));
    return signatures;
  }

  static DateTimeType time(Instant now) {
    DateTimeType time = new DateTimeType(Date.from(now));
    time.setTimeZoneZulu(true);
    return time;
  }

  /** The sides that have not signed. */
  static Stream<Side> unsigned(Composition decision) {
    return Arrays.stream(Side.values()).filter(side -> side.signature(decision).isEmpty());
  }

  /** Whether one side has signed and waits for the other. */
  static boolean isSignedByOne(Composition decision) {
    return !isFinal(decision) && decision.hasAttester();
  }

  static boolean isFinal(Composition decision) {
    return decision.getStatus() == CompositionStatus.FINAL
        || decision.getStatus() == CompositionStatus.AMENDED;
  }
}
