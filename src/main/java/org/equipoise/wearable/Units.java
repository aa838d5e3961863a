package org.equipoise.wearable;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Units as formats of others write them, in UCUM. Where a measure does not come in such a unit, one
 * is found that differs by a factor that is exact; nothing is rounded.
 */
final class Units {

  /**
   * How much of what.
   *
   * @param unit UCUM
   */
  record Amount(Measure measure, String unit, BigDecimal value) {}

  private record Factor(String unit, String factor) {}

  /** Of Open mHealth, IEEE 1752.1 and Apple Health, where they are not UCUM already. */
  private static final Map<String, String> UCUM =
      Map.ofEntries(
          Map.entry("beats/min", "/min"),
          Map.entry("breaths/min", "/min"),
          Map.entry("count/min", "/min"),
          Map.entry("count", "{count}"),
          Map.entry("steps", "{steps}"),
          Map.entry("mmHg", "mm[Hg]"),
          Map.entry("C", "Cel"),
          Map.entry("degC", "Cel"),
          Map.entry("F", "[degF]"),
          Map.entry("degF", "[degF]"),
          Map.entry("lb", "[lb_av]"),
          Map.entry("in", "[in_i]"),
          Map.entry("ft", "[ft_i]"),
          Map.entry("mi", "[mi_i]"),
          Map.entry("Cal", "kcal"),
          Map.entry("kg/m^2", "kg/m2"),
          Map.entry("hr", "h"),
          Map.entry("sec", "s"));

  private static final Map<String, Factor> EXACT =
      Map.of(
          "m", new Factor("cm", "100"),
          "mm", new Factor("cm", "0.1"),
          "[ft_i]", new Factor("[in_i]", "12"),
          "count", new Factor("kg/m2", "1"));

  private Units() {}

  /** The UCUM code; what is not in the table is thought to be one already. */
  static String ucum(String unit) {
    if (unit == null) {
      return null;
    }
    if (unit.startsWith("mmol<")) {
      // Apple writes the molar mass of what is counted: mmol<180.1558800000541>/L.
      return unit.replaceFirst("<[0-9.]+>", "");
    }
    return UCUM.getOrDefault(unit, unit);
  }

  /** The first of these measures that comes in the unit; empty where none does. */
  static Optional<Amount> amount(List<Measure> measures, String unit, BigDecimal value) {
    String ucum = ucum(unit);
    if (ucum == null) {
      return Optional.empty();
    }
    Optional<Amount> asIs = of(measures, ucum, value);
    // A body mass index in "count" is Apple's.
    Factor factor =
        EXACT.get(
            ucum.equals("{count}") && measures.contains(Measure.BODY_MASS_INDEX) ? unit : ucum);
    return asIs.isPresent() || factor == null
        ? asIs
        : of(measures, factor.unit(), value.multiply(new BigDecimal(factor.factor())));
  }

  private static Optional<Amount> of(List<Measure> measures, String ucum, BigDecimal value) {
    return measures.stream()
        .filter(measure -> measure.comesIn(ucum))
        .findFirst()
        .map(measure -> new Amount(measure, ucum, value));
  }
}
