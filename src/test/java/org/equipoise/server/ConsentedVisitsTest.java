package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.visits.TestVisits;
import org.equipoise.visits.Visit;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The notes of 40 real visits. Half of the patients refuse AI, a quarter withdraws in the middle,
 * and more is written afterwards: what each caller counts is what a plain model counts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentedVisitsTest extends ServerTest {

  private static final String ADVICE = "ai-decision-use";
  private static final String DOCUMENTATION = "ai-documentation";

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
    for (String id : List.of("flow-author", "flow-colleague")) {
      Practitioner practitioner = new Practitioner();
      practitioner.setId(id);
      TestRecords.put(people, practitioner);
    }
    for (int i = 0; i < patients; i++) {
      Patient patient = new Patient();
      patient.setId(TestClients.agreed(i));
      TestRecords.put(people, patient);
      TestRecords.put(people, visit(i));
      TestRecords.put(people, TestRecords.careTeam(TestClients.agreed(i), "flow-author"));
      TestRecords.put(people, TestRecords.careTeam(TestClients.agreed(i), "flow-colleague"));
    }
    scribe().post("", people).ok(Bundle.class);
    for (int i = 0; i < patients; i++) {
      decide(
          i,
          refuses(i)
              ? TestCalls.deny(DOCUMENTATION, ADVICE)
              : TestCalls.permit(DOCUMENTATION, ADVICE));
    }
    for (int i = 0; i < patients; i++) {
      for (String text : visits.get(i).aiNotes().values()) {
        notes.add(new Note(written(i, text), i, !refuses(i)));
      }
      if (withdraws(i)) {
        // In the middle of the others' visits.
        decide(i, TestCalls.deny(DOCUMENTATION, ADVICE));
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
    }
  }
}
