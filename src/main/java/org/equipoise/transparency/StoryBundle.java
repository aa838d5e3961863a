package org.equipoise.transparency;

import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/** Puts a story together: each version of each resource once. Pure. */
final class StoryBundle {

  private final String base;
  private final Bundle bundle = new Bundle();
  private final Set<String> added = new HashSet<>();

  /**
   * @param base address of the server
   */
  StoryBundle(String base, BundleType type, Instant now) {
    this.base = base;
    bundle.setType(type).setTimestamp(Date.from(now));
  }

  Bundle bundle() {
    return bundle;
  }

  void link(String relation, String address) {
    bundle.addLink().setRelation(relation).setUrl(base + "/" + address);
  }

  /** A summary, which is no resource of the record. */
  BundleEntryComponent add(Composition summary) {
    return bundle
        .addEntry()
        .setFullUrl("urn:uuid:" + summary.getIdElement().getIdPart())
        .setResource(summary);
  }

  void add(OperationOutcome outcome) {
    String id = UUID.randomUUID().toString();
    outcome.setId(id);
    BundleEntryComponent entry =
        bundle.addEntry().setFullUrl("urn:uuid:" + id).setResource(outcome);
    if (bundle.getType() == BundleType.SEARCHSET) {
      entry.getSearch().setMode(SearchEntryMode.OUTCOME);
    }
  }

  void addAll(List<? extends Resource> resources) {
    resources.forEach(this::add);
  }

  /**
   * A resource of the record. Its address is that of the resource; versions differ by {@code
   * meta.versionId} (R4 bdl-7, bdl-8), and the link {@code self} leads to this very one.
   */
  void add(Resource resource) {
    if (added.add(Keys.ofVersion(resource))) {
      BundleEntryComponent entry =
          bundle.addEntry().setFullUrl(base + "/" + Keys.of(resource)).setResource(resource);
      entry.addLink().setRelation("self").setUrl(base + "/" + Keys.ofVersion(resource));
    }
  }
}
