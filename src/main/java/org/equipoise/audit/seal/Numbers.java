package org.equipoise.audit.seal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.audit.EventWalk.Gap;

/**
 * A set of numbers of events, as ranges: a gap may be as wide as it likes.
 *
 * @param ranges ascending; none touches the next
 */
record Numbers(List<Range> ranges) {

  static final Numbers NONE = new Numbers(List.of());

  /** From the first to the last, both included. */
  record Range(long first, long last) {

    @Override
    public String toString() {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
  }

  Numbers {
    ranges = List.copyOf(ranges);
  }

  static Numbers of(Collection<Long> numbers) {
    List<Range> ranges = new ArrayList<>();
    for (long number : new TreeSet<>(numbers)) {
      Range before = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      if (before != null && before.last() == number - 1) {
        ranges.set(ranges.size() - 1, new Range(before.first(), number));
      } else {
        ranges.add(new Range(number, number));
      }
    }
    return new Numbers(ranges);
  }

  static Numbers ofGaps(List<Gap> gaps) {
    return new Numbers(gaps.stream().map(gap -> new Range(gap.first(), gap.last())).toList());
  }

  /** All from the first to the last; none where the last is lower. */
  static Numbers between(long first, long last) {
    return first > last ? NONE : new Numbers(List.of(new Range(first, last)));
  }

  /**
   * @param text ranges with blanks between them, as {@link #toString} writes them
   * @throws IllegalArgumentException where it is anything else
   */
  static Numbers parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String range : text.isEmpty() ? new String[0] : text.split(" ")) {
      int dash = range.indexOf('-');
      long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
      ranges.add(new Range(first, dash < 0 ? first : Long.parseLong(range.substring(dash + 1))));
    }
    return new Numbers(ranges);
  }

  Numbers without(Numbers others) {
    List<Range> left = new ArrayList<>();
    int at = 0;
    for (Range range : ranges) {
      long from = range.first();
      while (at < others.ranges.size() && others.ranges.get(at).last() < from) {
        at++;
      }
      for (int i = at; i < others.ranges.size(); i++) {
        Range other = others.ranges.get(i);
        if (other.first() > range.last()) {
          break;
        }
        if (from < other.first()) {
          left.add(new Range(from, other.first() - 1));
        }
        from = Math.max(from, other.last() + 1);
      }
      if (from <= range.last()) {
        left.add(new Range(from, range.last()));
      }
    }
    return new Numbers(left);
  }

  boolean contains(long number) {
    return ranges.stream().anyMatch(range -> range.first() <= number && number <= range.last());
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether it is one number. */
  boolean isSingle() {
    return ranges.size() == 1 && ranges.get(0).first() == ranges.get(0).last();
  }

  /** One by one; only for what is known to be small. */
  List<Long> each() {
    List<Long> numbers = new ArrayList<>();
    for (Range range : ranges) {
      for (long number = range.first(); number <= range.last(); number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(" "));
  }
}
