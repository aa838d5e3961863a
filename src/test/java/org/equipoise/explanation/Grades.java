package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.Locale;

/** How hard a text is to read, for tests of other features. */
public final class Grades {

  private Grades() {}

  /** The school grade of a text, by the formula of its language. */
  public static BigDecimal of(String text, Locale language) {
    return Readability.of(text, language).computed().orElseThrow();
  }
}
