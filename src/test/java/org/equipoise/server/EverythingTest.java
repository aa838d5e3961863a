package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code Patient/[id]/$everything}. Who may see what by it, {@link AccessMatrixOfEveryTypeTest}.
 */
class EverythingTest extends OperationTest {

  private static final String PATIENT = "about-kim";
  private static final String EVERYTHING = "Patient/" + PATIENT + "/$everything";

  @BeforeEach
  void aRecord() {
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    Patient patient = new Patient();
    patient.setId(PATIENT);
    patient.addName().setFamily("Kim");
    TestRecords.put(people, patient);
    Practitioner doctor = new Practitioner();
    doctor.setId("about-doctor");
    TestRecords.put(people, doctor);
    TestRecords.put(people, TestRecords.careTeam(PATIENT, "about-doctor"));
    scribe().post("", people).ok(Bundle.class);
    permitDocumentation(kim(), PATIENT);
    if (search(Observation.class, "Observation?patient=" + PATIENT).isEmpty()) {
      newNote(PATIENT);
      for (int i = 0; i < 7; i++) {
        Observation observation = new Observation().setStatus(Observation.ObservationStatus.FINAL);
        observation.getCode().setText("pulse " + i);
        observation.setSubject(new Reference("Patient/" + PATIENT));
        scribe().post("Observation", observation).ok(Observation.class);
      }
      ListResource list =
          new ListResource()
              .setStatus(ListResource.ListStatus.CURRENT)
              .setMode(ListResource.ListMode.WORKING)
              .setSubject(new Reference("Patient/" + PATIENT));
      scribe().post("List", list).ok(ListResource.class);
      for (String words : List.of("I sing", "I sing and dance")) {
        Parameters said = TestCalls.with(new Parameters(), "language", new CodeType("en"));
        Parameters.ParametersParameterComponent part = said.addParameter().setName("part");
        part.addPart().setName("code").setValue(new CodeType("what-matters"));
        part.addPart().setName("text").setValue(new StringType(words));
        kim().post("Patient/" + PATIENT + "/$about-me", said).ok(Parameters.class);
      }
    }
  }

  private Api kim() {
    return Api.as(server(), "about-kim", SECRET, "patient/*.cruds");
  }

  private static List<Resource> matches(Bundle bundle) {
    return bundle.getEntry().stream()
        .filter(entry -> entry.getSearch().getMode() == SearchEntryMode.MATCH)
        .map(BundleEntryComponent::getResource)
        .toList();
  }

  private static List<String> keys(List<Resource> resources) {
    return resources.stream().map(OperationTest::reference).toList();
  }

  @Test
  void everything_whenPatientAsks_thenAboutMeFirstThenThePatientThenAllTheRestOnce() {
    Bundle bundle = kim().get(EVERYTHING).ok(Bundle.class);

    List<Resource> found = matches(bundle);
    assertThat(text((DocumentReference) found.get(0))).contains("I sing and dance");
    assertThat(found.get(1)).isInstanceOf(Patient.class);
    assertThat(found)
        .extracting(Resource::fhirType)
        .contains("CareTeam", "Consent", "DocumentReference", "Observation", "Provenance")
        .doesNotContain("AuditEvent");
    assertThat(keys(found)).doesNotHaveDuplicates();
    Resource last = found.get(found.size() - 1);
    assertThat(text((DocumentReference) last)).as("what they said before").contains("I sing");
    assertThat(bundle.getEntry())
        .filteredOn(entry -> entry.getSearch().getMode() == SearchEntryMode.INCLUDE)
        .extracting(entry -> reference(entry.getResource()))
        .contains(TestRecords.SCRIBE_DEVICE, TestRecords.CLINIC, TestRecords.MODEL_CARD);
    assertThat(bundle.getEntry()).allMatch(entry -> entry.hasFullUrl());
  }

  @Test
  void everything_whenComparedWithSearches_thenTheSameResources() {
    List<String> all = keys(matches(kim().get(EVERYTHING + "?_count=500").ok(Bundle.class)));

    for (String type :
        List.of(
            "CareTeam",
            "Consent",
            "DocumentReference",
            "List",
            "Observation",
            "Provenance",
            "Task")) {
      List<String> searched =
          kim()
              .get(
                  type
                      + "?_count=500&"
                      + (type.equals("Provenance") ? "record-patient" : "patient")
                      + "="
                      + PATIENT)
              .ok(Bundle.class)
              .getEntry()
              .stream()
              .map(entry -> reference(entry.getResource()))
              .toList();
      assertThat(all.stream().filter(one -> one.startsWith(type + "/")))
          .as(type)
          .containsExactlyInAnyOrderElementsOf(searched);
    }
  }

  @Test
  void pages_whenFollowed_thenEachResourceOnceInTheOrderOfTheWhole() {
    List<String> whole = keys(matches(kim().get(EVERYTHING + "?_count=500").ok(Bundle.class)));
    for (int count : new int[] {1, 3, whole.size()}) {
      List<String> paged = new ArrayList<>();
      String path = EVERYTHING + "?_count=" + count;
      while (path != null) {
        Bundle page = kim().get(path).ok(Bundle.class);
        assertThat(matches(page)).hasSizeLessThanOrEqualTo(count).isNotEmpty();
        paged.addAll(keys(matches(page)));
        path =
            page.getLink("next") == null
                ? null
                : page.getLink("next").getUrl().substring((server() + "/fhir/").length());
      }
      assertThat(paged).as("by " + count).isEqualTo(whole);
    }
  }

  @Test
  void page_whenLinkIsAnothers_thenNothingOfTheirs() {
    String next = kim().get(EVERYTHING + "?_count=1").ok(Bundle.class).getLink("next").getUrl();
    String path = next.substring((server() + "/fhir/").length());

    assertThat(patient("anna").get(path).status()).isEqualTo(404);
    assertThat(anonymous().get(path).status()).isEqualTo(401);
  }

  @Test
  void everything_whenTypesOrTimeAreNamed_thenThoseAlone() {
    Bundle some = kim().get(EVERYTHING + "?_type=Observation,CareTeam").ok(Bundle.class);
    Set<String> types = new LinkedHashSet<>();
    matches(some).forEach(one -> types.add(one.fhirType()));
    assertThat(types).containsExactlyInAnyOrder("CareTeam", "Observation");

    String future = Instant.now().plusSeconds(60).toString();
    assertThat(matches(kim().get(EVERYTHING + "?_since=" + future).ok(Bundle.class))).isEmpty();
    Parameters body = TestCalls.with(new Parameters(), "_type", new CodeType("Patient"));
    TestCalls.with(body, "_count", new IntegerType(5));
    assertThat(keys(matches(kim().post(EVERYTHING, body).ok(Bundle.class))))
        .containsExactly("Patient/" + PATIENT);
  }

  @Test
  void everything_whenScopesAreFew_thenTheRestIsLeftOutAndSaid() {
    Api few = Api.as(server(), "about-kim", SECRET, "patient/Patient.r patient/Observation.rs");

    Bundle bundle = few.get(EVERYTHING).ok(Bundle.class);

    Set<String> types = new LinkedHashSet<>();
    matches(bundle).forEach(one -> types.add(one.fhirType()));
    assertThat(types).containsExactly("Patient", "Observation");
    OperationOutcome outcome =
        (OperationOutcome) bundle.getEntry().get(bundle.getEntry().size() - 1).getResource();
    assertThat(outcome.getIssue())
        .extracting(issue -> issue.getDiagnostics())
        .anyMatch(text -> text.contains("DocumentReference.s"))
        .noneMatch(text -> text.contains("Observation.s"));
    assertThat(
            Api.as(server(), "about-kim", SECRET, "patient/Observation.rs")
                .get(EVERYTHING)
                .status())
        .isEqualTo(403);
  }

  @Test
  void everything_whenClinician_thenOfThoseWhomTheyCareFor() {
    Api doctor = Api.as(server(), "about-doctor", SECRET, "user/*.cruds");

    List<Resource> found = matches(doctor.get(EVERYTHING).ok(Bundle.class));

    assertThat(found.get(0).getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, "PATAST"))
        .isNotNull();
    assertThat(doctor.get("Patient/ben/$everything").status()).isEqualTo(404);
    assertThat(doctor.get("Patient/nobody-at-all/$everything").status()).isEqualTo(404);
  }

  @Test
  void everything_whenAskedOfAllPatients_thenNotOffered() {
    assertThat(kim().get("Patient/$everything").status()).isGreaterThanOrEqualTo(400);
    assertThat(scribe().get("Patient/$everything").status()).isGreaterThanOrEqualTo(400);
    assertThat(scribe().post("Patient/$everything", new Parameters()).status())
        .isGreaterThanOrEqualTo(400);
  }

  @Test
  void everything_whenInputIsBad_thenNamed() {
    for (String query :
        List.of(
            "_type=AuditEvent",
            "_type=Nonsense",
            "_since=yesterday",
            "_since=2026-11-22",
            "_count=0",
            "_count=many",
            "_offset=-1",
            "_from=Elsewhere",
            "_count=1&_count=2",
            "start=2026-01-01")) {
      assertRefused(400, () -> kim().get(EVERYTHING + "?" + query), query.split("[=]")[0]);
    }
  }
}
