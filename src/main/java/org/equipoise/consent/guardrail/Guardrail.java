package org.equipoise.consent.guardrail;

import java.util.Arrays;
import java.util.Optional;
import org.equipoise.fhir.BrightLine;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.CodeWords;

/**
 * The rules against undue influence: the codes of {@code consent-guardrail}, in the order of it.
 */
public enum Guardrail {
  DATA_SALE(BrightLine.DATA_SALE),
  EMOTION_INFERENCE(BrightLine.EMOTION_INFERENCE),
  AUTOMATED_CARE_DENIAL(BrightLine.AUTOMATED_CARE_DENIAL),
  INDEPENDENT_WITNESS("independent-witness", Kind.RULE),
  CARE_MADE_CONDITIONAL("care-made-conditional", Kind.CONFIRMED_SIGNAL),
  INCENTIVE("incentive", Kind.CONFIRMED_SIGNAL),
  TIME_PRESSURE("time-pressure", Kind.SIGNAL),
  PERSON_IN_AUTHORITY_PRESENT("person-in-authority-present", Kind.SIGNAL),
  NOT_PRIVATE("not-private", Kind.SIGNAL),
  LANGUAGE_NOT_UNDERSTOOD("language-not-understood", Kind.SIGNAL),
  DISTRESS("distress", Kind.SIGNAL),
  COOLING_OFF("cooling-off", Kind.RULE),
  NEW_TEACH_BACK("new-teach-back", Kind.RULE),
  READING_LEVEL("reading-level", Kind.RULE);

  private enum Kind {
    BRIGHT_LINE,
    /** A sign of pressure: the code is that of {@code influence-signal}. */
    SIGNAL,
    /** One that a neutral person can lift, by finding that the choice is free all the same. */
    CONFIRMED_SIGNAL,
    RULE
  }

  private final String code;
  private final Kind kind;

  Guardrail(BrightLine line) {
    this(line.code(), Kind.BRIGHT_LINE);
  }

  Guardrail(String code, Kind kind) {
    this.code = code;
    this.kind = kind;
  }

  public String code() {
    return code;
  }

  /** A use of AI that no consent can allow; never switched off. */
  public boolean isBrightLine() {
    return kind == Kind.BRIGHT_LINE;
  }

  /** Whether a neutral person's word lifts this sign of pressure. */
  public boolean isLiftedByConfirmation() {
    return kind == Kind.CONFIRMED_SIGNAL;
  }

  /** The rule with this code, absent where there is none. */
  public static Optional<Guardrail> of(String code) {
    return Arrays.stream(values()).filter(rule -> rule.code.equals(code)).findFirst();
  }

  /** The rule about this sign of pressure; absent for a code that is none. */
  static Optional<Guardrail> ofSignal(String signal) {
    return Arrays.stream(values())
        .filter(rule -> rule.kind == Kind.SIGNAL || rule.kind == Kind.CONFIRMED_SIGNAL)
        .filter(rule -> rule.code.equals(signal))
        .findFirst();
  }

  /** Its name and its reason. */
  public CodeWords words(String language) {
    return CodeWords.of(Canonical.System.CONSENT_GUARDRAIL, code, language);
  }
}
