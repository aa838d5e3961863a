package org.equipoise.fhir;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;

/**
 * The uses of AI that no consent can allow, whoever signs it. Wherever a purpose can be asked for,
 * one of these is refused by its name and reason. None is ever switched off: a line that an
 * operator could move would be no protection from the operator.
 *
 * <p>A use is named by its code of {@code consent-guardrail}. Since a caller who asks for one may
 * put it among the purposes that can be permitted, the same code of {@code ai-purpose}, or without
 * a system, means the same.
 */
public enum BrightLine {
  DATA_SALE("data-sale"),
  EMOTION_INFERENCE("emotion-inference"),
  AUTOMATED_CARE_DENIAL("automated-care-denial");

  private static final Set<String> SYSTEMS =
      Set.of(Canonical.System.CONSENT_GUARDRAIL, Canonical.System.AI_PURPOSE);

  private final String code;

  BrightLine(String code) {
    this.code = code;
  }

  /** The code in {@code consent-guardrail}. */
  public String code() {
    return code;
  }

  /** The line that a purpose with this code crosses; absent where it crosses none. */
  public static Optional<BrightLine> of(String code) {
    return Arrays.stream(values()).filter(line -> line.code.equals(code)).findFirst();
  }

  /** The line that this purpose crosses; absent where it crosses none. */
  public static Optional<BrightLine> of(Coding purpose) {
    return of(purpose.getCode())
        .filter(line -> !purpose.hasSystem() || SYSTEMS.contains(purpose.getSystem()));
  }

  /** Its name and its reason. */
  public CodeWords words(String language) {
    return CodeWords.of(Canonical.System.CONSENT_GUARDRAIL, code, language);
  }

  /** In one English sentence and its reason, for whoever asked for it. */
  public String explained() {
    CodeWords words = words("en");
    return "no consent can allow %s (%s). %s".formatted(code, words.display(), words.definition());
  }

  /**
   * 422, naming the line and its reason.
   *
   * @param expression the element that asks for it
   */
  public BaseServerResponseException refusal(String expression) {
    return Refusal.businessRule(expression, expression + ": " + explained());
  }

  /**
   * Refuses a purpose that crosses a line.
   *
   * @param expression the element that asks for it
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422
   */
  public static void refuse(String expression, Coding purpose) {
    of(purpose)
        .ifPresent(
            line -> {
              throw line.refusal(expression);
            });
  }
}
