package org.equipoise.audit.watch;

import java.util.List;
import java.util.OptionalInt;

/**
 * How many patients' records somebody opens in a day.
 *
 * @param today of how many patients on the day in question, so far
 * @param days of how many on each of the days before on which they opened any, in no order
 * @param ofKind the median of a day of all who are like them; null where nobody is known
 */
public record Habit(int today, List<Integer> days, Integer ofKind) {

  public Habit {
    days = days.stream().sorted().toList();
  }

  /**
   * The median of their own days, where there are enough; else that of others like them; empty
   * where neither is known.
   *
   * @param enough so many days of their own say what is usual
   */
  OptionalInt usual(int enough) {
    if (days.size() < enough) {
      return ofKind == null ? OptionalInt.empty() : OptionalInt.of(ofKind);
    }
    int middle = days.size() / 2;
    return OptionalInt.of(
        days.size() % 2 == 1
            ? days.get(middle)
            : (days.get(middle - 1) + days.get(middle) + 1) / 2);
  }
}
