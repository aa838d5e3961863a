package org.equipoise.security.access;

import java.util.stream.Stream;
import org.equipoise.fhir.RebuildAtStart;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** Who cares for whom. Until it is known clinicians would reach nobody. */
class CareRebuild extends RebuildAtStart {

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final CareRelations relations;

  CareRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      CareRelations relations,
      TransactionOperations transaction,
      boolean always) {
    super("who cares for whom", jdbc, transaction, always);
    this.jdbc = jdbc;
    this.record = record;
    this.relations = relations;
  }

  @Override
  protected boolean isKnown() {
    return hasRows("eqp_care_relation");
  }

  /** Who registered a patient, and who broke the glass, stays: the record does not tell. */
  @Override
  protected int rebuild() {
    jdbc.update(
        "delete from eqp_care_relation where kind in ('encounter', 'care-team', 'general')");
    jdbc.update("delete from eqp_practitioner_role");
    return each(
        Stream.concat(CareFacts.TYPES.stream().sorted(), Stream.of("PractitionerRole"))
            .flatMap(record::ofType)
            .filter(
                resource ->
                    resource instanceof PractitionerRole || !CareFacts.of(resource).isEmpty()),
        relations::learn);
  }
}
