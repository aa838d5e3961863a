package org.equipoise.bench;

import java.util.Arrays;
import java.util.Collection;

/** Measured values of one thing, in the order of size. */
record Samples(double[] sorted) {

  static Samples of(Collection<? extends Number> values) {
    double[] sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("Nothing was measured");
    }
    return new Samples(sorted);
  }

  static Samples of(double value) {
    return new Samples(new double[] {value});
  }

  int count() {
    return sorted.length;
  }

  double median() {
    return quantile(0.5);
  }

  /** Linear between neighbours; {@code at} from 0 (least) to 1 (most). */
  double quantile(double at) {
    double place = at * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples samples && Arrays.equals(sorted, samples.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted);
  }
}
