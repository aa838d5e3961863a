package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.OIDUtilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordValidationTest {

  @ParameterizedTest
  @ValueSource(strings = {"AIAST", "DICTAST", "PATAST", "CLINAST"})
  void validate_whenIntegrityLabel_thenSilent(String label) {
    assertThat(problems(labelled(Canonical.System.OBSERVATION_VALUE, label))).isEmpty();
  }

  @Test
  void validate_whenLabelOfNoCodeSystem_thenError() {
    assertThat(problems(labelled(Canonical.System.OBSERVATION_VALUE, "ROBOTAST")))
        .anyMatch(
            problem ->
                problem.startsWith("ERROR Patient.meta.security[0]")
                    && problem.contains("ROBOTAST"));
  }

  @Test
  void validate_whenLabelForInlineLabels_thenCodeIsKnown() {
    assertThat(problems(labelled(Canonical.System.ACT_CODE, "PROCESSINLINELABEL")))
        .noneMatch(problem -> problem.startsWith("ERROR"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MLTRAINING", "TREATDS"})
  void validate_whenPurposeOfAiInHl7Terms_thenSilent(String purpose) {
    Consent consent = TestExamples.example(Consent.class, "example-refusal");
    consent.getProvision().getPurpose().get(1).setCode(purpose);

    assertThat(problems(consent)).noneMatch(problem -> problem.contains(purpose));
  }

  @Test
  void validate_whenTransmitterInProvenance_thenSilent() {
    Provenance provenance = TestExamples.example(Provenance.class, "example-draft-provenance");
    provenance.getAgent().get(1).getType().getCodingFirstRep().setCode("transmitter");

    assertThat(problems(provenance)).noneMatch(problem -> problem.contains("transmitter"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"en", "es-MX", "ca", "fr-CA", "zh-Hans", "sr-Latn-RS", "ca-valencia", "yue"})
  void validate_whenLanguageIsKnown_thenSilent(String language) {
    assertThat(problems(transcriptIn(language))).noneMatch(problem -> problem.contains("language"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qqz", "en-QX", "english!", "en_"})
  void validate_whenNoSuchLanguage_thenErrorNamesElement(String language) {
    assertThat(problems(transcriptIn(language)))
        .anyMatch(
            problem ->
                problem.startsWith("ERROR DocumentReference.content[0].attachment.language")
                    && problem.contains(language));
  }

  @Test
  void validate_whenProfileIsUnknown_thenNoError() {
    Patient patient = TestExamples.example(Patient.class, "example-patient");
    patient.getMeta().addProfile("http://example.org/StructureDefinition/our-patient");

    assertThat(RecordValidation.shared().validate(patient).isSuccessful()).isTrue();
    assertThat(problems(patient))
        .anyMatch(problem -> problem.contains("http://example.org/StructureDefinition/our-"));
  }

  @Test
  void validate_whenProfileOfOursIsClaimed_thenCheckedAlsoWithoutTrigger() {
    DocumentReference document =
        TestExamples.example(DocumentReference.class, "example-transcript");
    document.getMeta().addProfile(Canonical.Profile.AI_DOCUMENT);

    assertThat(problems(document)).anyMatch(problem -> problem.contains("eq-doc-1"));
  }

  @Test
  void validate_whenLocalCodeBesideStandardOne_thenNoError() {
    Consent consent = TestExamples.example(Consent.class, "example-refusal");
    consent.getCategory().get(1).addCoding(new Coding("http://example.org/codes", "X7", null));

    assertThat(problems(consent)).noneMatch(problem -> problem.startsWith("ERROR"));
  }

  @Test
  void validate_whenReferenceIsToWrongType_thenErrorNamesElement() {
    QuestionnaireResponse response =
        TestExamples.example(QuestionnaireResponse.class, "example-teach-back");
    response.getSubject().setReference("Practitioner/example-practitioner");

    assertThat(problems(response))
        .anyMatch(problem -> problem.startsWith("ERROR QuestionnaireResponse.subject"));
  }

  @ParameterizedTest
  @CsvSource({
    "DocumentReference/7/_history/2, true",
    "http://localhost/fhir/DocumentReference/7/_history/2, true",
    "DocumentReference/7, false"
  })
  void validate_whenTargetOfProvenance_thenVersionCounts(String target, boolean accepted) {
    Provenance provenance = TestExamples.example(Provenance.class, "example-draft-provenance");
    provenance.getTargetFirstRep().setReference(target);

    assertThat(RecordValidation.shared().validate(provenance).isSuccessful()).isEqualTo(accepted);
  }

  @Test
  void validate_whenFurtherProfileIsAskedFor_thenCheckedToo() {
    Patient patient = TestExamples.example(Patient.class, "example-patient");

    assertThat(
            RecordValidation.shared().validate(patient, Canonical.Profile.AI_DEVICE).isSuccessful())
        .isFalse();
  }

  @Test
  void oidRegistry_whenValidatorLooksForIt_thenFindsTheEmptyOne() throws IOException {
    try (InputStream registry =
        OIDUtilities.class.getClassLoader().getResourceAsStream("oidregistry.csv")) {
      assertThat(registry.readAllBytes()).hasSizeLessThan(1000);
    }
    assertThat(new OIDUtilities().isKnownOID("2.16.840.1.113883")).isFalse();
  }

  private static Patient labelled(String system, String code) {
    Patient patient = TestExamples.example(Patient.class, "example-patient");
    patient.getMeta().addSecurity(system, code, null);
    return patient;
  }

  private static DocumentReference transcriptIn(String language) {
    DocumentReference document =
        TestExamples.example(DocumentReference.class, "example-transcript");
    document.getContentFirstRep().getAttachment().setLanguage(language);
    return document;
  }

  /** Errors and warnings as {@code SEVERITY location message}. */
  private static List<String> problems(Resource resource) {
    return RecordValidation.shared().validate(resource).getMessages().stream()
        .filter(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
        .map(RecordValidationTest::line)
        .toList();
  }

  private static String line(SingleValidationMessage message) {
    return message.getSeverity() + " " + message.getLocationString() + " " + message.getMessage();
  }
}
