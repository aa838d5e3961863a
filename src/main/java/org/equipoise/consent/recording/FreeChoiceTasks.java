package org.equipoise.consent.recording;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordTransaction;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The Tasks that ask somebody neutral whether a patient's yes is free: opened with the yes that
 * waits for nothing else, and closed when it is over.
 */
public final class FreeChoiceTasks {

  /** The code of the Task, and the operation that it asks for. */
  public static final String CODE = ConfirmFreeChoiceProvider.NAME;

  /** A Task in one of these is over. */
  private static final Set<TaskStatus> OVER =
      EnumSet.of(
          TaskStatus.COMPLETED,
          TaskStatus.CANCELLED,
          TaskStatus.REJECTED,
          TaskStatus.FAILED,
          TaskStatus.ENTEREDINERROR);

  private final Neutrality neutrality;
  private final List<String> neutralPeople;

  /**
   * @param neutralPeople who is asked, the first of them who is neutral: {@code Practitioner/3}
   */
  FreeChoiceTasks(Neutrality neutrality, List<String> neutralPeople) {
    this.neutrality = neutrality;
    this.neutralPeople = List.copyOf(neutralPeople);
  }

  /**
   * Asks for a new Consent, where a neutral person's word makes it count.
   *
   * @param entry that writes the Consent
   * @return empty where nobody need be asked
   */
  Optional<BundleEntryComponent> ask(
      RecordTransaction transaction,
      BundleEntryComponent entry,
      DocumentReference document,
      ConsentWords words) {
    Consent consent = (Consent) entry.getResource();
    if (consent.getStatus() != ConsentState.PROPOSED || !isLifted(consent)) {
      return Optional.empty();
    }
    Task task = new Task();
    task.setStatus(TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode(CODE);
    task.setFocus(new Reference(entry.getFullUrl()));
    task.setFor(named(transaction, consent.getPatient()));
    task.setAuthoredOn(Date.from(transaction.now()));
    task.setDescription(words.say("task.confirm"));
    task.setLanguage(words.language());
    task.setOwner(
        neutralPeople.stream()
            .filter(person -> isNeutral(person, consent, document))
            .map(Reference::new)
            .filter(person -> transaction.find(Practitioner.class, person).isPresent())
            .findFirst()
            .orElseGet(() -> consent.getOrganizationFirstRep().copy()));
    return Optional.of(Entries.create(task));
  }

  private boolean isNeutral(String person, Consent consent, DocumentReference document) {
    return neutrality.isNeutral(
        person,
        AiUse.key(consent.getPatient()),
        GuardedPermit.circumstances(consent).askedBy(),
        Stream.ofNullable(document));
  }

  /** Whether a confirmation is all that is missing, and the one thing that helps. */
  private static boolean isLifted(Consent consent) {
    List<Guardrail> awaits =
        GuardedPermit.circumstances(consent).awaits().stream()
            .flatMap(code -> Guardrail.of(code).stream())
            .toList();
    return awaits.stream().anyMatch(Guardrail::isLiftedByConfirmation)
        && awaits.stream()
            .allMatch(
                rule -> rule.isLiftedByConfirmation() || rule == Guardrail.INDEPENDENT_WITNESS);
  }

  /** With the name, since the record of the patient is closed to who is asked. */
  private static Reference named(RecordTransaction transaction, Reference patient) {
    Reference named = new Reference(AiUse.key(patient));
    transaction
        .find(Patient.class, named)
        .filter(Patient::hasName)
        .ifPresent(found -> named.setDisplay(found.getNameFirstRep().getNameAsSingleString()));
    return named;
  }

  /** The open Tasks about any of these Consents of one patient. */
  static List<Task> open(RecordTransaction transaction, Collection<Consent> consents) {
    if (consents.isEmpty()) {
      return List.of();
    }
    ReferenceOrListParam about = new ReferenceOrListParam();
    consents.forEach(
        consent ->
            about.add(
                new ReferenceParam(consent.getIdElement().toUnqualifiedVersionless().getValue())));
    String patient = AiUse.key(consents.iterator().next().getPatient());
    SearchParameterMap asked =
        SearchParameterMap.newSynchronous()
            .add(Task.SP_PATIENT, new ReferenceParam(patient))
            .add(Task.SP_FOCUS, about)
            .add(Task.SP_CODE, new TokenParam(Canonical.System.TASK, CODE));
    return transaction.search(Task.class, asked).stream()
        .filter(task -> !OVER.contains(task.getStatus()))
        .toList();
  }

  /** Closes those about Consents that are no longer in force: nobody is to look at them now. */
  public static List<BundleEntryComponent> cancel(
      RecordTransaction transaction, Collection<Consent> over) {
    return open(transaction, over).stream()
        .map(task -> task.copy().setStatus(TaskStatus.CANCELLED))
        .map(Entries::update)
        .toList();
  }
}
