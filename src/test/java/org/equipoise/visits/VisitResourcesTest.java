package org.equipoise.visits;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.aidocument.AiDocumentIntake;
import org.equipoise.aidocument.AiLabel;
import org.equipoise.aidocument.ModelCardIntake;
import org.equipoise.aidocument.ModelCardReader;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VisitResourcesTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @Test
  void visit_whenMetadataIsMissing_thenItStaysMissing() {
    Bundle bundle = VisitResources.visit(TestVisits.bare());
    Patient patient = only(bundle, Patient.class);
    assertThat(patient.hasName()).isFalse();
    assertThat(patient.hasGender()).isFalse();
    assertThat(patient.hasBirthDate()).isFalse();
    assertThat(all(bundle, Practitioner.class)).isEmpty();
    assertThat(all(bundle, Observation.class)).isEmpty();
    assertThat(only(bundle, Encounter.class).hasParticipant()).isFalse();
  }

  @Test
  void visit_whenMetadataIsUntidy_thenItIsKeptAsItIs() {
    Bundle bundle =
        VisitResources.visit(
            TestVisits.with(
                Map.of(
                    "patient_age",
                    "45.0",
                    "patient_gender",
                    "female ",
                    "patient_familyname",
                    "james",
                    "doctor_name",
                    "juan price",
                    "cc",
                    "ER follow-up ")));
    assertThat(only(bundle, Observation.class).getValueQuantity().getValue()).hasToString("45.0");
    assertThat(only(bundle, Patient.class).getGender().toCode()).isEqualTo("female");
    assertThat(only(bundle, Patient.class).getNameFirstRep().getFamily()).isEqualTo("james");
    assertThat(only(bundle, Patient.class).getNameFirstRep().hasGiven()).isFalse();
    assertThat(only(bundle, Practitioner.class).getNameFirstRep().getText())
        .isEqualTo("juan price");
    assertThat(only(bundle, Encounter.class).getReasonCodeFirstRep().getText())
        .isEqualTo("ER follow-up ");
  }

  @Test
  void visit_whenAgeIsNoNumber_thenItsWordsAreKept() {
    Bundle bundle = VisitResources.visit(TestVisits.with(Map.of("patient_age", "9-month")));
    assertThat(only(bundle, Observation.class).getValueStringType().getValue())
        .isEqualTo("9-month");
  }

  @Test
  void visit_whenTranscribedByAMachine_thenTheTranscriptSaysSoAndIsNoAiText() {
    DocumentReference transcript =
        only(VisitResources.visit(TestVisits.bare()), DocumentReference.class);
    assertThat(AiLabel.isOn(transcript)).isFalse();
    assertThat(transcript.getDescription()).contains("speech recognition");
    assertThat(text(transcript)).isEqualTo(TestVisits.bare().transcript());
  }

  @Test
  void note_whenBuilt_thenItIsAPlainLabelledNoteWithItsStory() {
    Bundle bundle = VisitResources.note(TestVisits.bare(), NoteModel.LED, NOW);
    DocumentReference note = only(bundle, DocumentReference.class);
    assertThat(AiLabel.isOn(note)).isTrue();
    assertThat(note.hasExtension()).isFalse();
    assertThat(note.hasDocStatus()).isFalse();
    assertThat(text(note)).isEqualTo("He says hi.");
    Provenance story = only(bundle, Provenance.class);
    assertThat(story.getTargetFirstRep().getReference())
        .isEqualTo(bundle.getEntryFirstRep().getFullUrl());
    assertThat(story.getOccurredDateTimeType().hasValue()).as("a date that nobody knows").isFalse();
    assertThat(story.getEntity())
        .filteredOn(entity -> entity.hasExtension(Canonical.Extension.INPUT_WITHHELD))
        .singleElement()
        .satisfies(prompt -> assertThat(prompt.getWhat().hasReference()).isFalse());
  }

  @ParameterizedTest
  @EnumSource(NoteModel.class)
  void card_whenRead_thenItSaysWhatIsPublishedAndNoMore(NoteModel model) {
    DocumentReference card =
        all(VisitResources.models(), DocumentReference.class).stream()
            .filter(document -> document.getDescription().contains(model.key() + ","))
            .findFirst()
            .orElseThrow();
    assertThat(
            ModelCardReader.read(
                "text/markdown", card.getContentFirstRep().getAttachment().getData(), "card"))
        .filteredOn(attribute -> attribute.text().isPresent())
        .extracting(attribute -> attribute.code())
        .containsExactly("sa-01", "sa-03", "sa-04", "sa-05", "sa-10", "sa-11");
    assertThat(text(card)).contains(model.baseModel());
  }

  @Test
  void bundles_whenRealVisits_thenEveryResourceMeetsItsProfile() throws IOException {
    for (Bundle.BundleEntryComponent entry : VisitResources.models().getEntry()) {
      if (entry.getResource() instanceof DocumentReference card) {
        ModelCardIntake.complete(card);
        requireValid(card, Canonical.Profile.MODEL_CARD);
      } else {
        requireValid(
            entry.getResource(),
            entry.getResource() instanceof Device ? Canonical.Profile.AI_DEVICE : null);
      }
    }
    List<Visit> visits = TestVisits.real();
    int notes = 0;
    for (Visit visit : visits) {
      VisitResources.visit(visit)
          .getEntry()
          .forEach(entry -> requireValid(entry.getResource(), null));
      for (String key : visit.aiNotes().keySet()) {
        Bundle bundle = VisitResources.note(visit, NoteModel.of(key), NOW);
        DocumentReference note = only(bundle, DocumentReference.class);
        new AiDocumentIntake(Optional.empty(), Clock.systemUTC()).complete(note);
        requireValid(note, Canonical.Profile.AI_DOCUMENT);
        Provenance story = only(bundle, Provenance.class);
        story.getTargetFirstRep().setReference("DocumentReference/stored/_history/1");
        requireValid(story, Canonical.Profile.AI_PROVENANCE);
        notes++;
      }
    }
    assertThat(visits).hasSize(40);
    assertThat(notes).isEqualTo(120);
  }

  private static void requireValid(Resource resource, String profile) {
    assertThat(ProfileSelection.of(resource)).isEqualTo(Optional.ofNullable(profile));
    assertThat(RecordValidation.shared().validate(resource).getMessages())
        .as(TestVisits.CONTEXT.newJsonParser().encodeResourceToString(resource))
        .filteredOn(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
        .allSatisfy(
            message -> {
              assertThat(message.getSeverity()).isEqualTo(ResultSeverityEnum.WARNING);
              assertThat(TestVisits.ACCEPTED_WARNINGS).containsKey(message.getMessageId());
            });
  }

  private static String text(DocumentReference document) {
    return new String(
        document.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8);
  }

  private static <T extends Resource> T only(Bundle bundle, Class<T> type) {
    assertThat(all(bundle, type)).hasSize(1);
    return all(bundle, type).get(0);
  }

  private static <T extends Resource> List<T> all(Bundle bundle, Class<T> type) {
    return bundle.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }
}
