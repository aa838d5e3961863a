package org.equipoise.consent.recording;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.equipoise.consent.policy.ConsentEffect;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.Voluntariness;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Extension;

/**
 * What becomes of a permit that the guardrails kept from counting, when a witness or a neutral
 * person has come. Pure.
 */
final class GuardedPermit {

  private final ConsentPolicy policy;
  private final ConsentReader reader;
  private final ConsentPeriods periods;

  GuardedPermit(ConsentSettings settings) {
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings.zone());
    this.periods = new ConsentPeriods(settings.zone());
  }

  LocalDate day(Instant instant) {
    return periods.day(instant);
  }

  /** Who had to do with a decision on record. */
  static Circumstances circumstances(Consent consent) {
    return Voluntariness.of(consent).map(Voluntariness::circumstances).orElse(Circumstances.NONE);
  }

  /**
   * Makes a proposed permit active where all that it awaited has come; one that missed something
   * else stays as it is, since nothing else was found good.
   *
   * @return whether it counts now
   */
  ConsentEffect settle(Consent consent, Instant now, ConsentWords words) {
    Circumstances around = circumstances(consent);
    if (consent.getStatus() == ConsentState.PROPOSED && !around.awaits().isEmpty()) {
      Consent complete = consent.copy();
      complete.setStatus(ConsentState.ACTIVE);
      ConsentEffect effect = effect(complete, now);
      if (effect.effective() || effect.awaitsTimeAlone()) {
        consent.setStatus(ConsentState.ACTIVE);
        around.awaiting(List.of()).writeTo(consent);
        ConsentNarrative.add(consent, words.say("counts-now", day(now)));
      }
    }
    return effect(consent, now);
  }

  private ConsentEffect effect(Consent consent, Instant now) {
    return policy.effect(reader.readOnRecord(consent).get(0), now);
  }

  /**
   * True where the server has written into a Consent what only it may write: who was found to treat
   * or to be independent, what a permit awaits, that a choice is free, that answers are old.
   */
  static boolean isMarked(Consent consent) {
    Circumstances around = circumstances(consent);
    return around.askedByTreating()
        || !around.independentWitnesses().isEmpty()
        || !around.awaits().isEmpty()
        || consent.hasExtension(Canonical.Extension.FREE_CHOICE_CONFIRMATION)
        || Comprehension.of(consent).filter(Comprehension::reused).isPresent();
  }

  /** Takes out of a Consent that a client gave what only the server may write. */
  static void unmark(Consent consent) {
    consent
        .getExtension()
        .removeIf(
            extension -> Canonical.Extension.FREE_CHOICE_CONFIRMATION.equals(extension.getUrl()));
    consent
        .getExtensionsByUrl(Canonical.Extension.VOLUNTARINESS)
        .forEach((Extension voluntariness) -> Circumstances.takeFrom(voluntariness));
  }
}
