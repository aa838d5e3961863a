package org.equipoise.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.equipoise.server.Api;
import org.equipoise.server.ServerTest;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a newcomer finds, by the eyes of the demo's patient. */
class DemoRecordTest extends ServerTest {

  private static final List<String> SEARCHES =
      List.of(
          "Patient?_id=demo-patient",
          "Encounter?patient=demo-patient",
          "DocumentReference?patient=demo-patient",
          "Provenance?target=" + DemoRecord.NOTE,
          "QuestionnaireResponse?patient=demo-patient",
          "Consent?patient=demo-patient");

  private Api patient;

  @BeforeEach
  void seed() {
    new DemoRecord(URI.create(server()), Clock.systemUTC()).seed();
    patient = Api.as(server(), "demo-patient", "demo", "patient/*.cruds");
  }

  @Test
  void seed_whenRunAgain_thenNothingIsAddedOrChanged() {
    List<String> before = SEARCHES.stream().flatMap(search -> versions(search).stream()).toList();

    new DemoRecord(URI.create(server()), Clock.systemUTC()).seed();

    assertThat(SEARCHES.stream().flatMap(search -> versions(search).stream()).toList())
        .containsExactlyInAnyOrderElementsOf(before)
        .contains(DemoRecord.NOTE + "/_history/1");
  }

  @Test
  void seed_whenSomebodyChangedTheRecord_thenItStaysAsTheyLeftIt() {
    Patient elena = patient.get("Patient/demo-patient").ok(Patient.class);
    elena.addTelecom().setSystem(ContactPointSystem.PHONE).setValue("555-0142");
    practitioner().put(elena).ok(Patient.class);

    new DemoRecord(URI.create(server()), Clock.systemUTC()).seed();

    assertThat(patient.get("Patient/demo-patient").ok(Patient.class).getTelecom())
        .extracting(ContactPoint::getValue)
        .contains("555-0142");
  }

  @Test
  void seed_whenDone_thenThePatientReadsTheNoteAndThatNobodyCheckedIt() {
    DocumentReference note = patient.get(DemoRecord.NOTE).ok(DocumentReference.class);

    assertThat(note.getDescription()).isEqualTo("AI draft, not yet checked by a clinician");
    assertThat(textOf(note)).contains("dry cough", "asthma");
    assertThat(patient.get("DocumentReference/demo-transcript").ok(DocumentReference.class))
        .extracting(DemoRecordTest::textOf)
        .asString()
        .contains("My sister has had asthma");
    assertThat(
            patient
                .get("Patient/demo-patient")
                .ok(Patient.class)
                .getNameFirstRep()
                .getNameAsSingleString())
        .isEqualTo("Elena Marsh");
  }

  @Test
  void seed_whenDone_thenTheExplanationIsThereInTwoLanguagesAndTellsWhatThePatientChose() {
    List<DocumentReference> explanations =
        found("DocumentReference?relatesto=" + DemoRecord.NOTE, DocumentReference.class);

    assertThat(explanations)
        .extracting(explanation -> explanation.getContentFirstRep().getAttachment().getLanguage())
        .containsExactlyInAnyOrder("en", "es");
    assertThat(explanations)
        .extracting(DemoRecordTest::textOf)
        .anySatisfy(
            english ->
                assertThat(english)
                    .contains(
                        "Its name is Margin Scribe",
                        "You said yes to AI that writes notes about you",
                        "You said no to the use of your facts to teach AI"))
        .anySatisfy(
            spanish ->
                assertThat(spanish)
                    .contains("Margin Scribe", "Usted dijo que sí", "Usted dijo que no"));
  }

  @Test
  void seed_whenDone_thenTheYesCountsAndTheNoIsInThePatientsWords() {
    assertThat(decisions("ai-documentation"))
        .singleElement()
        .satisfies(
            yes -> {
              assertThat(yes.getStatus()).isEqualTo(Consent.ConsentState.ACTIVE);
              assertThat(yes.getText().getDivAsString()).contains("This counts until the end of");
            });
    assertThat(decisions("ai-training"))
        .singleElement()
        .satisfies(
            no -> {
              assertThat(no.getProvision().getType()).isEqualTo(Consent.ConsentProvisionType.DENY);
              assertThat(new String(no.getSourceAttachment().getData(), StandardCharsets.UTF_8))
                  .contains("stays between us");
            });
  }

  @Test
  void seed_whenDone_thenProvenanceNamesTheAiAndThisVersionOfTheNote() {
    assertThat(found("Provenance?target=" + DemoRecord.NOTE, Provenance.class))
        .filteredOn(one -> one.getIdElement().getIdPart().equals("demo-provenance"))
        .singleElement()
        .satisfies(
            story -> {
              assertThat(story.getTargetFirstRep().getReference())
                  .isEqualTo(DemoRecord.NOTE + "/_history/1");
              assertThat(story.getAgentFirstRep().getWho().getReference())
                  .isEqualTo("Device/demo-ai");
            });
    assertThat(patient.get("DocumentReference/demo-model-card").status()).isEqualTo(200);
    assertThat(patient.get("Device/demo-ai").status()).isEqualTo(200);
  }

  @Test
  void seed_whenServerRefuses_thenSaysWhichRequestAndWhy() {
    DemoRecord elsewhere = new DemoRecord(URI.create(server() + "/nowhere"), Clock.systemUTC());

    assertThatThrownBy(elsewhere::seed)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/nowhere/oauth2/token answered 40");
  }

  private List<Consent> decisions(String purpose) {
    return found("Consent?data=" + DemoRecord.NOTE, Consent.class).stream()
        .filter(
            consent ->
                consent.getProvision().getPurpose().stream()
                    .anyMatch(
                        coding ->
                            coding.getSystem().equals(Canonical.System.AI_PURPOSE)
                                && coding.getCode().equals(purpose)))
        .toList();
  }

  private List<String> versions(String search) {
    return found(search, Resource.class).stream()
        .map(resource -> resource.getIdElement().toUnqualified().getValue())
        .toList();
  }

  private <T extends Resource> List<T> found(String search, Class<T> type) {
    return patient.get(search).ok(Bundle.class).getEntry().stream()
        .map(entry -> type.cast(entry.getResource()))
        .toList();
  }

  private static String textOf(DocumentReference document) {
    return new String(
        document.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);
  }
}
