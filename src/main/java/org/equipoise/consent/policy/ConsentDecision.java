package org.equipoise.consent.policy;

import java.util.List;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.ConsentStatement;

/**
 * What all the consents of a patient together say about one use.
 *
 * @param use what was asked
 * @param verdict what to do
 * @param basis the statements that decided, the newest first; empty where the patient has said
 *     nothing
 * @param reasons why a permit did not count, where that is why the verdict is deny
 */
public record ConsentDecision(
    AiUse use, Verdict verdict, List<ConsentStatement> basis, List<Reason> reasons) {

  public ConsentDecision {
    basis = List.copyOf(basis);
    reasons = List.copyOf(reasons);
  }

  /** The same, of whose basis only the first are named. */
  ConsentDecision namingAtMost(int most) {
    return new ConsentDecision(use, verdict, basis.stream().limit(most).toList(), reasons);
  }

  /** What to do about a use of AI. */
  public enum Verdict {
    PERMIT("permit"),
    DENY("deny"),
    /** The patient has said nothing: ask before using. */
    ASK("ask");

    private final String code;

    Verdict(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }
}
