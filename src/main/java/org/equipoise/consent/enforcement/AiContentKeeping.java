package org.equipoise.consent.enforcement;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
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

  private static final String CREATED = AiContentKeeping.class.getName();

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

  /** What a transaction creates, each with its id once it is stored. */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, order = LAST)
  public void beforeCreate(IBaseResource incoming, TransactionDetails transaction) {
    List<IBaseResource> created = transaction.getUserData(CREATED);
    if (created == null) {
      List<IBaseResource> none = new ArrayList<>();
      transaction.putUserData(CREATED, none);
      transaction.addRollbackUndoAction(none::clear);
      created = none;
    }
    created.add(incoming);
    if (incoming instanceof Consent consent) {
      parking.beforeDecision(consent);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED, order = LAST)
  public void beforeUpdate(IBaseResource before, IBaseResource incoming) {
    if (before instanceof Consent consent) {
      parking.beforeDecision(consent);
    }
  }

  private static Predicate<String> isCreatedIn(TransactionDetails transaction) {
    List<IBaseResource> created = transaction.getUserData(CREATED);
    return key ->
        created != null
            && created.stream().anyMatch(one -> AiContent.key((Resource) one).equals(key));
  }

  /** References between the entries of a transaction lead to their ids by now. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = LAST)
  public void afterCreate(
      IBaseResource stored, RequestDetails request, TransactionDetails transaction) {
    index.learnNew((Resource) stored, isCreatedIn(transaction));
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
  public void afterUpdate(
      IBaseResource before,
      IBaseResource stored,
      RequestDetails request,
      TransactionDetails transaction) {
    index.learnChanged((Resource) before, (Resource) stored, isCreatedIn(transaction));
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
