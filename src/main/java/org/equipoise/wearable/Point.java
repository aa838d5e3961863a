package org.equipoise.wearable;

import java.math.BigDecimal;
import java.util.Comparator;

/**
 * One value of a series.
 *
 * @param start when it begins, or the moment that it is of: milliseconds since 1970 (UTC)
 * @param end when it ends; the same as {@code start} for a moment
 * @param value as it was sent, digit by digit
 */
record Point(long start, long end, BigDecimal value) implements Comparable<Point> {

  private static final Comparator<Point> ORDER =
      Comparator.comparingLong(Point::start).thenComparingLong(Point::end);

  Point {
    if (end < start) {
      throw new IllegalArgumentException("A value ends before it begins");
    }
  }

  /** By time alone: a device has one value at one time. */
  @Override
  public int compareTo(Point other) {
    return ORDER.compare(this, other);
  }

  /** Whether it says the same: 72 and 72.0 do. */
  boolean agrees(Point other) {
    return value.compareTo(other.value()) == 0;
  }
}
