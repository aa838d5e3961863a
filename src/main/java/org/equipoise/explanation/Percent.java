package org.equipoise.explanation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Shares as they are told: a number out of 100. */
final class Percent {

  private Percent() {}

  /**
   * A share of 0 to 1 as a whole number of hundredths; one tenth of a hundredth is kept where it is
   * all there is.
   */
  static String of(BigDecimal share) {
    BigDecimal percent = share.movePointRight(2);
    return percent
        .setScale(
            percent.compareTo(BigDecimal.ONE) < 0 && percent.signum() > 0 ? 1 : 0,
            RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
