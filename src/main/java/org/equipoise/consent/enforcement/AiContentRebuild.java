package org.equipoise.consent.enforcement;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.fhir.RebuildAtStart;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What hangs on which AI document, and who works for whom. Until it is known a sharing denial would
 * hide nothing. Nothing is parked by it: what is in the record already stays visible.
 */
class AiContentRebuild extends RebuildAtStart {

  /** Those that {@link AiContent#links} reads. */
  private static final List<String> TYPES =
      List.of(
          "Communication",
          "CommunicationRequest",
          "Composition",
          "Consent",
          "DiagnosticReport",
          "DocumentReference",
          "Media",
          "MedicationStatement",
          "Observation",
          "Patient",
          "Person",
          "Practitioner",
          "Provenance",
          "QuestionnaireResponse",
          "RelatedPerson",
          "Task");

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final AiContentIndex index;
  private final Employers employers;
  private final DeidentifiedConsents deidentified;

  AiContentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      AiContentIndex index,
      Employers employers,
      DeidentifiedConsents deidentified,
      TransactionOperations transaction,
      boolean always) {
    super("what hangs on AI documents", jdbc, transaction, always);
    this.jdbc = jdbc;
    this.record = record;
    this.index = index;
    this.employers = employers;
    this.deidentified = deidentified;
  }

  @Override
  protected boolean isKnown() {
    return !index.isEmpty();
  }

  @Override
  protected int rebuild() {
    employers.clear();
    deidentified.clear();
    record.ofType(PractitionerRole.class).forEach(employers::learn);
    record.ofType(Consent.class).filter(Masking::isAskedFor).forEach(deidentified::learn);
    AtomicInteger read = new AtomicInteger();
    index.rebuild(
        TYPES.stream().flatMap(record::ofType).peek(resource -> read.incrementAndGet()), gone());
    return read.get();
  }

  /** What was deleted of what the index knows. */
  private Set<String> gone() {
    return Set.copyOf(
        jdbc.queryForList(
            "select r.res_type || '/' || r.fhir_id from hfj_resource r"
                + " where r.res_deleted_at is not null and (exists (select 1 from eqp_ai_link l"
                + " where l.source = r.res_type || '/' || r.fhir_id)"
                + " or (r.res_type = 'DocumentReference' and exists (select 1 from eqp_ai_document d"
                + " where d.document_id = r.fhir_id)))",
            String.class));
  }
}
