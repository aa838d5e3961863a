package org.equipoise.consent.withdrawal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.recording.ConsentNarrative;
import org.equipoise.consent.recording.Entries;
import org.equipoise.consent.recording.Matter;
import org.equipoise.consent.recording.Signer;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Extensions;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;

/**
 * What follows when a permit is taken back: what stops, what cannot be undone, and who has to do
 * something now. Computed from what the record knows up to that moment. Pure.
 */
final class Withdrawal {

  /** So many documents are named one by one; beyond, the number alone tells. */
  private static final int MOST_NAMED = 50;

  /** Purposes for which somebody else may hold a copy. */
  private static final Set<AiPurpose> LEAVES_COPIES =
      Set.of(AiPurpose.AI_TRAINING, AiPurpose.AI_SHARING, AiPurpose.AI_DOCUMENTATION);

  /**
   * What the record knows.
   *
   * @param documents the AI documents of the patient
   * @param uses the AuditEvents of decisions about the patient
   * @param actors the AIs and organisations that the permits or the decisions name, by {@code
   *     Type/id}
   */
  record Known(
      List<DocumentReference> documents, List<AuditEvent> uses, Map<String, Resource> actors) {}

  /**
   * One thing that follows.
   *
   * @param stopped true for what stops, false for what cannot be undone
   * @param sentence in plain words
   * @param resources what it is about
   */
  record Effect(boolean stopped, String sentence, List<String> resources) {}

  private final Consent permit;
  private final Instant when;
  private final Known known;
  private final ConsentPeriods periods;
  private final ConsentWords words;

  /**
   * @param permit as it was before, or as it stands since
   * @param when it was taken back
   */
  Withdrawal(
      Consent permit, Instant when, Known known, ConsentPeriods periods, ConsentWords words) {
    this.permit = permit;
    this.when = when;
    this.known = known;
    this.periods = periods;
    this.words = words;
  }

  /** When a Consent was taken back; empty where it was not. */
  static Optional<Instant> whenOf(Consent consent, ConsentPeriods periods) {
    return consent.getExtensionsByUrl(Canonical.Extension.WITHDRAWAL).stream()
        .flatMap(withdrawal -> Extensions.parts(withdrawal, "when", DateTimeType.class))
        .map(periods::start)
        .findFirst();
  }

  /**
   * When a permit is taken back: whatever is on record by then was written before, though the call
   * came earlier and had to wait for it.
   */
  static Instant after(List<DocumentReference> documents, Instant now) {
    return documents.stream()
        .flatMap(document -> writtenAt(document).stream())
        .filter(now::isBefore)
        .max(Comparator.naturalOrder())
        .orElse(now);
  }

  /** What a document says of it, unless that lies after it came here. */
  private static Optional<Instant> writtenAt(DocumentReference document) {
    return Stream.of(document.getDate(), document.getMeta().getLastUpdated())
        .filter(Objects::nonNull)
        .map(Date::toInstant)
        .min(Comparator.naturalOrder());
  }

  /** The Consent as it stands from now on. */
  Consent taken(Signer signer, String reason) {
    Consent taken = permit.copy();
    taken.setStatus(
        permit.getStatus() == ConsentState.ACTIVE ? ConsentState.INACTIVE : ConsentState.REJECTED);
    Extension withdrawal = new Extension(Canonical.Extension.WITHDRAWAL);
    withdrawal.addExtension("when", Entries.time(when));
    withdrawal.addExtension("by", signer.who().copy());
    if (reason != null) {
      withdrawal.addExtension("reasonInPatientWords", new StringType(reason));
    }
    withdrawal.addExtension(
        "effect",
        new MarkdownType(
            effects().stream().map(Effect::sentence).collect(Collectors.joining("\n\n"))));
    taken.addExtension(withdrawal);
    ConsentNarrative.add(taken, words.say("withdrawn", periods.day(when)));
    return taken;
  }

  /** What stops, then what cannot be undone. */
  List<Effect> effects() {
    List<Effect> effects = new ArrayList<>();
    if (Consents.isForSecondOpinion(permit)) {
      effects.add(new Effect(true, words.say("stops.opinion"), List.of(consentKey())));
      effects.add(new Effect(false, words.say("opinion.read"), List.of()));
    }
    for (AiPurpose purpose : AiPurpose.of(permit)) {
      String what = words.purposeInGeneral(purpose);
      effects.add(new Effect(true, words.say("stops", what), List.of(consentKey())));
      switch (purpose) {
        case AI_DOCUMENTATION -> undone(effects, "written", documents().toList());
        case AI_DECISION_USE ->
            undone(
                effects,
                "signed",
                documents().filter(DocumentReference::hasAuthenticator).toList());
        case AI_TRAINING -> effects.add(new Effect(false, words.say("learned"), List.of()));
        case AI_SHARING -> effects.add(new Effect(false, words.say("shared"), List.of()));
      }
      List<AuditEvent> uses = uses().toList();
      if (!uses.isEmpty()) {
        LocalDate last =
            uses.stream()
                .map(AuditEvent::getRecorded)
                .max(Date::compareTo)
                .map(date -> periods.day(date.toInstant()))
                .orElseThrow();
        effects.add(
            new Effect(
                false,
                words.say("asked-and-allowed", what, uses.size(), last),
                uses.stream().limit(MOST_NAMED).map(Withdrawal::key).toList()));
      }
    }
    return effects;
  }

  private void undone(List<Effect> effects, String word, List<DocumentReference> documents) {
    if (!documents.isEmpty()) {
      effects.add(
          new Effect(
              false,
              words.say(word, documents.size()),
              documents.stream().limit(MOST_NAMED).map(Withdrawal::key).toList()));
    }
  }

  /** What others have to do now: who may hold copies, and whoever checks what nobody checked. */
  List<Task> tasks(Signer signer) {
    List<Task> tasks = new ArrayList<>();
    boolean leavesCopies = AiPurpose.of(permit).stream().anyMatch(LEAVES_COPIES::contains);
    if (leavesCopies) {
      recipients().map(recipient -> notice(recipient, signer)).forEach(tasks::add);
    }
    List<DocumentReference> unchecked =
        documents()
            .filter(document -> document.getStatus() == DocumentReferenceStatus.CURRENT)
            .filter(document -> document.getDocStatus() == ReferredDocumentStatus.PRELIMINARY)
            .limit(MOST_NAMED)
            .toList();
    boolean isAboutDocuments =
        AiPurpose.of(permit).contains(AiPurpose.AI_DOCUMENTATION)
            || AiPurpose.of(permit).contains(AiPurpose.AI_DECISION_USE);
    if (isAboutDocuments && !unchecked.isEmpty()) {
      Task review = task("review-request", signer, words.say("task.review", periods.day(when)));
      unchecked.forEach(
          document ->
              review
                  .addInput()
                  .setValue(new Reference(key(document)))
                  .getType()
                  .setText("document"));
      tasks.add(review);
    }
    return tasks;
  }

  private Task notice(Recipient recipient, Signer signer) {
    Task task =
        task(
            "data-deletion-notice",
            signer,
            words.say("task.delete", recipient.name(), periods.day(when)));
    if (recipient.organization() != null) {
      task.setOwner(new Reference(recipient.organization()));
    }
    task.addInput().setValue(new Reference(recipient.actor())).getType().setText("recipient");
    return task;
  }

  private Task task(String code, Signer signer, String description) {
    Task task = new Task();
    task.setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode(code);
    task.setFocus(new Reference(consentKey()));
    task.setFor(new Reference(AiUse.key(permit.getPatient())));
    task.setRequester(signer.who().copy());
    task.setAuthoredOn(Date.from(when)).setDescription(description);
    task.setLanguage(words.language());
    return task;
  }

  /**
   * Who may hold a copy.
   *
   * @param actor {@code Device/3} or {@code Organization/4}
   * @param organization who answers for it, null where the record does not know
   */
  private record Recipient(String actor, String name, String organization) {}

  /** Those whom the permit names, and those for whom its use was asked and allowed. */
  private Stream<Recipient> recipients() {
    Stream<String> named = Matter.actorsOf(permit).stream().map(AiUse::key);
    Stream<String> asked =
        uses()
            .flatMap(use -> use.getAgent().stream())
            .map(agent -> AiUse.key(agent.getWho()))
            .filter(who -> who.startsWith("Device/") || who.startsWith("Organization/"));
    return Stream.concat(named, asked).distinct().sorted().map(this::recipient);
  }

  private Recipient recipient(String actor) {
    Resource resource = known.actors().get(actor);
    if (resource instanceof Device device) {
      String name =
          device.getDeviceName().stream()
              .map(one -> one.getName())
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(actor);
      return new Recipient(
          actor,
          device.hasManufacturer() ? name + ", " + device.getManufacturer() : name,
          device.getOwner().hasReference() ? AiUse.key(device.getOwner()) : null);
    }
    if (resource instanceof Organization organization) {
      return new Recipient(actor, organization.getName(), actor);
    }
    return new Recipient(actor, actor, null);
  }

  /** The AI documents that this permit was about, written while it counted. */
  private Stream<DocumentReference> documents() {
    Set<String> named = Consents.documents(permit);
    Set<String> devices =
        Matter.actorsOf(permit).stream()
            .map(AiUse::key)
            .filter(actor -> actor.startsWith("Device/"))
            .collect(Collectors.toSet());
    Instant start =
        permit.getProvision().getPeriod().hasStart()
            ? periods.start(permit.getProvision().getPeriod().getStartElement())
            : Instant.EPOCH;
    return known.documents().stream()
        .filter(
            document ->
                named.isEmpty()
                    ? isWithin(document, start) && isBy(document, devices)
                    : named.contains(key(document)));
  }

  private boolean isWithin(DocumentReference document, Instant start) {
    return writtenAt(document)
        .filter(written -> !written.isBefore(start.minus(ConsentPeriods.CLOCK_SKEW)))
        .filter(written -> !written.isAfter(when))
        .isPresent();
  }

  private static boolean isBy(DocumentReference document, Set<String> devices) {
    return devices.isEmpty() || AiUse.devices(document).map(AiUse::key).anyMatch(devices::contains);
  }

  /** The decisions that rested on this permit. */
  private Stream<AuditEvent> uses() {
    return known.uses().stream()
        .filter(use -> use.getOutcome() == AuditEventOutcome._0)
        .filter(use -> !use.getRecorded().toInstant().isAfter(when))
        .filter(
            use ->
                use.getEntity().stream()
                    .anyMatch(entity -> AiUse.key(entity.getWhat()).equals(consentKey())));
  }

  private String consentKey() {
    return key(permit);
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}
