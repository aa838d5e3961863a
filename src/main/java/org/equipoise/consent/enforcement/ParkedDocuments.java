package org.equipoise.consent.enforcement;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parked documents, in tables of their own. */
class ParkedDocuments {

  private static final int LOCK_SLOTS = 64;

  private final JdbcTemplate jdbc;

  ParkedDocuments(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One that waits for the patient's answer.
   *
   * @param document logical id
   * @param task logical id of the Task that asks
   */
  record Waiting(String document, String task) {}

  /**
   * Waits for other transactions that write AI documents or consents of this patient, then keeps
   * them waiting to the end of this one: a document that is written while the patient says yes is
   * not left behind.
   */
  void lock(String patient) {
    jdbc.queryForList(
        "select slot from eqp_consent_lock where slot = ? for update",
        Integer.class,
        Math.floorMod(patient.hashCode(), LOCK_SLOTS));
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

  /** From now on nobody but the patient sees it. */
  void refuse(String document) {
    jdbc.update("update eqp_parked set state = 'refused' where document_id = ?", document);
  }
}
