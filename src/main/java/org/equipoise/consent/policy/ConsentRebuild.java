package org.equipoise.consent.policy;

import org.equipoise.fhir.RebuildAtStart;
import org.equipoise.fhir.RecordContents;
import org.hl7.fhir.r4.model.Consent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What patients decided. Until it is known a refusal would be silence. */
class ConsentRebuild extends RebuildAtStart {

  private final JdbcTemplate jdbc;
  private final RecordContents record;
  private final RecordedConsents consents;

  ConsentRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      RecordedConsents consents,
      TransactionOperations transaction,
      boolean always) {
    super("what patients decided about AI", jdbc, transaction, always);
    this.jdbc = jdbc;
    this.record = record;
    this.consents = consents;
  }

  @Override
  protected boolean isKnown() {
    return hasRows("eqp_consent_statement");
  }

  @Override
  protected int rebuild() {
    jdbc.update("delete from eqp_consent_statement");
    return each(record.ofType(Consent.class), consents::learnOnRecord);
  }
}
