package org.equipoise.consent.policy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.consent.statement.Circumstances;
import org.equipoise.consent.statement.Comprehension;
import org.equipoise.consent.statement.ConsentReader;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.consent.statement.ConsentStatement.Evidence;
import org.equipoise.consent.statement.Consents;
import org.equipoise.consent.statement.Voluntariness;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What patients decided about AI, as the record says it now: rows of {@code eqp_consent_statement},
 * which {@link ConsentKeeping} writes in the transactions that write the Consents. Every call reads
 * the database, in the caller's transaction where one is open, and nothing is kept in memory: a
 * decision counts from the moment it is committed, on every node. The cost grows with the decisions
 * of the patients that are asked about, not with those of others.
 */
public class RecordedConsents {

  /** Databases limit how many values one statement takes. */
  private static final int MOST_AT_ONCE = 10_000;

  private final JdbcTemplate jdbc;
  private final ConsentReader reader;
  private final ConsentPolicy policy;

  public RecordedConsents(JdbcTemplate jdbc, ConsentSettings settings) {
    this.jdbc = jdbc;
    this.reader = new ConsentReader(settings.zone());
    this.policy = new ConsentPolicy(settings);
  }

  /** What one patient decided, {@code Patient/1}. */
  public List<ConsentStatement> of(String patient) {
    return of(Set.of(patient));
  }

  /**
   * What these patients decided, by one statement for every 10,000 of them.
   *
   * @param patients {@code Patient/1}
   */
  public List<ConsentStatement> of(Collection<String> patients) {
    List<String> ids = patients.stream().map(id -> new IdType(id).getIdPart()).distinct().toList();
    List<ConsentStatement> statements = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_AT_ONCE));
      statements.addAll(
          jdbc.query(
              "select * from eqp_consent_statement where patient_id in ("
                  + String.join(", ", Collections.nCopies(some.size(), "?"))
                  + ")",
              (row, index) -> statement(row),
              some.toArray()));
    }
    return statements;
  }

  /**
   * The patients for whom a use may be permitted: those with a permit that counts now, for these
   * actors or for any, of all their data or of some document. Nobody else need be looked at;
   * whether a denial stands beside it, {@link ConsentPolicy} says.
   *
   * @param actors who would use it, e.g. {@code Device/3}
   * @return {@code Patient/1}
   */
  public Set<String> patientsPermitting(AiPurpose purpose, Set<String> actors, Instant now) {
    return jdbc
        .query(
            "select * from eqp_consent_statement"
                + " where purpose = ? and permit = true and ended_at > ?",
            (row, index) -> statement(row),
            purpose.code(),
            time(now))
        .stream()
        .filter(one -> one.isForActors(actors) && policy.effect(one, now).effective())
        .map(ConsentStatement::patient)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The patients who said no to a purpose, for whomever and whatever.
   *
   * @return {@code Patient/1}
   */
  public Set<String> patientsDenying(AiPurpose purpose) {
    return jdbc
        .queryForList(
            "select distinct patient_id from eqp_consent_statement"
                + " where purpose = ? and permit = false",
            String.class,
            purpose.code())
        .stream()
        .map(id -> "Patient/" + id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Writes down what a Consent says now, in place of what it said before. */
  void learn(Consent consent) {
    write(consent, Consents.isInForce(consent) ? reader.read(consent) : List.of());
  }

  /** The same, for a Consent that is on record already. */
  void learnOnRecord(Consent consent) {
    write(consent, Consents.isInForce(consent) ? reader.readOnRecord(consent) : List.of());
  }

  /** Takes back what a Consent said that is gone. */
  void forget(Consent consent) {
    jdbc.update(
        "delete from eqp_consent_statement where consent_id = ?",
        consent.getIdElement().getIdPart());
  }

  private void write(Consent consent, List<ConsentStatement> statements) {
    forget(consent);
    jdbc.batchUpdate(
        "insert into eqp_consent_statement (consent_id, position, depth, patient_id, status,"
            + " permit, purpose, actors, documents, started_at, ended_at, given_at, items_total,"
            + " items_correct, items_language, answers_reused, asked_privately, no_effect_on_care,"
            + " signals, asked_by, asked_by_treating, witnesses, awaits, confirmed_by)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        statements.stream()
            .filter(ConsentStatement::isInForce)
            .map(RecordedConsents::row)
            .toList());
  }

  private static Object[] row(ConsentStatement one) {
    Comprehension understood = one.evidence().comprehension();
    Voluntariness free = one.evidence().voluntariness();
    return new Object[] {
      new IdType(one.consent()).getIdPart(),
      one.position(),
      one.depth(),
      new IdType(one.patient()).getIdPart(),
      one.status().toCode(),
      one.permit(),
      one.purpose().code(),
      list(one.actors()),
      list(one.documents()),
      time(one.start()),
      time(one.end()),
      time(one.givenAt()),
      understood == null ? null : understood.itemsTotal(),
      understood == null ? null : understood.itemsCorrect(),
      understood == null ? null : understood.language(),
      understood == null ? null : understood.reused(),
      free == null ? null : free.askedPrivately(),
      free == null ? null : free.refusalHasNoEffectOnCare(),
      free == null ? null : list(free.signals()),
      free == null ? null : free.circumstances().askedBy(),
      free == null ? null : free.circumstances().askedByTreating(),
      free == null ? null : list(free.circumstances().independentWitnesses()),
      free == null ? null : list(free.circumstances().awaits()),
      free == null ? null : free.circumstances().confirmedBy()
    };
  }

  private static ConsentStatement statement(ResultSet row) throws SQLException {
    Integer total = row.getObject("items_total", Integer.class);
    Boolean privately = row.getObject("asked_privately", Boolean.class);
    return new ConsentStatement(
        "Consent/" + row.getString("consent_id"),
        row.getInt("position"),
        row.getInt("depth"),
        "Patient/" + row.getString("patient_id"),
        ConsentState.fromCode(row.getString("status")),
        row.getBoolean("permit"),
        AiPurpose.of(row.getString("purpose")).orElseThrow(),
        Set.copyOf(list(row.getString("actors"))),
        Set.copyOf(list(row.getString("documents"))),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        instant(row, "given_at"),
        new Evidence(
            total == null
                ? null
                : new Comprehension(
                    total,
                    row.getInt("items_correct"),
                    row.getString("items_language"),
                    row.getBoolean("answers_reused")),
            privately == null
                ? null
                : new Voluntariness(
                    privately,
                    row.getBoolean("no_effect_on_care"),
                    list(row.getString("signals")),
                    null,
                    new Circumstances(
                        row.getString("asked_by"),
                        row.getBoolean("asked_by_treating"),
                        list(row.getString("witnesses")),
                        list(row.getString("awaits")),
                        row.getString("confirmed_by")))));
  }

  /** References and codes hold no space. */
  private static String list(Collection<String> values) {
    return String.join(" ", values);
  }

  private static List<String> list(String text) {
    return text == null || text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
