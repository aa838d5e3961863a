package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.wearable.HeldValues.Agreement;
import org.equipoise.wearable.HeldValues.Held;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Writes what was set aside into the record, in one transaction: values into the series of their
 * day, or as Observations of their own where a day has few; each only where the record does not say
 * it yet. A device has one value at one time: what contradicts the record is refused, not written
 * beside it.
 */
final class BucketWriter {

  /** From so many values of a day on, they are one Observation. */
  static final int SERIES_FROM = 12;

  private final FhirContext context;
  private final PatientObservations observations;
  private final RecordTransaction transaction;
  private final Ingest ingest;
  private final IdType patient;
  private final Contributor contributor;
  private final Devices devices;
  private final Instant recent;
  private final Change change = new Change();

  /** What is about to be written, by the key that it is known by. */
  private final Map<String, Item> pending = new LinkedHashMap<>();

  /**
   * One Observation to write.
   *
   * @param stored the version that it replaces, or null
   * @param device that it names, or null
   * @param keys by which it is to be known
   * @param waits whether somebody is to look at it
   */
  private record Item(
      Observation observation,
      Observation stored,
      Device device,
      List<String> keys,
      boolean waits) {}

  /**
   * @param recent what is of so long ago or less waits for somebody to look at it
   */
  BucketWriter(
      FhirContext context,
      PatientObservations observations,
      RecordTransaction transaction,
      Ingest ingest,
      Duration recent) {
    this.context = context;
    this.observations = observations;
    this.transaction = transaction;
    this.ingest = ingest;
    this.patient = new IdType("Patient", ingest.patientId());
    Caller caller = ingest.caller();
    this.contributor =
        new Contributor(
            patient,
            caller.isPatientSide() ? caller.person().orElseThrow() : patient,
            ingest.language());
    this.devices = new Devices(transaction, patient);
    this.recent = transaction.now().minus(recent);
  }

  /** Writes them all, and says what came of each value. */
  Change write(List<Ingest.Bucket> buckets) {
    for (Ingest.Bucket bucket : buckets) {
      if (bucket.name().charAt(LocalDate.EPOCH.toString().length() + 1) == '=') {
        wholes(bucket);
      } else {
        series(bucket);
      }
    }
    store();
    return change;
  }

  /** Says that nothing of a bucket can be written. */
  static Change refused(Ingest.Bucket bucket, BaseServerResponseException why) {
    return refused(bucket, refusal(why));
  }

  /** Says that the server failed at a bucket. */
  static Change failed(Ingest.Bucket bucket) {
    return refused(
        bucket,
        new Reading.Refused(
            IssueType.EXCEPTION, "The server failed to write it; its operator finds why"));
  }

  private static Change refused(Ingest.Bucket bucket, Reading.Refused why) {
    Change change = new Change();
    for (Ingest.Staged part : bucket.parts()) {
      boolean isWhole = part.bucket().contains(" = ");
      long amount = isWhole ? 1 : part.body().lines().count();
      change.refuse(part.part(), amount, why);
    }
    return change;
  }

  private static Reading.Refused refusal(BaseServerResponseException why) {
    IssueType code = IssueType.PROCESSING;
    String words = why.getMessage();
    if (why.getOperationOutcome() instanceof OperationOutcome outcome && outcome.hasIssue()) {
      code = outcome.getIssueFirstRep().getCode();
      words = outcome.getIssueFirstRep().getDiagnostics();
    }
    return new Reading.Refused(code, words);
  }

  // ---- values

  private void series(Ingest.Bucket bucket) {
    SeriesHead head = SeriesHead.parse(bucket.parts().get(0).head());
    List<SeriesHead.Line> lines =
        bucket.parts().stream().flatMap(part -> SeriesHead.lines(part.body()).stream()).toList();
    Optional<Device> device = device(head.source());
    if (device.isEmpty() && !head.source().key().isEmpty()) {
      lines.forEach(line -> change.refuse(line.record(), 1, unknownDevice(head.source())));
      return;
    }
    String reference = device.map(Devices::reference).orElse(null);
    String key =
        HeldValues.key(patient.getIdPart(), head.measure(), head.unit(), reference, head.day());
    Item begun = pending.get(key);
    Observation stored = begun == null ? onRecord(key).orElse(null) : begun.stored();
    Observation base = begun == null ? stored : begun.observation();
    SortedSet<Point> points;
    try {
      points = base == null ? new TreeSet<>() : DaySeries.read(base);
    } catch (IllegalArgumentException e) {
      lines.forEach(line -> change.refuse(line.record(), 1, changedByHand(stored)));
      return;
    }
    Map<Point, Point> all = new HashMap<>();
    points.forEach(point -> all.put(time(point), point));
    singles(head, reference).forEach(point -> all.putIfAbsent(time(point), point));
    List<SeriesHead.Line> fresh = new ArrayList<>();
    for (SeriesHead.Line line : lines) {
      Point there = all.putIfAbsent(time(line.point()), line.point());
      if (there == null) {
        fresh.add(line);
      } else if (there.agrees(line.point())) {
        change.count(head.measure().display, Change.DUPLICATE, 1);
      } else {
        change.refuse(
            line.record(),
            1,
            new Reading.Refused(
                IssueType.CONFLICT,
                "The same device has another value at this time: "
                    + there.value().toPlainString()
                    + ", not "
                    + line.point().value().toPlainString()));
      }
    }
    if (fresh.isEmpty()) {
      return;
    }
    if (base == null && fresh.size() < SERIES_FROM) {
      fresh.forEach(line -> single(head, line, reference, device.orElse(null)));
      return;
    }
    int room = Math.max(0, DaySeries.MOST - points.size());
    for (SeriesHead.Line line : fresh.subList(Math.min(room, fresh.size()), fresh.size())) {
      change.refuse(
          line.record(),
          1,
          new Reading.Refused(
              IssueType.TOOCOSTLY,
              "The day has more than one value a second, which is kept at most"));
    }
    List<SeriesHead.Line> taken = fresh.subList(0, Math.min(room, fresh.size()));
    if (taken.isEmpty()) {
      return;
    }
    taken.forEach(line -> points.add(line.point()));
    take(head, base, stored, points, taken, reference, device.orElse(null), key);
  }

  private static Reading.Refused changedByHand(Observation stored) {
    return new Reading.Refused(
        IssueType.CONFLICT,
        "Observation/"
            + stored.getIdElement().getIdPart()
            + ", which holds the values of this day, was changed so that none can be added");
  }

  /** By time alone: what stands there is found by it. */
  private static Point time(Point point) {
    return new Point(point.start(), point.end(), java.math.BigDecimal.ZERO);
  }

  private void take(
      SeriesHead head,
      Observation base,
      Observation stored,
      SortedSet<Point> points,
      List<SeriesHead.Line> taken,
      String reference,
      Device device,
      String key) {
    Observation observation = base == null ? new Observation() : base.copy();
    if (base == null) {
      observation
          .setStatus(ObservationStatus.FINAL)
          .setCode(head.measure().concept())
          .addCategory(head.measure().categoryConcept());
      if (reference != null) {
        observation.setDevice(new Reference(reference));
      }
    }
    ZoneOffset zone =
        base == null ? ZoneOffset.ofTotalSeconds(taken.get(0).zone()) : DaySeries.zone(base);
    DaySeries.write(observation, head.measure(), head.unit(), points, zone);
    observations.prepare(observation, contributor, device, transaction.now(), "Observation");
    observation.getIdentifier().removeIf(one -> Canonical.CONTRIBUTION.equals(one.getSystem()));
    observation.addIdentifier(new Identifier().setSystem(Canonical.CONTRIBUTION).setValue(key));
    boolean waits =
        taken.stream()
            .anyMatch(line -> waits(observation, Instant.ofEpochMilli(line.point().end())));
    pending.put(key, new Item(observation, stored, device, List.of(key), waits));
    change.count(head.measure().display, Change.ACCEPTED, taken.size());
    change.count(head.measure().display, Change.SERIES, base == null ? 1 : 0);
    taken.forEach(line -> saw(line.point()));
  }

  private void saw(Point point) {
    change.saw(Instant.ofEpochMilli(point.start()), Instant.ofEpochMilli(point.end()));
  }

  private void single(SeriesHead head, SeriesHead.Line line, String reference, Device device) {
    ZoneOffset zone = ZoneOffset.ofTotalSeconds(line.zone());
    Point point = line.point();
    When when =
        new When(
            at(point.start(), zone), point.end() == point.start() ? null : at(point.end(), zone));
    Observation observation =
        Staging.single(
            new Reading.Value(head.measure(), head.unit(), when, point.value(), head.source()));
    item(observation, List.of(line.record()), reference, device);
  }

  private static OffsetDateTime at(long milliseconds, ZoneOffset zone) {
    return Instant.ofEpochMilli(milliseconds).atOffset(zone);
  }

  /** What Observations of one value each say of that day already. */
  private List<Point> singles(SeriesHead head, String reference) {
    LocalDate day = LocalDate.parse(head.day());
    List<Observation> found =
        transaction.search(
            Observation.class,
            SearchParameterMap.newSynchronous()
                .add(Observation.SP_SUBJECT, new ReferenceParam(patient.getValue()))
                .add(
                    Observation.SP_CODE,
                    new TokenParam(Canonical.System.LOINC, head.measure().code))
                .add(
                    Observation.SP_DATE,
                    new DateRangeParam(
                        "ge" + day + "T00:00:00Z", "lt" + day.plusDays(1) + "T00:00:00Z")));
    List<Observation> all = new ArrayList<>(found);
    pending.values().stream()
        .map(Item::observation)
        .filter(one -> one.getCode().hasCoding(Canonical.System.LOINC, head.measure().code))
        .forEach(all::add);
    List<Point> points = new ArrayList<>();
    for (Observation one : all) {
      if (one.getValue() instanceof Quantity quantity
          && quantity.hasValue()
          && head.unit().equals(quantity.getCode())
          && java.util.Objects.equals(reference, HeldValues.deviceOf(one))
          && one.getStatus() != ObservationStatus.ENTEREDINERROR) {
        try {
          When when = When.of(one.getEffective());
          if (when.isOfMilliseconds()) {
            points.add(when.point(quantity.getValue()));
          }
        } catch (When.Unusable e) {
          // One of a day as a whole says nothing of a moment.
        }
      }
    }
    return points;
  }

  // ---- Observations of their own

  /** Of one bucket: of one code, device and time; the halves of a blood pressure become one. */
  private void wholes(Ingest.Bucket bucket) {
    Source source = SeriesHead.parse(bucket.parts().get(0).head(), Source.class);
    Optional<Device> device = device(source);
    List<Observation> merged = new ArrayList<>();
    List<List<Long>> records = new ArrayList<>();
    for (Ingest.Staged part : bucket.parts()) {
      Observation observation =
          context.newJsonParser().parseResource(Observation.class, part.body());
      if (device.isEmpty() && !source.key().isEmpty()) {
        change.refuse(part.part(), 1, unknownDevice(source));
      } else if (!merged.isEmpty() && completes(merged.get(0), observation)) {
        observation.getComponent().forEach(merged.get(0)::addComponent);
        records.get(0).add(part.part());
      } else {
        device.ifPresent(one -> observation.setDevice(new Reference(Devices.reference(one))));
        merged.add(observation);
        records.add(new ArrayList<>(List.of(part.part())));
      }
    }
    for (int i = 0; i < merged.size(); i++) {
      item(
          merged.get(i),
          records.get(i),
          device.map(Devices::reference).orElse(null),
          device.orElse(null));
    }
  }

  /** Whether both have components and no value, and no component twice. */
  private static boolean completes(Observation one, Observation other) {
    return !one.hasValue()
        && !other.hasValue()
        && one.hasComponent()
        && other.hasComponent()
        && other.getComponent().stream()
            .noneMatch(
                component ->
                    one.getComponent().stream()
                        .anyMatch(mine -> mine.getCode().equalsDeep(component.getCode())));
  }

  private void item(Observation observation, List<Long> records, String reference, Device device) {
    if (reference != null) {
      observation.setDevice(new Reference(reference));
    }
    String subject = subject(observation.getCode());
    List<String> keys;
    try {
      keys =
          observations.prepare(observation, contributor, device, transaction.now(), "Observation");
    } catch (BaseServerResponseException e) {
      records.forEach(record -> change.refuse(record, 1, refusal(e)));
      return;
    }
    Optional<Held> held =
        HeldValues.of(
            observation,
            patient.getIdPart(),
            key ->
                pending.containsKey(key)
                    ? Optional.of(pending.get(key).observation())
                    : onRecord(key));
    if (held.isPresent() && held.get().agreement() == Agreement.OTHER) {
      records.forEach(record -> change.refuse(record, 1, contradiction()));
      return;
    }
    if (held.isPresent() && held.get().agreement() == Agreement.SAME) {
      change.count(subject, Change.DUPLICATE, records.size());
      return;
    }
    Optional<Observation> there =
        keys.stream()
            .flatMap(
                key ->
                    pending.containsKey(key)
                        ? java.util.stream.Stream.of(pending.get(key).observation())
                        : java.util.stream.Stream.empty())
            .findFirst()
            .or(() -> onRecord(keys));
    if (there.isPresent()) {
      if (Saying.of(there.get()).equals(Saying.of(observation))) {
        change.count(subject, Change.DUPLICATE, records.size());
      } else {
        records.forEach(record -> change.refuse(record, 1, contradiction()));
      }
      return;
    }
    change.count(subject, Change.ACCEPTED, records.size());
    change.count(subject, Change.SINGLE, 1);
    try {
      When when = When.of(observation.getEffective());
      change.saw(when.start().toInstant(), when.last());
      pending.put(
          keys.get(0), new Item(observation, null, device, keys, waits(observation, when.last())));
    } catch (When.Unusable e) {
      throw new IllegalStateException("It was prepared", e);
    }
  }

  /** What is news waits for somebody to look; years of history would bury the rest. */
  private boolean waits(Observation observation, Instant end) {
    boolean isNews = !end.isBefore(recent);
    if (isNews) {
      observations.await(observation, transaction.now());
    }
    return isNews;
  }

  private static Reading.Refused contradiction() {
    return new Reading.Refused(
        IssueType.CONFLICT, "The record has something else for the same device and time");
  }

  private static String subject(CodeableConcept code) {
    String words =
        code.hasText()
            ? code.getText()
            : code.getCoding().stream()
                .map(
                    (Coding coding) -> coding.hasDisplay() ? coding.getDisplay() : coding.getCode())
                .findFirst()
                .orElse("");
    return Words.quoted(words);
  }

  // ---- the record

  private Optional<Device> device(Source source) {
    return source.key().isEmpty() ? Optional.empty() : devices.of(source);
  }

  private static Reading.Refused unknownDevice(Source source) {
    return new Reading.Refused(
        IssueType.NOTFOUND, "Its device " + Words.quoted(source.reference()) + " is not known");
  }

  private Optional<Observation> onRecord(String key) {
    return onRecord(List.of(key));
  }

  private Optional<Observation> onRecord(List<String> keys) {
    return observations.known(patient.getIdPart(), keys).values().stream()
        .findFirst()
        .flatMap(
            id -> {
              try {
                return Optional.of(transaction.read(Observation.class, new IdType(id)));
              } catch (ResourceNotFoundException | ResourceGoneException e) {
                return Optional.empty();
              }
            });
  }

  private void store() {
    if (pending.isEmpty()) {
      return;
    }
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (Item item : pending.values()) {
      Bundle.BundleEntryRequestComponent request =
          bundle.addEntry().setResource(item.observation()).getRequest();
      if (item.stored() == null) {
        request.setMethod(Bundle.HTTPVerb.POST).setUrl("Observation");
      } else {
        request
            .setMethod(Bundle.HTTPVerb.PUT)
            .setUrl("Observation/" + item.stored().getIdElement().getIdPart())
            .setIfMatch("W/\"" + item.stored().getIdElement().getVersionIdPart() + "\"");
      }
    }
    List<Resource> stored = transaction.write(bundle);
    Map<String, String> keys = new HashMap<>();
    List<String> waiting = new ArrayList<>();
    int index = 0;
    for (Item item : pending.values()) {
      String id = "Observation/" + stored.get(index++).getIdElement().getIdPart();
      if (item.waits()) {
        waiting.add(id);
      }
      if (item.stored() == null) {
        item.keys().forEach(key -> keys.put(key, id));
      }
    }
    observations.remember(patient.getIdPart(), keys);
    observations.waits(patient.getIdPart(), waiting, transaction.now());
    // Where an AI concluded, its Provenance says so.
    Map<Optional<String>, List<String>> targets = new LinkedHashMap<>();
    Map<String, Device> ais = new HashMap<>();
    index = 0;
    for (Item item : pending.values()) {
      Optional<String> ai =
          Optional.ofNullable(item.device()).filter(IngestProvenance::isAi).map(Devices::reference);
      ai.ifPresent(reference -> ais.put(reference, item.device()));
      targets
          .computeIfAbsent(ai, none -> new ArrayList<>())
          .add("Observation/" + stored.get(index++).getIdElement().getIdPart());
    }
    Bundle stories = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    targets.forEach(
        (ai, written) ->
            stories
                .addEntry()
                .setResource(
                    IngestProvenance.of(
                        written, contributor, ingest, ai.map(ais::get), transaction.now()))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("Provenance"));
    transaction.write(stories);
  }
}
