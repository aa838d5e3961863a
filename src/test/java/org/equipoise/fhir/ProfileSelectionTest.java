package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.junit.jupiter.api.Test;

class ProfileSelectionTest {

  private static final Coding AI =
      new Coding(Canonical.System.AI_DEVICE_TYPE, Canonical.ARTIFICIAL_INTELLIGENCE, null);

  /** All profiles that a resource can be held to. */
  static List<String> profiles() {
    return ProfileSelection.RULES.stream().map(ProfileSelection.Rule::profile).toList();
  }

  @Test
  void of_whenDocumentLabelledAiast_thenAiDocument() {
    assertThat(ProfileSelection.of(labelled())).contains(Canonical.Profile.AI_DOCUMENT);
  }

  @Test
  void of_whenCompositionTellsAStory_thenAiStory() {
    Composition story = new Composition();
    story.getType().addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_STORY, null));

    assertThat(ProfileSelection.of(story)).contains(Canonical.Profile.AI_STORY);
    assertThat(ProfileSelection.of(new Composition())).isEmpty();
  }

  @Test
  void of_whenDocumentWithoutLabel_thenNone() {
    assertThat(ProfileSelection.of(new DocumentReference())).isEmpty();
  }

  @Test
  void of_whenAiastOfAnotherSystem_thenNone() {
    DocumentReference document = new DocumentReference();
    document.getMeta().addSecurity("http://example.org/labels", Canonical.AIAST, null);

    assertThat(ProfileSelection.of(document)).isEmpty();
  }

  @Test
  void of_whenExplanationWrittenByAi_thenStillExplanation() {
    DocumentReference document = labelled();
    document
        .getType()
        .addCoding(new Coding(Canonical.System.LOINC, "69730-0", null))
        .addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION, null));

    assertThat(ProfileSelection.of(document)).contains(Canonical.Profile.EXPLANATION);
  }

  @Test
  void of_whenModelCardWrittenByAi_thenStillModelCard() {
    DocumentReference document = labelled();
    document
        .getType()
        .addCoding(new Coding(Canonical.System.AI_INPUTS, Canonical.AI_MODEL_CARD, null));

    assertThat(ProfileSelection.of(document)).contains(Canonical.Profile.MODEL_CARD);
  }

  @Test
  void of_whenAgentHasRoleOfAi_thenAiProvenance() {
    Provenance provenance = new Provenance();
    provenance.addAgent();
    provenance.addAgent().addRole(new CodeableConcept(AI));

    assertThat(ProfileSelection.of(provenance)).contains(Canonical.Profile.AI_PROVENANCE);
  }

  @Test
  void of_whenAgentIsContainedAi_thenAiProvenance() {
    Device device = new Device();
    device.setType(new CodeableConcept(AI)).setId("ai");
    Provenance provenance = new Provenance();
    provenance.addContained(device);
    provenance.addAgent().getWho().setReference("#ai").setResource(device);

    assertThat(ProfileSelection.of(provenance)).contains(Canonical.Profile.AI_PROVENANCE);
  }

  @Test
  void of_whenNoAgentIsAi_thenNone() {
    Provenance provenance = new Provenance();
    provenance.addAgent().getWho().setReference("Device/infusion-pump");

    assertThat(ProfileSelection.of(provenance)).isEmpty();
  }

  @Test
  void of_whenDeviceOfAiType_thenAiDevice() {
    assertThat(ProfileSelection.of(new Device().setType(new CodeableConcept(AI))))
        .contains(Canonical.Profile.AI_DEVICE);
  }

  @Test
  void of_whenOtherDevice_thenNone() {
    assertThat(ProfileSelection.of(new Device())).isEmpty();
  }

  @Test
  void of_whenConsentToPurposeOfAi_thenAiUseConsent() {
    assertThat(ProfileSelection.of(consent(Canonical.System.AI_PURPOSE, "ai-training")))
        .contains(Canonical.Profile.AI_USE_CONSENT);
  }

  @Test
  void of_whenPurposeOfAiIsHiddenInNestedProvision_thenAiUseConsent() {
    Consent consent = new Consent();
    consent
        .getProvision()
        .addProvision(consent(Canonical.System.AI_PURPOSE, "ai-training").getProvision());

    assertThat(ProfileSelection.of(consent)).contains(Canonical.Profile.AI_USE_CONSENT);
  }

  @Test
  void of_whenConsentToOtherPurpose_thenNone() {
    assertThat(ProfileSelection.of(consent(Canonical.System.ACT_REASON, "TREAT"))).isEmpty();
  }

  @Test
  void of_whenAnswersToTeachBack_thenTeachBackWithOrWithoutVersion() {
    String questionnaire = Canonical.TEACH_BACK_QUESTIONNAIRE;

    assertThat(ProfileSelection.of(new QuestionnaireResponse().setQuestionnaire(questionnaire)))
        .contains(Canonical.Profile.TEACH_BACK);
    assertThat(
            ProfileSelection.of(
                new QuestionnaireResponse().setQuestionnaire(questionnaire + "|0.1.0")))
        .contains(Canonical.Profile.TEACH_BACK);
    assertThat(
            ProfileSelection.of(
                new QuestionnaireResponse().setQuestionnaire(questionnaire + "-other")))
        .isEmpty();
    assertThat(ProfileSelection.of(new QuestionnaireResponse())).isEmpty();
  }

  @Test
  void of_whenSharedDecisionOrOptionOrScore_thenTheirProfiles() {
    Composition decision = new Composition();
    decision.setType(concept(Canonical.System.DOCUMENT_TYPE, "shared-decision"));
    CarePlan option = new CarePlan().setIntent(CarePlan.CarePlanIntent.OPTION);
    option.addCategory(concept(Canonical.System.OPTION_KIND, "no-treatment"));
    Observation score = new Observation();
    score.setCode(concept(Canonical.System.OBSERVATION, "sure-score"));

    assertThat(ProfileSelection.of(decision)).contains(Canonical.Profile.SHARED_DECISION);
    assertThat(ProfileSelection.of(option)).contains(Canonical.Profile.OPTION);
    assertThat(ProfileSelection.of(score)).contains(Canonical.Profile.DECISION_CONFLICT);
    assertThat(ProfileSelection.of(option.setIntent(CarePlan.CarePlanIntent.PLAN))).isEmpty();
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }

  @Test
  void of_whenNothingToDoWithAi_thenNone() {
    assertThat(ProfileSelection.of(new Patient())).isEmpty();
  }

  @Test
  void rules_whenComparedWithDefinitions_thenEachProfileIsPublished() {
    assertThat(profiles())
        .doesNotHaveDuplicates()
        .allSatisfy(
            profile ->
                assertThat(Definitions.shared().find(StructureDefinition.class, profile))
                    .isPresent());
  }

  @Test
  void rules_whenComparedWithDocumentation_thenTheSameTable() throws IOException {
    List<String> table =
        ProfileSelection.RULES.stream()
            .map(
                rule ->
                    "| %s | `%s` |".formatted(rule.trigger(), rule.profile().replaceAll(".*/", "")))
            .toList();

    List<String> documented =
        Files.readAllLines(Path.of("docs", "profiles.md")).stream()
            .dropWhile(line -> !line.startsWith("| What is written"))
            .takeWhile(line -> line.startsWith("|"))
            .skip(2)
            .toList();

    assertThat(documented).isEqualTo(table);
  }

  private static DocumentReference labelled() {
    DocumentReference document = new DocumentReference();
    document.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST, null);
    return document;
  }

  private static Consent consent(String system, String purpose) {
    Consent consent = new Consent();
    consent.getProvision().addPurpose().setSystem(system).setCode(purpose);
    return consent;
  }
}
