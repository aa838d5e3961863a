package org.equipoise.consent.enforcement;

import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** The Tasks that follow from a parked document. */
final class ParkingTasks {

  private static final String CONSENT_REQUEST = "consent-request";
  private static final String DELETION_NOTICE = "data-deletion-notice";

  private ParkingTasks() {}

  /** Whether this asks to ask the patient, or to delete what the patient refused. */
  static boolean isAboutParked(Task task) {
    return task.getCode().hasCoding(Canonical.System.TASK, CONSENT_REQUEST)
        || task.getCode().hasCoding(Canonical.System.TASK, DELETION_NOTICE);
  }

  /**
   * Asks the responsible clinicians to ask the patient.
   *
   * @param practitioners logical ids; the Task belongs to the first, and is for all
   */
  static Task askPatient(DocumentReference document, List<String> practitioners, Instant now) {
    Task task = about(document, CONSENT_REQUEST, now);
    task.setDescription(
        "An AI wrote this document, and the patient has not allowed this AI to write about them."
            + " Ask the patient. Until they say yes, nobody but the patient and those who are to"
            + " ask can see it.");
    if (!practitioners.isEmpty()) {
      task.setOwner(new Reference("Practitioner/" + practitioners.get(0)));
      practitioners.forEach(
          one -> task.getRestriction().addRecipient(new Reference("Practitioner/" + one)));
    }
    return task;
  }

  /** Closes it, with what the patient said. */
  static Task closed(Task open, boolean permitted, Instant now) {
    Task task = open.copy();
    task.setStatus(TaskStatus.COMPLETED);
    task.setBusinessStatus(
        new CodeableConcept()
            .setText(permitted ? "The patient allowed it" : "The patient refused it"));
    task.setLastModified(Date.from(now));
    return task;
  }

  /** Closes it unanswered, since nobody uses the draft. */
  static Task givenUp(Task open, Instant now) {
    Task task = open.copy();
    task.setStatus(TaskStatus.CANCELLED);
    task.setBusinessStatus(
        new CodeableConcept().setText("The draft was rejected or taken back; nobody need ask"));
    task.setLastModified(Date.from(now));
    return task;
  }

  /** Whether somebody is still to do it. */
  static boolean isOpen(Task task) {
    return task.getStatus() != TaskStatus.COMPLETED && task.getStatus() != TaskStatus.CANCELLED;
  }

  /**
   * Tells who keeps the document that it is to be deleted, and those who were to ask the patient.
   *
   * @param asked the Task by which they were asked; null where it is gone
   */
  static Task deleteData(
      DocumentReference document, Collection<String> devices, Task asked, Instant now) {
    Task task = about(document, DELETION_NOTICE, now);
    task.setDescription(
        "The patient refused that this AI writes about them. Nobody but the patient sees what it"
            + " wrote any more. Delete what the AI, and whoever runs it, keeps of it.");
    if (document.hasCustodian()) {
      task.setOwner(document.getCustodian().copy());
    }
    if (asked != null) {
      asked.getRestriction().getRecipient().stream()
          .map(Reference::copy)
          .forEach(task.getRestriction()::addRecipient);
    }
    devices.forEach(
        device ->
            task.addInput()
                .setType(new CodeableConcept().setText("AI"))
                .setValue(new Reference(device)));
    return task;
  }

  private static Task about(DocumentReference document, String code, Instant now) {
    Task task = new Task();
    task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode(code);
    task.setFocus(new Reference(AiContent.key(document)));
    task.setFor(document.getSubject().copy());
    task.setAuthoredOn(Date.from(now)).setLastModified(Date.from(now));
    return task;
  }
}
