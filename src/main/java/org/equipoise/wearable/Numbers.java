package org.equipoise.wearable;

import java.math.BigDecimal;
import java.util.Optional;

/** Decimal numbers as R4 keeps them: with their digits, 72.0 apart from 72. */
final class Numbers {

  /** More than R4 promises to keep (18); beyond it a number is a mistake or an attack. */
  private static final int MOST_DIGITS = 24;

  private Numbers() {}

  /** Empty where it is no number of a useful size. */
  static Optional<BigDecimal> parse(String text) {
    if (text == null || text.length() > 2 * MOST_DIGITS) {
      return Optional.empty();
    }
    try {
      return useful(new BigDecimal(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Empty where written out it would be too long: 1E+999999999 is thirteen characters. */
  static Optional<BigDecimal> useful(BigDecimal number) {
    return number.precision() <= MOST_DIGITS && Math.abs(number.scale()) <= MOST_DIGITS
        ? Optional.of(number)
        : Optional.empty();
  }
}
