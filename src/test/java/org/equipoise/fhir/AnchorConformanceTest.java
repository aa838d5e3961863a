package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnchorConformanceTest {

  private AnchorConformance anchors;

  @BeforeEach
  void readAnchors() {
    Optional<AnchorConformance> available = AnchorConformance.ofTestData();
    assumeTrue(
        available.isPresent(),
        "equipoise.test-data is not set: conformance to the anchors was not checked");
    anchors = available.get();
  }

  @Test
  void breaches_whenAllExamples_thenNone() {
    assertThat(anchors.breaches(TestExamples.bundle())).isEmpty();
  }

  @Test
  void breaches_whenDeviceTypeHasText_thenAiDeviceIsBroken() {
    Bundle bundle = TestExamples.bundle();
    find(bundle, Device.class, "example-scribe").getType().setText("AI");

    assertThat(anchors.breaches(bundle))
        .anyMatch(line -> line.contains("Device/example-scribe*/.type"));
  }

  @Test
  void breaches_whenAgentActsForNobody_thenUsCoreProvenanceIsBroken() {
    Bundle bundle = TestExamples.bundle();
    find(bundle, Provenance.class, "example-draft-provenance")
        .getAgentFirstRep()
        .setOnBehalfOf(null);

    assertThat(anchors.breaches(bundle)).anyMatch(line -> line.contains("provenance-1"));
  }

  @Test
  void breaches_whenNoReasonIsAiast_thenAiProvenanceIsBroken() {
    Bundle bundle = TestExamples.bundle();
    Provenance provenance = find(bundle, Provenance.class, "example-draft-provenance");
    provenance.getReasonFirstRep().getCodingFirstRep().setCode("CLINAST");

    assertThat(anchors.breaches(bundle))
        .anyMatch(line -> line.contains("Provenance.reason:AIReason"));
  }

  @Test
  void breaches_whenModelCardHasTwoMarkdownTexts_thenModelCardIsBroken() {
    Bundle bundle = TestExamples.bundle();
    DocumentReference card = find(bundle, DocumentReference.class, "example-model-card");
    card.addContent(card.getContentFirstRep().copy());

    assertThat(anchors.breaches(bundle))
        .anyMatch(line -> line.contains("DocumentReference.content:MarkdownFormat"));
  }

  @Test
  void breaches_whenNoteHasNoCategory_thenUsCoreDocumentIsBroken() {
    Bundle bundle = TestExamples.bundle();
    find(bundle, DocumentReference.class, "example-draft").setCategory(null);

    assertThat(anchors.breaches(bundle))
        .anyMatch(line -> line.contains("DocumentReference.category"));
  }

  @Test
  void uncheckedBindings_whenListed_thenTheseValueSetsAreMissing() {
    assertThat(anchors.uncheckedBindings())
        .containsExactly(
            "us-core-documentreference DocumentReference.category:uscore"
                + " http://hl7.org/fhir/us/core/ValueSet/us-core-documentreference-category (required)",
            "us-core-documentreference DocumentReference.content.format"
                + " http://terminology.hl7.org/ValueSet/v3-HL7FormatCodes|2.1.0 (extensible)",
            "us-core-documentreference DocumentReference.type"
                + " http://hl7.org/fhir/us/core/ValueSet/us-core-documentreference-type (required)",
            "us-core-provenance Provenance.agent.type"
                + " http://terminology.hl7.org/ValueSet/provenance-agent-type (extensible)",
            "us-core-vital-signs Observation.code"
                + " http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.3.88.12.80.62 (extensible)",
            "us-core-vital-signs Observation.component.code"
                + " http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.3.88.12.80.62 (extensible)");
  }

  @Test
  void uncheckedTargets_whenListed_thenTheseProfilesAreMissing() {
    assertThat(anchors.uncheckedTargets())
        .extracting(url -> url.substring(url.lastIndexOf('/') + 1))
        .containsExactly(
            "us-core-careteam",
            "us-core-device",
            "us-core-encounter",
            "us-core-organization",
            "us-core-patient",
            "us-core-practitionerrole",
            "us-core-relatedperson");
  }

  @Test
  void breaches_whenVitalSignHasNoTime_thenUsCoreVitalSignsAreBroken() {
    Observation weight = TestExamples.example(Observation.class, "example-home-weight").copy();
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    bundle
        .addEntry()
        .setFullUrl("http://example.org/fhir/Observation/example-home-weight")
        .setResource(weight);

    assertThat(anchors.breaches(bundle)).isEmpty();
    weight.setEffective(null);
    assertThat(anchors.breaches(bundle)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"example-about-me", "example-second-opinion-note"})
  void breaches_whenAPatientsStatementOrAnOpinion_thenAUsCoreDocument(String id) {
    Bundle bundle = TestExamples.bundle();
    DocumentReference document = find(bundle, DocumentReference.class, id);

    assertThat(AnchorConformance.anchorsOf(document))
        .contains("http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference");
    assertThat(anchors.breaches(bundle)).isEmpty();
    document.setType(null);
    assertThat(anchors.breaches(bundle))
        .anyMatch(line -> line.contains(id) && line.contains("DocumentReference.type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"example-watch-day", "example-watch-heart-rate"})
  void breaches_whenAWatchMeasuredAVitalSign_thenThatOfUsCore(String id) {
    Observation measured = TestExamples.example(Observation.class, id);

    assertThat(AnchorConformance.anchorsOf(measured))
        .contains("http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs");
  }

  private static <T extends Resource> T find(Bundle bundle, Class<T> type, String id) {
    return bundle.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(resource -> type.isInstance(resource) && id.equals(resource.getIdPart()))
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }
}
