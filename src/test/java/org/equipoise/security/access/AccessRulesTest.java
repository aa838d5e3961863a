package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.security.access.AccessProperties.Clinicians;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

  private static final Set<Permission> READ = Set.of(Permission.READ);

  /** Dana cares for Anna and Carl, not for Ben. */
  private static final CareRelation CARE =
      new CareRelation() {
        @Override
        public Optional<Ground> ground(String practitioner, String patient) {
          return patientsOf(practitioner).contains(patient)
              ? Optional.of(Ground.CARE)
              : Optional.empty();
        }

        @Override
        public Set<String> patientsOf(String practitioner) {
          return practitioner.equals("dana") ? Set.of("anna", "carl") : Set.of();
        }

        @Override
        public List<Entry> patientsOf(String practitioner, String name, int offset, int count) {
          return List.of();
        }
      };

  /** What a query is compared with is the text of the code; one for "chained" cannot be judged. */
  private static final AccessRules.Queries QUERIES =
      new AccessRules.Queries() {
        @Override
        public boolean match(SmartScope scope, Resource resource) {
          return resource instanceof Observation observation
              && scope.query().stream()
                  .allMatch(one -> one.value().equals(observation.getCode().getText()));
        }

        @Override
        public boolean canJudge(Set<String> scopes) {
          return scopes.stream().noneMatch(scope -> scope.contains("chained"));
        }
      };

  private final AccessRules rules = rules(Clinicians.CARE_RELATION);

  private static AccessRules rules(Clinicians clinicians) {
    return new AccessRules(
        FhirR4.context(),
        CARE,
        QUERIES,
        clinicians,
        binary -> binary.equals("scan") ? Set.of("anna") : Set.of(),
        NOTHING_ENTRUSTED,
        NOTHING_SHARED);
  }

  private static final SecondOpinions NOTHING_SHARED =
      new SecondOpinions() {
        @Override
        public Map<String, String> patientsOf(String asked, Collection<String> resources) {
          return Map.of();
        }

        @Override
        public boolean isAsked(String asked) {
          return false;
        }

        @Override
        public Set<String> requestsOf(String asked) {
          return Set.of();
        }

        @Override
        public Set<String> hiddenFrom(String asked) {
          return Set.of();
        }

        @Override
        public boolean showsVersion(String asked, String resource, long version) {
          return true;
        }

        @Override
        public Set<String> tellingOf(Set<String> documents) {
          return Set.of();
        }

        @Override
        public Optional<Answered> answered(String asked, Resource answer) {
          return Optional.empty();
        }
      };

  private static final NeutralTasks NOTHING_ENTRUSTED =
      new NeutralTasks(null) {
        @Override
        Optional<String> patientOf(String practitioner, String consent) {
          return Optional.empty();
        }
      };

  private static Caller caller(String user, String patient, String... scopes) {
    return new Caller(
        "app", "subject", user == null ? null : new IdType(user), patient, Set.of(scopes));
  }

  private static Observation observation(String patient, String code) {
    Observation observation = new Observation().setSubject(new Reference("Patient/" + patient));
    observation.getCode().setText(code);
    return observation;
  }

  private boolean reads(Caller caller, Resource resource) {
    return rules.isOpen(rules.viewer(caller), resource, READ);
  }

  private boolean writes(Caller caller, Resource resource, Permission permission) {
    return rules.mayWrite(rules.viewer(caller), resource, permission, true);
  }

  @Test
  void isOpen_whenClinicianHasAPatientInContext_thenEachScopeReachesItsOwn() {
    Caller both =
        caller(
            "Practitioner/dana", "anna", "patient/Observation.rs", "user/Observation.rs?code=lab");

    assertThat(reads(both, observation("anna", "any"))).as("patient/").isTrue();
    assertThat(reads(both, observation("carl", "lab"))).as("user/, its query").isTrue();
    assertThat(reads(both, observation("carl", "any"))).as("user/, not its query").isFalse();
    assertThat(reads(both, observation("ben", "lab"))).as("not cared for").isFalse();
  }

  @Test
  void isOpen_whenPatientScopeOfAClinician_thenThePatientInContextAloneAndOnlyWhileCaredFor() {
    assertThat(
            reads(caller("Practitioner/dana", "anna", "patient/*.rs"), observation("carl", "any")))
        .isFalse();
    assertThat(reads(caller("Practitioner/dana", "ben", "patient/*.rs"), observation("ben", "any")))
        .isFalse();
  }

  @Test
  void isOpen_whenScopesOfOneTypeAddUp_thenWhatAnyOneOpens() {
    Caller app =
        caller(
            "Patient/anna",
            "anna",
            "patient/Observation.r?code=lab",
            "patient/Observation.s?code=vital",
            "patient/Observation.r?code=social");

    assertThat(reads(app, observation("anna", "lab"))).isTrue();
    assertThat(reads(app, observation("anna", "social"))).isTrue();
    assertThat(reads(app, observation("anna", "vital"))).as("found, not read").isFalse();
    assertThat(reads(app, observation("ben", "lab"))).isFalse();
  }

  @Test
  void isOpen_whenAnotherIssuerGrantedWhatCannotBeJudged_thenItOpensNothing() {
    Caller app =
        caller("Patient/anna", "anna", "patient/Observation.r?chained=lab", "patient/Patient.r");

    assertThat(reads(app, observation("anna", "lab"))).isFalse();
    Patient anna = new Patient();
    anna.setId("anna");
    assertThat(reads(app, anna)).isTrue();
  }

  @Test
  void isOpen_whenOrganisationWide_thenEverybodys() {
    AccessRules wide = rules(Clinicians.ORGANISATION);

    assertThat(
            wide.isOpen(
                wide.viewer(caller("Practitioner/zoe", null, "user/*.rs")),
                observation("ben", "any"),
                READ))
        .isTrue();
    assertThat(
            wide.isOpen(
                wide.viewer(caller("Patient/anna", "anna", "user/*.rs")),
                observation("ben", "any"),
                READ))
        .as("a patient")
        .isFalse();
  }

  @Test
  void isOpen_whenScopeIsOfAnotherContext_thenWorthNothing() {
    assertThat(reads(caller("Practitioner/dana", null, "system/*.rs"), observation("anna", "x")))
        .isFalse();
    assertThat(reads(caller(null, null, "user/*.rs"), observation("anna", "x"))).isFalse();
    assertThat(reads(caller("RelatedPerson/r", null, "user/*.rs"), observation("anna", "x")))
        .isFalse();
  }

  @Test
  void isOpen_whenBinarySaysNotWhose_thenThosesWhoseDocumentsHoldIt() {
    Binary scan = new Binary();
    scan.setId("scan");
    Binary other = new Binary();
    other.setId("other");
    Caller anna = caller("Patient/anna", "anna", "patient/*.rs");

    assertThat(reads(anna, scan)).isTrue();
    assertThat(reads(anna, other)).isFalse();
    scan.setSecurityContext(new Reference("Patient/ben"));
    assertThat(reads(anna, scan)).as("it says that it is another's").isFalse();
  }

  @Test
  void isOpen_whenGroupHasOthers_thenOnlyToWhoReachesAllOfThem() {
    Group group = new Group();
    group.addMember().setEntity(new Reference("Patient/anna"));
    group.addMember().setEntity(new Reference("Patient/carl"));
    Caller dana = caller("Practitioner/dana", null, "user/*.rs");

    assertThat(reads(dana, group)).isTrue();
    assertThat(reads(caller("Patient/anna", "anna", "patient/*.rs"), group)).isFalse();
    group.addMember().setEntity(new Reference("Patient/ben"));
    assertThat(reads(dana, group)).isFalse();
  }

  @Test
  void isOwnIdentity_whenOnlyTheScopeFhirUser_thenThatOneResource() {
    Viewer viewer = rules.viewer(caller("Practitioner/dana", null, "openid", "fhirUser"));

    assertThat(viewer.isOwnIdentity("Practitioner", "dana")).isTrue();
    assertThat(viewer.isOwnIdentity("Practitioner", "zoe")).isFalse();
    assertThat(viewer.isOwnIdentity("Patient", "dana")).isFalse();
    assertThat(
            rules
                .viewer(caller("Practitioner/dana", null, "openid"))
                .isOwnIdentity("Practitioner", "dana"))
        .isFalse();
  }

  @Test
  void mayWrite_whenClinician_thenForThoseCaredForAndNewPatients() {
    Caller dana = caller("Practitioner/dana", null, "user/*.cruds");

    assertThat(writes(dana, observation("anna", "x"), Permission.CREATE)).isTrue();
    assertThat(writes(dana, observation("ben", "x"), Permission.CREATE)).isFalse();
    assertThat(writes(dana, new Observation(), Permission.CREATE)).as("about nobody").isFalse();
    assertThat(writes(dana, new Patient(), Permission.CREATE)).isTrue();
    assertThat(writes(dana, new Medication(), Permission.CREATE)).isTrue();
    Encounter visit = new Encounter().setSubject(new Reference("Patient/ben"));
    assertThat(writes(dana, visit, Permission.CREATE)).as("a way round").isFalse();
    for (Resource directory : List.of(new Practitioner(), new PractitionerRole())) {
      assertThat(writes(dana, directory, Permission.CREATE)).as(directory.fhirType()).isFalse();
    }
  }

  @Test
  void mayWrite_whenGranular_thenOnlyWhatMatches() {
    Caller dana = caller("Practitioner/dana", null, "user/Observation.cu?code=lab");

    assertThat(writes(dana, observation("anna", "lab"), Permission.UPDATE)).isTrue();
    assertThat(writes(dana, observation("anna", "other"), Permission.UPDATE)).isFalse();
    assertThat(writes(dana, observation("anna", "lab"), Permission.DELETE)).isFalse();
  }

  @Test
  void mayWrite_whenItTellsThatTheGlassWasBroken_thenNobodyChangesIt() {
    Communication message =
        (Communication)
            BreakGlass.record(
                    new IdType("Practitioner/dana"),
                    "anna",
                    new BreakGlass.Reason(new Coding(), "because I must"),
                    Instant.EPOCH,
                    Instant.EPOCH)
                .getEntryFirstRep()
                .getResource();

    for (Permission permission : Permission.values()) {
      assertThat(writes(caller("Practitioner/dana", null, "user/*.cruds"), message, permission))
          .isFalse();
    }
    assertThat(reads(caller("Patient/anna", "anna", "patient/*.rs"), message)).isTrue();
  }

  @Test
  void grants_whenScopesAreUnderstood_thenByTypeAndPermission() {
    Viewer viewer =
        rules.viewer(caller("Practitioner/dana", "anna", "user/*.r", "patient/Observation.s"));

    assertThat(
            viewer.grants("Observation", Set.of(Permission.READ, Permission.SEARCH)).stream()
                .map(grant -> grant.reach().name())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("CARED_FOR", "PATIENT");
    assertThat(viewer.isAllowed("Condition", Permission.SEARCH)).isFalse();
    assertThat(viewer.isUnlimited("Condition", Permission.READ)).isFalse();
  }
}
