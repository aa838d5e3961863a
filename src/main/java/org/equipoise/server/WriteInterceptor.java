package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.RecordLocks;
import org.equipoise.fhir.WriteRule;
import org.equipoise.security.Callers;
import org.equipoise.security.access.DoorAccess;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every write to the features' {@link WriteRule}s and then to its profile, by whichever door
 * it comes. Rules see what comes in, before it is stored; profiles see what was stored, after
 * references between the entries of a transaction were resolved, and a failure then takes the whole
 * transaction back.
 */
@Interceptor
class WriteInterceptor {

  /** Marks a request that is a transaction with its Bundle; its entries share the mark. */
  private static final String TRANSACTION = WriteInterceptor.class.getName() + ".transaction";

  private final List<WriteRule> rules;
  private final WriteValidation validation;
  private final DaoRegistry records;
  private final String fhirBase;
  private final RecordLocks locks;
  private final Clock clock;

  /**
   * @param fhirBase the address of this server's FHIR base, without a trailing slash
   */
  WriteInterceptor(
      List<WriteRule> rules,
      WriteValidation validation,
      DaoRegistry records,
      String fhirBase,
      RecordLocks locks,
      Clock clock) {
    this.rules = rules;
    this.validation = validation;
    this.records = records;
    this.fhirBase = fhirBase;
    this.locks = locks;
    this.clock = clock;
  }

  /** The entries of a batch are written or refused each on its own: they know of no other. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void beforeTransaction(IBaseBundle entries, RequestDetails request) {
    if (request != null
        && entries instanceof Bundle bundle
        && bundle.getType() == Bundle.BundleType.TRANSACTION) {
      request.getUserData().put(TRANSACTION, bundle);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, order = 10)
  public void beforeCreate(IBaseResource incoming, RequestDetails request) {
    before((Resource) incoming, null, request);
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED, order = 10)
  public void beforeUpdate(IBaseResource stored, IBaseResource incoming, RequestDetails request) {
    before((Resource) incoming, (Resource) stored, request);
  }

  private void before(Resource incoming, Resource stored, RequestDetails request) {
    callerOf(request)
        .ifPresent(
            caller -> {
              WriteRule.Write write = write(caller, request);
              rules.forEach(rule -> rule.beforeStore(incoming, stored, write));
            });
  }

  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED, order = 10)
  public void beforeDelete(IBaseResource stored, RequestDetails request) {
    callerOf(request)
        .ifPresent(
            caller -> {
              WriteRule.Write write = write(caller, request);
              rules.forEach(rule -> rule.beforeDelete((Resource) stored, write));
            });
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void afterCreate(IBaseResource stored, RequestDetails request) {
    after((Resource) stored, null, request);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void afterUpdate(IBaseResource before, IBaseResource stored, RequestDetails request) {
    after((Resource) stored, (Resource) before, request);
  }

  private void after(Resource stored, Resource before, RequestDetails request) {
    callerOf(request)
        .ifPresent(
            caller -> {
              validation.requireValid(stored);
              WriteRule.Write write = write(caller, request);
              rules.forEach(rule -> rule.afterStore(stored, before, write));
            });
  }

  private WriteRule.Write write(Caller caller, RequestDetails request) {
    boolean byOperation = DoorAccess.isOperation(request);
    return new WriteRule.Write(
        caller,
        byOperation,
        clock.instant(),
        new StoredWholeRecord(
            (Bundle) request.getUserData().get(TRANSACTION), records, fhirBase, validation, locks));
  }

  private static Optional<Caller> callerOf(RequestDetails request) {
    return request instanceof ServletRequestDetails http ? Callers.of(http) : Optional.empty();
  }
}
