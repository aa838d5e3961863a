package org.equipoise.consent.enforcement;

import java.util.List;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out what hangs on which AI document, and who works for whom, from a record that was written
 * before this server kept it, or where the operator asks for it. Before the first request is taken:
 * until then a sharing denial would hide nothing. Nothing is parked by it: what is in the record
 * already stays visible.
 */
class AiContentRebuild implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(AiContentRebuild.class);

  /** Those that {@link AiContent#links} reads, and what else is kept. */
  private static final List<String> TYPES =
      List.of(
          "Composition",
          "Consent",
          "DocumentReference",
          "MedicationStatement",
          "Observation",
          "PractitionerRole",
          "Provenance",
          "Task");

  private final RecordContents record;
  private final AiContentIndex index;
  private final Employers employers;
  private final DeidentifiedConsents deidentified;
  private final TransactionOperations transaction;
  private final boolean always;
  private volatile boolean running;

  AiContentRebuild(
      RecordContents record,
      AiContentIndex index,
      Employers employers,
      DeidentifiedConsents deidentified,
      TransactionOperations transaction,
      boolean always) {
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
    if (!always && !index.isEmpty()) {
      return;
    }
    List<Resource> telling =
        TYPES.stream()
            .flatMap(record::ofType)
            .filter(
                resource ->
                    resource instanceof PractitionerRole
                        || (resource instanceof Consent consent && Masking.isAskedFor(consent))
                        || AiContent.isAiDocument(resource)
                        || !AiContent.links(resource).isEmpty())
            .toList();
    // All or nothing: a table that holds a part would pass for the whole at the next start.
    transaction.executeWithoutResult(
        status -> {
          employers.clear();
          deidentified.clear();
          telling.forEach(
              resource -> {
                if (resource instanceof PractitionerRole role) {
                  employers.learn(role);
                } else if (resource instanceof Consent consent) {
                  deidentified.learn(consent);
                }
              });
          index.rebuild(
              telling.stream()
                  .filter(one -> !(one instanceof PractitionerRole) && !(one instanceof Consent))
                  .toList());
        });
    if (!telling.isEmpty()) {
      log.info("Found out what hangs on AI documents from {} resources", telling.size());
    }
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
