package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The record of a whole synthetic life, as Synthea makes it with its US Core profiles: what other
 * systems really send.
 */
@EnabledIf(
    value = "org.equipoise.server.SyntheaRecord#isThere",
    disabledReason = "needs what CI=true mvn generates in target/synthea")
class SyntheaRecordTest extends ServerTest {

  private static final String ID = SyntheaRecord.PATIENT;

  /** Found by their patient. */
  private static final List<String> OF_PATIENT =
      List.of(
          "CarePlan",
          "CareTeam",
          "Condition",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Encounter",
          "Immunization",
          "MedicationRequest",
          "Observation",
          "Procedure");

  private final SyntheaRecord record = SyntheaRecord.read();

  private Api patient() {
    return Api.as(server(), "synthea-patient", SECRET, "patient/*.cruds");
  }

  @BeforeEach
  void load() {
    if (scribe().get("Patient/" + ID).status() == 404) {
      record.surroundings().forEach(batch -> scribe().post("", batch).ok(Bundle.class));
      scribe().post("", record.transaction()).ok(Bundle.class);
    }
  }

  private static Map<String, Integer> totals(Api caller) {
    Map<String, Integer> totals = new TreeMap<>();
    for (String type : OF_PATIENT) {
      Bundle found =
          caller.get(type + "?patient=Patient/" + ID + "&_summary=count").ok(Bundle.class);
      totals.put(type, found.getTotal());
    }
    return totals;
  }

  @Test
  void record_whenLoaded_thenPatientAndServiceFindAllOfIt() {
    Map<String, Integer> sent = new TreeMap<>();
    OF_PATIENT.forEach(type -> sent.put(type, record.count(type)));

    assertThat(sent).allSatisfy((type, count) -> assertThat(count).as(type).isPositive());
    assertThat(totals(scribe())).isEqualTo(sent);
    assertThat(totals(patient())).isEqualTo(sent);
  }

  @Test
  void record_whenPaged_thenEachObservationComesOnce() {
    Set<String> ids = new HashSet<>();
    int rows = 0;
    String next = "Observation?patient=Patient/" + ID + "&_count=50";
    while (next != null) {
      Bundle page = patient().get(next).ok(Bundle.class);
      for (BundleEntryComponent entry : page.getEntry()) {
        Resource found = entry.getResource();
        ids.add(found.getIdElement().getIdPart());
        rows++;
      }
      String link =
          page.getLink(Bundle.LINK_NEXT) == null ? null : page.getLink(Bundle.LINK_NEXT).getUrl();
      next = link == null ? null : link.substring((server() + "/fhir/").length());
    }
    assertThat(rows).isEqualTo(ids.size()).isEqualTo(record.count("Observation"));
  }

  @Test
  void record_whenSomebodyElseAsks_thenNothingOfItIsThere() {
    writeHousehold();

    assertThat(patient("ben").get("Patient/" + ID).status()).isEqualTo(404);
    assertThat(totals(patient("ben"))).allSatisfy((type, count) -> assertThat(count).isZero());
  }
}
