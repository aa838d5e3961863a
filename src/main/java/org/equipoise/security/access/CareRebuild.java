package org.equipoise.security.access;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finds out who cares for whom from a record that was written before this server kept it, or where
 * the operator asks for it.
 */
@Order(1)
class CareRebuild implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(CareRebuild.class);

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final CareRelations relations;
  private final TransactionOperations transaction;
  private final boolean always;

  CareRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      CareRelations relations,
      TransactionOperations transaction,
      boolean always) {
    this.jdbc = jdbc;
    this.record = record;
    this.relations = relations;
    this.transaction = transaction;
    this.always = always;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (!always && isKnown()) {
      return;
    }
    List<Resource> telling =
        Stream.concat(CareFacts.TYPES.stream().sorted(), Stream.of("PractitionerRole"))
            .flatMap(record::ofType)
            .filter(
                resource ->
                    resource instanceof PractitionerRole || !CareFacts.of(resource).isEmpty())
            .toList();
    // All or nothing: a table that holds a part would pass for the whole at the next start.
    transaction.executeWithoutResult(
        status -> {
          jdbc.update(
              "delete from eqp_care_relation where kind in ('encounter', 'care-team', 'general')");
          jdbc.update("delete from eqp_practitioner_role");
          telling.forEach(relations::learn);
        });
    if (!telling.isEmpty()) {
      log.info("Found out who cares for whom from {} resources", telling.size());
    }
  }

  private boolean isKnown() {
    return !jdbc.queryForList(
            "select 1 from eqp_care_relation fetch first 1 rows only", Integer.class)
        .isEmpty();
  }
}
