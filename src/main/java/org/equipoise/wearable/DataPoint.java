package org.equipoise.wearable;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * One data point of Open mHealth or IEEE 1752.1: header (schema, source, modality) and body
 * (measure, {@code effective_time_frame}, qualifiers). A qualifier that has no place of its own in
 * an Observation is kept in words, as its method.
 */
final class DataPoint {

  private static final String TIME = "effective_time_frame";

  /** The member of the body that holds the value, by schema, and the measures that it may be. */
  private static final Map<String, Map.Entry<String, List<Measure>>> NUMBERS =
      Map.ofEntries(
          Map.entry("heart-rate", Map.entry("heart_rate", List.of(Measure.HEART_RATE))),
          Map.entry(
              "respiratory-rate", Map.entry("respiratory_rate", List.of(Measure.RESPIRATORY_RATE))),
          Map.entry(
              "oxygen-saturation",
              Map.entry("oxygen_saturation", List.of(Measure.OXYGEN_SATURATION))),
          Map.entry("step-count", Map.entry("step_count", List.of(Measure.STEPS))),
          Map.entry("calories-burned", Map.entry("kcal_burned", List.of(Measure.ENERGY))),
          Map.entry("body-weight", Map.entry("body_weight", List.of(Measure.BODY_WEIGHT))),
          Map.entry("body-height", Map.entry("body_height", List.of(Measure.BODY_HEIGHT))),
          Map.entry(
              "body-mass-index", Map.entry("body_mass_index", List.of(Measure.BODY_MASS_INDEX))),
          Map.entry(
              "body-temperature", Map.entry("body_temperature", List.of(Measure.BODY_TEMPERATURE))),
          Map.entry(
              "blood-glucose",
              Map.entry("blood_glucose", List.of(Measure.GLUCOSE_MASS, Measure.GLUCOSE_MOLES))),
          Map.entry("sleep-duration", Map.entry("sleep_duration", List.of(Measure.SLEEP))),
          Map.entry("total-sleep-time", Map.entry("total_sleep_time", List.of(Measure.SLEEP))),
          Map.entry("sleep-episode", Map.entry("total_sleep_time", List.of(Measure.SLEEP))));

  private DataPoint() {}

  /** What a data point comes to. */
  static Reading reading(JsonNode point) {
    JsonNode header = point.path("header");
    JsonNode body = point.path("body");
    if (!header.isObject() || !body.isObject()) {
      return new Reading.Refused(
          IssueType.STRUCTURE, "It is no data point: it lacks header or body");
    }
    if (point.toString().contains("\\u0000")) {
      return new Reading.Refused(IssueType.STRUCTURE, "It holds the character NUL (U+0000)");
    }
    String schema = schema(header);
    try {
      When when = when(body.path(TIME), schema);
      Source source = source(header);
      if (NUMBERS.containsKey(schema)) {
        return number(schema, body, when, source);
      }
      return switch (schema) {
        case "blood-pressure" -> bloodPressure(body, when, source);
        case "physical-activity" -> activity(body, when, source);
        default ->
            new Reading.Refused(
                IssueType.NOTSUPPORTED,
                "The schema '" + Words.quoted(schema) + "' is not one that this takes",
                "schema " + Words.quoted(schema));
      };
    } catch (When.Unusable e) {
      return new Reading.Refused(IssueType.VALUE, e.getMessage());
    } catch (ArithmeticException | java.time.DateTimeException e) {
      return new Reading.Refused(IssueType.VALUE, "Its time is out of all bounds");
    }
  }

  private static String schema(JsonNode header) {
    JsonNode schema = header.path("schema_id");
    return schema.isTextual() ? schema.asText() : schema.path("name").asText("");
  }

  private static When when(JsonNode frame, String schema) throws When.Unusable {
    JsonNode interval = frame.path("time_interval");
    if (!interval.isObject()) {
      return When.of(frame.path("date_time").asText(null), null);
    }
    String start = interval.path("start_date_time").asText(null);
    String end = interval.path("end_date_time").asText(null);
    if (start != null && end != null) {
      return When.of(start, end);
    }
    Duration length = length(interval.path("duration"));
    if (length == null || (start == null && end == null)) {
      throw new When.Unusable(
          "The time interval of this "
              + Words.quoted(schema)
              + " lacks a start, an end or a duration");
    }
    OffsetDateTime known = When.of(start == null ? end : start, null).start();
    return start == null ? When.of(known.minus(length), known) : When.of(known, known.plus(length));
  }

  /** Null where it is none that is exact: a month has no length. */
  private static Duration length(JsonNode duration) throws When.Unusable {
    Optional<BigDecimal> value = decimal(duration.path("value"));
    if (value.isEmpty()) {
      return null;
    }
    long milliseconds =
        switch (duration.path("unit").asText("")) {
          case "ms" -> 1;
          case "sec", "s" -> 1_000;
          case "min" -> 60_000;
          case "h", "hr" -> 3_600_000;
          case "d" -> 86_400_000;
          default -> 0;
        };
    try {
      return milliseconds == 0 || value.get().signum() < 0
          ? null
          : Duration.ofMillis(
              value.get().multiply(BigDecimal.valueOf(milliseconds)).longValueExact());
    } catch (ArithmeticException e) {
      throw new When.Unusable("The duration is no whole number of milliseconds");
    }
  }

  private static Source source(JsonNode header) {
    JsonNode acquisition = header.path("acquisition_provenance");
    String modality = header.path("modality").asText(acquisition.path("modality").asText(""));
    String name = header.path("source_name").asText(acquisition.path("source_name").asText(null));
    return name == null || !modality.equals("sensed")
        ? Source.UNKNOWN
        : Source.of(Source.Description.named(name));
  }

  private static Reading number(String schema, JsonNode body, When when, Source source) {
    String member = NUMBERS.get(schema).getKey();
    JsonNode node = body.path(member);
    Optional<BigDecimal> value = decimal(node.isObject() ? node.path("value") : node);
    if (value.isEmpty()) {
      return new Reading.Refused(IssueType.VALUE, "Its " + member + " holds no number");
    }
    String given =
        node.isObject()
            ? node.path("unit").asText(null)
            : schema.equals("step-count") ? "steps" : null;
    List<Measure> measures = NUMBERS.get(schema).getValue();
    Optional<Units.Amount> amount = Units.amount(measures, given, value.get());
    if (amount.isEmpty()) {
      return unitRefused(given, measures.get(0));
    }
    Measure measure = amount.get().measure();
    String unit = amount.get().unit();
    Set<String> known = new HashSet<>(Set.of(member, TIME));
    String qualifiers = qualifiers(body, known);
    if (qualifiers == null) {
      return new Reading.Value(measure, unit, when, amount.get().value(), source);
    }
    Observation observation = observation(measure.concept(), measure.categoryConcept(), when);
    observation.setValue(DaySeries.quantity(amount.get().value(), unit));
    return whole(observation, body, qualifiers, source);
  }

  private static Reading bloodPressure(JsonNode body, When when, Source source) {
    Observation observation =
        observation(
            new CodeableConcept()
                .addCoding(
                    new Coding(
                        Canonical.System.LOINC,
                        "85354-9",
                        "Blood pressure panel with all children optional"))
                .setText("Blood pressure"),
            Measure.category("vital-signs"),
            when);
    List<Map.Entry<String, Measure>> halves =
        List.of(
            Map.entry("systolic_blood_pressure", Measure.SYSTOLIC),
            Map.entry("diastolic_blood_pressure", Measure.DIASTOLIC));
    Set<String> known = new HashSet<>(Set.of(TIME));
    for (Map.Entry<String, Measure> half : halves) {
      JsonNode node = body.path(half.getKey());
      known.add(half.getKey());
      Optional<BigDecimal> value = decimal(node.path("value"));
      if (value.isEmpty()) {
        return new Reading.Refused(IssueType.VALUE, "Its " + half.getKey() + " holds no number");
      }
      String unit = Units.ucum(node.path("unit").asText(null));
      if (!half.getValue().comesIn(unit)) {
        return unitRefused(node.path("unit").asText(null), half.getValue());
      }
      observation
          .addComponent()
          .setCode(half.getValue().concept())
          .setValue(DaySeries.quantity(value.get(), unit));
    }
    return whole(observation, body, qualifiers(body, known), source);
  }

  private static Reading activity(JsonNode body, When when, Source source) {
    String name = body.path("activity_name").asText("");
    if (name.isBlank()) {
      return new Reading.Refused(IssueType.REQUIRED, "It names no activity (activity_name)");
    }
    Observation observation =
        observation(
            new CodeableConcept()
                .addCoding(new Coding(Canonical.System.LOINC, "73985-4", "Exercise activity"))
                .setText("Exercise activity"),
            Measure.category("activity"),
            when);
    observation.setValue(new CodeableConcept().setText(name));
    Set<String> known = new HashSet<>(Set.of(TIME, "activity_name"));
    for (Map.Entry<String, Measure> part :
        List.of(
            Map.entry("distance", Measure.DISTANCE), Map.entry("kcal_burned", Measure.ENERGY))) {
      JsonNode node = body.path(part.getKey());
      if (node.isMissingNode()) {
        continue;
      }
      String unit = Units.ucum(node.path("unit").asText(null));
      Optional<BigDecimal> value = decimal(node.path("value"));
      if (value.isEmpty() || !part.getValue().comesIn(unit)) {
        return unitRefused(node.path("unit").asText(null), part.getValue());
      }
      known.add(part.getKey());
      observation
          .addComponent()
          .setCode(part.getValue().concept())
          .setValue(DaySeries.quantity(value.get(), unit));
    }
    return whole(observation, body, qualifiers(body, known), source);
  }

  private static Reading whole(
      Observation observation, JsonNode body, String qualifiers, Source source) {
    if (body.path("measurement_location").isTextual()) {
      observation.setBodySite(
          new CodeableConcept().setText(body.path("measurement_location").asText()));
    }
    if (qualifiers != null && !qualifiers.isEmpty()) {
      observation.setMethod(new CodeableConcept().setText(qualifiers));
    }
    return new Reading.Whole(observation, source);
  }

  /** The rest of the body in words; null where there is none, empty where it has its own place. */
  private static String qualifiers(JsonNode body, Set<String> known) {
    List<String> words = new ArrayList<>();
    boolean any = false;
    for (Iterator<Map.Entry<String, JsonNode>> members = body.fields(); members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      if (known.contains(member.getKey())) {
        continue;
      }
      any = true;
      if (!member.getKey().equals("measurement_location") || !member.getValue().isTextual()) {
        words.add(
            member.getKey().replace('_', ' ')
                + ": "
                + (member.getValue().isTextual()
                    ? member.getValue().asText()
                    : member.getValue().toString()));
      }
    }
    return any ? String.join("; ", words) : null;
  }

  private static Observation observation(
      CodeableConcept code, CodeableConcept category, When when) {
    Observation observation = new Observation();
    observation.setStatus(ObservationStatus.FINAL).setCode(code).addCategory(category);
    when.into(observation);
    return observation;
  }

  private static Reading unitRefused(String unit, Measure measure) {
    return new Reading.Refused(
        IssueType.CODEINVALID,
        unit == null
            ? measure.display + " has no unit"
            : "'"
                + Words.quoted(unit)
                + "' is no unit of "
                + measure.display
                + ", which comes in "
                + measure.unitNames());
  }

  private static Optional<BigDecimal> decimal(JsonNode node) {
    return node.isNumber() ? Numbers.useful(node.decimalValue()) : Optional.empty();
  }
}
