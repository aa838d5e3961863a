package org.equipoise.contribution;

import java.math.BigDecimal;
import java.util.List;
import java.util.StringTokenizer;
import org.hl7.fhir.r4.model.SampledData;

/** The least and the greatest value of a series (R4, Datatypes: SampledData). */
final class SeriesBounds {

  private SeriesBounds() {}

  /** Both, in the unit of the origin; empty where the series holds no number. */
  static List<BigDecimal> of(SampledData data) {
    BigDecimal least = null;
    BigDecimal greatest = null;
    StringTokenizer values = new StringTokenizer(data.getData(), " ");
    while (values.hasMoreTokens()) {
      BigDecimal value = number(values.nextToken());
      if (value == null) {
        continue;
      }
      least = least == null ? value : least.min(value);
      greatest = greatest == null ? value : greatest.max(value);
    }
    if (least == null) {
      return List.of();
    }
    BigDecimal factor = data.hasFactor() ? data.getFactor() : BigDecimal.ONE;
    BigDecimal origin = data.getOrigin().hasValue() ? data.getOrigin().getValue() : BigDecimal.ZERO;
    return List.of(origin.add(least.multiply(factor)), origin.add(greatest.multiply(factor)));
  }

  /** Null for E (error), L (below the limit) and U (above it). */
  private static BigDecimal number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException notOne) {
      return null;
    }
  }
}
