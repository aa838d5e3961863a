package org.equipoise.wearable;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;

/** What wearables measure, as LOINC codes it, with the UCUM units that it comes in. */
enum Measure {
  HEART_RATE(Form.SERIES, Sum.NO, "vital-signs", "8867-4", "Heart rate", "/min"),
  RESTING_HEART_RATE(Form.SINGLE, Sum.NO, "vital-signs", "40443-4", "Heart rate --resting", "/min"),
  RESPIRATORY_RATE(Form.SERIES, Sum.NO, "vital-signs", "9279-1", "Respiratory rate", "/min"),
  OXYGEN_SATURATION(
      Form.SERIES,
      Sum.NO,
      "vital-signs",
      "59408-5",
      "Oxygen saturation in Arterial blood by Pulse oximetry",
      "%") {
    @Override
    List<Coding> codings() {
      // R4's vital signs profile asks for the general code, US Core for both.
      return List.of(loinc(code, display), loinc("2708-6", "Oxygen saturation in Arterial blood"));
    }
  },
  HEART_RATE_VARIABILITY(
      Form.SERIES,
      Sum.NO,
      "vital-signs",
      "80404-7",
      "R-R interval.standard deviation (Heart rate variability)",
      "ms"),
  GLUCOSE_MASS(
      Form.SERIES, Sum.NO, "vital-signs", "2339-0", "Glucose [Mass/volume] in Blood", "mg/dL"),
  GLUCOSE_MOLES(
      Form.SERIES, Sum.NO, "vital-signs", "15074-8", "Glucose [Moles/volume] in Blood", "mmol/L"),
  STEPS(
      Form.SERIES,
      Sum.YES,
      "activity",
      "55423-8",
      "Number of steps in unspecified time Pedometer",
      "{steps}",
      "{count}",
      "1"),
  ENERGY(Form.SERIES, Sum.YES, "activity", "41981-2", "Calories burned", "kcal", "kJ"),
  DISTANCE(
      Form.SERIES,
      Sum.YES,
      "activity",
      "55430-3",
      "Walking distance unspecified time Pedometer",
      "m",
      "km",
      "[mi_i]",
      "[ft_i]"),
  BODY_WEIGHT(Form.SINGLE, Sum.NO, "vital-signs", "29463-7", "Body weight", "kg", "g", "[lb_av]"),
  BODY_HEIGHT(Form.SINGLE, Sum.NO, "vital-signs", "8302-2", "Body height", "cm", "[in_i]"),
  BODY_MASS_INDEX(
      Form.SINGLE, Sum.NO, "vital-signs", "39156-5", "Body mass index (BMI) [Ratio]", "kg/m2"),
  BODY_TEMPERATURE(
      Form.SINGLE, Sum.NO, "vital-signs", "8310-5", "Body temperature", "Cel", "[degF]"),
  SYSTOLIC(Form.SINGLE, Sum.NO, "vital-signs", "8480-6", "Systolic blood pressure", "mm[Hg]"),
  DIASTOLIC(Form.SINGLE, Sum.NO, "vital-signs", "8462-4", "Diastolic blood pressure", "mm[Hg]"),
  SLEEP(Form.SINGLE, Sum.NO, "activity", "93832-4", "Sleep duration", "h", "min", "s"),
  SLEEP_LIGHT(Form.SINGLE, Sum.NO, "activity", "93830-8", "Light sleep duration", "min", "s"),
  SLEEP_DEEP(Form.SINGLE, Sum.NO, "activity", "93831-6", "Deep sleep duration", "min", "s"),
  SLEEP_REM(Form.SINGLE, Sum.NO, "activity", "93829-0", "REM sleep duration", "min", "s");

  static final String UCUM = "http://unitsofmeasure.org";

  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

  /** How a value is kept. */
  enum Form {
    /** Comes often: many values of a day are one Observation. */
    SERIES,
    /** Each value is an Observation of its own. */
    SINGLE
  }

  private enum Sum {
    YES,
    NO
  }

  final String code;
  final String display;
  private final Form form;
  private final Sum sum;
  private final String category;
  private final List<String> units;

  Measure(Form form, Sum sum, String category, String code, String display, String... units) {
    this.form = form;
    this.sum = sum;
    this.category = category;
    this.code = code;
    this.display = display;
    this.units = List.of(units);
  }

  private static Coding loinc(String code, String display) {
    return new Coding(Canonical.System.LOINC, code, display);
  }

  /** The measure of a LOINC code that comes in this UCUM unit. */
  static Optional<Measure> of(String loinc, String ucum) {
    return Arrays.stream(values())
        .filter(measure -> measure.code.equals(loinc) && measure.comesIn(ucum))
        .findFirst();
  }

  boolean isSeries() {
    return form == Form.SERIES;
  }

  /** Whether values add up (steps), rather than being levels (heart rate). */
  boolean addsUp() {
    return sum == Sum.YES;
  }

  boolean comesIn(String ucum) {
    return units.contains(ucum);
  }

  /** The units that it comes in, as a sentence names them. */
  String unitNames() {
    return String.join(" or ", units);
  }

  List<Coding> codings() {
    return List.of(loinc(code, display));
  }

  /** The LOINC codes that mean this and no more. */
  Set<String> codes() {
    return codings().stream().map(Coding::getCode).collect(Collectors.toSet());
  }

  CodeableConcept concept() {
    CodeableConcept concept = new CodeableConcept();
    codings().forEach(concept::addCoding);
    return concept.setText(display);
  }

  CodeableConcept categoryConcept() {
    return category(category);
  }

  static CodeableConcept category(String code) {
    return new CodeableConcept(new Coding().setSystem(CATEGORY).setCode(code));
  }
}
