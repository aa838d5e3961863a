package org.equipoise.review;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ReadWatch;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * When each clinician last opened which version of an AI document ({@code eqp_document_view}): the
 * server's own measure of how long they can have looked at it.
 */
class DocumentViews implements ReadWatch {

  private final JdbcTemplate jdbc;

  DocumentViews(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void shown(Resource resource, Caller caller, Instant now) {
    if (!caller.isPractitioner() || !AiDocument.is(resource)) {
      return;
    }
    String clinician = caller.person().orElseThrow().getIdPart();
    IdType document = resource.getIdElement();
    if (!update(clinician, document, now)) {
      try {
        jdbc.update(
            "insert into eqp_document_view (practitioner_id, document_id, version_id, viewed_at)"
                + " values (?, ?, ?, ?)",
            clinician,
            document.getIdPart(),
            document.getVersionIdPartAsLong(),
            time(now));
      } catch (DuplicateKeyException e) {
        // They opened it in two windows at once.
        update(clinician, document, now);
      }
    }
  }

  private boolean update(String clinician, IdType document, Instant now) {
    return jdbc.update(
            "update eqp_document_view set viewed_at = ?"
                + " where practitioner_id = ? and document_id = ? and version_id = ?",
            time(now),
            clinician,
            document.getIdPart(),
            document.getVersionIdPartAsLong())
        == 1;
  }

  /**
   * When this clinician last opened this version.
   *
   * @param clinician logical id of the Practitioner
   * @param document with its version
   */
  Optional<Instant> lastOpened(String clinician, IdType document) {
    return jdbc
        .queryForList(
            "select viewed_at from eqp_document_view"
                + " where practitioner_id = ? and document_id = ? and version_id = ?",
            OffsetDateTime.class,
            clinician,
            document.getIdPart(),
            document.getVersionIdPartAsLong())
        .stream()
        .map(OffsetDateTime::toInstant)
        .findFirst();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
