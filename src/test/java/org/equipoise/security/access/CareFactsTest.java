package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import org.equipoise.security.access.CareFacts.Fact;
import org.equipoise.security.access.CareFacts.Kind;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CareTeam.CareTeamStatus;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class CareFactsTest {

  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final Instant LEFT = Instant.parse("2026-01-01T11:00:00Z");
  private static final Instant END = Instant.parse("2026-01-02T10:00:00Z");

  private static Encounter encounter(EncounterStatus status) {
    Encounter encounter =
        new Encounter().setStatus(status).setSubject(new Reference("Patient/anna"));
    encounter.addParticipant().setIndividual(new Reference("Practitioner/dana"));
    encounter.getPeriod().setStart(Date.from(START));
    return encounter;
  }

  private static Fact fact(String member, Kind kind, Instant end) {
    return new Fact(member, "anna", kind, end);
  }

  @Test
  void of_whenEncounterIsOpen_thenWithoutEnd() {
    assertThat(CareFacts.of(encounter(EncounterStatus.INPROGRESS)))
        .containsExactly(fact("Practitioner/dana", Kind.ENCOUNTER, null));
  }

  @Test
  void of_whenEncounterIsOver_thenItsEndOrItsStart() {
    Encounter over = encounter(EncounterStatus.FINISHED);
    assertThat(CareFacts.of(over))
        .containsExactly(fact("Practitioner/dana", Kind.ENCOUNTER, START));

    over.getPeriod().setEnd(Date.from(END));
    assertThat(CareFacts.of(over)).containsExactly(fact("Practitioner/dana", Kind.ENCOUNTER, END));
  }

  @Test
  void of_whenSomebodyLeftEarlier_thenTheirEnd() {
    Encounter encounter = encounter(EncounterStatus.INPROGRESS);
    encounter.getParticipantFirstRep().getPeriod().setEnd(Date.from(LEFT));
    encounter.addParticipant().setIndividual(new Reference("PractitionerRole/nurse"));

    assertThat(CareFacts.of(encounter))
        .containsExactlyInAnyOrder(
            fact("Practitioner/dana", Kind.ENCOUNTER, LEFT),
            fact("PractitionerRole/nurse", Kind.ENCOUNTER, null));

    encounter.addParticipant().setIndividual(new Reference("Practitioner/dana"));
    assertThat(CareFacts.of(encounter))
        .as("took part twice")
        .contains(fact("Practitioner/dana", Kind.ENCOUNTER, null))
        .hasSize(2);
  }

  @Test
  void of_whenItNeverTookPlaceOrNamesNoClinicianHere_thenNothing() {
    assertThat(CareFacts.of(encounter(EncounterStatus.CANCELLED))).isEmpty();
    assertThat(CareFacts.of(encounter(EncounterStatus.ENTEREDINERROR))).isEmpty();
    Encounter family = encounter(EncounterStatus.INPROGRESS);
    family.getParticipantFirstRep().setIndividual(new Reference("RelatedPerson/brother"));
    assertThat(CareFacts.of(family)).isEmpty();
    Encounter elsewhere = encounter(EncounterStatus.INPROGRESS);
    elsewhere
        .getParticipantFirstRep()
        .setIndividual(new Reference("https://elsewhere.example/fhir/Practitioner/dana"));
    assertThat(CareFacts.of(elsewhere)).isEmpty();
    assertThat(CareFacts.of(new Observation())).isEmpty();
  }

  @Test
  void of_whenCareTeam_thenOnlyWhileActive() {
    CareTeam team = new CareTeam().setSubject(new Reference("Patient/anna"));
    team.addParticipant().setMember(new Reference("Practitioner/dana"));
    assertThat(CareFacts.of(team)).isEmpty();

    team.setStatus(CareTeamStatus.ACTIVE);
    assertThat(CareFacts.of(team)).containsExactly(fact("Practitioner/dana", Kind.CARE_TEAM, null));

    team.getPeriod().setEnd(Date.from(END));
    assertThat(CareFacts.of(team)).containsExactly(fact("Practitioner/dana", Kind.CARE_TEAM, END));

    team.setStatus(CareTeamStatus.INACTIVE);
    assertThat(CareFacts.of(team)).isEmpty();
  }

  @Test
  void of_whenPatientNamesADoctor_thenThatOne() {
    Patient patient = new Patient();
    patient.setId("Patient/anna/_history/3");
    patient.addGeneralPractitioner(new Reference("PractitionerRole/gp"));
    patient.addGeneralPractitioner(new Reference("Organization/clinic"));

    assertThat(CareFacts.of(patient))
        .containsExactly(fact("PractitionerRole/gp", Kind.GENERAL, null));
  }

  @Test
  void ofRole_whenInactive_thenNobodys() {
    PractitionerRole role =
        new PractitionerRole().setPractitioner(new Reference("Practitioner/dana"));
    assertThat(CareFacts.ofRole(role).orElseThrow().member()).isEqualTo("dana");
    assertThat(CareFacts.ofRole(role.setActive(false))).isEmpty();
  }
}
