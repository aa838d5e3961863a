package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;

/**
 * A page beyond the last match has no total, unless one was asked for: where nothing was counted,
 * HAPI takes the place of the page for it.
 */
@Interceptor
class PageTotals {

  private static final Pattern OFFSET = Pattern.compile("[?&]_offset=(\\d{1,9})(?:&|$)");
  private static final Pattern COUNTED = Pattern.compile("[?&]_total=(?:accurate|estimate)(?:&|$)");

  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void beforeAnswering(RequestDetails request, IBaseResource answer) {
    if (answer instanceof Bundle bundle) {
      // A form is not in the address.
      withoutGuess(bundle, query(request));
      // The answers to the entries of a batch.
      bundle.getEntry().stream()
          .map(Bundle.BundleEntryComponent::getResource)
          .filter(Bundle.class::isInstance)
          .map(Bundle.class::cast)
          .filter(inner -> inner.getLink("self") != null)
          .forEach(inner -> withoutGuess(inner, inner.getLink("self").getUrl()));
    }
  }

  private static String query(RequestDetails request) {
    return request.getParameters().entrySet().stream()
        .flatMap(one -> Arrays.stream(one.getValue()).map(value -> one.getKey() + "=" + value))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static void withoutGuess(Bundle bundle, String asked) {
    Matcher offset = OFFSET.matcher(String.valueOf(asked));
    if (bundle.getType() == Bundle.BundleType.SEARCHSET
        && bundle.hasTotal()
        && offset.find()
        && bundle.getTotal() > 0
        && bundle.getTotal() == Integer.parseInt(offset.group(1))
        && !COUNTED.matcher(asked).find()
        && bundle.getEntry().stream()
            .noneMatch(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.MATCH)) {
      bundle.setTotalElement(null);
    }
  }
}
