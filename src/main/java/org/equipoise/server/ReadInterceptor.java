package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.ReadWatch;
import org.equipoise.security.Callers;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the features' {@link ReadWatch}es of each resource that is handed out whole, by its address
 * or that of one version. What they keep must not cost the reader the answer: where it cannot be
 * kept, the log says so, and to them nobody read.
 */
@Interceptor
class ReadInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(ReadInterceptor.class);

  private static final Set<RestOperationTypeEnum> READS =
      EnumSet.of(RestOperationTypeEnum.READ, RestOperationTypeEnum.VREAD);

  /** Behind the access log, without which nothing is shown. */
  private static final int AFTER_ACCESS_LOG = 20_000;

  private final List<ReadWatch> watches;
  private final Clock clock;

  ReadInterceptor(List<ReadWatch> watches, Clock clock) {
    this.watches = watches;
    this.clock = clock;
  }

  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = AFTER_ACCESS_LOG)
  public void afterRead(RequestDetails request, IBaseResource answer) {
    List<Resource> shown = isShortened(request) ? List.of() : shown(request, answer);
    if (shown.isEmpty()) {
      return;
    }
    Callers.of((ServletRequestDetails) request)
        .ifPresent(
            caller -> {
              try {
                shown.forEach(
                    resource ->
                        watches.forEach(watch -> watch.shown(resource, caller, clock.instant())));
              } catch (RuntimeException e) {
                LOG.warn("That a resource was read could not be kept", e);
              }
            });
  }

  /** What was asked for by its address; of an operation that tells of one resource, that one. */
  private static List<Resource> shown(RequestDetails request, IBaseResource answer) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    if (READS.contains(interaction)) {
      return answer instanceof Resource resource ? List.of(resource) : List.of();
    }
    return interaction == RestOperationTypeEnum.EXTENDED_OPERATION_INSTANCE
            && answer instanceof Bundle bundle
        ? bundle.getEntry().stream()
            .map(Bundle.BundleEntryComponent::getResource)
            .filter(
                resource ->
                    resource != null
                        && resource.fhirType().equals(request.getId().getResourceType())
                        && resource.getIdElement().hasVersionIdPart()
                        && request.getId().getIdPart().equals(resource.getIdElement().getIdPart()))
            .toList()
        : List.of();
  }

  /** Whether only a part is shown, which may be any. */
  private static boolean isShortened(RequestDetails request) {
    return request.getParameters().containsKey(Constants.PARAM_ELEMENTS)
        || request.getParameters().containsKey(Constants.PARAM_SUMMARY)
        || request.getParameters().keySet().stream()
            .anyMatch(name -> name.startsWith(Constants.PARAM_ELEMENTS + ":"));
  }
}
