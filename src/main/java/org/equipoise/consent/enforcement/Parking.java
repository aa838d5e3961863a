package org.equipoise.consent.enforcement;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentDecision;
import org.equipoise.consent.policy.ConsentDecision.Verdict;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * Holds what AIs write to the patient's consent to documentation by these AIs. Without it a new
 * document is parked, hidden until the patient answers, or refused; a change of a document that
 * stands is always refused, since hiding it would take it from those who use it.
 */
class Parking {

  /** What becomes of a new document that no consent covers. */
  enum Undecided {
    /** It is kept, hidden, and the patient is asked. */
    PARK,
    /** It is not taken. */
    REFUSE
  }

  private static final String AUTHOR = "DocumentReference.author";

  private final RecordedConsents consents;
  private final ConsentPolicy policy;
  private final ParkedDocuments parked;
  private final ResponsibleClinicians clinicians;
  private final DaoRegistry records;
  private final Undecided undecided;
  private final Clock clock;

  Parking(
      RecordedConsents consents,
      ConsentPolicy policy,
      ParkedDocuments parked,
      ResponsibleClinicians clinicians,
      DaoRegistry records,
      Undecided undecided,
      Clock clock) {
    this.consents = consents;
    this.policy = policy;
    this.parked = parked;
    this.clinicians = clinicians;
    this.records = records;
    this.undecided = undecided;
    this.clock = clock;
  }

  /**
   * A document that was just stored.
   *
   * @param caller who wrote it
   * @param byPerson whether a person stands behind the write, or an operation that checked it: a
   *     document that takes the place of another is then no new writing of the AIs of that one
   * @return whether it was parked
   */
  boolean afterCreate(DocumentReference document, Caller caller, boolean byPerson) {
    requireNamedDevices(document);
    Set<String> devices = new HashSet<>(AiContent.devices(document));
    if (byPerson) {
      AiContent.replaced(document).stream()
          .flatMap(one -> find(DocumentReference.class, one).stream())
          .filter(AiContent::isAiDocument)
          .filter(old -> AiContent.patientOf(document).equals(AiContent.patientOf(old)))
          .forEach(old -> devices.removeAll(AiContent.devices(old)));
    }
    if (devices.isEmpty()) {
      return false;
    }
    String patient = AiContent.patientOf(document);
    parked.lock(patient);
    Instant now = clock.instant();
    ConsentDecision decision = decide(document, now);
    if (decision.verdict() == Verdict.PERMIT) {
      return false;
    }
    if (undecided == Undecided.REFUSE) {
      throw refusal(decision);
    }
    List<String> readers = clinicians.of(document);
    Task task = ParkingTasks.askPatient(document, readers, now);
    String taskId =
        records
            .getResourceDao(Task.class)
            .create(task, new SystemRequestDetails())
            .getId()
            .getIdPart();
    parked.park(
        document.getIdElement().getIdPart(), patient, caller.clientId(), taskId, readers, now);
    return true;
  }

  /**
   * Something else than a document that was just stored, when all of its transaction is. What an AI
   * writes is held to the same consent in whatever form, but not parked: it is taken where it is
   * hidden with a parked document, and refused otherwise.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where an AI wrote
   *     it and the patient does not permit that
   */
  void requireConsent(Resource resource, Caller caller) {
    Set<String> writers = AiContent.writers(resource).collect(Collectors.toSet());
    requireConsent(resource, caller, writers, isLabelled(resource) && caller.isService());
  }

  /**
   * The same of something that was just changed: for the AIs that the change adds, and for all of
   * them where it is new text of a machine or now about another patient. Taking it back is no
   * writing.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where an AI wrote
   *     it and the patient does not permit that
   */
  void requireConsent(Resource before, Resource resource, Caller caller) {
    boolean isNewText =
        caller.isService() && !AiContent.saysTheSame(before, resource, caller.isAi());
    boolean isMoved = !Objects.equals(AiContent.subjectOf(before), AiContent.subjectOf(resource));
    Set<String> writers = AiContent.writers(resource).collect(Collectors.toSet());
    boolean isLabelled = isLabelled(resource) && caller.isService();
    if (!isNewText && !isMoved) {
      AiContent.writers(before).forEach(writers::remove);
      isLabelled &= !isLabelled(before);
      if (writers.isEmpty() && !isLabelled) {
        return;
      }
    }
    requireConsent(resource, caller, writers, isLabelled);
  }

  private static boolean isLabelled(Resource resource) {
    return org.equipoise.fhir.AiDocument.isLabelled(resource, Canonical.AIAST);
  }

  /**
   * @param writers the Devices that wrote it, AIs or not
   * @param isLabelled whether a machine says that an AI wrote it
   */
  private void requireConsent(
      Resource resource, Caller caller, Set<String> writers, boolean isLabelled) {
    String patient = AiContent.subjectOf(resource);
    if (patient == null || caller.isPatientSide() || !AiContent.isWriting(resource)) {
      return;
    }
    String key = AiContent.key(resource);
    Set<String> devices = new HashSet<>();
    writers.stream()
        .filter(device -> find(Device.class, device).filter(AiContent::isAi).isPresent())
        .forEach(devices::add);
    if (caller.isAi()) {
      devices.add(caller.device());
    }
    if (devices.isEmpty() && !(isLabelled && !parked.hangsOnDocument(key))) {
      return;
    }
    parked.lock(patient);
    if (parked.hides(key, patient)) {
      return;
    }
    ConsentDecision decision =
        policy.decide(
            consents.of("Patient/" + patient),
            new AiUse("Patient/" + patient, AiPurpose.AI_DOCUMENTATION, key, devices),
            clock.instant());
    if (decision.verdict() != Verdict.PERMIT) {
      throw refusal(resource.fhirType(), decision);
    }
  }

  /**
   * A document that was just changed: what an AI adds needs its consent.
   *
   * @param byOperation whether an operation changed it, which checked what it writes
   */
  void afterUpdate(
      DocumentReference before, DocumentReference document, Caller caller, boolean byOperation) {
    String id = document.getIdElement().getIdPart();
    String patient = AiContent.patientOf(document);
    if (parked.isParked(id)) {
      parked.move(id, patient);
      if (isGivenUp(document) && !isGivenUp(before)) {
        giveUp(id, patient);
      }
      return;
    }
    if (byOperation) {
      return;
    }
    Set<String> devices = new HashSet<>(AiContent.devices(document));
    if (!sameAuthors(before, document)) {
      requireNamedDevices(document);
    }
    boolean isRewritten = caller.isService() && !sameContent(before, document);
    if (AiContent.isAiDocument(before)
        && patient.equals(AiContent.patientOf(before))
        && !isRewritten) {
      devices.removeAll(AiContent.devices(before));
    }
    if (devices.isEmpty()) {
      return;
    }
    parked.lock(patient);
    ConsentDecision decision = decide(document, clock.instant());
    if (decision.verdict() != Verdict.PERMIT) {
      throw refusal(decision);
    }
  }

  /** The patient decides about a Device on record; about one named otherwise nobody could ask. */
  private static void requireNamedDevices(DocumentReference document) {
    boolean named =
        org.equipoise.fhir.AiDocument.devices(document)
            .map(author -> author.getReferenceElement())
            .allMatch(
                id -> "Device".equals(id.getResourceType()) && id.hasIdPart() && !id.isAbsolute());
    if (!named) {
      throw Refusal.businessRule(
          AUTHOR,
          AUTHOR
              + ": name each AI by the reference Device/[id] to its Device on this server, since the patient"
              + " decides about that one");
    }
  }

  private static boolean sameAuthors(DocumentReference one, DocumentReference other) {
    return new DocumentReference()
        .setAuthor(one.getAuthor())
        .equalsDeep(new DocumentReference().setAuthor(other.getAuthor()));
  }

  /** Whether neither the attachments nor the narrative differ. */
  private static boolean sameContent(DocumentReference one, DocumentReference other) {
    return words(one).equalsDeep(words(other));
  }

  private static DocumentReference words(DocumentReference document) {
    DocumentReference words = new DocumentReference().setContent(document.getContent());
    if (document.hasText()) {
      words.getText().setDiv(document.getText().getDiv());
    }
    return words;
  }

  /** Whether a clinician rejected the draft, or its writer took it back. */
  private static boolean isGivenUp(DocumentReference document) {
    return document.getStatus() == DocumentReferenceStatus.ENTEREDINERROR
        || org.equipoise.fhir.AiDocument.reviewStatus(document)
            .filter(org.equipoise.fhir.AiDocument.REJECTED::equals)
            .isPresent();
  }

  private void giveUp(String document, String patient) {
    parked.lock(patient);
    Instant now = clock.instant();
    parked.waiting(patient).stream()
        .filter(one -> one.isAsked() && one.document().equals(document))
        .forEach(
            one -> {
              parked.giveUp(document);
              openTask(one).ifPresent(task -> store(ParkingTasks.givenUp(task, now)));
            });
  }

  private ConsentDecision decide(DocumentReference document, Instant now) {
    String patient = "Patient/" + AiContent.patientOf(document);
    return policy.decide(
        consents.of(patient),
        new AiUse(
            patient,
            AiPurpose.AI_DOCUMENTATION,
            AiContent.key(document),
            AiContent.devices(document)),
        now);
  }

  private static RuntimeException refusal(ConsentDecision decision) {
    return refusal(AUTHOR, decision);
  }

  private static RuntimeException refusal(String at, ConsentDecision decision) {
    return Refusal.businessRule(
        at,
        at
            + (decision.verdict() == Verdict.ASK
                ? ": the patient has not been asked whether this AI may write about them; ask"
                    + " first ($decide-ai-use)"
                : ": the patient does not allow this AI to write about them"));
  }

  /**
   * Before a decision of a patient is stored: a yes that began to count since releases what waited
   * for it, even where it is taken back now. The lock is taken whether or not something waits,
   * before a row of the Consent is written, as {@code $withdraw-consent} does: so that no two wait
   * for each other.
   */
  void beforeDecision(Consent consent) {
    decider(consent)
        .ifPresent(
            patient -> {
              parked.lock(patient);
              releaseWhatCounts(patient);
            });
  }

  /** Takes the locks that the writes of one transaction need, before the first of them. */
  void lock(Collection<? extends Resource> incoming, boolean byAi) {
    parked.lock(
        incoming.stream()
            .flatMap(
                resource ->
                    resource instanceof Consent consent
                        ? decider(consent).stream()
                        : Stream.ofNullable(AiContent.subjectOf(resource))
                            .filter(
                                patient ->
                                    byAi
                                        || isLabelled(resource)
                                        || AiContent.writers(resource).findAny().isPresent()))
            .toList());
  }

  /**
   * Releases what is permitted by now, or has been since it was looked at last: time passes, and
   * rules change, without the patient's saying it again; and what was shown stays shown.
   *
   * @param patient logical id
   */
  void releaseWhatCounts(String patient) {
    if (parked.waiting(patient).isEmpty()) {
      return;
    }
    parked.lock(patient);
    Instant now = clock.instant();
    List<ConsentStatement> said = consents.of("Patient/" + patient);
    for (ParkedDocuments.Waiting one : parked.waiting(patient)) {
      if (hasCounted(one, patient, said, now)) {
        find(DocumentReference.class, "DocumentReference/" + one.document())
            .ifPresent(document -> release(one, now));
      }
    }
    parked.checked(patient, now);
  }

  /** Whether {@link #releaseWhatCounts} would find anything; looks without a lock. */
  boolean isReleasable(String patient) {
    List<ConsentStatement> said = consents.of("Patient/" + patient);
    Instant now = clock.instant();
    return parked.waiting(patient).stream().anyMatch(one -> hasCounted(one, patient, said, now));
  }

  private boolean hasCounted(
      ParkedDocuments.Waiting one, String patient, List<ConsentStatement> said, Instant now) {
    return one.isAsked()
        && policy.isPermittedAtAnyTime(
            said,
            new AiUse(
                "Patient/" + patient,
                AiPurpose.AI_DOCUMENTATION,
                "DocumentReference/" + one.document(),
                one.authors()),
            one.checkedAt(),
            now);
  }

  private void release(ParkedDocuments.Waiting one, Instant now) {
    parked.release(one.document());
    close(one, true, now);
  }

  /** A decision of a patient: what it says of the documents that wait for one takes effect. */
  void afterDecision(Consent consent) {
    Optional<String> patient = decider(consent);
    if (patient.isEmpty()) {
      return;
    }
    parked.lock(patient.get());
    List<ParkedDocuments.Waiting> waiting = parked.waiting(patient.get());
    Instant now = clock.instant();
    for (ParkedDocuments.Waiting one : waiting) {
      Optional<DocumentReference> found =
          find(DocumentReference.class, "DocumentReference/" + one.document());
      if (found.isEmpty()) {
        // It was deleted: nothing of it is to be released, and its versions stay hidden.
        continue;
      }
      DocumentReference document = found.get();
      ConsentDecision decision = decide(document, now);
      if (decision.verdict() == Verdict.PERMIT) {
        if (one.isAsked()) {
          release(one, now);
        }
      } else if (isRefusedBy(consent, decision)) {
        refuse(one, document, now);
      }
    }
    parked.checked(patient.get(), now);
  }

  private void refuse(ParkedDocuments.Waiting one, DocumentReference document, Instant now) {
    Task asked = find(Task.class, "Task/" + one.task()).orElse(null);
    close(one, false, now);
    String notice =
        records
            .getResourceDao(Task.class)
            .create(
                ParkingTasks.deleteData(document, AiContent.devices(document), asked, now),
                new SystemRequestDetails())
            .getId()
            .getIdPart();
    parked.refuse(one.document(), notice);
  }

  /** Logical id of who decides about documentation by it; empty where it is about other uses. */
  private static Optional<String> decider(Consent consent) {
    IdType patient = new IdType(consent.getPatient().getReference());
    List<AiPurpose> purposes = AiPurpose.of(consent);
    boolean isOfOthers = !purposes.isEmpty() && !purposes.contains(AiPurpose.AI_DOCUMENTATION);
    return isOfOthers || !"Patient".equals(patient.getResourceType()) || !patient.hasIdPart()
        ? Optional.empty()
        : Optional.of(patient.getIdPart());
  }

  /** Only a no that is said now, not one that stood when the document was written. */
  private static boolean isRefusedBy(Consent consent, ConsentDecision decision) {
    String key = "Consent/" + consent.getIdElement().getIdPart();
    return decision.verdict() == Verdict.DENY
        && decision.basis().stream().anyMatch(one -> !one.permit() && one.consent().equals(key));
  }

  private void close(ParkedDocuments.Waiting one, boolean permitted, Instant now) {
    openTask(one).ifPresent(open -> store(ParkingTasks.closed(open, permitted, now)));
  }

  private Optional<Task> openTask(ParkedDocuments.Waiting one) {
    return find(Task.class, "Task/" + one.task()).filter(ParkingTasks::isOpen);
  }

  private void store(Task task) {
    records.getResourceDao(Task.class).update(task, new SystemRequestDetails());
  }

  private <T extends Resource> Optional<T> find(Class<T> type, String reference) {
    return OnRecord.find(records, reference).map(type::cast);
  }
}
