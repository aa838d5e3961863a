package org.equipoise.transparency;

import java.nio.charset.StandardCharsets;
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
  private final Set<String> addressed = new HashSet<>();

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

  /** The entry that was added last. */
  BundleEntryComponent last() {
    return bundle.getEntry().get(bundle.getEntry().size() - 1);
  }

  void addAll(List<? extends Resource> resources) {
    resources.forEach(this::add);
  }

  /**
   * A resource of the record, its current version before older ones. The address of the resource is
   * that of the version that comes first: with one address for all, a reference without a version
   * would lead to several (R4, Resolving references in Bundles). No address may name a version
   * (bdl-8), so that an older one has a name of its own; the link {@code self} leads to each.
   */
  void add(Resource resource) {
    if (added.add(Keys.ofVersion(resource))) {
      String self = base + "/" + Keys.ofVersion(resource);
      bundle
          .addEntry()
          .setFullUrl(
              addressed.add(Keys.of(resource)) ? base + "/" + Keys.of(resource) : nameOf(self))
          .setResource(resource)
          .addLink()
          .setRelation("self")
          .setUrl(self);
    }
  }

  /** The same in each answer. */
  private static String nameOf(String address) {
    return "urn:uuid:" + UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8));
  }
}
