package org.equipoise.consent.enforcement;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out what hangs on which AI document, and who works for whom, from a record that was written
 * before this server kept it, or where the operator asks for it. Before the first request is taken:
 * until then a sharing denial would hide nothing. Nothing is parked by it: what is in the record
 * already stays visible.
 */
class AiContentRebuild implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(AiContentRebuild.class);

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
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  AiContentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      AiContentIndex index,
      Employers employers,
      DeidentifiedConsents deidentified,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.record = record;
    this.index = index;
    this.employers = employers;
    this.deidentified = deidentified;
    this.transaction = transaction;
    this.always = always;
  }

  @Override
  public void start() {
    running = true;
    transaction.executeWithoutResult(status -> rebuild());
  }

  /**
   * All or nothing: a table that holds a part would pass for the whole at the next start. The
   * record is read after the rows are gone, so that what another node writes meanwhile is either
   * read here or keeps the rows that it wrote.
   */
  private void rebuild() {
    // One node at a time.
    jdbc.queryForList("select slot from eqp_lock where slot = 0 for update", Integer.class);
    if (!always && !index.isEmpty()) {
      return;
    }
    employers.clear();
    deidentified.clear();
    record.ofType(PractitionerRole.class).forEach(employers::learn);
    record.ofType(Consent.class).filter(Masking::isAskedFor).forEach(deidentified::learn);
    AtomicInteger read = new AtomicInteger();
    index.rebuild(
        TYPES.stream().flatMap(record::ofType).peek(resource -> read.incrementAndGet()), gone());
    if (read.get() > 0) {
      log.info("Found out what hangs on AI documents from {} resources", read);
    }
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

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which starts among the last. */
  @Override
  public int getPhase() {
    return 0;
  }
}
