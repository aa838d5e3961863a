package org.equipoise.security.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * How somebody neutral, who by that does not treat the patient, reaches the one consent that they
 * are asked about: an open Task with the code {@code confirm-free-choice} names them as owner and
 * the Consent as focus. It shows them this Task and this Consent, nothing else of the patient, and
 * lets them call {@code $confirm-free-choice}. It opens nothing to write by the plain doors. The
 * one place that decides this.
 */
class NeutralTasks {

  /** The code of the Task, and the operation, without the dollar sign. */
  static final String CONFIRM = "confirm-free-choice";

  private static final Set<TaskStatus> OPEN =
      EnumSet.of(
          TaskStatus.REQUESTED,
          TaskStatus.RECEIVED,
          TaskStatus.ACCEPTED,
          TaskStatus.READY,
          TaskStatus.INPROGRESS);

  private final DaoRegistry records;

  NeutralTasks(DaoRegistry records) {
    this.records = records;
  }

  /**
   * Whether a Task opens this resource to a clinician who does not care for its patient.
   *
   * @param practitioner logical id
   */
  boolean opens(String practitioner, Resource resource) {
    if (resource instanceof Task task) {
      return isOpen(task) && isPractitioner(task.getOwner().getReferenceElement(), practitioner);
    }
    return resource instanceof Consent
        && resource.getIdElement().hasIdPart()
        && patientOf(practitioner, resource.getIdElement().getIdPart()).isPresent();
  }

  /**
   * Logical id of the patient whose Consent a Task lays before this clinician; empty where none
   * does.
   *
   * @param practitioner logical id
   * @param consent logical id
   */
  Optional<String> patientOf(String practitioner, String consent) {
    SearchParameterMap search = SearchParameterMap.newSynchronous();
    search.add(Task.SP_OWNER, new ReferenceParam("Practitioner/" + practitioner));
    search.add(Task.SP_FOCUS, new ReferenceParam("Consent/" + consent));
    List<Task> tasks =
        records.getResourceDao(Task.class).searchForResources(search, new SystemRequestDetails());
    if (tasks.stream().noneMatch(NeutralTasks::isOpen)) {
      return Optional.empty();
    }
    return records
        .getResourceDao(Consent.class)
        .searchForResources(
            SearchParameterMap.newSynchronous("_id", new TokenParam(consent)),
            new SystemRequestDetails())
        .stream()
        .map(one -> one.getPatient().getReferenceElement().getIdPart())
        // A Task about one patient does not open the consent of another.
        .filter(patient -> tasks.stream().anyMatch(task -> isOpen(task) && isFor(task, patient)))
        .findFirst();
  }

  private static boolean isOpen(Task task) {
    return OPEN.contains(task.getStatus())
        && task.getCode().hasCoding(Canonical.System.TASK, CONFIRM);
  }

  private static boolean isFor(Task task, String patient) {
    return "Patient".equals(task.getFor().getReferenceElement().getResourceType())
        && task.getFor().getReferenceElement().getIdPart().equals(patient);
  }

  private static boolean isPractitioner(
      org.hl7.fhir.instance.model.api.IIdType id, String practitioner) {
    return "Practitioner".equals(id.getResourceType()) && practitioner.equals(id.getIdPart());
  }

  /**
   * Whether a search asks for nothing but the Tasks of this kind that are the clinician's own: by
   * {@code owner} and {@code code}, each with its type or system.
   */
  static boolean areAskedFor(SearchParameterMap search, String practitioner) {
    return names(
            search,
            Task.SP_OWNER,
            one ->
                one instanceof ReferenceParam owner
                    && owner.getMissing() == null
                    && owner.getChain() == null
                    && owner.getBaseUrl() == null
                    && "Practitioner".equals(owner.getResourceType())
                    && practitioner.equals(owner.getIdPart()))
        && names(
            search,
            Task.SP_CODE,
            one ->
                one instanceof TokenParam code
                    && code.getMissing() == null
                    && code.getModifier() == null
                    && Canonical.System.TASK.equals(code.getSystem())
                    && CONFIRM.equals(code.getValue()));
  }

  private static boolean names(
      SearchParameterMap search, String parameter, Predicate<IQueryParameterType> wanted) {
    List<List<IQueryParameterType>> given = search.get(parameter);
    return given != null && given.stream().anyMatch(either -> either.stream().allMatch(wanted));
  }

  /** Keeps such a search to the Tasks that are open. */
  static void keepToOpen(SearchParameterMap search) {
    TokenOrListParam open = new TokenOrListParam();
    Stream.of(TaskStatus.values())
        .filter(OPEN::contains)
        .forEach(status -> open.add(new TokenParam(status.getSystem(), status.toCode())));
    search.add(Task.SP_STATUS, open);
  }
}
