package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.security.access.AccessProperties.Clinicians;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.scope.SmartScope.Permission;
import org.equipoise.server.ServerTest;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code equipoise.access.clinicians=organisation} and its default, over the same stored record: a
 * patient for whom nobody cares.
 */
class OrganisationWideTest extends ServerTest {

  private final String family = "Nobodys" + UUID.randomUUID().toString().substring(0, 8);
  private String patient;
  private Observation observation;

  @BeforeEach
  void record() {
    Patient stranger = new Patient();
    stranger.addName().setFamily(family);
    patient = scribe().post("Patient", stranger).ok(Patient.class).getIdElement().getIdPart();
    Observation weight = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    weight.getCode().setText("weight");
    weight.setSubject(new Reference("Patient/" + patient));
    observation = scribe().post("Observation", weight).ok(Observation.class);
  }

  private CareRelations care(Clinicians clinicians) {
    return new CareRelations(
        jdbc,
        bean(DaoRegistry.class),
        new AccessProperties(clinicians, Duration.ofDays(90), Duration.ofHours(4), false),
        Clock.systemUTC());
  }

  private AccessRules rules(Clinicians clinicians) {
    return new AccessRules(
        bean(FhirContext.class),
        care(clinicians),
        new ScopeQueries(
            bean(ISearchParamRegistry.class),
            bean(SearchParamMatcher.class),
            bean(EnforceableScopes.class)),
        clinicians,
        bean(StoredResources.class)::patientsOfDocumentsWith,
        bean(NeutralTasks.class),
        bean(SecondOpinions.class));
  }

  private static Caller doctor(String patientInContext, String... scopes) {
    return new Caller(
        "app",
        "subject",
        new IdType("Practitioner/nobodys-doctor"),
        patientInContext,
        Set.of(scopes));
  }

  private boolean reads(Clinicians clinicians, Caller caller) {
    AccessRules rules = rules(clinicians);
    return rules.isOpen(rules.viewer(caller), observation, EnumSet.of(Permission.READ));
  }

  private boolean writes(Clinicians clinicians, Caller caller) {
    AccessRules rules = rules(clinicians);
    return rules.mayWrite(rules.viewer(caller), observation, Permission.UPDATE, true);
  }

  @Test
  void record_whenOrganisation_thenOpenToEveryClinicianWithinTheirScopes() {
    assertThat(reads(Clinicians.ORGANISATION, doctor(null, "user/*.rs"))).isTrue();
    assertThat(writes(Clinicians.ORGANISATION, doctor(null, "user/*.cruds"))).isTrue();
    assertThat(reads(Clinicians.ORGANISATION, doctor(patient, "patient/*.rs"))).isTrue();
    assertThat(reads(Clinicians.ORGANISATION, doctor(null, "user/Patient.rs"))).isFalse();
    assertThat(writes(Clinicians.ORGANISATION, doctor(null, "user/*.rs"))).isFalse();
    assertThat(reads(Clinicians.ORGANISATION, doctor("another", "patient/*.rs"))).isFalse();
  }

  @Test
  void record_whenCareRelation_thenClosedToThemAll() {
    assertThat(reads(Clinicians.CARE_RELATION, doctor(null, "user/*.rs"))).isFalse();
    assertThat(writes(Clinicians.CARE_RELATION, doctor(null, "user/*.cruds"))).isFalse();
    assertThat(reads(Clinicians.CARE_RELATION, doctor(patient, "patient/*.rs"))).isFalse();
  }

  @Test
  void search_whenOrganisation_thenNeedsNoNarrowing() {
    assertThat(
            rules(Clinicians.ORGANISATION)
                .viewer(doctor(null, "user/*.rs"))
                .isUnlimited("Observation", Permission.SEARCH))
        .isTrue();
    assertThat(
            rules(Clinicians.CARE_RELATION)
                .viewer(doctor(null, "user/*.rs"))
                .isUnlimited("Observation", Permission.SEARCH))
        .isFalse();
  }

  @Test
  void picker_whenOrganisation_thenEveryPatientCanBeChosen() {
    assertThat(care(Clinicians.ORGANISATION).patientsOf("nobodys-doctor", family, 0, 10))
        .extracting(CareRelation.Entry::id)
        .containsExactly(patient);
    assertThat(care(Clinicians.ORGANISATION).reaches("nobodys-doctor", patient)).isTrue();
    assertThat(care(Clinicians.CARE_RELATION).patientsOf("nobodys-doctor", family, 0, 10))
        .isEmpty();
    assertThat(care(Clinicians.CARE_RELATION).reaches("nobodys-doctor", patient)).isFalse();
  }

  @Test
  void picker_whenNoNameIsAsked_thenOnesOwnPatientsAlone() {
    for (Clinicians clinicians : Clinicians.values()) {
      assertThat(care(clinicians).patientsOf("nobodys-doctor", " ", 0, 10))
          .as(clinicians.name())
          .isEmpty();
    }
  }

  @Test
  void grounds_whenSeveralPatients_thenOfEachAsAskedAlone() {
    String doctor = "grounds-" + UUID.randomUUID();
    Practitioner practitioner = new Practitioner();
    practitioner.setId(doctor);
    scribe().put(practitioner);
    CareTeam team = new CareTeam().setStatus(CareTeam.CareTeamStatus.ACTIVE);
    team.setSubject(new Reference("Patient/" + patient));
    team.addParticipant().setMember(new Reference("Practitioner/" + doctor));
    scribe().post("CareTeam", team);
    String other =
        scribe().post("Patient", new Patient()).ok(Patient.class).getIdElement().getIdPart();
    CareRelations care = care(Clinicians.CARE_RELATION);

    assertThat(care.grounds(doctor, List.of(patient, other)))
        .isEqualTo(Map.of(patient, Ground.CARE));
    care.grant(doctor, other, Instant.now().plusSeconds(60));
    care.grant(doctor, patient, Instant.now().plusSeconds(60));
    assertThat(care.grounds(doctor, List.of(patient, other)))
        .isEqualTo(Map.of(patient, Ground.CARE, other, Ground.BREAK_GLASS));
    assertThat(care.grounds(doctor, List.of())).isEmpty();
    assertThat(care(Clinicians.ORGANISATION).grounds(doctor, List.of(patient)))
        .isEqualTo(Map.of(patient, Ground.WHOLE_HOUSE));
  }
}
