package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.fhirpath.IFhirPath;
import java.util.List;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.junit.jupiter.api.Test;

class SearchParametersTest {

  private static final IFhirPath FHIR_PATH = FhirR4.context().newFhirPath();

  @Test
  void reason_whenProvenanceOfAi_thenFindsLabel() {
    Provenance provenance = TestExamples.example(Provenance.class, "example-draft-provenance");

    assertThat(values("reason", provenance))
        .singleElement()
        .isInstanceOfSatisfying(
            CodeableConcept.class,
            reason ->
                assertThat(reason.hasCoding(Canonical.System.OBSERVATION_VALUE, Canonical.AIAST))
                    .isTrue());
  }

  @Test
  void activity_whenAttestation_thenFindsAttest() {
    Provenance provenance = TestExamples.example(Provenance.class, "example-attest-provenance");

    assertThat(values("activity", provenance))
        .singleElement()
        .isInstanceOfSatisfying(
            CodeableConcept.class,
            activity ->
                assertThat(activity.hasCoding(Canonical.System.LIFECYCLE, "attest")).isTrue());
  }

  @Test
  void recordPatient_whenProvenanceOfDocument_thenFindsPatientOfRecord() {
    Provenance provenance = TestExamples.example(Provenance.class, "example-draft-provenance");

    assertThat(values("record-patient", provenance))
        .singleElement()
        .isInstanceOfSatisfying(
            Reference.class,
            patient -> assertThat(patient.getReference()).isEqualTo("Patient/example-patient"));
  }

  @Test
  void recordPatient_whenProvenanceTargetsPatientWithoutExtension_thenFindsNothing() {
    Provenance provenance = new Provenance();
    provenance.addTarget().setReference("Patient/example-patient");

    assertThat(values("record-patient", provenance)).isEmpty();
  }

  @Test
  void reviewStatus_whenAttestedWithEdits_thenFindsIt() {
    DocumentReference document = TestExamples.example(DocumentReference.class, "example-attested");

    assertThat(values("review-status", document))
        .singleElement()
        .isInstanceOfSatisfying(
            CodeableConcept.class,
            status ->
                assertThat(status.hasCoding(Canonical.System.REVIEW_STATUS, "attested-with-edits"))
                    .isTrue());
  }

  @Test
  void docStatus_whenDraft_thenFindsPreliminary() {
    DocumentReference document = TestExamples.example(DocumentReference.class, "example-draft");

    assertThat(values("doc-status", document))
        .singleElement()
        .extracting(Base::primitiveValue)
        .isEqualTo("preliminary");
  }

  @Test
  void docStatus_whenNoStatus_thenFindsNothing() {
    assertThat(values("doc-status", new DocumentReference())).isEmpty();
  }

  @Test
  void ackStatus_whenSomebodyLooked_thenFindsWhatBecameOfIt() {
    Observation pulse = TestExamples.example(Observation.class, "example-watch-heart-rate");

    assertThat(values("ack-status", pulse))
        .singleElement()
        .isInstanceOfSatisfying(
            CodeableConcept.class,
            status ->
                assertThat(status.hasCoding(Canonical.System.ACK_STATUS, "used-in-care")).isTrue());
    assertThat(values("ack-status", new DocumentReference())).isEmpty();
  }

  private static List<Base> values(String code, Resource resource) {
    SearchParameter parameter =
        Definitions.shared().all(SearchParameter.class).stream()
            .filter(candidate -> code.equals(candidate.getCode()))
            .filter(candidate -> candidate.hasBase(resource.fhirType()))
            .findFirst()
            .orElseThrow();
    assertThat(parameter.getBase())
        .extracting(CodeType::getValue)
        .containsExactly(resource.fhirType());
    return FHIR_PATH.evaluate(resource, parameter.getExpression(), Base.class);
  }
}
