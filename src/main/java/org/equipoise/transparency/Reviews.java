package org.equipoise.transparency;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/** Who checked a document, as its Provenances tell. */
final class Reviews {

  private static final String FASTER = "faster-than-reading";
  private static final Set<String> CHECKERS = Set.of("verifier", "attester");

  private Reviews() {}

  /**
   * One check by a person.
   *
   * @param provenance what tells of it
   * @param who the person
   * @param when when they decided
   * @param time seconds between opening and deciding, as the server measured; null where it was not
   *     measured
   * @param fast whether that is less than reading takes
   */
  record Review(
      Provenance provenance, Reference who, DateTimeType when, BigDecimal time, boolean fast) {}

  /** The oldest first. */
  static List<Review> of(DocumentStory story) {
    List<Review> reviews = new ArrayList<>();
    for (Provenance provenance : story.provenances()) {
      for (ProvenanceAgentComponent agent : provenance.getAgent()) {
        if (agent.getType().getCoding().stream()
            .anyMatch(
                type ->
                    Canonical.System.PROVENANCE_PARTICIPANT.equals(type.getSystem())
                        && CHECKERS.contains(type.getCode()))) {
          reviews.add(
              new Review(
                  provenance,
                  agent.getWho(),
                  when(provenance),
                  seconds(provenance),
                  DocumentStory.codes(provenance, Canonical.Extension.REVIEW_PACE)
                      .anyMatch(pace -> FASTER.equals(pace.getCode()))));
        }
      }
    }
    return reviews;
  }

  private static DateTimeType when(Provenance provenance) {
    if (provenance.getOccurred() instanceof DateTimeType occurred && occurred.hasValue()) {
      return occurred;
    }
    Date recorded = provenance.getRecorded();
    return recorded == null ? null : new DateTimeType(recorded);
  }

  private static BigDecimal seconds(Provenance provenance) {
    return provenance.getExtensionsByUrl(Canonical.Extension.REVIEW_TIME).stream()
        .flatMap(extension -> extension.getExtensionsByUrl("measured").stream())
        .map(Extension::getValue)
        .filter(Quantity.class::isInstance)
        .map(duration -> ((Quantity) duration).getValue())
        .filter(value -> value != null)
        .findFirst()
        .orElse(null);
  }
}
