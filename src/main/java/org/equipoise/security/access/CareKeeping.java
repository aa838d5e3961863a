package org.equipoise.security.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Refusal;
import org.equipoise.security.Callers;
import org.equipoise.security.access.CareFacts.Fact;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;

/**
 * Keeps {@link CareRelations} in step with the record, in the transactions that write it. Belongs
 * on the storage interceptors.
 */
@Interceptor
public class CareKeeping {

  /** Behind whatever may refuse the write. */
  private static final int AFTER_JUDGEMENT = 50;

  /** Before a write is judged as it was stored: what it says of care counts for its neighbours. */
  private static final int BEFORE_JUDGEMENT = -50;

  private final CareRelations relations;

  CareKeeping(CareRelations relations) {
    this.relations = relations;
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, order = AFTER_JUDGEMENT)
  public void beforeCreate(IBaseResource resource, RequestDetails request) {
    if (resource instanceof Patient patient && patient.getIdElement().hasIdPart()) {
      clinician(request)
          .ifPresent(
              caller ->
                  relations.registered(
                      caller.user().getIdPart(), patient.getIdElement().getIdPart()));
    }
  }

  private static Optional<Caller> clinician(RequestDetails request) {
    return Callers.isInternal(request)
        ? Optional.empty()
        : Callers.of((ServletRequestDetails) request).filter(Caller::isPractitioner);
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = BEFORE_JUDGEMENT)
  public void afterCreate(IBaseResource stored, RequestDetails request) {
    if (saysSomething((Resource) stored)) {
      requireOwnStanding(CareFacts.of((Resource) stored), request);
      relations.learn((Resource) stored);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED, order = BEFORE_JUDGEMENT)
  public void afterUpdate(IBaseResource before, IBaseResource stored, RequestDetails request) {
    if (saysSomething((Resource) stored) || saysSomething((Resource) before)) {
      requireOwnStanding(CareFacts.added((Resource) before, (Resource) stored), request);
      relations.learn((Resource) stored);
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void afterDelete(IBaseResource resource) {
    if (resource instanceof PractitionerRole
        || CareFacts.TYPES.contains(((Resource) resource).fhirType())) {
      relations.forget((Resource) resource);
    }
  }

  /**
   * A record that is open for a few hours only is not opened for longer from within: whoever says
   * that somebody cares for a patient must care for them by more than a broken glass.
   */
  private void requireOwnStanding(Set<Fact> added, RequestDetails request) {
    clinician(request)
        .ifPresent(
            caller -> {
              String practitioner = caller.user().getIdPart();
              if (added.stream()
                  .map(Fact::patient)
                  .distinct()
                  .anyMatch(patient -> !relations.standsBy(practitioner, patient))) {
                throw Refusal.forbidden(
                    "This would make or prolong a care relation, for which a clinician must care"
                        + " for the patient by more than $break-glass");
              }
            });
  }

  private static boolean saysSomething(Resource resource) {
    return resource instanceof PractitionerRole || !CareFacts.of(resource).isEmpty();
  }
}
