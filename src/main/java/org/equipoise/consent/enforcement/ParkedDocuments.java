package org.equipoise.consent.enforcement;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.equipoise.consent.policy.DecisionLock;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parked documents, in tables of their own. */
class ParkedDocuments {

  private final JdbcTemplate jdbc;
  private final DecisionLock lock;

  ParkedDocuments(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.lock = new DecisionLock(jdbc);
  }

  /**
   * One that waits for the patient's answer.
   *
   * @param document logical id
   * @param task logical id of the Task that asks
   * @param isAsked false where the draft was given up, so that nobody asks any more
   * @param authors the AIs that wrote it, e.g. {@code Device/5}
   * @param checkedAt until when no yes is known to have counted for it
   */
  record Waiting(
      String document, String task, boolean isAsked, Set<String> authors, Instant checkedAt) {}

  /** A document that is written while the patient says yes is not left behind. */
  void lock(String patient) {
    lock.take(patient);
  }

  /** The same for several patients. */
  void lock(Collection<String> patients) {
    lock.take(patients);
  }

  /** The same where nobody holds it; returns whether it is held now. */
  boolean tryLock(String patient) {
    return lock.tryTake(patient);
  }

  void park(
      String document,
      String patient,
      String client,
      String task,
      Collection<String> readers,
      Instant now) {
    // One that was deleted may come back.
    release(document);
    jdbc.update(
        "insert into eqp_parked (document_id, patient_id, client_id, task_id, state,"
            + " checked_at) values (?, ?, ?, ?, 'asked', ?)",
        document,
        patient,
        client,
        task,
        Sql.time(now));
    jdbc.batchUpdate(
        "insert into eqp_parked_reader (document_id, practitioner_id) values (?, ?)",
        readers.stream().map(reader -> new Object[] {document, reader}).toList());
  }

  /** What the patient has not refused yet. */
  List<Waiting> waiting(String patient) {
    return jdbc.query(
        "select p.document_id, p.task_id, p.state, p.checked_at, d.authors from eqp_parked p"
            + " left join eqp_ai_document d on d.document_id = p.document_id"
            + " where p.patient_id = ? and p.state in ('asked', 'given-up')",
        (row, index) -> {
          String authors = row.getString("authors");
          return new Waiting(
              row.getString("document_id"),
              row.getString("task_id"),
              "asked".equals(row.getString("state")),
              authors == null || authors.isEmpty() ? Set.of() : Set.of(authors.split(" ")),
              Sql.instant(row, "checked_at"));
        },
        patient);
  }

  /** No yes covers what of this patient waits still. */
  void checked(String patient, Instant now) {
    jdbc.update(
        "update eqp_parked set checked_at = ? where patient_id = ?", Sql.time(now), patient);
  }

  /** Nobody is to be asked about it any more; it stays hidden. */
  void giveUp(String document) {
    jdbc.update(
        "update eqp_parked set state = 'given-up' where document_id = ? and state = 'asked'",
        document);
  }

  /** Whether something hangs on an AI document, parked or not. */
  boolean hangsOnDocument(String content) {
    return !jdbc.queryForList(
            "select 1 from eqp_ai_content where content = ?", Integer.class, content)
        .isEmpty();
  }

  /**
   * Whether something is hidden with a parked document about the same patient.
   *
   * @param content e.g. {@code Observation/2}
   */
  boolean hides(String content, String patient) {
    return !jdbc.queryForList(
            "select 1 from eqp_ai_content c join eqp_parked p on p.document_id = c.document_id"
                + " where c.content = ? and c.from_birth = true and p.patient_id = ?",
            Integer.class,
            content,
            patient)
        .isEmpty();
  }

  boolean isParked(String document) {
    return !jdbc.queryForList(
            "select 1 from eqp_parked where document_id = ?", Integer.class, document)
        .isEmpty();
  }

  /** It was found to be about another patient. */
  void move(String document, String patient) {
    jdbc.update(
        "update eqp_parked set patient_id = ? where document_id = ? and patient_id <> ?",
        patient,
        document,
        patient);
  }

  /** From now on it is seen as every document is. */
  void release(String document) {
    jdbc.update("delete from eqp_parked where document_id = ?", document);
  }

  /**
   * From now on nobody but the patient sees it.
   *
   * @param notice logical id of the Task that asks to delete it
   */
  void refuse(String document, String notice) {
    jdbc.update(
        "update eqp_parked set state = 'refused', notice_id = ? where document_id = ?",
        notice,
        document);
  }

  /**
   * Logical ids of the patients for whom documents wait, and who said a yes to documentation that
   * may have counted since these were looked at last.
   *
   * @param begun a yes that begins later is of no account yet
   */
  List<String> patientsWithYes(Instant begun) {
    return jdbc.queryForList(
        "select distinct p.patient_id from eqp_parked p join eqp_consent_statement s"
            + " on s.patient_id = p.patient_id and s.purpose = 'ai-documentation'"
            + " and s.permit = true and (s.status = 'active' or s.awaits <> '')"
            + " and s.ended_at > p.checked_at and (s.started_at is null or s.started_at <= ?)"
            + " where p.state = 'asked'",
        String.class,
        Sql.time(begun));
  }
}
