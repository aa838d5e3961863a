package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the access events cost in statements, as H2 counts them. */
class AccessEventCostTest extends ServerTest {

  private static final int MANY = 50;

  @BeforeEach
  void fiftyOfOnePatient() {
    Bundle record = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient patient = new Patient();
    patient.setId("looked-ana");
    TestRecords.put(record, patient);
    for (int i = 0; i < MANY; i++) {
      Observation observation = new TestResources("looked-ana", "cost").observation("laboratory");
      observation.setId("looked-cost-" + i);
      observation.setSubject(new Reference("Patient/looked-ana"));
      TestRecords.put(record, observation);
    }
    scribe().post("", record).ok(Bundle.class);
    ana();
    jdbc.execute("set query_statistics_max_entries 10000");
    jdbc.execute("set query_statistics true");
  }

  @AfterEach
  void countNoMore() {
    jdbc.execute("set query_statistics false");
  }

  private Api ana() {
    return Api.as(server(), "looked-ana", SECRET, "patient/*.cruds");
  }

  private record Executed(String statement, int times) {}

  private List<Executed> statementsOn(String table) {
    return jdbc.query(
        "select sql_statement, execution_count from information_schema.query_statistics"
            + " where lower(sql_statement) like ?",
        (row, index) -> new Executed(row.getString(1).toLowerCase(Locale.ROOT), row.getInt(2)),
        "%" + table + "%");
  }

  @Test
  void search_whenFiftyResourcesOfOnePatient_thenOneEventInOneStatementThatAsksForTheTokenToo() {
    String call = UUID.randomUUID().toString();
    Bundle found =
        ana()
            .exchange(
                "GET",
                "Observation?patient=looked-ana&_count=" + MANY,
                "application/fhir+json",
                null,
                "X-Request-Id",
                call)
            .ok(Bundle.class);
    List<Executed> told = statementsOn("eqp_access_event");
    List<Executed> ofToken = statementsOn("eqp_access_token");

    assertThat(found.getEntry()).hasSize(MANY);
    assertThat(new AccessRows(jdbc).of(call))
        .singleElement()
        .satisfies(event -> assertThat(event.entities()).hasSize(MANY));
    assertThat(told).singleElement().satisfies(one -> assertThat(one.times()).isEqualTo(1));
    assertThat(ofToken).isEqualTo(told);
  }
}
