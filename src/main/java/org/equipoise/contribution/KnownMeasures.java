package org.equipoise.contribution;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;

/**
 * What the server knows about what patients measure most: category, units, and between which values
 * a living person lies. Vital signs and their units are those of R4 and US Core ({@code
 * ucum-vitals-common}). The bounds are wider than anybody was ever reported to have: they find
 * slips of the finger and faulty devices, never illness.
 */
final class KnownMeasures {

  /**
   * One measure.
   *
   * @param loinc its code
   * @param category of observation-category; null where it has none of its own, as a component
   * @param units its units, each with its bounds; empty where any unit will do
   */
  record Measure(String loinc, String category, Map<String, Bounds> units) {

    /** The bounds of a unit; those of all units where the measure is not bound to some. */
    Optional<Bounds> bounds(String unit) {
      return Optional.ofNullable(units.isEmpty() ? NOT_NEGATIVE : units.get(unit));
    }
  }

  /** Both ends are possible. */
  record Bounds(BigDecimal least, BigDecimal most) {

    boolean hold(BigDecimal value) {
      return value.compareTo(least) >= 0 && (most == null || value.compareTo(most) <= 0);
    }
  }

  private static final String VITAL_SIGNS = "vital-signs";
  private static final String ACTIVITY = "activity";
  private static final Bounds NOT_NEGATIVE = new Bounds(BigDecimal.ZERO, null);

  private static final Map<String, Measure> BY_CODE = new LinkedHashMap<>();

  static {
    vital("8867-4", "/min 5 400");
    vital("9279-1", "/min 1 150");
    vital("2708-6", "% 10 100");
    vital("59408-5", "% 10 100");
    vital("8310-5", "Cel 10 48", "[degF] 50 118");
    vital("8302-2", "cm 20 280", "[in_i] 8 110");
    vital("9843-4", "cm 10 100", "[in_i] 4 40");
    vital("29463-7", "kg 0.2 700", "g 200 700000", "[lb_av] 0.4 1543");
    vital("39156-5", "kg/m2 3 250");
    vital("8480-6", "mm[Hg] 20 400");
    vital("8462-4", "mm[Hg] 5 370");
    // The panels hold the others.
    vital("85354-9");
    vital("85353-1");
    for (String glucose : List.of("2339-0", "2345-7", "15074-8", "14749-6", "41653-7")) {
      BY_CODE.put(glucose, new Measure(glucose, null, bounds("mg/dL 1 3000", "mmol/L 0.1 170")));
    }
    for (String counted : List.of("55423-8", "41950-7", "41953-1", "41981-2", "93832-4")) {
      BY_CODE.put(counted, new Measure(counted, ACTIVITY, Map.of()));
    }
  }

  private KnownMeasures() {}

  private static void vital(String loinc, String... units) {
    BY_CODE.put(loinc, new Measure(loinc, VITAL_SIGNS, bounds(units)));
  }

  private static Map<String, Bounds> bounds(String... units) {
    Map<String, Bounds> bounds = new LinkedHashMap<>();
    for (String unit : units) {
      String[] parts = unit.split(" ");
      bounds.put(parts[0], new Bounds(new BigDecimal(parts[1]), new BigDecimal(parts[2])));
    }
    return bounds;
  }

  /** The measure that a code names, by LOINC. */
  static Optional<Measure> of(CodeableConcept code) {
    return code.getCoding().stream()
        .filter(coding -> Canonical.System.LOINC.equals(coding.getSystem()))
        .map(Coding::getCode)
        .filter(one -> one != null && BY_CODE.containsKey(one))
        .findFirst()
        .map(BY_CODE::get);
  }

  /** The units that a vital sign is measured in; empty where any will do. */
  static Set<String> vitalUnits(Measure measure) {
    return VITAL_SIGNS.equals(measure.category()) ? measure.units().keySet() : Set.of();
  }
}
