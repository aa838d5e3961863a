package org.equipoise.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.equipoise.contribution.TestObservations.ANNA;
import static org.equipoise.contribution.TestObservations.ANNAS_BROTHER;
import static org.equipoise.contribution.TestObservations.NOW;
import static org.equipoise.contribution.TestObservations.vital;
import static org.equipoise.contribution.TestObservations.weight;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObservationIntakeTest {

  private final ObservationIntake intake = new ObservationIntake(Duration.ofMinutes(5));

  private List<String> prepare(Observation observation, Device device) {
    return intake.prepare(observation, ANNA, device, NOW, "Observation");
  }

  private static List<String> labels(Observation observation) {
    return observation.getMeta().getSecurity().stream().map(Coding::getCode).toList();
  }

  private static void assertValid(Observation observation) {
    assertThat(RecordValidation.shared().validate(observation).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  @Test
  void prepare_whenTypedIn_thenItMeetsTheProfile() {
    Observation weight = weight("68.4");

    List<String> keys = prepare(weight, null);

    assertValid(weight);
    assertThat(labels(weight)).containsExactly("PATAST");
    assertThat(weight.getMeta().getTagFirstRep().getCode()).isEqualTo("patient-supplied");
    assertThat(weight.getSubject().getReference()).isEqualTo("Patient/anna");
    assertThat(weight.getPerformerFirstRep().getReference()).isEqualTo("Patient/anna");
    assertThat(weight.getCategoryFirstRep().getCodingFirstRep().getCode()).isEqualTo("vital-signs");
    assertThat(weight.getIdentifierFirstRep().getValue()).isEqualTo(keys.get(0)).hasSize(64);
    assertThat(weight.hasInterpretation()).isFalse();
  }

  @Test
  void prepare_whenARepresentativeSends_thenLabelledAsTheirs() {
    Observation weight = weight("68.4");

    intake.prepare(weight, ANNAS_BROTHER, null, NOW, "Observation");

    assertThat(labels(weight)).containsExactly("SDMAST");
    assertThat(weight.getPerformerFirstRep().getReference())
        .isEqualTo("RelatedPerson/annas-brother");
  }

  @Test
  void prepare_whenSenderSetsLabelsOfOthers_thenTheyAreReplaced() {
    Observation weight = weight("68.4");
    for (String label : List.of("CLINAST", "DEVRPT", "SDMAST")) {
      weight.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, label, null);
    }

    prepare(weight, null);

    assertThat(labels(weight)).containsExactly("PATAST");
  }

  @Test
  void prepare_whenADeviceMeasured_thenItsReportAndPhdStays() {
    Observation pulse = vital("8867-4", "61", "/min");
    pulse.setDevice(new Reference("Device/watch"));
    pulse.addExtension(
        new Extension(Canonical.Extension.GATEWAY_DEVICE, new Reference("Device/p")));
    pulse.addCategory().addCoding().setSystem(Canonical.System.PHD_CATEGORY).setCode("phd");

    prepare(pulse, TestObservations.watch("anna"));

    assertThat(labels(pulse)).containsExactly("PATAST", "DEVRPT");
    assertThat(pulse.getCategory()).hasSize(2);
  }

  @Test
  void prepare_whenAnAiConcluded_thenLabelledAsAi() {
    Observation rhythm = vital("80358-5", "1", "1");
    rhythm.setValue(new StringType("Atrial fibrillation likely"));
    rhythm.addCategory(
        new CodeableConcept(new Coding(Canonical.System.OBSERVATION_CATEGORY, "survey", null)));
    rhythm.setDevice(new Reference("Device/rhythm-ai"));

    prepare(rhythm, TestObservations.ai());

    assertThat(labels(rhythm)).containsExactly("PATAST", "DEVRPT", "AIAST");
  }

  @ParameterizedTest
  @CsvSource({
    "8867-4, 900, /min",
    "8867-4, 4, /min",
    "29463-7, -3, kg",
    "29463-7, 1600, [lb_av]",
    "8310-5, 376, Cel",
    "2708-6, 101, %",
    "55423-8, -1, {steps}",
    "15074-8, 900, mmol/L"
  })
  void prepare_whenImpossible_thenKeptAndMarkedInWords(String loinc, String value, String unit) {
    Observation observation = vital(loinc, value, unit);
    observation.addCategory(
        new CodeableConcept(new Coding(Canonical.System.OBSERVATION_CATEGORY, "activity", null)));

    prepare(observation, null);
    prepare(observation, null);

    assertThat(observation.getValueQuantity().getValue()).isEqualByComparingTo(value);
    assertThat(observation.getInterpretation())
        .singleElement()
        .satisfies(
            mark -> {
              assertThat(mark.hasCoding(Canonical.System.PLAUSIBILITY, "impossible-value"))
                  .isTrue();
              assertThat(mark.getText()).startsWith(value + " " + unit + " is not possible as ");
            });
    assertValid(observation);
  }

  @ParameterizedTest
  @CsvSource({
    "8867-4, 26, /min",
    "8867-4, 300, /min",
    "29463-7, 0.5, kg",
    "29463-7, 1390, [lb_av]",
    "8310-5, 106.2, [degF]",
    "8310-5, 13.7, Cel",
    "8480-6, 370, mm[Hg]",
    "55423-8, 90000, {steps}"
  })
  void prepare_whenRareButPossible_thenNotMarked(String loinc, String value, String unit) {
    Observation observation = vital(loinc, value, unit);
    observation.addCategory(
        new CodeableConcept(new Coding(Canonical.System.OBSERVATION_CATEGORY, "activity", null)));

    prepare(observation, null);

    assertThat(observation.hasInterpretation()).isFalse();
  }

  @Test
  void prepare_whenOnePartOfAPanelIsImpossible_thenThatPartIsMarked() {
    Observation pressure = vital("85354-9", "1", "1");
    pressure.setValue(null);
    for (String[] part : new String[][] {{"8480-6", "1200"}, {"8462-4", "80"}}) {
      Observation one = vital(part[0], part[1], "mm[Hg]");
      pressure.addComponent().setCode(one.getCode()).setValue(one.getValue());
    }

    prepare(pressure, null);

    assertThat(pressure.getComponent().get(0).getInterpretation()).hasSize(1);
    assertThat(pressure.getComponent().get(1).getInterpretation()).isEmpty();
    assertValid(pressure);
  }

  @Test
  void prepare_whenASeriesHoldsAnImpossibleValue_thenMarked() {
    Observation series = vital("8867-4", "1", "/min");
    series.setValue(
        new SampledData()
            .setOrigin(new Quantity().setValue(0).setSystem(Canonical.System.UCUM).setCode("/min"))
            .setPeriod(60_000)
            .setDimensions(1)
            .setData("61 62 E 905 60"));
    series.setEffective(
        new Period()
            .setStartElement(new DateTimeType("2026-11-22T00:00:00+01:00"))
            .setEndElement(new DateTimeType("2026-11-22T00:05:00+01:00")));

    prepare(series, null);

    assertThat(series.getInterpretationFirstRep().getText()).startsWith("905 /min");
    assertValid(series);
  }

  @Test
  void prepare_whenPatientSpeaksSpanish_thenMarkedInSpanish() {
    Observation weight = weight("-3");

    intake.prepare(
        weight,
        new Contributor(ANNA.patient(), ANNA.performer(), Locale.forLanguageTag("es")),
        null,
        NOW,
        "Observation");

    assertThat(weight.getInterpretationFirstRep().getText())
        .startsWith("-3 kg no es posible como peso.");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refusal("no time", "Observation.effective", o -> o.setEffective(null)),
        refusal(
            "a day",
            "Observation.effectiveDateTime",
            o -> o.setEffective(new DateTimeType("2026-11-22"))),
        refusal(
            "no time zone",
            "Observation.effectiveDateTime",
            o -> o.setEffective(new DateTimeType("2026-11-22T07:30:00"))),
        refusal(
            "to come",
            "Observation.effectiveDateTime",
            o -> o.setEffective(new DateTimeType("2026-11-22T12:05:01Z"))),
        refusal(
            "ends in time to come",
            "Observation.effectivePeriod.end",
            o ->
                o.setEffective(
                    new Period()
                        .setStartElement(new DateTimeType("2026-11-22T11:00:00Z"))
                        .setEndElement(new DateTimeType("2026-11-22T13:00:00Z")))),
        refusal(
            "backwards",
            "Observation.effectivePeriod",
            o ->
                o.setEffective(
                    new Period()
                        .setStartElement(new DateTimeType("2026-11-22T11:00:00Z"))
                        .setEndElement(new DateTimeType("2026-11-22T10:00:00Z")))),
        refusal(
            "an instant",
            "Observation.effective",
            o -> o.setEffective(new InstantType("2026-11-22T11:00:00Z"))),
        refusal(
            "no unit of UCUM",
            "Observation.valueQuantity.code",
            o -> o.getValueQuantity().setCode("stone")),
        refusal(
            "a unit of no system",
            "Observation.valueQuantity.code",
            o -> o.getValueQuantity().setSystem(null)),
        refusal(
            "a unit without a code",
            "Observation.valueQuantity.code",
            o -> o.getValueQuantity().setCode(null)),
        refusal(
            "a unit of something else",
            "Observation.valueQuantity.code",
            o -> o.getValueQuantity().setCode("cm")),
        refusal(
            "a unit in a part",
            "Observation.component[0].valueQuantity.code",
            o -> o.addComponent().setValue(new Quantity().setValue(1).setUnit("points"))),
        refusal(
            "about another",
            "Observation.subject",
            o -> o.setSubject(new Reference("Patient/ben"))),
        refusal(
            "said by a clinician",
            "Observation.performer",
            o -> o.addPerformer(new Reference("Practitioner/anna"))),
        refusal(
            "said by two",
            "Observation.performer",
            o ->
                o.addPerformer(new Reference("Patient/anna"))
                    .addPerformer(new Reference("Patient/anna"))),
        refusal(
            "in a clinician's words",
            "Observation.note[0].author",
            o -> o.addNote().setText("Fine").setAuthor(new StringType("Dr Test"))),
        refusal(
            "typed in as phd",
            "Observation.category",
            o ->
                o.addCategory()
                    .addCoding()
                    .setSystem(Canonical.System.PHD_CATEGORY)
                    .setCode("phd")),
        refusal(
            "an AI that has no name",
            "Observation.device",
            o -> o.getMeta().addSecurity(Canonical.System.OBSERVATION_VALUE, "AIAST", null)),
        refusal(
            "of no kind",
            "Observation.category",
            o -> o.getCode().getCodingFirstRep().setCode("75325-1")));
  }

  private static Arguments refusal(String why, String at, Consumer<Observation> change) {
    return Arguments.of(why, at, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void prepare_whenWrong_then422NamesTheElement(
      String why, String at, Consumer<Observation> change) {
    Observation weight = weight("68.4");
    change.accept(weight);

    assertThatThrownBy(() -> prepare(weight, null))
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> {
              assertThat(refusal.getStatusCode()).isEqualTo(422);
              OperationOutcome outcome = (OperationOutcome) refusal.getOperationOutcome();
              assertThat(outcome.getIssueFirstRep().getExpression().get(0).getValue())
                  .isEqualTo(at);
              assertThat(outcome.getIssueFirstRep().getDiagnostics()).startsWith(at + ": ");
            });
  }

  @Test
  void prepare_whenAnothersDevice_thenLikeOneThatNeverWas() {
    Observation weight = weight("68.4");
    weight.setDevice(new Reference("Device/watch"));

    assertThatThrownBy(() -> prepare(weight, TestObservations.watch("ben")))
        .hasMessage("Observation.device: Device/watch is not known");
  }

  @Test
  void prepare_whenClockIsAFewMinutesAhead_thenTaken() {
    Observation weight = weight("68.4");
    weight.setEffective(new DateTimeType("2026-11-22T12:04:59Z"));

    prepare(weight, null);

    assertThat(weight.hasIdentifier()).isTrue();
  }
}
