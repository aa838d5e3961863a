package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.server.interceptor.consent.ConsentInterceptor;
import ca.uhn.fhir.rest.server.interceptor.consent.ConsentOperationStatusEnum;
import ca.uhn.fhir.rest.server.interceptor.consent.ConsentOutcome;
import ca.uhn.fhir.rest.server.interceptor.consent.IConsentContextServices;
import ca.uhn.fhir.rest.server.interceptor.consent.IConsentService;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.OwnWords;
import org.equipoise.security.Callers;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds what patients decided about AI to all that is shown: HAPI's ConsentInterceptor with our
 * decisions. Belongs on the REST server, whose requests carry it into the storage engine, so that
 * the server's own work passes by.
 *
 * <p>Where HAPI would do too much or too little: it refuses every search for a count and takes the
 * totals out of answers, which tell nothing here, since {@link SearchNarrowing} leaves out in the
 * query what is withheld; it loads what a search found a second time to judge it; and it walks
 * through every answer, though only those of operations can hold what storage did not show.
 */
public class ConsentAccess extends ConsentInterceptor {

  private final Sights sights;

  ConsentAccess(Sights sights) {
    super(new Decisions(sights));
    this.sights = sights;
  }

  /** Decides nothing yet: whoever consent cannot touch is authorized for the whole request. */
  @Override
  public void interceptPreHandled(RequestDetails request) {
    if (hasCaller(request) && sights.of(request).isOpen()) {
      authorizeRequest(request);
    }
  }

  /** A read; a search hands over what its query left, and a write what it wrote. */
  @Override
  public void interceptPreAccess(RequestDetails request, IPreResourceAccessDetails details) {
    if (hasCaller(request)
        && details instanceof SimplePreResourceAccessDetails
        && !RecordAccess.isWrite(request)) {
      super.interceptPreAccess(request, details);
    }
  }

  @Override
  public void interceptPreShow(RequestDetails request, IPreResourceShowDetails details) {
    if (!hasCaller(request) || sights.of(request).isOpen()) {
      return;
    }
    foresee(request, IntStream.range(0, details.size()).mapToObj(details::getResource).toList());
    super.interceptPreShow(request, details);
  }

  /** Looks up at once what will be asked about one by one. */
  private void foresee(RequestDetails request, List<? extends IBaseResource> shown) {
    Sight sight = sights.of(request);
    if (!sight.isOpen()) {
      sight.foresee(
          shown.stream()
              .filter(one -> one instanceof Resource && one.getIdElement().hasIdPart())
              .map(one -> Sights.key((Resource) one))
              .toList());
    }
  }

  @Override
  public void interceptOutgoingResponse(RequestDetails request, ResponseDetails answer) {
    if (!DoorAccess.isOperation(request)
        || (answer.getResponseResource() instanceof Bundle bundle
            && bundle.getType() == Bundle.BundleType.HISTORY)) {
      return;
    }
    Integer total =
        answer.getResponseResource() instanceof Bundle bundle && bundle.hasTotal()
            ? Integer.valueOf(bundle.getTotal())
            : null;
    if (hasCaller(request) && answer.getResponseResource() instanceof Bundle bundle) {
      foresee(
          request,
          bundle.getEntry().stream().map(Bundle.BundleEntryComponent::getResource).toList());
    }
    super.interceptOutgoingResponse(request, answer);
    if (answer.getResponseResource() instanceof Bundle bundle) {
      // An address without what stands there would say that there is something.
      bundle.getEntry().removeIf(entry -> !entry.hasResource());
      if (total != null) {
        bundle.setTotal(total);
      }
    }
  }

  private static boolean hasCaller(RequestDetails request) {
    return !Callers.isInternal(request) && Callers.of((ServletRequestDetails) request).isPresent();
  }

  /** What {@link Sights} says, in HAPI's words. */
  private record Decisions(Sights sights) implements IConsentService {

    @Override
    public ConsentOutcome canSeeResource(
        RequestDetails request, IBaseResource resource, IConsentContextServices services) {
      return view(request, resource) == View.WITHHELD
          ? ConsentOutcome.REJECT
          : ConsentOutcome.PROCEED;
    }

    @Override
    public ConsentOutcome willSeeResource(
        RequestDetails request, IBaseResource resource, IConsentContextServices services) {
      return switch (view(request, resource)) {
        case WITHHELD -> ConsentOutcome.REJECT;
        case MASKED ->
            new ConsentOutcome(
                ConsentOperationStatusEnum.PROCEED, sights.masked(request, (Resource) resource));
        case SHOWN -> ConsentOutcome.PROCEED;
      };
    }

    private View view(RequestDetails request, IBaseResource resource) {
      if (resource instanceof Bundle
          || resource instanceof Parameters
          || resource instanceof OperationOutcome
          || OwnWords.are(resource)) {
        return View.SHOWN;
      }
      Sight sight = sights.of(request);
      return sights.view(sight, (Resource) resource, RecordAccess.isWrite(request));
    }
  }
}
