package org.equipoise.contribution;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.equipoise.contribution.KnownMeasures.Bounds;
import org.equipoise.contribution.KnownMeasures.Measure;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.Type;

/**
 * Makes of what a patient sends an Observation of theirs (profile patient-observation), or says
 * what is wrong with it. Pure: no database, no clock.
 */
final class ObservationIntake {

  private static final String IMPOSSIBLE = "impossible-value";

  /** A time of day and, at the end, a time zone. */
  private static final Pattern MOMENT = Pattern.compile(".+T.+(Z|[+-][0-9]{2}:[0-9]{2})");

  private final Duration skew;

  /**
   * @param skew how far the clock of a device may be ahead of ours
   */
  ObservationIntake(Duration skew) {
    this.skew = skew;
  }

  /** See {@link org.equipoise.fhir.PatientObservations#prepare}. */
  List<String> prepare(
      Observation observation, Contributor by, Device device, Instant now, String at) {
    requireMoment(observation.getEffective(), now, at);
    requireUnits(observation, at);
    requireDevice(observation, by, device, at);
    if (!observation.hasStatus()) {
      observation.setStatus(Observation.ObservationStatus.FINAL);
    }
    Persons.complete(observation, by, at);
    completeNotes(observation, by, now, at);
    completeCategory(observation, at);
    boolean byAi = device != null && isAi(device);
    if (AiDocument.isLabelled(observation, Canonical.AIAST)
        && !byAi
        && !observation.hasDerivedFrom()) {
      throw Refusal.businessRule(
          at + ".device",
          at
              + ".device: what an AI concluded names that AI, a Device of type Artificial-Intelligence on this"
              + " server");
    }
    Labels.set(observation, by, observation.hasDevice(), byAi);
    flag(observation, new ContributionWords(by.language()));
    List<String> keys = ItemKeys.of(observation, by.patient().getIdPart(), now);
    identify(observation.getIdentifier(), keys.get(0));
    return keys;
  }

  /** Replaces the identifier that is ours. */
  static void identify(List<Identifier> identifiers, String key) {
    identifiers.removeIf(one -> Canonical.CONTRIBUTION.equals(one.getSystem()));
    identifiers.add(new Identifier().setSystem(Canonical.CONTRIBUTION).setValue(key));
  }

  static boolean isAi(Device device) {
    return device
        .getType()
        .hasCoding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE);
  }

  // ---- when

  private void requireMoment(Type effective, Instant now, String at) {
    if (effective instanceof DateTimeType time) {
      requireMoment(time, now, at + ".effectiveDateTime");
    } else if (effective instanceof Period period) {
      requireMoment(period.getStartElement(), now, at + ".effectivePeriod.start");
      if (period.hasEnd()) {
        requireMoment(period.getEndElement(), now, at + ".effectivePeriod.end");
        if (period.getEnd().before(period.getStart())) {
          throw Refusal.unprocessable(
              IssueType.INVALID,
              at + ".effectivePeriod",
              at + ".effectivePeriod: it ends before it starts");
        }
      }
    } else if (effective == null || effective.isEmpty()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at + ".effective",
          at
              + ".effective: say when it was, with the time zone: effectiveDateTime or effectivePeriod");
    } else {
      throw Refusal.unprocessable(
          IssueType.INVALID,
          at + ".effective",
          at + ".effective: the time is an effectiveDateTime or an effectivePeriod");
    }
  }

  private void requireMoment(BaseDateTimeType time, Instant now, String at) {
    String text = time.getValueAsString();
    if (text == null || !MOMENT.matcher(text).matches()) {
      throw Refusal.unprocessable(
          IssueType.INVALID,
          at,
          at + ": give the time of day with its time zone, such as 2026-11-22T07:30:00+01:00");
    }
    if (time.getValue().toInstant().isAfter(now.plus(skew))) {
      throw Refusal.businessRule(at, at + ": this time has not come yet");
    }
  }

  // ---- how much

  private static void requireUnits(Observation observation, String at) {
    requireUnits(observation.getValue(), observation.getCode(), at + ".value");
    for (int i = 0; i < observation.getComponent().size(); i++) {
      ObservationComponentComponent component = observation.getComponent().get(i);
      requireUnits(component.getValue(), component.getCode(), at + ".component[" + i + "].value");
    }
  }

  private static void requireUnits(Type value, CodeableConcept code, String at) {
    if (value instanceof Quantity quantity) {
      requireUnit(quantity, code, at + "Quantity");
    } else if (value instanceof SampledData data) {
      requireUnit(data.getOrigin(), code, at + "SampledData.origin");
    } else if (value instanceof Range range) {
      if (range.hasLow()) {
        requireUnit(range.getLow(), code, at + "Range.low");
      }
      if (range.hasHigh()) {
        requireUnit(range.getHigh(), code, at + "Range.high");
      }
    } else if (value instanceof Ratio ratio) {
      requireUnit(ratio.getNumerator(), null, at + "Ratio.numerator");
      requireUnit(ratio.getDenominator(), null, at + "Ratio.denominator");
    }
  }

  /**
   * @param code of what is measured; null where the unit alone is judged
   */
  private static void requireUnit(Quantity quantity, CodeableConcept code, String at) {
    if (!Canonical.System.UCUM.equals(quantity.getSystem()) || !Ucum.isUnit(quantity.getCode())) {
      throw Refusal.unprocessable(
          IssueType.CODEINVALID,
          at + ".code",
          at
              + ".code: give the unit as a code of UCUM, with system "
              + Canonical.System.UCUM
              + ", such as kg or mm[Hg]");
    }
    if (code == null) {
      return;
    }
    Set<String> units = KnownMeasures.of(code).map(KnownMeasures::vitalUnits).orElse(Set.of());
    if (!units.isEmpty() && !units.contains(quantity.getCode())) {
      throw Refusal.unprocessable(
          IssueType.CODEINVALID,
          at + ".code",
          at + ".code: this vital sign is measured in " + String.join(" or ", units));
    }
  }

  // ---- by what

  /** The AIs are the operator's to register; a device that measures is the patient's own. */
  private static void requireDevice(
      Observation observation, Contributor by, Device device, String at) {
    if (device != null && device.hasPatient()) {
      IdType owner = new IdType(device.getPatient().getReference());
      if (!by.patient().getIdPart().equals(owner.getIdPart())) {
        throw unknown(at + ".device", observation.getDevice());
      }
    }
    boolean ofPhd =
        observation.getCategory().stream()
            .anyMatch(
                category ->
                    category.getCoding().stream()
                        .anyMatch(
                            coding -> Canonical.System.PHD_CATEGORY.equals(coding.getSystem())));
    if (ofPhd
        && (!observation.hasDevice()
            || !observation.hasExtension(Canonical.Extension.GATEWAY_DEVICE))) {
      throw Refusal.businessRule(
          at + ".category",
          at
              + ".category: phd is for what a device measured (device) and a gateway sent"
              + " (observation-gatewayDevice), never for what was typed in");
    }
  }

  /** As if it did not exist, whoever else has it. */
  static RuntimeException unknown(String at, Reference reference) {
    return Refusal.unprocessable(
        IssueType.NOTFOUND, at, at + ": " + reference.getReference() + " is not known");
  }

  // ---- in whose words

  private static void completeNotes(
      Observation observation, Contributor by, Instant now, String at) {
    for (int i = 0; i < observation.getNote().size(); i++) {
      Annotation note = observation.getNote().get(i);
      if (!note.hasAuthor()) {
        note.setAuthor(new Reference(by.performer().getValue()));
      } else if (!(note.getAuthor() instanceof Reference author)
          || !Persons.isContributor(author, by)) {
        throw Refusal.businessRule(
            at + ".note[" + i + "].author",
            at
                + ".note["
                + i
                + "].author: the words are those of the patient, or of who speaks for them");
      }
      if (!note.hasTime()) {
        note.setTime(Date.from(now));
      }
    }
  }

  // ---- what kind

  private static void completeCategory(Observation observation, String at) {
    Optional<String> known =
        KnownMeasures.of(observation.getCode())
            .or(
                () ->
                    observation.getComponent().stream()
                        .flatMap(component -> KnownMeasures.of(component.getCode()).stream())
                        .findFirst())
            .map(Measure::category);
    boolean isThere =
        known
            .map(
                category ->
                    observation.getCategory().stream()
                        .anyMatch(
                            one -> one.hasCoding(Canonical.System.OBSERVATION_CATEGORY, category)))
            .orElse(true);
    if (!isThere) {
      observation.addCategory(
          new CodeableConcept(
              new Coding()
                  .setSystem(Canonical.System.OBSERVATION_CATEGORY)
                  .setCode(known.orElseThrow())));
    }
    if (!observation.hasCategory()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at + ".category",
          at
              + ".category: say what kind of observation it is, such as survey, activity or social-history of "
              + Canonical.System.OBSERVATION_CATEGORY);
    }
  }

  // ---- whether it can be

  /** Marks what no living person has, and takes the mark off what was mended. */
  private static void flag(Observation observation, ContributionWords words) {
    unflag(observation.getInterpretation());
    impossible(observation.getValue(), observation.getCode(), words)
        .ifPresent(observation::addInterpretation);
    for (ObservationComponentComponent component : observation.getComponent()) {
      unflag(component.getInterpretation());
      impossible(component.getValue(), component.getCode(), words)
          .ifPresent(component::addInterpretation);
    }
  }

  private static void unflag(List<CodeableConcept> interpretations) {
    interpretations.removeIf(ObservationIntake::isImpossibleMark);
  }

  /** Whether this says that no living person has such a value. */
  static boolean isImpossibleMark(CodeableConcept interpretation) {
    return interpretation.hasCoding(Canonical.System.PLAUSIBILITY, IMPOSSIBLE);
  }

  private static Optional<CodeableConcept> impossible(
      Type value, CodeableConcept code, ContributionWords words) {
    Optional<Measure> measure = KnownMeasures.of(code);
    if (measure.isEmpty()) {
      return Optional.empty();
    }
    for (Amount amount : amounts(value)) {
      Optional<Bounds> bounds = measure.get().bounds(amount.unit());
      if (bounds.isPresent() && !bounds.get().hold(amount.value())) {
        return Optional.of(
            new CodeableConcept(
                    new Coding().setSystem(Canonical.System.PLAUSIBILITY).setCode(IMPOSSIBLE))
                .setText(
                    words.say(
                        "impossible",
                        amount.value().toPlainString(),
                        amount.unit(),
                        words.say(nameOf(measure.get(), words)))));
      }
    }
    return Optional.empty();
  }

  private static String nameOf(Measure measure, ContributionWords words) {
    String key = "name." + measure.loinc();
    if (words.knows(key)) {
      return key;
    }
    return measure.units().isEmpty() ? "name.count" : "name.glucose";
  }

  private record Amount(BigDecimal value, String unit) {}

  /** The amounts that a value holds; of a series those that stand out most. */
  private static List<Amount> amounts(Type value) {
    List<Amount> amounts = new ArrayList<>();
    if (value instanceof Quantity quantity) {
      add(quantity, amounts);
    } else if (value instanceof Range range) {
      add(range.getLow(), amounts);
      add(range.getHigh(), amounts);
    } else if (value instanceof SampledData data && data.hasData()) {
      SeriesBounds.of(data)
          .forEach(one -> amounts.add(new Amount(one, data.getOrigin().getCode())));
    }
    return amounts;
  }

  private static void add(Quantity quantity, List<Amount> amounts) {
    if (quantity.hasValue()) {
      amounts.add(new Amount(quantity.getValue(), quantity.getCode()));
    }
  }
}
