package org.equipoise.consent.enforcement;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RequestCaller;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
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

  private static final String WRITES = AiContentKeeping.class.getName();
  private static final String ENTRIES = WRITES + ".entries";

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

  /** What one transaction writes. */
  private static final class Writes {

    /** Each with its id once it is stored. */
    private final List<Resource> created = new ArrayList<>();

    /** How many of these have been learned. */
    private int learned;

    private boolean isCreated(String key) {
      return created.stream().anyMatch(one -> AiContent.key(one).equals(key));
    }

    private void forget() {
      created.clear();
      learned = 0;
    }
  }

  /** All entries of a transaction, to lock before the first of them is written. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(IBaseBundle entries, RequestDetails request) {
    if (request != null
        && entries instanceof Bundle bundle
        && bundle.getType() == Bundle.BundleType.TRANSACTION) {
      request.getUserData().put(ENTRIES, bundle);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, order = LAST)
  public void beforeCreate(
      IBaseResource incoming, RequestDetails request, TransactionDetails transaction) {
    writes((Resource) incoming, request, transaction).created.add((Resource) incoming);
    if (incoming instanceof Consent consent) {
      parking.beforeDecision(consent);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED, order = LAST)
  public void beforeUpdate(
      IBaseResource before,
      IBaseResource incoming,
      RequestDetails request,
      TransactionDetails transaction) {
    writes((Resource) incoming, request, transaction);
    if (before instanceof Consent consent) {
      parking.beforeDecision(consent);
    }
  }

  /** Those of the transaction; the first one has the locks taken that any of them needs. */
  private Writes writes(Resource incoming, RequestDetails request, TransactionDetails transaction) {
    Writes writes = transaction.getUserData(WRITES);
    if (writes == null) {
      Writes none = new Writes();
      transaction.putUserData(WRITES, none);
      transaction.addRollbackUndoAction(
          () -> {
            none.forget();
            transaction.clearUserData(WRITES);
          });
      writes = none;
      List<Resource> all = new ArrayList<>(List.of(incoming));
      if (request != null && request.getUserData().get(ENTRIES) instanceof Bundle bundle) {
        bundle.getEntry().stream()
            .map(Bundle.BundleEntryComponent::getResource)
            .filter(Objects::nonNull)
            .forEach(all::add);
      }
      parking.lock(all, callers.of(request).filter(Caller::isAi).isPresent());
    }
    return writes;
  }

  private static Writes writes(TransactionDetails transaction) {
    Writes writes = transaction.getUserData(WRITES);
    return writes == null ? new Writes() : writes;
  }

  /** References between the entries of a transaction lead to their ids by now. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = LAST)
  public void afterCreate(
      IBaseResource stored, RequestDetails request, TransactionDetails transaction) {
    Writes writes = writes(transaction);
    Optional<Caller> caller = callers.of(request);
    if (writes.learned++ == 0) {
      caller.ifPresent(writer -> index.learnWriter(service(writer), writes.created));
    }
    index.learnNew((Resource) stored, writes::isCreated, caller.flatMap(this::service));
    if (AiContent.isAiDocument((Resource) stored)) {
      DocumentReference document = (DocumentReference) stored;
      ParkedNotice.begin(request);
      caller
          .filter(
              writer ->
                  parking.afterCreate(
                      document, writer, writer.person().isPresent() || isOperation(request)))
          .ifPresent(writer -> ParkedNotice.parked(request, document));
    } else if (stored instanceof Consent consent) {
      deidentified.learn(consent);
      parking.afterDecision(consent);
    } else if (stored instanceof PractitionerRole role) {
      employers.learn(role);
    }
    if (writes.learned >= writes.created.size() && !isOperation(request)) {
      // Now it is known what hangs on what, and what is parked.
      caller.ifPresent(
          writer -> writes.created.forEach(one -> parking.requireConsent(one, writer)));
    }
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED, order = LAST)
  public void afterUpdate(
      IBaseResource before,
      IBaseResource stored,
      RequestDetails request,
      TransactionDetails transaction) {
    Optional<Caller> caller = callers.of(request);
    index.learnChanged(
        (Resource) before,
        (Resource) stored,
        writes(transaction)::isCreated,
        caller.flatMap(this::service));
    if (!isOperation(request)) {
      caller.ifPresent(
          writer -> parking.requireConsent((Resource) before, (Resource) stored, writer));
    }
    if (AiContent.isAiDocument((Resource) stored)) {
      caller.ifPresent(
          writer ->
              parking.afterUpdate(
                  (DocumentReference) before,
                  (DocumentReference) stored,
                  writer,
                  isOperation(request)));
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

  /** The client of a service; empty for a person. */
  private Optional<String> service(Caller caller) {
    return Optional.of(caller).filter(Caller::isService).map(Caller::clientId);
  }

  private static boolean isOperation(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    return interaction == RestOperationTypeEnum.EXTENDED_OPERATION_INSTANCE
        || interaction == RestOperationTypeEnum.EXTENDED_OPERATION_TYPE;
  }
}
