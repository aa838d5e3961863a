package org.equipoise.consent.recording;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.equipoise.consent.policy.ConsentEffect;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.policy.Reason;
import org.equipoise.consent.recording.SignedAnswers.Evidence;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.teachback.TeachBack;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * Turns a patient's decision into the resources to write: one Consent for each purpose, the
 * teach-back answers, their Provenance, and the earlier decisions that they replace. Pure: reads
 * and writes nothing.
 */
public final class RecordConsent {

  private final TeachBack teachBack;
  private final ConsentSettings settings;
  private final ConsentPolicy policy;
  private final ConsentReader reader;
  private final ConsentPeriods periods;

  public RecordConsent(TeachBack teachBack, ConsentSettings settings) {
    this.teachBack = teachBack;
    this.settings = settings;
    this.policy = new ConsentPolicy(settings);
    this.reader = new ConsentReader(settings.zone());
    this.periods = new ConsentPeriods(settings.zone());
  }

  /**
   * What to write and to answer.
   *
   * @param transaction first the Consents, then their Provenance, then whatever else
   * @param consents how many Consents come first
   * @param effective whether every one of these decisions counts
   * @param outcome in plain words, what was stored and why it does or does not count
   */
  public record Plan(
      Bundle transaction, int consents, boolean effective, OperationOutcome outcome) {}

  /**
   * Plans the writes of one call.
   *
   * @param request what was asked
   * @param evidence the teach-back answers, given or on record
   * @param matter what it is about
   * @param signer who decides
   * @param circumstances who had to do with it, as the server found out
   * @param earlier at least every Consent of the patient about this matter
   * @param now the time of the call
   * @param words the language for people
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400, 403 or 422, naming
   *     the element
   */
  Plan plan(
      ConsentRequest request,
      Optional<Evidence> evidence,
      Matter matter,
      Signer signer,
      Circumstances circumstances,
      List<Consent> earlier,
      Instant now,
      ConsentWords words) {
    return new Call(request, evidence, matter, signer, circumstances, earlier, now, words).plan();
  }

  /** The writes of one call while they come together. */
  private final class Call {
    private final ConsentRequest request;
    private final Matter matter;
    private final Signer signer;
    private final Circumstances circumstances;
    private final List<Consent> earlier;
    private final Instant now;
    private final ConsentWords words;
    private final Optional<SignedAnswers> answers;
    private final ConsentDraft draft;
    private final DecisionStory story;

    private final List<Bundle.BundleEntryComponent> consents = new ArrayList<>();
    private final List<Consent> replaced = new ArrayList<>();
    private boolean effective = true;

    Call(
        ConsentRequest request,
        Optional<Evidence> evidence,
        Matter matter,
        Signer signer,
        Circumstances circumstances,
        List<Consent> earlier,
        Instant now,
        ConsentWords words) {
      this.request = request;
      this.matter = matter;
      this.signer = signer;
      this.circumstances = circumstances;
      this.now = now;
      this.words = words;
      this.earlier = earlier.stream().filter(matter::isMatterOf).toList();
      this.answers =
          evidence.map(
              given -> SignedAnswers.of(given, teachBack, matter.patient(), signer, periods, now));
      this.draft = new ConsentDraft(request, matter, signer, answers, settings, now, words);
      this.story = new DecisionStory(matter, signer, periods, words);
    }

    Plan plan() {
      for (AiPurpose purpose : request.purposes()) {
        decide(purpose);
      }
      Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
      consents.forEach(transaction::addEntry);
      transaction.addEntry(Entries.create(provenance()));
      answers.flatMap(SignedAnswers::entry).ifPresent(transaction::addEntry);
      replaced.stream().map(Entries::update).forEach(transaction::addEntry);
      return new Plan(transaction, consents.size(), effective, story.outcome());
    }

    private void decide(AiPurpose purpose) {
      List<Consent> before =
          earlier.stream().filter(consent -> AiPurpose.of(consent).contains(purpose)).toList();
      Consent consent = draft.consent(purpose);
      boolean isRenewalUnasked = mark(consent, purpose, before);
      ConsentEffect effect = effect(consent);
      List<Reason> reasons = new ArrayList<>(effect.reasons());
      boolean counts = effect.effective() || effect.awaitsTimeAlone();
      List<Consent> standing = before.stream().filter(old -> stands(old, counts)).toList();
      if (!standing.isEmpty()) {
        reasons.add(Reason.of(Reason.Code.DENIED_BEFORE));
      }
      if (!counts || !standing.isEmpty()) {
        consent.setStatus(ConsentState.PROPOSED);
        circumstances.awaiting(standing.isEmpty() ? effect.awaits() : List.of()).writeTo(consent);
      }
      effective &= reasons.isEmpty();
      story.tell(consent, purpose, request.permit(), reasons);
      if (!request.permit()) {
        story.tellUses(purpose);
        before.stream()
            .filter(Consents::isPermit)
            .sorted(Consents.BY_TIME)
            .forEach(permit -> story.tellPermitted(permit, purpose, effect(permit).effective()));
      }
      before.stream()
          .filter(Consents::isInForce)
          .filter(old -> !standing.contains(old))
          // Nobody asked anew, as where a call is sent twice: that takes no yes away.
          .filter(old -> !(isRenewalUnasked && Consents.isPermit(old)))
          .forEach(this::replace);
      consents.add(Entries.create(consent));
    }

    /**
     * Writes into a Consent what only the server says about how it came about.
     *
     * @return whether it is a renewal with the answers to an earlier yes
     */
    private boolean mark(Consent consent, AiPurpose purpose, List<Consent> before) {
      GuardedPermit.unmark(consent);
      circumstances.writeTo(consent);
      if (!request.permit()) {
        return false;
      }
      if (settings.guardrails().coolingOff().containsKey(purpose.code())) {
        // The time to think runs from when we heard of it, not from what a client says.
        consent.setDateTimeElement(Entries.time(now));
      }
      List<Consent> allowed = before.stream().filter(Call::wasAllowed).toList();
      Optional<SignedAnswers> reused = answers.filter(given -> given.areThoseOf(allowed, periods));
      reused.ifPresent(
          given -> {
            consent
                .getExtension()
                .removeIf(one -> Canonical.Extension.COMPREHENSION.equals(one.getUrl()));
            consent.addExtension(given.comprehension().asReused().toExtension());
          });
      return reused.isPresent();
    }

    /** A permit that is or was in force; a yes that never counted allowed nothing. */
    private static boolean wasAllowed(Consent consent) {
      return Consents.isPermit(consent)
          && (consent.getStatus() == ConsentState.ACTIVE
              || consent.getStatus() == ConsentState.INACTIVE);
    }

    /** Whether a Consent to one purpose counts, taken by itself. */
    private ConsentEffect effect(Consent consent) {
      return policy.effect(reader.readOnRecord(consent).get(0), now);
    }

    /**
     * A no is lifted by a yes that counts, of the patient in person; a representative lifts only
     * what a representative said. Any other no stands.
     */
    private boolean stands(Consent old, boolean newOneCounts) {
      if (!request.permit() || !Consents.isDeny(old) || !Consents.isInForce(old)) {
        return false;
      }
      boolean saidByPatient =
          old.getPerformer().stream()
              .anyMatch(by -> AiUse.key(by).equals(AiUse.key(matter.patient())));
      return !newOneCounts || (signer.representative() && saidByPatient);
    }

    private void replace(Consent original) {
      Consent old = original.copy();
      boolean namesMore = !matter.isGeneral() && Consents.documents(old).size() > 1;
      LocalDate today = periods.day(now);
      if (namesMore) {
        old.getProvision()
            .getData()
            .removeIf(data -> AiUse.key(data.getReference()).equals(matter.documentKey()));
      } else if (old.getStatus() == ConsentState.ACTIVE) {
        old.setStatus(ConsentState.INACTIVE);
        old.addExtension(withdrawal(today));
      } else {
        old.setStatus(ConsentState.REJECTED);
      }
      ConsentNarrative.add(old, words.say(namesMore ? "replaced.document" : "replaced", today));
      replaced.add(old);
    }

    private Extension withdrawal(LocalDate today) {
      Extension withdrawal = new Extension(Canonical.Extension.WITHDRAWAL);
      withdrawal.addExtension("when", Entries.time(now));
      withdrawal.addExtension("by", signer.who().copy());
      if (!request.permit() && request.statement() != null) {
        withdrawal.addExtension("reasonInPatientWords", new StringType(request.statement()));
      }
      withdrawal.addExtension("effect", new MarkdownType(words.say("replaced.effect", today)));
      return withdrawal;
    }

    private Provenance provenance() {
      Provenance provenance =
          ConsentProvenance.of(matter.patient(), now, ConsentProvenance.CREATED);
      consents.forEach(consent -> provenance.addTarget(new Reference(consent.getFullUrl())));
      consents.stream()
          .flatMap(entry -> ((Consent) entry.getResource()).getPolicy().stream())
          .map(policyOf -> policyOf.getUri())
          .filter(Objects::nonNull)
          .distinct()
          .forEach(provenance::addPolicy);
      Provenance.ProvenanceAgentComponent author =
          provenance
              .addAgent()
              .setType(ConsentProvenance.agentType("author"))
              .setWho(signer.who().copy());
      if (signer.representative()) {
        author.setOnBehalfOf(matter.patient().copy());
      }
      answers.ifPresent(
          given ->
              provenance
                  .addEntity()
                  .setRole(ProvenanceEntityRole.SOURCE)
                  .setWhat(given.reference().copy()));
      replaced.forEach(
          old ->
              provenance
                  .addEntity()
                  .setRole(ProvenanceEntityRole.REVISION)
                  .setWhat(new Reference(old.getIdElement().toUnqualified().getValue())));
      return provenance;
    }
  }
}
