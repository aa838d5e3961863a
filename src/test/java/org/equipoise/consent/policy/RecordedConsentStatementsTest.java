package org.equipoise.consent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.consent.recording.FakeConsentRecord;
import org.equipoise.consent.recording.TestRequests;
import org.equipoise.consent.statement.ConsentStatement;
import org.equipoise.consent.statement.TestConsents;
import org.equipoise.consent.statement.TestDocuments;
import org.equipoise.fhir.ConsentStatements.Statement;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class RecordedConsentStatementsTest {

  private final FakeConsentRecord record = new FakeConsentRecord();
  private final List<ConsentStatement> decided = new ArrayList<>();
  private final RecordedConsentStatements statements =
      new RecordedConsentStatements(ConsentSettings.DEFAULT, patient -> decided);

  @Test
  void about_whenNothingWasDecided_thenEmptyAfterOneSearch() {
    assertThat(about()).isEmpty();
    assertThat(record.searches).isEqualTo(1);
  }

  @Test
  void about_whenDecided_thenNewestFirstByOneSearch() {
    record.attach(TestRequests.permit("ai-training"));
    record.at(FakeConsentRecord.NOW.plusSeconds(60)).attach(TestRequests.deny("ai-sharing"));
    record.searches = 0;

    assertThat(about())
        .extracting(Statement::purpose, Statement::permit, Statement::effective)
        .containsExactly(tuple("ai-sharing", false, true), tuple("ai-training", true, true));
    assertThat(record.searches).isEqualTo(1);
  }

  @Test
  void about_whenPermitLapsed_thenStillThereButNotEffective() {
    record.attach(TestRequests.permit("ai-training"));
    record.at(FakeConsentRecord.NOW.plus(Duration.ofDays(200)));

    assertThat(about())
        .singleElement()
        .matches(statement -> statement.permit() && !statement.effective());
  }

  @Test
  void about_whenPermitIsProposed_thenNotEffective() {
    record.attach(TestRequests.expiring(TestRequests.decision("permit", "ai-training")));

    assertThat(about())
        .singleElement()
        .matches(statement -> statement.permit() && !statement.effective());
  }

  @Test
  void about_whenTakenBack_thenNotThere() {
    record.put(TestConsents.permit().setStatus(ConsentState.INACTIVE));

    assertThat(about()).isEmpty();
  }

  @Test
  void about_whenDenyStandsBesidePermit_thenOnlyDenyCounts() {
    Consent deny = TestConsents.deny();
    deny.setId("Consent/no/_history/1");
    deny.setDateTimeElement(new DateTimeType("2026-07-02"));
    record.put(TestConsents.permit());
    record.put(deny);

    assertThat(about())
        .containsExactly(
            new Statement(new IdType("Consent/no"), "ai-training", false, true),
            new Statement(new IdType("Consent/earlier"), "ai-training", true, false));
  }

  @Test
  void about_whenConsentIsOfAnotherPatient_thenNotThere() {
    record.put(TestConsents.permit().setPatient(new Reference("Patient/bo")));

    assertThat(about()).isEmpty();
  }

  @Test
  void about_whenDecidedInGeneral_thenTold() {
    decideInGeneral(TestConsents.permit());

    assertThat(about())
        .containsExactly(new Statement(new IdType("Consent/earlier"), "ai-training", true, true));
  }

  @Test
  void about_whenDecidedInGeneralAndAboutTheDocument_thenTheLatterAlone() {
    Consent general = TestConsents.permit();
    general.setId("Consent/general/_history/1");
    decideInGeneral(general);
    record.attach(TestRequests.deny("ai-training"));

    assertThat(about())
        .extracting(Statement::purpose, Statement::permit)
        .containsExactly(tuple("ai-training", false));
  }

  @Test
  void about_whenTheCallerMayNotReadWhatWasDecidedInGeneral_thenNotThere() {
    decided.addAll(TestConsents.statements(List.of(TestConsents.general(TestConsents.permit()))));

    assertThat(about()).isEmpty();
  }

  private void decideInGeneral(Consent consent) {
    Consent general = TestConsents.general(consent);
    record.put(general);
    decided.addAll(TestConsents.statements(List.of(general)));
  }

  private List<Statement> about() {
    return statements.about(record, TestDocuments.aiNote());
  }
}
