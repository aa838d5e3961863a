package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.TestExamples.CounterExample;
import org.hl7.fhir.r4.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedExamplesTest {

  /** Warnings that a right record draws, by message id, and why nobody can help them. */
  private static final Set<String> UNAVOIDABLE =
      Set.of(
          // LOINC is not shipped.
          "Terminology_PassThrough_TX_Message",
          // AIAST as a reason and attest as an activity of a Provenance are outside R4's extensible
          // value sets.
          "Terminology_TX_NoValid_2_CC",
          // ai-purpose is outside R4's extensible PurposeOfUse: HL7 has no code for it.
          "Terminology_TX_NoValid_13");

  static Stream<Resource> examples() {
    return Definitions.examples().stream();
  }

  static Stream<CounterExample> counterExamples() {
    return TestExamples.counterExamples().stream();
  }

  static Stream<CounterExample> brokenInvariants() {
    return counterExamples().filter(example -> example.breaks().startsWith("eq-"));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void validate_whenExample_thenNoErrorAndOnlyUnavoidableWarnings(Resource example) {
    List<SingleValidationMessage> messages =
        RecordValidation.shared().validate(example).getMessages();

    assertThat(messages)
        .filteredOn(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
        .allSatisfy(
            message -> {
              assertThat(message.getSeverity())
                  .as(message.toString())
                  .isEqualTo(ResultSeverityEnum.WARNING);
              assertThat(message.getMessageId()).as(message.toString()).isIn(UNAVOIDABLE);
            });
  }

  @ParameterizedTest
  @MethodSource("counterExamples")
  void validate_whenCounterExample_thenComplainsAboutWhatIsWrong(CounterExample example) {
    assertThat(errorsIn(example.resource())).as(example.why()).anyMatch(names(example.breaks()));
  }

  @ParameterizedTest
  @MethodSource("brokenInvariants")
  void validate_whenInvariantBroken_thenComplainsAboutNoOther(CounterExample example) {
    assertThat(errorsIn(example.resource()))
        .filteredOn(error -> error.contains("eq-"))
        .allMatch(names(example.breaks()));
  }

  @Test
  void examples_whenCounted_thenEachProfileHasOne() {
    Set<String> covered =
        examples()
            .flatMap(example -> ProfileSelection.of(example).stream())
            .collect(Collectors.toSet());

    assertThat(covered).containsExactlyInAnyOrderElementsOf(ProfileSelectionTest.profiles());
  }

  @Test
  void counterExamples_whenCounted_thenEachInvariantHasOne() {
    Set<String> invariants =
        Definitions.shared().all(StructureDefinition.class).stream()
            .flatMap(definition -> definition.getDifferential().getElement().stream())
            .flatMap(element -> element.getConstraint().stream())
            .map(ElementDefinitionConstraintComponent::getKey)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(counterExamples().map(CounterExample::breaks)).containsAll(invariants);
  }

  private static Predicate<String> names(String expected) {
    return Pattern.compile(Pattern.quote(expected) + "(?!\\w)").asPredicate();
  }

  /**
   * Each as {@code location: message}; a missing element is named in the message, at the location
   * of its parent.
   */
  private static List<String> errorsIn(Resource resource) {
    return RecordValidation.shared().validate(resource).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(message -> message.getLocationString() + ": " + message.getMessage())
        .toList();
  }
}
