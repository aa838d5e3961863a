package org.equipoise.wearable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What one transaction adds to the account of an upload. */
final class Change {

  static final String ACCEPTED = "accepted";
  static final String DUPLICATE = "duplicate";
  static final String REJECTED = "rejected";

  /** Resources that hold the values of a day. */
  static final String SERIES = "series";

  /** Resources that hold one value. */
  static final String SINGLE = "single";

  /** One refusal, of {@code amount} records. */
  record Refused(long record, long amount, IssueType code, String reason, String kind) {}

  private final Map<Map.Entry<String, String>, Long> amounts =
      new TreeMap<>(
          Map.Entry.<String, String>comparingByKey().thenComparing(Map.Entry.comparingByValue()));
  private final List<Refused> refused = new ArrayList<>();
  private Instant first;
  private Instant last;

  void count(String subject, String outcome, long amount) {
    if (amount > 0) {
      amounts.merge(Map.entry(subject, outcome), amount, Long::sum);
    }
  }

  void refuse(long record, long amount, Reading.Refused why) {
    refused.add(new Refused(record, amount, why.code(), why.reason(), why.kind()));
    count("", REJECTED, amount);
  }

  /** A value that was taken. */
  void saw(Instant start, Instant end) {
    first = first == null || start.isBefore(first) ? start : first;
    last = last == null || end.isAfter(last) ? end : last;
  }

  Map<Map.Entry<String, String>, Long> amounts() {
    return amounts;
  }

  List<Refused> refused() {
    return refused;
  }

  Instant first() {
    return first;
  }

  Instant last() {
    return last;
  }
}
