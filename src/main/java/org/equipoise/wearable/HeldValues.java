package org.equipoise.wearable;

import java.util.Optional;
import java.util.function.Function;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;

/** What the series of its day says of the moment of an Observation. */
final class HeldValues {

  /** How the two are to each other. */
  enum Agreement {
    /** The series says all that the Observation does. */
    SAME,
    /** The Observation says the same value and more: a note, a body site. */
    MORE,
    /** Another value of the same device at the same time. */
    OTHER
  }

  /** A series that has a value of that moment. */
  record Held(Observation series, Agreement agreement) {}

  private HeldValues() {}

  /** By what the series of a day is known; {@code device} may be null. */
  static String key(String patientId, Measure measure, String unit, String device, String day) {
    return Hash.of("series", patientId, measure.code, unit, device, day);
  }

  /**
   * The series that has a value of this moment; empty where none has, and for an Observation that
   * is no value of a series.
   *
   * @param observation with value, time and device
   * @param byKey finds the series of a day
   */
  static Optional<Held> of(
      Observation observation, String patientId, Function<String, Optional<Observation>> byKey) {
    if (!(observation.getValue() instanceof Quantity quantity) || !quantity.hasValue()) {
      return Optional.empty();
    }
    try {
      When when = When.of(observation.getEffective());
      if (!when.isOfMilliseconds()) {
        return Optional.empty();
      }
      String day = SeriesHead.dayOf(when.start().toInstant()).toString();
      Point wanted = when.point(quantity.getValue());
      return observation.getCode().getCoding().stream()
          .filter(coding -> Canonical.System.LOINC.equals(coding.getSystem()))
          .flatMap(coding -> Measure.of(coding.getCode(), quantity.getCode()).stream())
          .filter(Measure::isSeries)
          .findFirst()
          .map(measure -> key(patientId, measure, quantity.getCode(), deviceOf(observation), day))
          .flatMap(byKey)
          .flatMap(
              series ->
                  DaySeries.read(series).stream()
                      .filter(point -> point.compareTo(wanted) == 0)
                      .findFirst()
                      .map(point -> new Held(series, agreement(observation, wanted, point))));
    } catch (When.Unusable | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Agreement agreement(Observation observation, Point said, Point held) {
    if (held.value().compareTo(said.value()) != 0) {
      return Agreement.OTHER;
    }
    return isNothingButAValue(observation) ? Agreement.SAME : Agreement.MORE;
  }

  private static boolean isNothingButAValue(Observation observation) {
    return !observation.hasNote()
        && !observation.hasMethod()
        && !observation.hasBodySite()
        && !observation.hasComponent()
        && !observation.hasDerivedFrom()
        && !observation.hasExtension();
  }

  /** {@code Device/3}, or null. */
  static String deviceOf(Observation observation) {
    return observation.hasDevice()
        ? new IdType(observation.getDevice().getReference()).toUnqualifiedVersionless().getValue()
        : null;
  }
}
