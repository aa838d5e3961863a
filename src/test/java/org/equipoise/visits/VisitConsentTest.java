package org.equipoise.visits;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ProfileSelection;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisitConsentTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 3, 4);

  @ParameterizedTest
  @CsvSource({"PERMIT_UNDERSTOOD, 5", "PERMIT_NOT_UNDERSTOOD, 3"})
  void parameters_whenPermit_thenAnswersScoreAsTheCaseIsMadeFor(VisitConsent consent, int right) {
    Questionnaire questionnaire = TestVisits.teachBack();
    Parameters call = consent.parameters(TestVisits.bare(), NoteModel.LED, questionnaire, TODAY);
    QuestionnaireResponse answers =
        (QuestionnaireResponse)
            call.getParameter().stream()
                .filter(parameter -> parameter.getName().equals("teachBack"))
                .findFirst()
                .orElseThrow()
                .getResource();
    assertThat(ProfileSelection.of(answers)).contains(Canonical.Profile.TEACH_BACK);
    assertThat(RecordValidation.shared().validate(answers).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
    Map<String, String> scores =
        questionnaire.getItem().stream()
            .flatMap(item -> item.getAnswerOption().stream())
            .collect(
                Collectors.toMap(
                    option -> option.getValueCoding().getCode(),
                    option -> option.getValue().getExtension().get(0).getValue().primitiveValue()));
    assertThat(answers.getItem()).hasSize(5);
    assertThat(
            answers.getItem().stream()
                .filter(
                    item ->
                        scores
                            .get(item.getAnswerFirstRep().getValueCoding().getCode())
                            .equals("1")))
        .hasSize(right);
    assertThat(call.getParameter("expires").getValue().primitiveValue()).isEqualTo("2027-03-04");
  }

  @Test
  void parameters_whenDenied_thenNoProofIsSent() {
    Parameters call =
        VisitConsent.DENY.parameters(
            TestVisits.bare(), NoteModel.LED, TestVisits.teachBack(), TODAY);
    assertThat(call.getParameter())
        .extracting(Parameters.ParametersParameterComponent::getName)
        .doesNotContain("teachBack", "expires", "voluntariness");
    assertThat(call.getParameter("decision").getValue().primitiveValue()).isEqualTo("deny");
  }

  @Test
  void parameters_whenBuiltTwice_thenTheSameToTheByte() {
    Parameters first =
        VisitConsent.PERMIT_UNDERSTOOD.parameters(
            TestVisits.bare(), NoteModel.LED, TestVisits.teachBack(), TODAY);
    Parameters second =
        VisitConsent.PERMIT_UNDERSTOOD.parameters(
            TestVisits.bare(), NoteModel.LED, TestVisits.teachBack(), TODAY);
    assertThat(first.equalsDeep(second)).isTrue();
  }

  @Test
  void of_whenAllVisits_thenMostPermitAndSomeDoNot() {
    Map<VisitConsent, Long> cases =
        IntStream.range(0, 40)
            .mapToObj(VisitConsent::of)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(cases)
        .containsOnly(
            Map.entry(VisitConsent.PERMIT_UNDERSTOOD, 24L),
            Map.entry(VisitConsent.PERMIT_NOT_UNDERSTOOD, 8L),
            Map.entry(VisitConsent.DENY, 8L));
  }
}
