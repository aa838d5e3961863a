package org.equipoise.consent.statement;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What may have pushed a patient towards an answer: the codes of {@code influence-signal}. */
public enum InfluenceSignal {
  TIME_PRESSURE("time-pressure"),
  PERSON_IN_AUTHORITY_PRESENT("person-in-authority-present"),
  CARE_MADE_CONDITIONAL("care-made-conditional"),
  NOT_PRIVATE("not-private"),
  LANGUAGE_NOT_UNDERSTOOD("language-not-understood"),
  DISTRESS("distress"),
  INCENTIVE("incentive"),
  /** Somebody looked for these signals and saw none. */
  NONE_OBSERVED("none-observed");

  /** Every signal but {@link #NONE_OBSERVED}. */
  public static final Set<InfluenceSignal> ALL_OBSERVED =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(NONE_OBSERVED)));

  private final String code;

  InfluenceSignal(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /** The signal with this code, absent where there is none. */
  public static Optional<InfluenceSignal> of(String code) {
    return Arrays.stream(values()).filter(signal -> signal.code.equals(code)).findFirst();
  }

  public static String codes() {
    return Arrays.stream(values()).map(InfluenceSignal::code).collect(Collectors.joining(", "));
  }
}
