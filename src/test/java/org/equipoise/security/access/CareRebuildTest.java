package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.RecordContents;
import org.equipoise.security.access.AccessProperties.Clinicians;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Found out anew while another node writes. */
class CareRebuildTest {

  private final RecordContents record = mock(RecordContents.class);
  private DataSourceTransactionManager transactions;
  private JdbcTemplate jdbc;
  private CareRelations relations;

  @BeforeEach
  void emptyTables() {
    DriverManagerDataSource database =
        new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    new ResourceDatabasePopulator(
            new ClassPathResource("db/migration/V2__operations.sql"),
            new ClassPathResource("db/migration/V4__care_relation.sql"))
        .execute(database);
    transactions = new DataSourceTransactionManager(database);
    jdbc = new JdbcTemplate(database);
    relations =
        new CareRelations(
            jdbc,
            null,
            new AccessProperties(
                Clinicians.CARE_RELATION, Duration.ofDays(90), Duration.ofHours(4), true),
            Clock.systemUTC());
    when(record.ofType(anyString())).thenAnswer(asked -> Stream.empty());
  }

  private static CareTeam team(String id, String patient) {
    CareTeam team = new CareTeam().setStatus(CareTeam.CareTeamStatus.ACTIVE);
    team.setId("CareTeam/" + id);
    team.setSubject(new Reference("Patient/" + patient));
    team.addParticipant().setMember(new Reference("Practitioner/7"));
    return team;
  }

  @Test
  void start_whenAnotherNodeWritesMeanwhile_thenNoRelationIsLost() {
    TransactionTemplate otherNode = new TransactionTemplate(transactions);
    otherNode.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    relations.learn(team("gone", "1"));
    when(record.ofType("CareTeam"))
        .thenAnswer(
            asked ->
                Stream.<Resource>of(team("known", "2"), team("last", "3"))
                    .peek(
                        one ->
                            otherNode.executeWithoutResult(
                                status ->
                                    relations.learn(
                                        team("new-" + one.getIdElement().getIdPart(), "4")))));

    new CareRebuild(jdbc, record, relations, new TransactionTemplate(transactions), true).start();

    assertThat(relations.patientsOf("7")).containsExactly("2", "3", "4");
    assertThat(
            jdbc.queryForList(
                "select source from eqp_care_relation where patient_id = '4'", String.class))
        .containsExactlyInAnyOrder("CareTeam/new-known", "CareTeam/new-last");
  }
}
