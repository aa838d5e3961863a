package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.security.access.CareRelation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A care relation that was found a moment ago is asked about when the answer leaves: what ended
 * meanwhile, by whatever node, opens nothing.
 */
class AssumedCareTest extends ServerTest {

  private static final String DOCTOR = "care-doctor";

  private String patient;
  private String observation;

  /** A patient whom the doctor treats, and something that they have just read. */
  @BeforeEach
  void read() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner practitioner = new Practitioner();
    practitioner.setId(DOCTOR);
    TestRecords.put(people, practitioner);
    Patient known = new Patient();
    known.setId("care-patient");
    TestRecords.put(people, known);
    scribe().post("", people).ok(Bundle.class);
    Patient treated = new Patient();
    treated.addName().setFamily("Assumed" + UUID.randomUUID());
    patient = scribe().post("Patient", treated).ok(Patient.class).getIdElement().getIdPart();
    observation =
        "Observation/"
            + scribe()
                .post("Observation", new TestResources(patient, "care").observation("laboratory"))
                .ok(Observation.class)
                .getIdElement()
                .getIdPart();
    Encounter visit =
        new Encounter()
            .setStatus(Encounter.EncounterStatus.INPROGRESS)
            .setSubject(new Reference("Patient/" + patient));
    visit.getClass_().setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode").setCode("AMB");
    visit.addParticipant().setIndividual(new Reference("Practitioner/" + DOCTOR));
    scribe().post("Encounter", visit).ok(Encounter.class);
    assertThat(doctor().get(observation).status()).isEqualTo(200);
    assertThat(bean(CareRelation.class).remembered(DOCTOR, patient)).isPresent();
  }

  private Api doctor() {
    return Api.as(server(), DOCTOR, SECRET, "user/*.cruds");
  }

  /** As another node would. */
  private void endCare() {
    jdbc.update("delete from eqp_care_relation where patient_id = ?", patient);
  }

  private void breakGlass() {
    jdbc.update(
        "insert into eqp_care_relation (source, member, patient_id, kind, ended_at)"
            + " values (?, ?, ?, 'break-glass', ?)",
        "break-glass/" + UUID.randomUUID(),
        "Practitioner/" + DOCTOR,
        patient,
        OffsetDateTime.ofInstant(Instant.now().plus(1, ChronoUnit.HOURS), ZoneOffset.UTC));
  }

  /** What the log tells of the doctor's reads of this patient, oldest first. */
  private List<String> reads() {
    return jdbc.query(
        "select status, ground from eqp_access_event where patient = ? and person = ?"
            + " and door = 'READ' order by id",
        (row, number) -> row.getInt("status") + " " + row.getString("ground"),
        patient,
        "Practitioner/" + DOCTOR);
  }

  @Test
  void read_whenCareStands_thenShownAndToldAgain() {
    assertThat(doctor().get(observation).status()).isEqualTo(200);

    assertThat(reads()).containsExactly("200 CARE", "200 CARE");
  }

  @Test
  void read_whenCareHasJustEnded_thenAsIfItWereNotThere() {
    Api doctor = doctor();
    endCare();

    Api.Answer answer = doctor.get(observation);

    String never = "Observation/" + UUID.randomUUID();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo(doctor.get(never).body().replace(never, observation));
    assertThat(answer.header("ETag")).isEmpty();
    assertThat(reads()).containsExactly("200 CARE", "404 NONE");
  }

  @Test
  void read_whenCareHasJustEndedAndTheVersionIsKnown_thenAsIfItWereNotThere() {
    Api doctor = doctor();
    String tag = doctor.get(observation).header("ETag").orElseThrow();
    assertThat(statusOf(doctor, tag)).isEqualTo(304);
    endCare();

    assertThat(statusOf(doctor, tag)).isEqualTo(404);
  }

  @Test
  void read_whenOnlyABrokenGlassIsLeft_thenOnceMoreIsNeededAndTheGroundIsTold() {
    Api doctor = doctor();
    endCare();
    breakGlass();

    Api.Answer answer = doctor.get(observation);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).contains("0");
    assertThat(answer.issue().getDiagnostics()).contains("ask again");
    assertThat(doctor.get(observation).status()).isEqualTo(200);
    assertThat(reads().get(reads().size() - 1)).isEqualTo("200 BREAK_GLASS");
  }

  private int statusOf(Api doctor, String tag) {
    return doctor
        .exchange("GET", observation, "application/fhir+json", null, "If-None-Match", tag)
        .status();
  }

  @Test
  void read_whenCareEndedAndTheTokenWasRevoked_thenOnlyTheTokenIsTold() throws ParseException {
    // A token of its own: the others are shared by all tests.
    Matcher answer =
        Pattern.compile("\"access_token\":\"([^\"]+)\"")
            .matcher(Api.requestToken(server(), DOCTOR, SECRET, "user/*.cruds").body());
    assertThat(answer.find()).isTrue();
    Api doctor = Api.bearing(server(), answer.group(1));
    assertThat(doctor.get(observation).status()).isEqualTo(200);
    endCare();
    jdbc.update(
        "delete from eqp_access_token where jti = ?",
        SignedJWT.parse(answer.group(1)).getJWTClaimsSet().getJWTID());

    assertThat(doctor.get(observation).status()).isEqualTo(401);
  }
}
