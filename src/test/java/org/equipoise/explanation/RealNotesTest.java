package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentStatements.Statement;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated explanations of 120 notes that three real models wrote of 40 recorded visits. */
class RealNotesTest {

  /** Name and maker of each model, and what its published baseline says of it. */
  private static final Map<String, List<String>> MODELS =
      Map.of(
          "BART-large", List.of("facebook/bart-large", "Facebook AI"),
          "BioBART", List.of("GanjinZero/biobart-v2-large", "GanjinZero"),
          "LED", List.of("allenai/led-large-16384", "Allen Institute for AI"));

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void write_whenRealNotes_thenNineOfTenAtGradeSix(String language) throws Exception {
    String folder = System.getProperty("equipoise.test-data", "");
    assumeFalse(folder.isBlank(), "equipoise.test-data is not set: the real notes are not tested");
    List<BigDecimal> grades = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(folder, "ambient-visits", "visits.jsonl"))) {
      JsonNode visit = new ObjectMapper().readTree(line);
      for (String model : MODELS.keySet()) {
        grades.add(
            PlainLanguageWriterTest.grade(
                new PlainLanguageWriter()
                    .write(facts(visit, model), language, BigDecimal.valueOf(6)),
                language));
      }
    }
    assertThat(grades).hasSize(120);
    assertThat(grades.stream().filter(grade -> grade.compareTo(BigDecimal.valueOf(6)) <= 0).count())
        .as("grades %s", grades)
        .isGreaterThanOrEqualTo(108);
  }

  private static DocumentFacts facts(JsonNode visit, String model) {
    String id = visit.get("encounterId").asText();
    DocumentReference document = TestFacts.draft();
    document.getContext().setPeriod(null);
    Provenance provenance = TestFacts.provenance();
    provenance
        .getEntity()
        .get(1)
        .getWhat()
        .setDisplay("Transcript of visit " + id + " (" + visit.at("/metadata/cc").asText() + ")");
    Device device = TestFacts.scribe();
    device.getDeviceNameFirstRep().setName(MODELS.get(model).get(0));
    device.setManufacturer(MODELS.get(model).get(1));
    List<Practitioner> practitioners = new ArrayList<>();
    String doctor = visit.at("/metadata/doctor_name").asText();
    if (!doctor.isBlank()) {
      // A visit whose doctor is known stands for the reviewed ones.
      Practitioner practitioner = new Practitioner();
      practitioner.setId("Practitioner/ruiz");
      practitioner.addName().setText(doctor);
      practitioners.add(practitioner);
      document.setAuthenticator(new Reference("Practitioner/ruiz"));
      document
          .getExtensionByUrl(Canonical.Extension.REVIEW_STATUS)
          .setValue(TestFacts.reviewStatus("attested"));
    }
    return new DocumentFacts(
        document,
        List.of(provenance),
        List.of(device),
        List.of(card()),
        List.of(),
        practitioners,
        List.of(TestFacts.clinic()),
        List.of(
            new Statement(
                new IdType("Consent", id), "ai-documentation", true, id.hashCode() % 2 == 0)));
  }

  /** A card with the published facts, as technical as published cards are. */
  private static DocumentReference card() {
    DocumentReference card = new DocumentReference();
    card.setId("DocumentReference/card");
    card.addContent().getAttachment().setLanguage("en");
    TestFacts.attribute(
        card,
        ModelCard.INTENDED_USE,
        "Sequence-to-sequence generation of a complete clinical note from the complete transcript of an encounter.");
    TestFacts.attribute(
        card,
        ModelCard.KNOWN_RISKS,
        "In hand-labelled samples of sentences from such models about 39 percent were fully supported by the transcript.");
    Extension unknown = card.addExtension().setUrl(Canonical.Extension.SOURCE_ATTRIBUTE);
    unknown.addExtension(
        "code",
        new CodeableConcept()
            .addCoding(
                new Coding(Canonical.System.SOURCE_ATTRIBUTE, ModelCard.CAUTIONED_USES, null)));
    unknown.addExtension("notAvailable", new BooleanType(true));
    return card;
  }
}
