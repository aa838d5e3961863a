package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.fhir.Canonical;
import org.equipoise.visits.TestVisits;
import org.equipoise.visits.Visit;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The notes of 40 real visits. Half of the patients refuse AI, a quarter takes its yes back in the
 * middle, an eighth shares nothing with other organisations, and more is written afterwards: what
 * each caller counts is what a plain model counts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentedVisitsTest extends ServerTest {

  private static final String ADVICE = "ai-decision-use";
  private static final String DOCUMENTATION = "ai-documentation";
  private static final String FOREIGN = "visits-foreign";

  /** A note, and all that the model knows of it. */
  private record Note(String id, int patient, boolean permitted) {}

  private final List<Note> notes = new ArrayList<>();
  private int patients;

  @BeforeAll
  void write() throws Exception {
    List<Visit> visits = TestVisits.real();
    patients = visits.size();
    assertThat(patients).isEqualTo(TestClients.AGREED);
    writeHousehold();
    Bundle people = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (String id : List.of("flow-author", "flow-colleague", FOREIGN)) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      TestRecords.put(people, practitioner);
    }
    Organization other = new Organization().setActive(true).setName("Other Clinic");
    other.setId("other-clinic");
    TestRecords.put(people, other);
    PractitionerRole role = new PractitionerRole().setActive(true);
    role.setId(FOREIGN + "-role");
    role.setPractitioner(new Reference("Practitioner/" + FOREIGN));
    role.setOrganization(new Reference("Organization/other-clinic"));
    TestRecords.put(people, role);
    for (int i = 0; i < patients; i++) {
      Patient patient = new Patient();
      patient.setId(TestClients.agreed(i));
      TestRecords.put(people, patient);
      TestRecords.put(people, visit(i));
      TestRecords.put(people, TestRecords.careTeam(TestClients.agreed(i), "flow-author"));
      TestRecords.put(people, TestRecords.careTeam(TestClients.agreed(i), "flow-colleague"));
      TestRecords.put(people, TestRecords.careTeam(TestClients.agreed(i), FOREIGN));
    }
    scribe().post("", people).ok(Bundle.class);
    for (int i = 0; i < patients; i++) {
      decide(
          i,
          refuses(i)
              ? TestCalls.deny(DOCUMENTATION, ADVICE)
              : TestCalls.permit(DOCUMENTATION, ADVICE));
      if (keepsToHouse(i)) {
        decide(i, TestCalls.deny("ai-sharing"));
      }
    }
    for (int i = 0; i < patients; i++) {
      for (String text : visits.get(i).aiNotes().values()) {
        notes.add(new Note(written(i, text), i, !refuses(i)));
      }
      if (withdraws(i)) {
        // In the middle of the others' visits.
        withdraw(i);
      }
    }
    for (int i = 0; i < patients; i++) {
      String text = visits.get(i).aiNotes().values().iterator().next();
      notes.add(new Note(written(i, text), i, !refuses(i) && !withdraws(i)));
    }
  }

  private static boolean refuses(int patient) {
    return patient % 2 == 0;
  }

  private static boolean withdraws(int patient) {
    return patient % 4 == 1;
  }

  /** Of those who permit to the end, and of those who take it back, one half each. */
  private static boolean keepsToHouse(int patient) {
    return patient % 8 == 1 || patient % 8 == 3;
  }

  private static Encounter visit(int patient) {
    Encounter visit = new Encounter().setStatus(Encounter.EncounterStatus.INPROGRESS);
    visit.setId(TestClients.agreed(patient) + "-talk");
    visit.getClass_().setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode").setCode("AMB");
    visit.setSubject(new Reference("Patient/" + TestClients.agreed(patient)));
    visit.addParticipant().setIndividual(new Reference("Practitioner/flow-author"));
    return visit;
  }

  private Api self(int patient) {
    return Api.as(server(), TestClients.agreed(patient), SECRET, "patient/*.cruds");
  }

  private Api person(String id) {
    return Api.as(server(), id, SECRET, "user/*.cruds");
  }

  private Api advisor() {
    return Api.as(server(), "ai-advisor", SECRET, "system/*.cruds");
  }

  private void decide(int patient, Parameters decision) {
    self(patient)
        .post("Patient/" + TestClients.agreed(patient) + "/$decide-ai-use", decision)
        .ok(Parameters.class);
  }

  private void withdraw(int patient) {
    Parameters body = new Parameters();
    for (String purpose : List.of(DOCUMENTATION, ADVICE)) {
      TestCalls.with(
          body, "purpose", new Coding().setSystem(Canonical.System.AI_PURPOSE).setCode(purpose));
    }
    Parameters answer =
        self(patient)
            .post("Patient/" + TestClients.agreed(patient) + "/$withdraw-consent", body)
            .ok(Parameters.class);
    assertThat(
            answer.getParameter().stream()
                .filter(parameter -> parameter.getName().equals("return")))
        .as("what " + TestClients.agreed(patient) + " takes back")
        .hasSize(2);
  }

  private String written(int patient, String text) {
    DocumentReference note = TestRecords.plainNote(TestClients.agreed(patient));
    note.getContentFirstRep().getAttachment().setData(text.getBytes(StandardCharsets.UTF_8));
    note.getContext()
        .addEncounter(new Reference("Encounter/" + TestClients.agreed(patient) + "-talk"));
    Api.Answer answer = scribe().post("DocumentReference", note);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new IdType(answer.header("Location").orElseThrow()).getIdPart();
  }

  private long model(Predicate<Note> sees) {
    return notes.stream().filter(sees).count();
  }

  /** What a caller counts of all these patients, by the total and by walking through the pages. */
  private long counted(Api as) {
    String all =
        "DocumentReference?patient="
            + IntStream.range(0, patients)
                .mapToObj(i -> "Patient/" + TestClients.agreed(i))
                .collect(Collectors.joining(","));
    int total = as.get(all + "&_summary=count").ok(Bundle.class).getTotal();
    List<String> walked = new ArrayList<>();
    String next = all + "&_count=17";
    while (next != null) {
      Bundle page = as.get(next).ok(Bundle.class);
      page.getEntry().forEach(entry -> walked.add(entry.getResource().getIdElement().getIdPart()));
      next =
          page.getLink(Bundle.LINK_NEXT) == null
              ? null
              : page.getLink(Bundle.LINK_NEXT).getUrl().replaceFirst(".*/fhir/?", "");
    }
    assertThat(walked).hasSize(total).doesNotHaveDuplicates();
    return total;
  }

  @Test
  void count_whenScribeOrColleague_thenWhatWasPermittedWhenItWasWritten() {
    long permitted = model(Note::permitted);

    assertThat(permitted).isBetween(1L, notes.size() - 1L);
    assertThat(counted(scribe())).isEqualTo(permitted);
    assertThat(counted(person("flow-colleague"))).isEqualTo(permitted);
  }

  @Test
  void count_whenResponsibleClinician_thenWhatWaitsForThePatientToo() {
    assertThat(counted(person("flow-author"))).isEqualTo(notes.size());
  }

  @Test
  void count_whenAi_thenOfThoseWhoPermitItsPurposeNow() {
    assertThat(counted(advisor()))
        .isEqualTo(
            model(
                note ->
                    note.permitted() && !refuses(note.patient()) && !withdraws(note.patient())));
  }

  @Test
  void count_whenOfAnotherOrganisation_thenWithoutThoseWhoDoNotShare() {
    long shared = model(note -> note.permitted() && !keepsToHouse(note.patient()));

    assertThat(shared).isBetween(1L, model(Note::permitted) - 1);
    assertThat(counted(person(FOREIGN))).isEqualTo(shared);
    assertThat(counted(Api.as(server(), "other-clinic", SECRET, "system/*.cruds")))
        .isEqualTo(shared);
  }

  @Test
  void count_whenPatient_thenAllOfTheirOwn() {
    for (int i = 0; i < patients; i++) {
      int patient = i;
      assertThat(
              self(i)
                  .get("DocumentReference?patient=" + TestClients.agreed(i) + "&_summary=count")
                  .ok(Bundle.class)
                  .getTotal())
          .isEqualTo((int) model(note -> note.patient() == patient));
    }
  }

  @Test
  void read_whenEachNoteIsAskedFor_thenTheSameAsCounted() {
    for (Note note : notes) {
      String path = "DocumentReference/" + note.id();
      assertThat(scribe().get(path).status()).isEqualTo(note.permitted() ? 200 : 404);
      assertThat(advisor().get(path).status())
          .isEqualTo(note.permitted() && !withdraws(note.patient()) ? 200 : 404);
      assertThat(person(FOREIGN).get(path).status())
          .isEqualTo(note.permitted() && !keepsToHouse(note.patient()) ? 200 : 404);
    }
  }
}
