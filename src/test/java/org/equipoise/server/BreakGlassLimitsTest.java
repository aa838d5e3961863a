package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.UUID;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broken glass is whole again after its hours, whatever was done meanwhile. */
class BreakGlassLimitsTest extends OperationTest {

  private static final String DOCTOR = "Practitioner/care-doctor";

  private Patient patient;
  private Encounter longAgo;

  /** A patient whom the doctor saw long ago, and whose record they opened just now. */
  @BeforeEach
  void breakTheGlass() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner practitioner = new Practitioner();
    practitioner.setId("care-doctor");
    TestRecords.put(people, practitioner);
    scribe().post("", people).ok(Bundle.class);
    patient = scribe().post("Patient", new Patient().setActive(true)).ok(Patient.class);
    Encounter visit = encounter(Encounter.EncounterStatus.FINISHED);
    visit.getPeriod().setStart(daysAgo(401)).setEnd(daysAgo(400));
    longAgo = scribe().post("Encounter", visit).ok(Encounter.class);
    assertThat(doctor().get(path()).status()).isEqualTo(404);
    Parameters why =
        TestCalls.with(
            TestCalls.with(
                new Parameters(),
                "reason",
                new Coding().setSystem(Canonical.System.BREAK_GLASS_REASON).setCode("emergency")),
            "text",
            new StringType("Found unconscious at the front door"));
    doctor().post(path() + "/$break-glass", why).ok(Parameters.class);
    assertThat(doctor().get(path()).status()).isEqualTo(200);
  }

  private Api doctor() {
    return Api.as(server(), "care-doctor", SECRET, "user/*.cruds");
  }

  private String path() {
    return "Patient/" + patient.getIdElement().getIdPart();
  }

  private static Date daysAgo(int days) {
    return Date.from(Instant.now().minus(Duration.ofDays(days)));
  }

  private Encounter encounter(Encounter.EncounterStatus status) {
    Encounter encounter = new Encounter().setStatus(status).setSubject(new Reference(path()));
    encounter
        .getClass_()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")
        .setCode("AMB");
    encounter.addParticipant().setIndividual(new Reference(DOCTOR));
    return encounter;
  }

  private CareTeam team() {
    CareTeam team =
        new CareTeam().setStatus(CareTeam.CareTeamStatus.ACTIVE).setSubject(new Reference(path()));
    team.addParticipant().setMember(new Reference(DOCTOR));
    return team;
  }

  private void assertRefusedAndClosedAgain(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    jdbc.update(
        "update eqp_care_relation set ended_at = ? where kind = 'break-glass' and patient_id = ?",
        OffsetDateTime.now(ZoneOffset.UTC).minusSeconds(1),
        patient.getIdElement().getIdPart());
    assertThat(doctor().get(path()).status()).isEqualTo(404);
  }

  @Test
  void careTeam_whenTheyJoinIt_thenRefused() {
    assertRefusedAndClosedAgain(doctor().post("CareTeam", team()));
  }

  @Test
  void encounter_whenTheyOpenOne_thenRefused() {
    assertRefusedAndClosedAgain(
        doctor().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)));
  }

  @Test
  void patient_whenTheyBecomeTheGeneralPractitioner_thenRefused() {
    patient.addGeneralPractitioner(new Reference(DOCTOR));
    assertRefusedAndClosedAgain(doctor().put(patient));
  }

  @Test
  void encounter_whenTheyMoveItsEnd_thenRefused() {
    longAgo.getPeriod().setEnd(daysAgo(1));
    assertRefusedAndClosedAgain(doctor().put(longAgo));
  }

  @Test
  void transaction_whenOneEntryWouldLetTheNextStand_thenRefused() {
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (Resource entry :
        new Resource[] {new Patient().setActive(true), team(), team(), longAgo.copy()}) {
      entry.setId((String) null);
      TestRecords.post(transaction, entry).setFullUrl("urn:uuid:" + UUID.randomUUID());
    }
    assertRefusedAndClosedAgain(doctor().post("", transaction));
  }

  @Test
  void write_whenItSaysNothingNewOfCare_thenDone() {
    longAgo.addReasonCode().setText("Read again in the emergency");
    assertThat(doctor().put(longAgo).status()).isEqualTo(200);
    assertThat(
            doctor()
                .post(
                    "Observation",
                    new TestResources(patient.getIdElement().getIdPart(), "glass")
                        .observation("laboratory"))
                .status())
        .isEqualTo(201);
  }

  @Test
  void careTeam_whenTheyCareForThePatientAnyway_thenDone() {
    scribe().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)).ok(Encounter.class);

    assertThat(doctor().post("CareTeam", team()).status()).isEqualTo(201);
  }
}
