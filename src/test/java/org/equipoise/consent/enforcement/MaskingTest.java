package org.equipoise.consent.enforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;

class MaskingTest {

  private static final String SECRET = "Aardvark";

  private static String json(Resource resource) {
    return FhirR4.context().newJsonParser().encodeResourceToString(resource);
  }

  private static Observation observation() {
    Observation observation = new Observation().setStatus(Observation.ObservationStatus.FINAL);
    observation.setId("Observation/o/_history/3");
    observation.getMeta().setVersionId("3").setSource(SECRET);
    observation.getText().setDivAsString("<div>" + SECRET + "</div>");
    observation.addExtension("https://x.example", new StringType(SECRET));
    observation.addIdentifier().setValue(SECRET);
    observation
        .getCode()
        .setText(SECRET)
        .addCoding()
        .setSystem(Canonical.System.LOINC)
        .setCode("29463-7")
        .setDisplay(SECRET);
    observation.setSubject(new Reference("Patient/1").setDisplay(SECRET));
    observation.addPerformer(new Reference("Practitioner/7").setDisplay(SECRET));
    observation.setEffective(new DateTimeType("2026-03-04T10:11:12Z"));
    observation.addNote().setText(SECRET);
    return observation;
  }

  @Test
  void mask_whenObservation_thenCodesValuesAndYearAlone() {
    Observation observation = observation();
    observation.setValue(new Quantity(71).setUnit("kg"));

    Observation left = (Observation) Masking.mask(observation);

    assertThat(json(left)).doesNotContain(SECRET).doesNotContain("2026-03").doesNotContain("10:11");
    assertThat(left.getCode().getCodingFirstRep().getCode()).isEqualTo("29463-7");
    assertThat(left.getValueQuantity().getValue()).hasToString("71");
    assertThat(left.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026");
    assertThat(left.getSubject().getReference()).isEqualTo("Patient/1");
    assertThat(left.getIdElement().getValue()).isEqualTo("Observation/o");
    assertThat(left.getMeta().hasVersionId()).isFalse();
    assertThat(left.getMeta().hasLastUpdated()).isFalse();
    assertThat(Masking.isMasked(left)).isTrue();
  }

  @Test
  void mask_whenValueIsText_thenGone() {
    Observation observation = observation();
    observation.setValue(new StringType(SECRET));

    assertThat(((Observation) Masking.mask(observation)).hasValue()).isFalse();
  }

  @Test
  void mask_whenPatient_thenGenderAndYearOfBirthAlone() {
    Patient patient = new Patient();
    patient.setId("Patient/1");
    patient.addName().setFamily(SECRET);
    patient.addAddress().setCity(SECRET);
    patient.setGender(AdministrativeGender.FEMALE);
    patient.setBirthDateElement(new DateType("1980-02-03"));

    Patient left = (Patient) Masking.mask(patient);

    assertThat(json(left)).doesNotContain(SECRET).doesNotContain("1980-02");
    assertThat(left.getBirthDateElement().getValueAsString()).isEqualTo("1980");
    assertThat(left.getGender()).isEqualTo(AdministrativeGender.FEMALE);
  }

  @Test
  void mask_whenOnsetIsText_thenGone() {
    Condition condition = new Condition();
    condition.setId("Condition/c");
    condition.setOnset(new StringType(SECRET));

    assertThat(json(Masking.mask(condition))).doesNotContain(SECRET);
  }

  @Test
  void isFor_whenFreeText_thenNothingIsLeftOfTheType() {
    assertThat(Masking.isFor("DocumentReference")).isFalse();
    assertThat(Masking.isFor("Provenance")).isFalse();
    assertThat(Masking.isFor("Observation")).isTrue();
  }

  @Test
  void finds_whenSearchedByWhatIsRemoved_thenNot() {
    assertThat(Masking.finds("Observation", Set.of("patient", "code"))).isTrue();
    assertThat(Masking.finds("Patient", Set.of("family"))).isFalse();
    assertThat(Masking.finds("Observation", Set.of("patient", "date"))).isFalse();
    assertThat(Masking.finds("Observation", Set.of("patient.name"))).isFalse();
  }

  @Test
  void beforeStore_whenMasked_thenRefused() {
    Resource left = Masking.mask(observation());

    assertThatThrownBy(() -> new Masking().beforeStore(left, observation(), null))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("Observation.meta.tag");
    new Masking().beforeStore(observation(), observation(), null);
  }
}
