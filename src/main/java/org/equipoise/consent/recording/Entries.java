package org.equipoise.consent.recording;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Resource;

/** Entries of a transaction Bundle. */
public final class Entries {

  private Entries() {}

  public static BundleEntryComponent create(Resource resource) {
    BundleEntryComponent entry = new BundleEntryComponent();
    entry.setFullUrl("urn:uuid:" + UUID.randomUUID()).setResource(resource);
    entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
    return entry;
  }

  /** Writes over the version that was read, and no other. */
  public static BundleEntryComponent update(Resource resource) {
    BundleEntryComponent entry = new BundleEntryComponent();
    String url = resource.getIdElement().toUnqualifiedVersionless().getValue();
    entry.setFullUrl(url).setResource(resource);
    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(url);
    if (resource.getIdElement().hasVersionIdPart()) {
      entry.getRequest().setIfMatch("W/\"" + resource.getIdElement().getVersionIdPart() + "\"");
    }
    return entry;
  }

  public static DateTimeType time(Instant instant) {
    DateTimeType time = new DateTimeType(Date.from(instant), TemporalPrecisionEnum.MILLI);
    time.setTimeZoneZulu(true);
    return time;
  }
}
