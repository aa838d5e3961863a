package org.equipoise.aidocument;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * The label of content that an AI asserted: {@code AIAST} in {@code meta.security}. Once on, it
 * stays: who checked the text later is told by other labels and by Provenance, never by forgetting
 * where it came from.
 */
public final class AiLabel {

  private AiLabel() {}

  /** True where the resource bears the label. */
  public static boolean isOn(IBaseResource resource) {
    return resource.getMeta().getSecurity().stream()
        .anyMatch(
            label ->
                Canonical.System.OBSERVATION_VALUE.equals(label.getSystem())
                    && Canonical.AIAST.equals(label.getCode()));
  }

  /**
   * The refusal of a change that takes the label off; empty where the change keeps it or there was
   * none.
   *
   * @param before the resource as stored
   * @param after as it would be stored next
   */
  public static Optional<BaseServerResponseException> removal(
      IBaseResource before, IBaseResource after) {
    if (!isOn(before) || isOn(after)) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.businessRule(
            after.fhirType() + ".meta.security",
            "%s.meta.security must keep %s|%s: a text that an AI wrote stays labelled so, also once a person checked it"
                .formatted(after.fhirType(), Canonical.System.OBSERVATION_VALUE, Canonical.AIAST)));
  }
}
