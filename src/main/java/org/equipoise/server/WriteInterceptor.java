package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.WriteRule;
import org.equipoise.security.Callers;
import org.equipoise.security.access.DoorAccess;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every write to the features' {@link WriteRule}s and then to its profile, by whichever door
 * it comes. Rules see what comes in, before it is stored; profiles see what was stored, after
 * references between the entries of a transaction were resolved, and a failure then takes the whole
 * transaction back.
 */
@Interceptor
class WriteInterceptor {

  private final List<WriteRule> rules;
  private final WriteValidation validation;
  private final Clock clock;

  WriteInterceptor(List<WriteRule> rules, WriteValidation validation, Clock clock) {
    this.rules = rules;
    this.validation = validation;
    this.clock = clock;
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
    validate(stored, request);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void afterUpdate(IBaseResource before, IBaseResource stored, RequestDetails request) {
    validate(stored, request);
  }

  private void validate(IBaseResource stored, RequestDetails request) {
    if (callerOf(request).isPresent()) {
      validation.requireValid((Resource) stored);
    }
  }

  private WriteRule.Write write(Caller caller, RequestDetails request) {
    return new WriteRule.Write(caller, DoorAccess.isOperation(request), clock.instant());
  }

  private static Optional<Caller> callerOf(RequestDetails request) {
    return request instanceof ServletRequestDetails http ? Callers.of(http) : Optional.empty();
  }
}
