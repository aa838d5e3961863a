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
   * The refusal of a change that takes this or another label of origin off: who asserted something
   * (AIAST, CLINAST, PATAST …), who reported it, and that single passages are labelled. Empty where
   * all stay.
   *
   * @param before the resource as stored
   * @param after as it would be stored next
   */
  public static Optional<BaseServerResponseException> removal(
      IBaseResource before, IBaseResource after) {
    return before.getMeta().getSecurity().stream()
        .filter(label -> isOfOrigin(label.getSystem(), label.getCode()))
        .filter(
            label ->
                after.getMeta().getSecurity().stream()
                    .noneMatch(
                        kept ->
                            label.getSystem().equals(kept.getSystem())
                                && label.getCode().equals(kept.getCode())))
        .findFirst()
        .map(
            label ->
                Refusal.businessRule(
                    after.fhirType() + ".meta.security",
                    "%s.meta.security must keep %s|%s: who wrote or said something stays told, also once a person checked it"
                        .formatted(after.fhirType(), label.getSystem(), label.getCode())));
  }

  /** Codes of integrity provenance in HL7 v3 ObservationValue end in AST or RPT. */
  private static boolean isOfOrigin(String system, String code) {
    return code != null
        && ((Canonical.System.OBSERVATION_VALUE.equals(system)
                && (code.endsWith("AST") || code.endsWith("RPT")))
            || (Canonical.System.ACT_CODE.equals(system) && code.equals("PROCESSINLINELABEL")));
  }
}
