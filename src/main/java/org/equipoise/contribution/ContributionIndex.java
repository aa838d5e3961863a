package org.equipoise.contribution;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What has been contributed, by its keys, and what of it waits: tables of our own, written in the
 * transactions that write the record.
 */
class ContributionIndex {

  /** Keys in one statement. */
  private static final int CHUNK = 500;

  private final JdbcTemplate jdbc;

  ContributionIndex(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Which of {@code keys} are on record, each with what it leads to. */
  Map<String, String> known(String patientId, Collection<String> keys) {
    Map<String, String> known = new HashMap<>();
    List<String> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<String> some = all.subList(from, Math.min(all.size(), from + CHUNK));
      List<Object> arguments = new ArrayList<>();
      arguments.add(patientId);
      arguments.addAll(some);
      jdbc.query(
          "select item_key, resource from eqp_contribution where patient_id = ? and item_key in ("
              + some.stream().map(key -> "?").collect(Collectors.joining(", "))
              + ")",
          row -> {
            known.put(row.getString(1), row.getString(2));
          },
          arguments.toArray());
    }
    return known;
  }

  /** Puts keys on record; where another transaction was faster, the call is to be tried again. */
  void remember(String patientId, Map<String, String> resources) {
    try {
      // In one order, so that two who write the same wait for each other and not in a circle.
      jdbc.batchUpdate(
          "insert into eqp_contribution (patient_id, item_key, resource) values (?, ?, ?)",
          resources.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(entry -> new Object[] {patientId, entry.getKey(), entry.getValue()})
              .toList());
    } catch (DuplicateKeyException | ConcurrencyFailureException e) {
      throw new ResourceVersionConflictException("Somebody contributed the same just now", e, null);
    }
  }

  /** What was deleted, or taken back as an error, may be contributed anew. */
  void forget(String resource) {
    jdbc.update("delete from eqp_contribution where resource = ?", resource);
    looked(resource);
  }

  /** It waits, from now on. */
  void await(String patientId, String resource, Instant since) {
    looked(resource);
    jdbc.update(
        "insert into eqp_waiting (resource, patient_id, since) values (?, ?, ?)",
        resource,
        patientId,
        OffsetDateTime.ofInstant(since, ZoneOffset.UTC));
  }

  /** Somebody looked. */
  void looked(String resource) {
    jdbc.update("delete from eqp_waiting where resource = ?", resource);
  }

  /** What waits, the longest waiting first. */
  List<IdType> waiting(String patientId, int offset, int count) {
    return jdbc.query(
        "select resource from eqp_waiting where patient_id = ? order by since, resource"
            + " limit ? offset ?",
        (row, index) -> new IdType(row.getString(1)),
        patientId,
        count,
        offset);
  }

  int waitingCount(String patientId) {
    return jdbc.queryForObject(
        "select count(*) from eqp_waiting where patient_id = ?", Integer.class, patientId);
  }

  /** Since when the longest waiting of each patient waits, the longest first. */
  Map<String, Instant> waitingSince(Collection<String> patients) {
    Map<String, Instant> found = new HashMap<>();
    List<String> all = List.copyOf(patients);
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<String> some = all.subList(from, Math.min(all.size(), from + CHUNK));
      jdbc.query(
          "select patient_id, min(since) from eqp_waiting where patient_id in ("
              + some.stream().map(id -> "?").collect(Collectors.joining(", "))
              + ") group by patient_id",
          row -> {
            found.put(row.getString(1), row.getTimestamp(2).toInstant());
          },
          some.toArray());
    }
    Map<String, Instant> sorted = new LinkedHashMap<>();
    found.entrySet().stream()
        .sorted(
            Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .forEach(one -> sorted.put(one.getKey(), one.getValue()));
    return sorted;
  }

  /** Since when the longest waiting waits. */
  Optional<Instant> waitingSince(String patientId) {
    return Optional.ofNullable(
            jdbc.queryForObject(
                "select min(since) from eqp_waiting where patient_id = ?",
                Timestamp.class,
                patientId))
        .map(Timestamp::toInstant);
  }
}
