package org.equipoise.explanation;

import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.ParameterComponent;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * A patient's wish to have an AI document explained: a Task for the organization that keeps the
 * document.
 */
final class ExplanationRequest {

  static final String CODE = "explanation-request";

  private static final Set<TaskStatus> CLOSED =
      EnumSet.of(
          TaskStatus.COMPLETED,
          TaskStatus.CANCELLED,
          TaskStatus.FAILED,
          TaskStatus.REJECTED,
          TaskStatus.ENTEREDINERROR);

  private ExplanationRequest() {}

  /** The one of {@code tasks} that asks the same and is still open. */
  static Optional<Task> open(List<Task> tasks, List<LanguageTag> languages) {
    List<String> wanted = languages.stream().map(LanguageTag::tag).toList();
    return tasks.stream()
        .filter(task -> !CLOSED.contains(task.getStatus()))
        .filter(task -> languages(task).equals(wanted))
        .findFirst();
  }

  /** A transaction that writes the Task. */
  static Bundle bundle(
      DocumentReference document, List<LanguageTag> languages, Caller caller, Instant now) {
    Task task = new Task();
    task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode(CODE);
    task.setFocus(new Reference(document.getIdElement().toUnqualifiedVersionless().getValue()));
    task.setFor(document.getSubject().copy());
    task.setRequester(Agents.of(caller));
    task.setOwner(document.getCustodian().copy());
    task.setAuthoredOn(Date.from(now));
    task.setDescription("The patient asks for an explanation of this document in plain words");
    languages.forEach(
        language -> {
          ParameterComponent input = task.addInput().setValue(new CodeType(language.tag()));
          input.getType().setText("language");
        });
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    bundle.addEntry().setResource(task).getRequest().setMethod(HTTPVerb.POST).setUrl("Task");
    return bundle;
  }

  private static List<String> languages(Task task) {
    return task.getInput().stream()
        .filter(input -> "language".equals(input.getType().getText()))
        .map(input -> input.getValue().primitiveValue())
        .toList();
  }
}
