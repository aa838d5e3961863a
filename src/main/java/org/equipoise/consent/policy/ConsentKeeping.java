package org.equipoise.consent.policy;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;

/**
 * Keeps {@link RecordedConsents} in step with the record, in the transactions that write it, by
 * whichever door; what is in force and cannot be understood is refused, and takes its transaction
 * back. Belongs on the storage interceptors.
 */
@Interceptor
public class ConsentKeeping {

  /** Behind the profiles, which say more precisely what is amiss. */
  private static final int AFTER_VALIDATION = 50;

  private final RecordedConsents consents;

  ConsentKeeping(RecordedConsents consents) {
    this.consents = consents;
  }

  /** References between the entries of a transaction lead to their ids by now. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = AFTER_VALIDATION)
  public void afterCreate(IBaseResource stored) {
    if (stored instanceof Consent consent) {
      consents.learn(consent);
    }
  }

  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED, order = AFTER_VALIDATION)
  public void afterUpdate(IBaseResource before, IBaseResource stored) {
    if (stored instanceof Consent consent) {
      consents.learn(consent);
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void afterDelete(IBaseResource resource) {
    if (resource instanceof Consent consent) {
      consents.forget(consent);
    }
  }
}
