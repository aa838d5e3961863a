package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.UnreadBundle;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Refuses a batch or transaction with too many entries, before anything of it is judged or done: a
 * body of a few megabytes has room for a hundred thousand searches. Belongs on the REST server,
 * before who judges entries.
 */
@Interceptor
class BundleDoor {

  private final BundleLimits limits;

  BundleDoor(BundleLimits limits) {
    this.limits = limits;
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void beforeJudging(RestOperationTypeEnum interaction, ServletRequestDetails request) {
    if (interaction == RestOperationTypeEnum.TRANSACTION
        && request.getResource() instanceof Bundle bundle
        && bundle.getEntry().size() > limits.maxEntries()) {
      UnreadBundle.mark(request);
      throw Refusal.tooLong(
          "Bundle.entry",
          "A batch or transaction has at most "
              + limits.maxEntries()
              + " entries, and this one has "
              + bundle.getEntry().size()
              + ": send it in parts. Nothing was done");
    }
  }
}
