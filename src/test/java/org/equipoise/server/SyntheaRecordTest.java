package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.equipoise.server.TestContributions.weight;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.equipoise.decision.TestDecisions;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The record of a whole synthetic life, as Synthea makes it with its US Core profiles: what other
 * systems really send.
 */
@EnabledIf(
    value = "org.equipoise.server.SyntheaRecord#isThere",
    disabledReason = "needs what CI=true mvn generates in target/synthea")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
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

  /** Last, since it adds to the record that the others count. */
  @Test
  @Order(Integer.MAX_VALUE)
  void record_whenThePatientSpeaks_thenAllOfItStandsInTheWholeLife() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("synthea-doctor", "synthea-outside")) {
      Practitioner doctor = new Practitioner();
      doctor.setId(id);
      doctor.addName().setFamily("Okafor").addGiven(id);
      TestRecords.put(people, doctor);
    }
    TestRecords.put(people, TestRecords.careTeam(ID, "synthea-doctor"));
    scribe().post("", people).ok(Bundle.class);
    writeHousehold();
    Api doctor = Api.as(server(), "synthea-doctor", SECRET, "user/*.cruds");
    int before = everything();
    String note =
        patient()
            .get("DocumentReference?patient=" + ID + "&status=current&_count=1")
            .ok(Bundle.class)
            .getEntryFirstRep()
            .getResource()
            .getIdElement()
            .toUnqualifiedVersionless()
            .getValue();

    // Words and a value
    Bundle contributed =
        (Bundle)
            patient()
                .post("Patient/" + ID + "/$contribute", TestContributions.call(weight()))
                .ok(Parameters.class)
                .getParameterFirstRep()
                .getResource();
    assertThat(contributed.getEntryFirstRep().getResponse().getStatus()).startsWith("201");

    // Two days of a watch: one of them news, one history
    Instant yesterday = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(20));
    Uploads watch = new Uploads(server(), patient(), ID);
    watch.done("omh", Uploads.heartRates("2025-03-01T08:00:00Z", 30, i -> "61"));
    Parameters uploaded =
        watch.done("omh", Uploads.heartRates(yesterday.toString(), 30, i -> "62"));
    assertThat(Uploads.count(uploaded, "accepted")).isEqualTo(30);
    assertThat(patient().get("Patient/" + ID + "/$waiting?_count=100").ok(Bundle.class).getTotal())
        .as("the weight and the day")
        .isEqualTo(2);

    // A decision that both sign
    String operation = "Patient/" + ID + "/$record-decision";
    Composition open =
        decision(
            doctor.post(
                operation,
                TestDecisions.draft(ID, "Practitioner/synthea-doctor", TestRecords.CLINIC)
                    .signed()));
    Composition decided =
        decision(
            patient()
                .post(
                    operation,
                    TestDecisions.sign(TestDecisions.again(open)),
                    "If-Match",
                    "W/\"" + open.getMeta().getVersionId() + "\""));
    assertThat(decided.getStatus()).isEqualTo(Composition.CompositionStatus.FINAL);

    // A second opinion on a note of that life
    Api outside = Api.as(server(), "synthea-outside", SECRET, "user/*.cruds");
    assertThat(outside.get(note).status()).isEqualTo(404);
    patient()
        .post(
            note + "/$second-opinion",
            TestCalls.with(
                new Parameters(), "performer", new Reference("Practitioner/synthea-outside")))
        .ok(Parameters.class);
    assertThat(outside.get(note).status()).isEqualTo(200);

    // CareTeam, weight, two days and their Device, Provenances, the decision with what belongs to
    // it, request and consent
    assertThat(everything()).isGreaterThanOrEqualTo(before + 15);
  }

  private static Composition decision(Api.Answer answer) {
    return (Composition) answer.ok(Parameters.class).getParameter("return").getResource();
  }

  /** Resources of the patient's whole record, page by page. */
  private int everything() {
    int all = 0;
    String next = "Patient/" + ID + "/$everything?_count=500";
    while (next != null) {
      Bundle page = patient().get(next).ok(Bundle.class);
      all +=
          (int)
              page.getEntry().stream()
                  .filter(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.MATCH)
                  .count();
      String link =
          page.getLink(Bundle.LINK_NEXT) == null ? null : page.getLink(Bundle.LINK_NEXT).getUrl();
      next = link == null ? null : link.substring((server() + "/fhir/").length());
    }
    return all;
  }
}
