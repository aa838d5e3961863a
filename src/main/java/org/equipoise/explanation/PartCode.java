package org.equipoise.explanation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a part of an explanation is about: the codes of {@code explanation-part}, in the order of
 * reading.
 */
enum PartCode {
  WHAT_AI_DID(true),
  WHY_IT_SAYS_SO(false),
  DATA_USED(true),
  DATA_NOT_USED(false),
  LIMITS(true),
  CONFIDENCE(false),
  ALTERNATIVES(true),
  HUMAN_ROLE(true),
  YOUR_CHOICES(true),
  HOW_TO_DISPUTE(false),
  SOURCES(false),
  QUESTIONS_TO_ASK(false);

  private final boolean mandatory;

  PartCode(boolean mandatory) {
    this.mandatory = mandatory;
  }

  /** The code as it is written, for example {@code what-ai-did}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The part with this code, if there is one. */
  static Optional<PartCode> of(String code) {
    return Arrays.stream(values()).filter(part -> part.code().equals(code)).findFirst();
  }

  /** The parts that no explanation may lack. */
  static List<PartCode> mandatory() {
    return Arrays.stream(values()).filter(part -> part.mandatory).toList();
  }
}
