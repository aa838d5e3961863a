package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.ValidationResult;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** What the operation writes conforms to the published profiles. */
class ExplanationProfileTest {

  private static final Map<String, String> PROFILES =
      Map.of("DocumentReference", Canonical.Profile.EXPLANATION);

  @Test
  void attach_whenGenerated_thenAllThatIsWrittenIsValid() {
    TestTransaction record = AttachExplanationTest.record(TestTransaction.practitioner());
    AttachExplanationTest.run(record, AttachExplanationTest.generate("en", "es"));
    AttachExplanationTest.run(record, AttachExplanationTest.generate("en"));
    assertValid(record, "");
  }

  @Test
  void attach_whenPartsGivenInALanguageWithoutFormula_thenAllThatIsWrittenIsValid() {
    TestTransaction record = AttachExplanationTest.record(TestTransaction.service());
    AttachExplanationTest.run(record, AttachExplanationTest.parts("haw"));
    assertValid(record, "");
  }

  @Test
  void attach_whenAiWroteIt_thenItsProvenanceIsAnAiProvenance() {
    TestTransaction record = AttachExplanationTest.record(TestTransaction.practitioner());
    DocumentReference given = AttachExplanationTest.finished("en");
    given.addAuthor(new Reference("Device/scribe"));
    AttachExplanationTest.run(record, AttachExplanationTest.explanation(given));
    assertValid(record, Canonical.Profile.AI_PROVENANCE);
  }

  @Test
  void attach_whenPatientAsks_thenTheTaskIsValid() {
    TestTransaction record = AttachExplanationTest.record(TestTransaction.patient());
    AttachExplanationTest.run(record, new Parameters());
    assertValid(record, "");
  }

  @Test
  void validate_whenAPartIsTakenOut_thenNotValid() {
    TestTransaction record = AttachExplanationTest.record(TestTransaction.practitioner());
    DocumentReference explanation =
        AttachExplanationTest.explanations(
                AttachExplanationTest.run(record, AttachExplanationTest.parts("en")))
            .get(0);
    explanation
        .getExtension()
        .removeIf(
            extension ->
                extension.hasExtension("code")
                    && extension.getExtensionByUrl("code").getValue()
                        instanceof CodeableConcept code
                    && code.getCodingFirstRep().getCode().equals("limits"));
    assertThat(
            RecordValidation.shared()
                .validate(explanation, Canonical.Profile.EXPLANATION)
                .isSuccessful())
        .isFalse();
  }

  private static void assertValid(TestTransaction record, String provenanceProfile) {
    List<Resource> written =
        record.stored.entrySet().stream()
            .filter(
                entry ->
                    entry.getKey().contains("/new") || entry.getKey().equals("Device/equipoise"))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(written).isNotEmpty();
    for (Resource resource : written) {
      Resource copy = resource.copy();
      copy.setIdElement(null);
      String profile =
          PROFILES.getOrDefault(
              resource.fhirType(),
              resource.fhirType().equals("Provenance") ? provenanceProfile : "");
      if (!provenanceProfile.isEmpty() && copy instanceof Provenance provenance) {
        // The server writes the version of what it has just stored into the target.
        provenance
            .getTarget()
            .forEach(target -> target.setReference(target.getReference() + "/_history/1"));
      }
      ValidationResult result =
          profile.isEmpty()
              ? RecordValidation.shared().validate(copy)
              : RecordValidation.shared().validate(copy, profile);
      assertThat(result.getMessages())
          .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
          .as("%s", resource.getId())
          .isEmpty();
    }
  }
}
