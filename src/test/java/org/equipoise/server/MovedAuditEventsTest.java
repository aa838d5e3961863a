package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.DefaultApplicationArguments;

/** Decisions about AI that an older version kept as resources stand in the log after a start. */
class MovedAuditEventsTest extends ServerTest {

  private static final String MIA = "moved-mia";
  private static final Instant THEN = Instant.parse("2025-03-04T05:06:07.890Z");
  private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";

  /** Below all that the storage engine numbers. */
  private long row = -ThreadLocalRandom.current().nextLong(1L << 40, 1L << 60);

  private final List<Long> rows = new ArrayList<>();

  @BeforeEach
  void people() {
    Bundle people = new Bundle().setType(BundleType.TRANSACTION);
    for (String id : List.of(MIA, "moved-max")) {
      Patient patient = new Patient();
      patient.setId(id);
      patient.addName().setFamily(id);
      TestRecords.put(people, patient);
    }
    scribe().post("", people).ok(Bundle.class);
  }

  @AfterEach
  void removeResources() {
    for (long one : rows) {
      jdbc.update("delete from hfj_res_link where src_resource_id = ?", one);
      jdbc.update("delete from hfj_res_ver where res_id = ?", one);
      jdbc.update("delete from hfj_resource where res_id = ?", one);
    }
  }

  private Api mia() {
    return Api.as(server(), MIA, SECRET, "patient/*.cruds");
  }

  /** What the server does of it at each start. */
  protected void start() {
    try {
      bean("movedAuditEvents", ApplicationRunner.class).run(new DefaultApplicationArguments());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static AuditEvent decision(String document, AuditEventOutcome outcome) {
    AuditEvent event = new AuditEvent();
    event.setType(new Coding(DCM, "110113", null));
    event.addSubtype(
        new Coding(
            "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent", null));
    event.setAction(AuditEventAction.E).setRecorded(Date.from(THEN));
    event.setOutcome(outcome).setOutcomeDesc("As the patient said.");
    event
        .addAgent()
        .setType(new CodeableConcept(new Coding(DCM, "110150", null)))
        .setWho(new Reference().setIdentifier(new Identifier().setValue("old-ehr")))
        .setRequestor(false);
    event
        .addAgent()
        .setType(new CodeableConcept(new Coding(Canonical.System.PARTICIPATION_TYPE, "IRCP", null)))
        .setWho(new Reference("Practitioner/moved-doctor"))
        .setRequestor(true);
    event.getSource().setObserver(new Reference().setDisplay("Equipoise"));
    for (String what : List.of("Patient/" + MIA, "Consent/moved-yes", document)) {
      event
          .addEntity()
          .setRole(new Coding(OBJECT_ROLE, what.startsWith("Patient/") ? "1" : "4", null))
          .setWhat(new Reference(what));
    }
    return event;
  }

  /**
   * Keeps one as the storage engine kept them, which knows no AuditEvents any more.
   *
   * @return its logical id
   */
  protected String keepAsResource(String document, AuditEventOutcome outcome) {
    String id = UUID.randomUUID().toString();
    long number = row--;
    rows.add(number);
    Timestamp time = Timestamp.from(THEN);
    jdbc.update(
        "insert into hfj_resource (res_id, fhir_id, res_type, res_ver, has_tags, res_published,"
            + " res_updated, sp_has_links, sp_coords_present, sp_date_present, sp_number_present,"
            + " sp_quantity_nrml_present, sp_quantity_present, sp_string_present,"
            + " sp_token_present, sp_uri_present) values (?, ?, 'AuditEvent', 1, false, ?, ?,"
            + " true, false, false, false, false, false, false, false, false)",
        number,
        id,
        time,
        time);
    jdbc.update(
        "insert into hfj_res_ver (pid, res_id, res_type, res_ver, has_tags, res_published,"
            + " res_updated, res_encoding, res_text_vc)"
            + " values (?, ?, 'AuditEvent', 1, false, ?, ?, 'JSON', ?)",
        number,
        number,
        time,
        time,
        bean(FhirContext.class)
            .newJsonParser()
            .encodeResourceToString(decision(document, outcome)));
    jdbc.update(
        "insert into hfj_res_link (pid, src_path, src_resource_id, source_resource_type,"
            + " target_resource_id, target_resource_type, sp_updated)"
            + " values (?, 'AuditEvent.entity.what', ?, 'AuditEvent', ?, 'Patient', ?)",
        number,
        number,
        jdbc.queryForObject(
            "select res_id from hfj_resource where res_type = 'Patient' and fhir_id = ?",
            Long.class,
            MIA),
        time);
    return id;
  }

  protected List<Map<String, Object>> moved(String document) {
    return jdbc.queryForList(
        "select * from eqp_access_event where patient = ? and entities like ?",
        MIA,
        "%" + document + "%");
  }

  private static String document() {
    return "DocumentReference/" + UUID.randomUUID();
  }

  @Test
  void start_whenADecisionWasAResource_thenItStandsInTheLogOnceWithItsTime() {
    String document = document();
    keepAsResource(document, AuditEventOutcome._8);

    start();
    start();

    List<Map<String, Object>> moved = moved(document);
    assertThat(moved).hasSize(1);
    Map<String, Object> event = moved.get(0);
    assertThat(event.get("DOOR")).isEqualTo("CONSENT_DECISION");
    assertThat(((Number) event.get("OUTCOME")).intValue()).isEqualTo(8);
    assertThat(event.get("CLIENT")).isEqualTo("old-ehr");
    assertThat(event.get("PERSON")).isEqualTo("Practitioner/moved-doctor");
    assertThat(event.get("ENTITIES")).isEqualTo("Consent/moved-yes " + document);
    assertThat(
            jdbc.queryForObject(
                    "select recorded from eqp_access_event where id = ?",
                    OffsetDateTime.class,
                    event.get("ID"))
                .toInstant())
        .isEqualTo(THEN);
    assertThat(
            bean(AccessLog.class).consentDecisions(MIA, List.of(document), 10).stream()
                .map(AuditEvent::getOutcome))
        .containsExactly(AuditEventOutcome._8);
  }

  @Test
  void read_whenByTheFormerId_thenTheSameEventUnderThatId() {
    String document = document();
    String former = keepAsResource(document, AuditEventOutcome._0);
    assertThat(mia().get("AuditEvent/" + former).status()).as("before the start").isEqualTo(404);

    start();

    AuditEvent read = mia().get("AuditEvent/" + former).ok(AuditEvent.class);
    assertThat(read.getIdElement().getIdPart()).isEqualTo(former);
    assertThat(read.getRecorded()).isEqualTo(Date.from(THEN));
    assertThat(read.getOutcomeDesc()).isEqualTo("As the patient said.");
    assertThat(read.getEntity())
        .extracting(entity -> entity.getWhat().getReference())
        .containsExactly("Patient/" + MIA, "Consent/moved-yes", document);
    assertThat(mia().get("AuditEvent/" + former + "/_history/1").status()).isEqualTo(200);
    Bundle found = mia().get("AuditEvent?date=2025-03-04&entity=" + document).ok(Bundle.class);
    assertThat(found.getEntry()).hasSize(1);
    assertThat(found.getEntryFirstRep().getResource().getIdElement().getIdPart())
        .isEqualTo("event-" + moved(document).get(0).get("ID"));
    Api max = Api.as(server(), "moved-max", SECRET, "patient/*.cruds");
    assertThat(max.get("AuditEvent/" + former).status()).isEqualTo(404);
  }

  @Test
  void start_whenMoreThanOneStepTakes_thenAllOnceAndNothingLeadsBack() {
    String document = document();
    for (int i = 0; i < 230; i++) {
      keepAsResource(document, AuditEventOutcome._4);
    }

    start();

    assertThat(moved(document)).hasSize(230);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from hfj_res_link where source_resource_type = 'AuditEvent'",
                Integer.class))
        .as("what refers to the patient")
        .isZero();
    assertThat(
            jdbc.queryForObject(
                "select count(*) from hfj_resource where res_id >= ? and res_id <= ?",
                Integer.class,
                rows.get(rows.size() - 1),
                rows.get(0)))
        .as("the resources stay")
        .isEqualTo(230);
  }
}
