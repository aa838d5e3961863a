package org.equipoise.consent.enforcement;

import java.util.Collection;
import java.util.List;
import org.equipoise.consent.DecisionLock;
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
   */
  record Waiting(String document, String task) {}

  /** A document that is written while the patient says yes is not left behind. */
  void lock(String patient) {
    lock.take(patient);
  }

  void park(
      String document, String patient, String client, String task, Collection<String> readers) {
    // One that was deleted may come back.
    release(document);
    jdbc.update(
        "insert into eqp_parked (document_id, patient_id, client_id, task_id, state)"
            + " values (?, ?, ?, ?, 'asked')",
        document,
        patient,
        client,
        task);
    jdbc.batchUpdate(
        "insert into eqp_parked_reader (document_id, practitioner_id) values (?, ?)",
        readers.stream().map(reader -> new Object[] {document, reader}).toList());
  }

  List<Waiting> waiting(String patient) {
    return jdbc.query(
        "select document_id, task_id from eqp_parked where patient_id = ? and state = 'asked'",
        (row, index) -> new Waiting(row.getString(1), row.getString(2)),
        patient);
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
   * Logical ids of the patients for whom documents wait, and who said a yes to documentation, which
   * may count by now.
   */
  List<String> patientsWithYes() {
    return jdbc.queryForList(
        "select distinct p.patient_id from eqp_parked p join eqp_consent_statement s"
            + " on s.patient_id = p.patient_id and s.purpose = 'ai-documentation'"
            + " and s.permit = true where p.state = 'asked'",
        String.class);
  }
}
