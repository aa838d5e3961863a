package org.equipoise.app;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;

/** Object mother: the words of the pages on a fixed day. */
final class TestWords {

  private TestWords() {}

  static Words english() {
    return in(Locale.ENGLISH);
  }

  static Words spanish() {
    return in(Locale.forLanguageTag("es"));
  }

  private static Words in(Locale locale) {
    return new Words(
        PageConfiguration.messageSource(),
        locale,
        Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
  }
}
