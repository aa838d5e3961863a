package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.equipoise.security.access.CareRelation;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;

/** Whose records a clinician opens. */
class CareRelationTest extends ServerTest {

  private static final String DOCTOR = "Practitioner/care-doctor";

  @Autowired private CareRelation care;

  @Autowired
  @Qualifier("careRebuild")
  private SmartLifecycle rebuild;

  private String patient;

  /** A patient of the clinic whom the doctor does not know. */
  @BeforeEach
  void stranger() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner practitioner = new Practitioner();
    practitioner.setId("care-doctor");
    TestRecords.put(people, practitioner);
    Patient known = new Patient();
    known.setId("care-patient");
    TestRecords.put(people, known);
    scribe().post("", people).ok(Bundle.class);
    patient = newPatient(scribe());
    scribe().post("Observation", observation(patient)).ok(Observation.class);
  }

  private String newPatient(Api api) {
    Patient stranger = new Patient();
    stranger.addName().setFamily("Stranger" + UUID.randomUUID());
    return api.post("Patient", stranger).ok(Patient.class).getIdElement().getIdPart();
  }

  private Observation observation(String of) {
    return new TestResources(of, "care").observation("laboratory");
  }

  private Api doctor() {
    return Api.as(server(), "care-doctor", SECRET, "user/*.cruds");
  }

  private void assertOpen(boolean open) {
    assertThat(doctor().get("Patient/" + patient).status()).isEqualTo(open ? 200 : 404);
    for (String search :
        List.of(
            "Observation?patient=" + patient,
            "Observation?subject=Patient/" + patient + "&_total=accurate",
            "Patient?_id=" + patient)) {
      Bundle found = doctor().get(search).ok(Bundle.class);
      assertThat(found.getEntry()).as(search).hasSize(open ? 1 : 0);
      assertThat(found.getTotal()).as(search).isEqualTo(open ? 1 : 0);
    }
    assertThat(
            doctor().get("Observation?_count=500").ok(Bundle.class).getEntry().stream()
                .map(entry -> ((Observation) entry.getResource()).getSubject().getReference())
                .collect(Collectors.toSet())
                .contains("Patient/" + patient))
        .isEqualTo(open);
  }

  private Encounter encounter(Encounter.EncounterStatus status) {
    Encounter encounter =
        new Encounter().setStatus(status).setSubject(new Reference("Patient/" + patient));
    encounter
        .getClass_()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")
        .setCode("AMB");
    encounter.addParticipant().setIndividual(new Reference(DOCTOR));
    return encounter;
  }

  private static Date daysAgo(int days) {
    return Date.from(Instant.now().minus(Duration.ofDays(days)));
  }

  @Test
  void record_whenNothingSaysThatTheyCare_thenClosed() {
    assertOpen(false);
  }

  @Test
  void encounter_whenItIsOpenOrEndedLately_thenTheRecordIsOpen() {
    Encounter visit =
        scribe()
            .post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS))
            .ok(Encounter.class);
    assertOpen(true);

    visit.setStatus(Encounter.EncounterStatus.FINISHED).getPeriod().setEnd(daysAgo(80));
    visit = scribe().put(visit).ok(Encounter.class);
    assertOpen(true);

    visit.getPeriod().setEnd(daysAgo(100));
    visit = scribe().put(visit).ok(Encounter.class);
    assertOpen(false);

    visit.setStatus(Encounter.EncounterStatus.INPROGRESS).setPeriod(null);
    visit = scribe().put(visit).ok(Encounter.class);
    assertOpen(true);

    visit.setStatus(Encounter.EncounterStatus.ENTEREDINERROR);
    visit = scribe().put(visit).ok(Encounter.class);
    assertOpen(false);
  }

  @Test
  void encounter_whenDeleted_thenClosedAgain() {
    Encounter visit =
        scribe()
            .post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS))
            .ok(Encounter.class);
    assertOpen(true);

    scribe().delete("Encounter/" + visit.getIdElement().getIdPart());

    assertOpen(false);
  }

  @Test
  void careTeam_whenByRole_thenOpenWhileTheRoleAndTheTeamLast() {
    PractitionerRole role =
        scribe()
            .post(
                "PractitionerRole",
                new PractitionerRole().setActive(true).setPractitioner(new Reference(DOCTOR)))
            .ok(PractitionerRole.class);
    CareTeam team =
        new CareTeam()
            .setStatus(CareTeam.CareTeamStatus.ACTIVE)
            .setSubject(new Reference("Patient/" + patient));
    team.addParticipant()
        .setMember(new Reference("PractitionerRole/" + role.getIdElement().getIdPart()));
    team = scribe().post("CareTeam", team).ok(CareTeam.class);
    assertOpen(true);

    role = scribe().put(role.setActive(false)).ok(PractitionerRole.class);
    assertOpen(false);
    scribe().put(role.setActive(true)).ok(PractitionerRole.class);
    assertOpen(true);
    scribe().put(team.setStatus(CareTeam.CareTeamStatus.INACTIVE)).ok(CareTeam.class);
    assertOpen(false);
  }

  @Test
  void patient_whenTheDoctorIsTheirGeneralPractitioner_thenOpen() {
    Patient stranger = scribe().get("Patient/" + patient).ok(Patient.class);
    stranger.addGeneralPractitioner(new Reference(DOCTOR));
    scribe().put(stranger).ok(Patient.class);

    assertOpen(true);
    assertThat(care.reaches("care-doctor", patient)).isTrue();
    assertThat(care.patientsOf("care-doctor", stranger.getNameFirstRep().getFamily(), 0, 10))
        .extracting(CareRelation.Entry::id)
        .containsExactly(patient);
    assertThat(care.patientsOf("nobody-at-all", "", 0, 10)).isEmpty();
  }

  @Test
  void write_whenForAStranger_thenRefusedAndNoWayRound() {
    assertThat(doctor().post("Observation", observation(patient)).status()).isEqualTo(403);
    assertThat(doctor().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)).status())
        .as("an Encounter of one's own making")
        .isEqualTo(403);
    CareTeam team =
        new CareTeam()
            .setStatus(CareTeam.CareTeamStatus.ACTIVE)
            .setSubject(new Reference("Patient/" + patient));
    team.addParticipant().setMember(new Reference(DOCTOR));
    assertThat(doctor().post("CareTeam", team).status()).isEqualTo(403);
    PractitionerRole role = new PractitionerRole().setPractitioner(new Reference(DOCTOR));
    assertThat(doctor().post("PractitionerRole", role).status()).isEqualTo(403);
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    TestRecords.post(transaction, team);
    TestRecords.post(transaction, observation(patient));
    assertThat(doctor().post("", transaction).status()).isEqualTo(403);
    assertOpen(false);
  }

  @Test
  void register_whenANewPatientComes_thenTheDoctorGoesOnWithThem() {
    Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    String url = "urn:uuid:" + UUID.randomUUID();
    Encounter visit = encounter(Encounter.EncounterStatus.INPROGRESS);
    visit.setSubject(new Reference(url));
    TestRecords.post(transaction, visit).setFullUrl("urn:uuid:" + UUID.randomUUID());
    Patient fresh = new Patient();
    fresh.addName().setFamily("New");
    TestRecords.post(transaction, fresh).setFullUrl(url);

    Bundle written = doctor().post("", transaction).ok(Bundle.class);

    patient =
        written.getEntry().stream()
            .map(entry -> entry.getResponse().getLocation())
            .filter(location -> location.startsWith("Patient/"))
            .map(location -> location.split("/")[1])
            .findFirst()
            .orElseThrow();
    assertThat(doctor().post("Observation", observation(patient)).status()).isEqualTo(201);
    assertOpen(true);
  }

  @Test
  void search_whenItLooksElsewhere_thenRefusedButForThePatientThemselves() {
    for (String search :
        List.of(
            "Patient?_has:Observation:subject:code=x",
            "Observation?encounter.status=finished",
            "Observation?patient.general-practitioner.name=x",
            "Observation?_sort=encounter.date")) {
      assertThat(doctor().get(search).status()).as(search).isIn(400, 403);
    }
    Patient stranger = scribe().get("Patient/" + patient).ok(Patient.class);
    String byName = "Observation?patient.family=" + stranger.getNameFirstRep().getFamily();
    assertThat(doctor().get(byName).ok(Bundle.class).getEntry()).isEmpty();
    scribe().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)).ok(Encounter.class);
    assertThat(doctor().get(byName).ok(Bundle.class).getEntry()).hasSize(1);
  }

  private String stored(Binary binary) {
    return scribe()
        .post("Binary", binary.copy())
        .header("Location")
        .orElseThrow()
        .replaceFirst(".*/(Binary/[^/]+)/.*", "$1");
  }

  @Test
  void binary_whenItIsTheContentOfADocument_thenOpenLikeTheDocument() {
    Binary scan = new Binary().setContentType("application/pdf").setData(new byte[] {1, 2, 3});
    String own = stored(scan);
    String foreign = stored(scan);
    scribe()
        .post("DocumentReference", new TestResources("care-patient", "care").document(own))
        .ok(DocumentReference.class);
    Api known = Api.as(server(), "care-patient", SECRET, "patient/*.cruds");

    assertThat(known.get(own).status()).isEqualTo(200);
    assertThat(known.get(foreign).status()).isEqualTo(404);
    DocumentReference grab = new TestResources("care-patient", "care").document(foreign);
    grab.addAuthor(new Reference("Patient/care-patient"));
    assertThat(known.post("DocumentReference", grab).status()).as("no way to it").isEqualTo(400);
    assertThat(known.get(foreign).status()).isEqualTo(404);
  }

  @Test
  void relation_whenNothingIsKnownAtStart_thenTheRecordTells() throws Exception {
    scribe().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)).ok(Encounter.class);
    jdbc.update("delete from eqp_care_relation");
    assertOpen(false);

    rebuild.start();

    assertOpen(true);
  }

  @Test
  void search_whenThePatientsAreMany_thenStillExact() {
    scribe().post("Encounter", encounter(Encounter.EncounterStatus.INPROGRESS)).ok(Encounter.class);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      rows.add(new Object[] {"test", DOCTOR, "many-" + i, "general"});
    }
    jdbc.batchUpdate(
        "insert into eqp_care_relation (source, member, patient_id, kind) values (?, ?, ?, ?)",
        rows);
    try {
      assertOpen(true);
    } finally {
      jdbc.update("delete from eqp_care_relation where source = 'test'");
    }
  }

  // ---- break-glass

  private Parameters reason() {
    Parameters body = new Parameters();
    TestCalls.with(
        body,
        "reason",
        new Coding().setSystem(Canonical.System.BREAK_GLASS_REASON).setCode("emergency"));
    return TestCalls.with(body, "text", new StringType("Found unconscious at the front door"));
  }

  @Test
  void breakGlass_whenAClinicianSaysWhy_thenOpenForATimeAndThePatientSeesIt() {
    assertOpen(false);

    Parameters answer =
        doctor().post("Patient/" + patient + "/$break-glass", reason()).ok(Parameters.class);

    assertOpen(true);
    Instant until = ((InstantType) answer.getParameter("until").getValue()).getValue().toInstant();
    assertThat(until)
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(235)),
            Instant.now().plus(Duration.ofMinutes(241)));
    Communication message = (Communication) answer.getParameter("return").getResource();
    assertThat(message.getSender().getReference()).isEqualTo(DOCTOR);
    assertThat(message.getRecipientFirstRep().getReference()).isEqualTo("Patient/" + patient);
    assertThat(message.getPayloadFirstRep().getContentStringType().getValue())
        .contains("Found unconscious");
    Provenance provenance = (Provenance) answer.getParameter("provenance").getResource();
    assertThat(provenance.getTargetFirstRep().getReference())
        .contains("Communication/" + message.getIdElement().getIdPart());
    assertThat(scribe().get("Provenance?record-patient=" + patient).ok(Bundle.class).getEntry())
        .hasSize(1);

    // Nobody takes it out again.
    assertThat(doctor().delete("Communication/" + message.getIdElement().getIdPart()).status())
        .isEqualTo(403);
    message.addNote().setText("never mind");
    assertThat(doctor().put(message).status()).isEqualTo(403);
    assertThat(doctor().delete("Provenance/" + provenance.getIdElement().getIdPart()).status())
        .isEqualTo(403);

    jdbc.update(
        "update eqp_care_relation set ended_at = ? where kind = 'break-glass' and patient_id = ?",
        OffsetDateTime.now(ZoneOffset.UTC).minusSeconds(1),
        patient);
    assertOpen(false);
  }

  @Test
  void breakGlass_whenOwnPatientReads_thenTheMessageIsInTheirRecord() {
    doctor().post("Patient/care-patient/$break-glass", reason()).ok(Parameters.class);
    Api known = Api.as(server(), "care-patient", SECRET, "patient/*.rs");

    assertThat(known.get("Communication").body()).contains("Found unconscious");
    assertThat(known.get("Provenance").body()).contains("break-glass");
  }

  @Test
  void breakGlass_whenNotAClinicianInPerson_thenRefusedWhoeverIsNamed() {
    for (Api other :
        List.of(
            scribe(), Api.as(server(), "care-patient", SECRET, "patient/*.cruds"), anonymous())) {
      for (String id : List.of(patient, UUID.randomUUID().toString())) {
        assertThat(other.post("Patient/" + id + "/$break-glass", reason()).status()).isIn(401, 403);
      }
    }
    assertThat(
            Api.as(server(), "care-doctor", SECRET, "user/Observation.rs")
                .post("Patient/" + patient + "/$break-glass", reason())
                .status())
        .isEqualTo(403);
    assertOpen(false);
  }

  @Test
  void breakGlass_whenReasonIsMissingOrPatientUnknown_thenRefusedAndNothingWritten() {
    String path = "Patient/" + patient + "/$break-glass";
    Parameters noText = TestCalls.without(reason(), "text");
    Parameters noReason = TestCalls.without(reason(), "reason");
    Parameters unknownReason =
        TestCalls.with(
            TestCalls.without(reason(), "reason"),
            "reason",
            new Coding().setSystem(Canonical.System.BREAK_GLASS_REASON).setCode("curiosity"));
    Parameters shortText =
        TestCalls.with(TestCalls.without(reason(), "text"), "text", new StringType("because"));
    for (Parameters bad : List.of(noText, noReason, unknownReason, shortText)) {
      Api.Answer answer = doctor().post(path, bad);
      assertThat(answer.status()).as(answer.body()).isIn(400, 422);
      assertThat(answer.issue().getExpression()).isNotEmpty();
    }
    assertOpen(false);
    String nobody = UUID.randomUUID().toString();
    assertThat(doctor().post("Patient/" + nobody + "/$break-glass", reason()).status())
        .isEqualTo(404);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from eqp_care_relation where patient_id = ?",
                Integer.class,
                nobody))
        .isZero();
  }

  @Test
  void breakGlass_whenRepeatedWithItsRequestId_thenOnceOnly() {
    Parameters body = TestCalls.repeatable(reason(), UUID.randomUUID().toString());
    String path = "Patient/" + patient + "/$break-glass";
    doctor().post(path, body).ok(Parameters.class);
    doctor().post(path, body).ok(Parameters.class);

    assertThat(scribe().get("Communication?patient=" + patient).ok(Bundle.class).getEntry())
        .hasSize(1);
  }
}
