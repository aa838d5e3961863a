package org.equipoise.consent;

import java.util.List;
import org.hl7.fhir.r4.model.Consent;

/**
 * What all the consents of a patient together say about one use.
 *
 * @param verdict what to do
 * @param basis the consents that decided; empty where the patient has said nothing
 * @param reasons why a permit did not count, where that is why the verdict is deny
 */
public record ConsentDecision(Verdict verdict, List<Consent> basis, List<Reason> reasons) {

  public ConsentDecision {
    basis = List.copyOf(basis);
    reasons = List.copyOf(reasons);
  }

  /** What to do about a use of AI. */
  public enum Verdict {
    PERMIT,
    DENY,
    /** The patient has said nothing: ask before using. */
    ASK
  }
}
