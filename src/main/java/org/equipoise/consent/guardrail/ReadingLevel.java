package org.equipoise.consent.guardrail;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How full the words are in which a patient is asked: the codes of {@code reading-level}. */
public enum ReadingLevel {
  EASIER("easier"),
  STANDARD("standard");

  private final String code;

  ReadingLevel(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /** The level with this code, absent where there is none. */
  public static Optional<ReadingLevel> of(String code) {
    return Arrays.stream(values()).filter(level -> level.code.equals(code)).findFirst();
  }

  /** All codes, for a message. */
  public static String codes() {
    return Arrays.stream(values()).map(ReadingLevel::code).collect(Collectors.joining(", "));
  }
}
