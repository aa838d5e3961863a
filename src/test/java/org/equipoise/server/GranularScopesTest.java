package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.fhir.Canonical;
import org.equipoise.security.ServerAddress;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Tokens with granular scopes, such as {@code patient/Observation.rs?category=...|laboratory}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GranularScopesTest extends ServerTest {

  private static final String CODES = "http://granular.example/codes";
  private static final String LAB =
      "category=" + TestResources.OBSERVATION_CATEGORY + "|laboratory";
  private static final String VITAL =
      "category=" + TestResources.OBSERVATION_CATEGORY + "|vital-signs";
  private static final String SUGAR = "code=" + CODES + "|sugar";

  @Autowired private ServerAddress address;

  /** What stands in the record: name to id. */
  private final Map<String, String> ids = new LinkedHashMap<>();

  @BeforeAll
  void record() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Practitioner doctor = new Practitioner();
    doctor.setId("granular-doctor");
    TestRecords.put(people, doctor);
    for (String id : List.of("granular-patient", "granular-other", "granular-foreign")) {
      Patient patient = new Patient();
      patient.setId(id);
      TestRecords.put(people, patient);
    }
    TestRecords.put(people, TestRecords.careTeam("granular-patient", "granular-doctor"));
    TestRecords.put(people, TestRecords.careTeam("granular-other", "granular-doctor"));
    scribe().post("", people).ok(Bundle.class);
    add("lab-sugar", "granular-patient", "laboratory", "sugar");
    add("lab-salt", "granular-patient", "laboratory", "salt");
    add("vital-pulse", "granular-patient", "vital-signs", "pulse");
    add("social-sugar", "granular-patient", "social-history", "sugar");
    add("social-job", "granular-patient", "social-history", "job");
    add("other-lab-sugar", "granular-other", "laboratory", "sugar");
    add("other-vital-pulse", "granular-other", "vital-signs", "pulse");
    add("foreign-lab-sugar", "granular-foreign", "laboratory", "sugar");
  }

  private void add(String name, String patient, String category, String code) {
    ids.put(
        name,
        scribe()
            .post("Observation", observation(patient, category, code))
            .ok(Observation.class)
            .getIdElement()
            .getIdPart());
  }

  private static Observation observation(String patient, String category, String code) {
    Observation observation = new TestResources(patient, "granular").observation(category);
    observation.setCode(
        new CodeableConcept()
            .addCoding(new Coding(CODES, code, null))
            // What patients write has a code that everybody knows.
            .addCoding(new Coding(Canonical.System.LOINC, "75325-1", "Symptom")));
    observation.setEffective(TestContributions.moment());
    observation.addPerformer(new Reference("Patient/" + patient));
    return observation;
  }

  private Api patientWith(String... scopes) {
    return Api.as(server(), "granular-patient", SECRET, String.join(" ", scopes));
  }

  private Api doctorWith(String... scopes) {
    return Api.as(server(), "granular-doctor", SECRET, String.join(" ", scopes));
  }

  /** Names of the record's Observations that a search finds; the total must be their number. */
  private Set<String> found(Api api, String search) {
    Bundle bundle = api.get(search).ok(Bundle.class);
    Set<String> found = new TreeSet<>();
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      ids.forEach(
          (name, id) -> {
            if (entry.getResource().getIdElement().getIdPart().equals(id)) {
              found.add(name);
            }
          });
    }
    assertThat(bundle.getTotal()).as("total of " + search).isEqualTo(found.size());
    assertThat(bundle.getEntry()).as("entries of " + search).hasSize(found.size());
    return found;
  }

  private Set<String> readable(Api api) {
    Set<String> readable = new TreeSet<>();
    ids.forEach(
        (name, id) -> {
          int status = api.get("Observation/" + id).status();
          assertThat(status).as(name).isIn(200, 404);
          if (status == 200) {
            readable.add(name);
          }
        });
    return readable;
  }

  private static final String ALL = "Observation?_count=100&_total=accurate";

  @Test
  void scope_whenOneQuery_thenReadsAndSearchesGiveWhatMatches() {
    Api app = patientWith("patient/Observation.rs?" + LAB);

    assertThat(found(app, ALL)).containsExactly("lab-salt", "lab-sugar");
    assertThat(readable(app)).containsExactly("lab-salt", "lab-sugar");
    assertThat(found(app, ALL + "&" + encoded(SUGAR))).containsExactly("lab-sugar");
    assertThat(found(app, ALL + "&" + encoded(VITAL))).isEmpty();
    assertThat(app.get("Condition").status()).isEqualTo(403);
  }

  private static String encoded(String query) {
    return query.replace("|", "%7C");
  }

  @Test
  void scope_whenVersionOne_thenTheSame() {
    assertThat(found(patientWith("patient/Observation.read?" + LAB), ALL))
        .containsExactly("lab-salt", "lab-sugar");
  }

  @Test
  void scope_whenSeveralQueriesOnOneParameter_thenTheyAddUp() {
    Api app = patientWith("patient/Observation.rs?" + LAB, "patient/Observation.rs?" + VITAL);

    assertThat(found(app, ALL)).containsExactly("lab-salt", "lab-sugar", "vital-pulse");
    assertThat(readable(app)).containsExactly("lab-salt", "lab-sugar", "vital-pulse");
  }

  @Test
  void scope_whenQueriesOnDifferentParameters_thenTheyAddUp() {
    Api app = patientWith("patient/Observation.rs?" + VITAL, "patient/Observation.rs?" + SUGAR);

    assertThat(found(app, ALL)).containsExactly("lab-sugar", "social-sugar", "vital-pulse");
    assertThat(readable(app)).containsExactly("lab-sugar", "social-sugar", "vital-pulse");
    assertThat(found(app, ALL + "&" + encoded(LAB))).containsExactly("lab-sugar");
    Bundle page =
        app.get("Observation?_count=2&_total=accurate&_sort=-_lastUpdated").ok(Bundle.class);
    assertThat(page.getTotal()).isEqualTo(3);
    assertThat(page.getEntry()).hasSize(2);
    assertThat(
            app.get("Observation?_count=2&_offset=2&_sort=-_lastUpdated")
                .ok(Bundle.class)
                .getEntry())
        .hasSize(1);
  }

  @Test
  void scope_whenSeveralConditions_thenAllOfThem() {
    Api app = patientWith("patient/Observation.rs?" + LAB + "&" + SUGAR);

    assertThat(found(app, ALL)).containsExactly("lab-sugar");
    assertThat(readable(app)).containsExactly("lab-sugar");
    assertThat(
            found(
                patientWith(
                    "patient/Observation.rs?" + LAB + "&" + SUGAR,
                    "patient/Observation.rs?" + VITAL),
                ALL))
        .containsExactly("lab-sugar", "vital-pulse");
  }

  @Test
  void scope_whenAWiderOneIsHeldToo_thenTheWiderCounts() {
    assertThat(found(patientWith("patient/Observation.rs?" + LAB, "patient/Observation.rs"), ALL))
        .hasSize(5);
  }

  @Test
  void scope_whenReadAndSearchDiffer_thenEachDoorHasItsOwn() {
    Api app = patientWith("patient/Observation.r?" + LAB, "patient/Observation.s?" + VITAL);

    assertThat(readable(app)).containsExactly("lab-salt", "lab-sugar");
    assertThat(found(app, ALL)).containsExactly("vital-pulse");
  }

  @Test
  void scope_whenOfAClinician_thenWithinTheirPatients() {
    Api app = doctorWith("user/Observation.rs?" + SUGAR);

    assertThat(found(app, ALL)).containsExactly("lab-sugar", "other-lab-sugar", "social-sugar");
    assertThat(readable(app)).containsExactly("lab-sugar", "other-lab-sugar", "social-sugar");
    assertThat(found(app, ALL + "&patient=granular-other")).containsExactly("other-lab-sugar");
    assertThat(found(app, ALL + "&patient=granular-foreign")).isEmpty();
    assertThat(
            found(doctorWith("user/Observation.rs?" + SUGAR, "user/Observation.rs?" + VITAL), ALL))
        .containsExactly(
            "lab-sugar", "other-lab-sugar", "other-vital-pulse", "social-sugar", "vital-pulse");
  }

  /** The doctor's app, started about {@code granular-patient}. */
  private Api launchedWith(String... scopes) {
    return Api.bearing(
        server(),
        TestClients.ISSUER.signed(
            new JWTClaimsSet.Builder()
                .issuer(TestClients.ISSUER.address())
                .subject("doctor")
                .audience(address.fhirBase())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .claim("azp", "their-app")
                .claim("fhirUser", "Practitioner/granular-doctor")
                .claim("patient", "granular-patient")
                .claim("scp", String.join(" ", scopes))
                .build()));
  }

  @Test
  void scope_whenContextsDiffer_thenEachWithinItsReach() {
    Api app = launchedWith("patient/Observation.rs?" + VITAL, "user/Observation.rs?" + LAB);
    Set<String> due = Set.of("lab-salt", "lab-sugar", "other-lab-sugar", "vital-pulse");
    assertThat(found(app, ALL)).isEqualTo(due);
    assertThat(readable(app)).isEqualTo(due);

    app = launchedWith("patient/Observation.rs", "user/Observation.rs?" + SUGAR);
    due =
        Set.of(
            "lab-salt",
            "lab-sugar",
            "other-lab-sugar",
            "social-job",
            "social-sugar",
            "vital-pulse");
    assertThat(found(app, ALL)).isEqualTo(due);
    assertThat(readable(app)).isEqualTo(due);

    app = launchedWith("patient/Observation.rs");
    due = Set.of("lab-salt", "lab-sugar", "social-job", "social-sugar", "vital-pulse");
    assertThat(found(app, ALL)).isEqualTo(due);
    assertThat(readable(app)).isEqualTo(due);
  }

  @Test
  void scope_whenAnotherIssuerGrantsWhatCannotBeEnforced_thenItOpensNothing() {
    Api app =
        launchedWith(
            "patient/Observation.rs?date=2020-01-01", "patient/Observation.rs?patient.name=x");

    assertThat(app.get("Observation").status()).isEqualTo(403);
    assertThat(app.get("Observation/" + ids.get("lab-sugar")).status()).isEqualTo(403);
  }

  @Test
  void scope_whenOfAService_thenWithinEverybody() {
    Api service = Api.as(server(), "demo-scribe", "demo", "system/Observation.rs?" + SUGAR);

    assertThat(found(service, ALL + "&" + encoded(SUGAR)))
        .containsExactly("foreign-lab-sugar", "lab-sugar", "other-lab-sugar", "social-sugar");
    assertThat(readable(service)).hasSize(4);
    assertThat(service.get("Observation?subject.family=x").status()).isEqualTo(403);
    assertThat(
            service
                .exchange("DELETE", "Observation?code=x", "application/fhir+json", null)
                .status())
        .isEqualTo(403);
  }

  @Test
  void write_whenGranular_thenBothWhatItWasAndWhatItWillBeMatch() {
    Api app = patientWith("patient/Observation.cu?" + LAB, "patient/Observation.rs");

    assertThat(app.post("Observation", observation("granular-patient", "laboratory", "x")).status())
        .isEqualTo(201);
    assertThat(
            app.post("Observation", observation("granular-patient", "vital-signs", "x")).status())
        .isEqualTo(403);
    Observation mine =
        app.post("Observation", observation("granular-patient", "laboratory", "y"))
            .ok(Observation.class);
    assertThat(app.put(mine.setValue(new StringType("2"))).status()).isEqualTo(200);
    mine.getCategoryFirstRep().getCodingFirstRep().setCode("vital-signs");
    assertThat(app.put(mine).status()).as("leaves the query").isEqualTo(403);
    Observation other = scribe().get("Observation/" + ids.get("social-job")).ok(Observation.class);
    other.getCategoryFirstRep().getCodingFirstRep().setCode("laboratory");
    assertThat(app.put(other).status()).as("enters the query").isEqualTo(403);
    for (String code : List.of("x", "y")) {
      scribe()
          .get("Observation?code=" + CODES + "%7C" + code)
          .ok(Bundle.class)
          .getEntry()
          .forEach(
              entry ->
                  scribe().delete("Observation/" + entry.getResource().getIdElement().getIdPart()));
    }
  }

  @Test
  void include_whenItWouldShowWhatTheQueryLeavesOut_thenNot() {
    Observation member = observation("granular-patient", "laboratory", "panel");
    member.addHasMember(new Reference("Observation/" + ids.get("social-job")));
    member.addHasMember(new Reference("Observation/" + ids.get("lab-salt")));
    String id =
        scribe().post("Observation", member).ok(Observation.class).getIdElement().getIdPart();
    Bundle found =
        patientWith("patient/Observation.rs?" + LAB)
            .get("Observation?_id=" + id + "&_include=Observation:has-member")
            .ok(Bundle.class);
    scribe().delete("Observation/" + id);

    assertThat(
            found.getEntry().stream()
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                .toList())
        .containsExactlyInAnyOrder(id, ids.get("lab-salt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "patient/Observation.rs?patient.family=x",
        "patient/Observation.rs?_has:Provenance:target:agent=x",
        "patient/Observation.rs?category:not=x",
        "patient/Observation.rs?category=a,b",
        "patient/Observation.rs?date=2020",
        "patient/Observation.rs?nonsense=x",
        "patient/*.rs?category=x",
        "patient/Observation.rs?encounter=Encounter/1 patient/Observation.rs?code=x"
      })
  void token_whenScopeCannotBeEnforced_thenInvalidScope(String scopes) {
    var answer = Api.requestToken(server(), "granular-patient", SECRET, scopes);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_scope").contains("error_description");
  }

  @Test
  void search_whenClientSendsAFilter_thenRefused() {
    assertThat(
            patientWith("patient/Observation.rs").get("Observation?_filter=code%20eq%20x").status())
        .isEqualTo(400);
    assertThat(scribe().get("Observation?_filter=code%20eq%20x").status()).isEqualTo(400);
  }
}
