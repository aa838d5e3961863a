package org.equipoise.consent.enforcement;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.equipoise.fhir.RequestCaller;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;

/**
 * Keeps what consent is enforced on in step with the record, in the transactions that write it:
 * what hangs on which AI document, which documents wait for the patient, and who works for whom.
 * Belongs on the storage interceptors.
 */
@Interceptor
public class AiContentKeeping {

  /** Behind validation, and behind what keeps the patients' decisions. */
  private static final int LAST = 100;

  private final AiContentIndex index;
  private final Parking parking;
  private final Employers employers;
  private final DeidentifiedConsents deidentified;
  private final RequestCaller callers;

  AiContentKeeping(
      AiContentIndex index,
      Parking parking,
      Employers employers,
      DeidentifiedConsents deidentified,
      RequestCaller callers) {
    this.index = index;
    this.parking = parking;
    this.employers = employers;
    this.deidentified = deidentified;
    this.callers = callers;
  }

  /** References between the entries of a transaction lead to their ids by now. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = LAST)
  public void afterCreate(IBaseResource stored, RequestDetails request) {
    index.learn((Resource) stored);
    if (AiContent.isAiDocument((Resource) stored)) {
      DocumentReference document = (DocumentReference) stored;
      ParkedNotice.begin(request);
      callers
          .of(request)
          .filter(
              caller ->
                  parking.afterCreate(
                      document, caller, caller.person().isPresent() || isOperation(request)))
          .ifPresent(caller -> ParkedNotice.parked(request, document));
    } else if (stored instanceof Consent consent) {
      deidentified.learn(consent);
      parking.afterDecision(consent);
    } else if (stored instanceof PractitionerRole role) {
      employers.learn(role);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED, order = LAST)
  public void afterUpdate(IBaseResource before, IBaseResource stored, RequestDetails request) {
    index.learn((Resource) before, (Resource) stored);
    if (AiContent.isAiDocument((Resource) stored)) {
      callers
          .of(request)
          .filter(caller -> !isOperation(request))
          .ifPresent(
              caller ->
                  parking.afterUpdate(
                      (DocumentReference) before, (DocumentReference) stored, caller));
    } else if (stored instanceof Consent consent) {
      deidentified.learn(consent);
      parking.afterDecision(consent);
    } else if (stored instanceof PractitionerRole role) {
      employers.learn(role);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED, order = LAST)
  public void afterDelete(IBaseResource deleted) {
    index.forget((Resource) deleted);
    if (deleted instanceof PractitionerRole role) {
      employers.forget(role);
    } else if (deleted instanceof Consent consent) {
      deidentified.forget(consent);
    }
  }

  private static boolean isOperation(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    return interaction == RestOperationTypeEnum.EXTENDED_OPERATION_INSTANCE
        || interaction == RestOperationTypeEnum.EXTENDED_OPERATION_TYPE;
  }
}
