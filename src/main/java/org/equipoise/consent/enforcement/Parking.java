package org.equipoise.consent.enforcement;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.equipoise.consent.AiPurpose;
import org.equipoise.consent.AiUse;
import org.equipoise.consent.ConsentDecision;
import org.equipoise.consent.ConsentDecision.Verdict;
import org.equipoise.consent.ConsentPolicy;
import org.equipoise.consent.RecordedConsents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
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
    parked.park(document.getIdElement().getIdPart(), patient, caller.clientId(), taskId, readers);
    return true;
  }

  /** A document that was just changed: what an AI adds needs its consent. */
  void afterUpdate(DocumentReference before, DocumentReference document, Caller caller) {
    String id = document.getIdElement().getIdPart();
    String patient = AiContent.patientOf(document);
    if (parked.isParked(id)) {
      parked.move(id, patient);
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
    return Refusal.businessRule(
        AUTHOR,
        AUTHOR
            + (decision.verdict() == Verdict.ASK
                ? ": the patient has not been asked whether this AI may write about them; ask"
                    + " first ($decide-ai-use)"
                : ": the patient does not allow this AI to write about them"));
  }

  /**
   * Before a decision of a patient is stored: a yes that began to count since releases what waited
   * for it, even where it is taken back now.
   */
  void beforeDecision(Consent consent) {
    decider(consent).ifPresent(this::releaseWhatCounts);
  }

  /**
   * Releases what is permitted by now: time passes, and rules change, without the patient's saying
   * it again.
   *
   * @param patient logical id
   */
  void releaseWhatCounts(String patient) {
    if (parked.waiting(patient).isEmpty()) {
      return;
    }
    parked.lock(patient);
    Instant now = clock.instant();
    for (ParkedDocuments.Waiting one : parked.waiting(patient)) {
      find(DocumentReference.class, "DocumentReference/" + one.document())
          .filter(document -> decide(document, now).verdict() == Verdict.PERMIT)
          .ifPresent(document -> release(one, now));
    }
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
        release(one, now);
      } else if (isRefusedBy(consent, decision)) {
        refuse(one, document, now);
      }
    }
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
    find(Task.class, "Task/" + one.task())
        .ifPresent(
            open ->
                records
                    .getResourceDao(Task.class)
                    .update(ParkingTasks.closed(open, permitted, now), new SystemRequestDetails()));
  }

  private <T extends Resource> Optional<T> find(Class<T> type, String reference) {
    try {
      return Optional.of(
          records.getResourceDao(type).read(new IdType(reference), new SystemRequestDetails()));
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      return Optional.empty();
    }
  }
}
