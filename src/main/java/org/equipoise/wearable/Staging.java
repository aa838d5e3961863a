package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;

/**
 * Sorts what is read of a file into what will be written together, and hands it over whenever
 * enough has come together.
 */
final class Staging implements RecordReader.Sink {

  /** Where a batch goes. */
  interface Target {

    /**
     * @param records the number of the last record that is in it
     */
    void take(long records, List<Ingest.Staged> staged, Change change);
  }

  private static final int MOST_READINGS = 10_000;
  private static final int MOST_TEXT = 4 << 20;

  private final FhirContext context;
  private final Instant now;
  private final Target target;
  private final Map<String, Values> series = new LinkedHashMap<>();
  private final List<Ingest.Staged> wholes = new ArrayList<>();
  private Change change = new Change();
  private long record;
  private int readings;
  private long text;

  private record Values(long record, SeriesHead head, StringBuilder lines) {}

  Staging(FhirContext context, Instant now, Target target) {
    this.context = context;
    this.now = now;
    this.target = target;
  }

  @Override
  public void accept(long number, Reading reading) {
    if (readings >= MOST_READINGS || text >= MOST_TEXT) {
      flush();
    }
    record = number;
    readings++;
    try {
      take(reading);
    } catch (RuntimeException e) {
      // Nothing that stands in one record may keep the others out.
      change.refuse(number, 1, new Reading.Refused(IssueType.VALUE, "It cannot be made sense of"));
    }
  }

  private void take(Reading reading) {
    if (reading instanceof Reading.Value value) {
      take(value);
    } else if (reading instanceof Reading.Whole whole) {
      take(whole.observation(), whole.source());
    } else {
      change.refuse(record, 1, (Reading.Refused) reading);
    }
  }

  /** The rest of a file cannot be read. */
  void unreadable(RecordReader.Unreadable end) {
    change.refuse(end.record(), 1, new Reading.Refused(end.code(), end.getMessage()));
  }

  /** Hands over what has come together; may be nothing. */
  void flush() {
    List<Ingest.Staged> staged = new ArrayList<>(wholes);
    series.forEach(
        (bucket, values) ->
            staged.add(
                new Ingest.Staged(
                    bucket, values.record(), values.head().toJson(), values.lines().toString())));
    target.take(record, staged, change);
    series.clear();
    wholes.clear();
    change = new Change();
    readings = 0;
    text = 0;
  }

  private void take(Reading.Value value) {
    String problem = value.when().problem(now);
    if (problem != null) {
      change.refuse(record, 1, new Reading.Refused(IssueType.BUSINESSRULE, problem));
    } else if (value.measure().isSeries() && value.when().isOfMilliseconds()) {
      SeriesHead head = SeriesHead.of(value);
      String line =
          new SeriesHead.Line(
                  record,
                  value.when().start().getOffset().getTotalSeconds(),
                  value.when().point(value.value()))
              .toString();
      series
          .computeIfAbsent(head.bucket(), name -> new Values(record, head, new StringBuilder()))
          .lines()
          .append(line)
          .append('\n');
      text += line.length();
    } else {
      take(single(value), value.source());
    }
  }

  /** An Observation of this value alone. */
  static Observation single(Reading.Value value) {
    Observation observation = new Observation();
    observation
        .setStatus(ObservationStatus.FINAL)
        .setCode(value.measure().concept())
        .addCategory(value.measure().categoryConcept())
        .setValue(DaySeries.quantity(value.value(), value.unit()));
    value.when().into(observation);
    return observation;
  }

  private void take(Observation observation, Source source) {
    When when;
    try {
      when = When.of(observation.getEffective());
    } catch (When.Unusable e) {
      change.refuse(record, 1, new Reading.Refused(IssueType.VALUE, e.getMessage()));
      return;
    }
    observation.setId((String) null);
    observation.getContained().clear();
    observation.setDevice((Reference) null);
    String body = context.newJsonParser().encodeResourceToString(observation);
    String bucket =
        SeriesHead.dayOf(when.start().toInstant())
            + " = "
            + Hash.of(code(observation.getCode()), source.key(), when.key());
    wholes.add(new Ingest.Staged(bucket, record, SeriesHead.json(source), body));
    text += body.length();
  }

  private static String code(CodeableConcept concept) {
    return concept.getCoding().stream()
        .filter(coding -> Canonical.System.LOINC.equals(coding.getSystem()))
        .map(Coding::getCode)
        .findFirst()
        .orElse(String.valueOf(concept.getText()));
  }
}
