package org.equipoise.audit.watch;

import java.util.Date;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.UnusualAccessRecords;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * What the privacy officer may say in a Task of the watch: how far they are, who looks into it, and
 * what came of it, with a note. What the watch says stays as it is, and what is closed stays
 * closed. That nobody else writes here, access rules see to.
 */
class OfficerTaskRule implements WriteRule {

  /** The elements that the officer writes. */
  private static final Set<String> THEIRS =
      Set.of(
          "id",
          "meta",
          "text",
          "status",
          "statusReason",
          "businessStatus",
          "owner",
          "note",
          "lastModified",
          "output");

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    boolean was = stored != null && UnusualAccessRecords.isOne(stored);
    boolean will = UnusualAccessRecords.isOne(incoming);
    if (will && !was) {
      throw Refusal.forbidden(
          "The server alone writes a " + incoming.fhirType() + " about an unusual access");
    }
    if (was && stored instanceof Task before && incoming instanceof Task task) {
      requireTheirs(task, before);
      requireOpen(task, before);
      requireNotes(task, before);
      task.setLastModified(Date.from(write.now()));
      task.getNote().stream().skip(before.getNote().size()).forEach(note -> sign(note, write));
    }
  }

  private static void requireTheirs(Task task, Task before) {
    for (Property element : before.children()) {
      Property now = task.getNamedProperty(element.getName());
      if (!THEIRS.contains(element.getName())
          && !sameValues(element.getValues(), now == null ? List.of() : now.getValues())) {
        throw Refusal.unprocessable(
            IssueType.BUSINESSRULE,
            "Task." + element.getName(),
            "A privacy officer changes status, statusReason, businessStatus, owner, note and output"
                + " of this Task, and nothing else");
      }
    }
  }

  private static boolean sameValues(List<? extends Base> one, List<? extends Base> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!one.get(i).equalsDeep(other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static void requireOpen(Task task, Task before) {
    if (OfficerTasks.OVER.contains(before.getStatus()) && task.getStatus() != before.getStatus()) {
      throw Refusal.unprocessable(
          IssueType.BUSINESSRULE,
          "Task.status",
          "This Task is closed; what happens later has a Task of its own");
    }
  }

  private static void requireNotes(Task task, Task before) {
    if (task.getNote().size() < before.getNote().size()
        || !sameValues(before.getNote(), task.getNote().subList(0, before.getNote().size()))) {
      throw Refusal.unprocessable(
          IssueType.BUSINESSRULE, "Task.note", "What was noted stays; add another note");
    }
    if (OfficerTasks.OVER.contains(task.getStatus())
        && task.getNote().stream().noneMatch(note -> note.hasText() && !note.getText().isBlank())) {
      throw Refusal.required("Task.note", "Say in a note what came of it");
    }
  }

  private static void sign(Annotation note, Write write) {
    write
        .caller()
        .person()
        .ifPresent(person -> note.setAuthor(new Reference(person.toUnqualifiedVersionless())));
    note.setTime(Date.from(write.now()));
  }
}
