package org.equipoise.consent.enforcement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks up {@link AiDocument}s as they are to one caller. */
class AiDocuments {

  private static final String DOCUMENT =
      "select d.document_id, d.patient_id, d.custodian, d.authors, p.client_id, p.state, p.checked_at,"
          + " p.notice_id, r.practitioner_id,"
          + " case when p.state = 'asked' and exists (select 1 from eqp_consent_statement s"
          + " where s.patient_id = d.patient_id and s.purpose = 'ai-documentation'"
          + " and s.permit = true) then true else false end as may_count";

  private static final String READER =
      " left join eqp_parked_reader r on r.document_id = p.document_id and r.practitioner_id = ?";

  private final JdbcTemplate jdbc;

  AiDocuments(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** All that are parked. */
  List<AiDocument> parked(String practitioner) {
    return query(
        "join eqp_parked p on p.document_id = d.document_id" + READER, practitioner, List.of());
  }

  /** Those of these patients that are parked. */
  List<AiDocument> parked(String practitioner, Collection<String> patients) {
    return ofPatients("join", practitioner, patients);
  }

  /** All of these patients. */
  List<AiDocument> about(String practitioner, Collection<String> patients) {
    return ofPatients("left join", practitioner, patients);
  }

  private List<AiDocument> ofPatients(
      String parked, String practitioner, Collection<String> patients) {
    List<AiDocument> found = new ArrayList<>();
    Sql.inParts(
        patients,
        some ->
            found.addAll(
                query(
                    parked
                        + " eqp_parked p on p.document_id = d.document_id"
                        + READER
                        + " where d.patient_id in ("
                        + Sql.places(some)
                        + ")",
                    practitioner,
                    some)));
    return found;
  }

  private List<AiDocument> query(String joined, String practitioner, List<String> patients) {
    return jdbc.query(
        DOCUMENT + ", true as from_birth from eqp_ai_document d " + joined,
        (row, index) -> document(row),
        values(practitioner, patients));
  }

  /**
   * The documents on which each of these resources hangs; a resource that hangs on none is left
   * out.
   *
   * @param practitioner logical id of who asks
   * @param resources e.g. {@code Observation/2}
   */
  Map<String, List<AiDocument>> behind(String practitioner, Collection<String> resources) {
    Map<String, List<AiDocument>> found = new HashMap<>();
    Sql.inParts(
        resources,
        some ->
            jdbc.query(
                DOCUMENT
                    + ", c.content, c.from_birth from eqp_ai_content c"
                    + " join eqp_ai_document d on d.document_id = c.document_id"
                    + " left join eqp_parked p on p.document_id = d.document_id"
                    + READER
                    + " where c.content in ("
                    + Sql.places(some)
                    + ")",
                row -> {
                  found
                      .computeIfAbsent(row.getString("content"), key -> new ArrayList<>())
                      .add(document(row));
                },
                values(practitioner, some)));
    return found;
  }

  private static Object[] values(String practitioner, List<String> others) {
    List<Object> values = new ArrayList<>(List.of(practitioner));
    values.addAll(others);
    return values.toArray();
  }

  private static AiDocument document(ResultSet row) throws SQLException {
    String authors = row.getString("authors");
    return new AiDocument(
        row.getString("document_id"),
        row.getString("patient_id"),
        row.getString("custodian"),
        authors.isEmpty() ? Set.of() : Set.of(authors.split(" ")),
        row.getString("client_id"),
        "refused".equals(row.getString("state")),
        row.getBoolean("may_count"),
        Sql.instant(row, "checked_at"),
        row.getString("notice_id"),
        row.getString("practitioner_id") != null,
        row.getBoolean("from_birth"));
  }
}
