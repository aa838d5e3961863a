package org.equipoise.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionsTest {

  private static final Definitions DEFINITIONS = Definitions.shared();
  private static final String ORDINAL_VALUE =
      "http://hl7.org/fhir/StructureDefinition/ordinalValue";
  private static final String TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation";

  static Stream<MetadataResource> published() {
    return DEFINITIONS.all().stream()
        .filter(MetadataResource.class::isInstance)
        .map(MetadataResource.class::cast);
  }

  static Stream<StructureDefinition> structures() {
    return DEFINITIONS.all(StructureDefinition.class).stream();
  }

  @Test
  void find_whenCanonicalHasVersion_thenTheSame() {
    assertThat(
            DEFINITIONS.find(StructureDefinition.class, Canonical.Profile.AI_DOCUMENT + "|0.1.0"))
        .isPresent()
        .isEqualTo(DEFINITIONS.find(StructureDefinition.class, Canonical.Profile.AI_DOCUMENT));
  }

  @Test
  void find_whenOfAnotherTypeOrUnknown_thenEmpty() {
    assertThat(DEFINITIONS.find(ValueSet.class, Canonical.Profile.AI_DOCUMENT)).isEmpty();
    assertThat(DEFINITIONS.find(ValueSet.class, Canonical.BASE + "/ValueSet/none")).isEmpty();
  }

  @Test
  void canonical_whenExtensionOrSystemIsOurs_thenPublished() throws IllegalAccessException {
    assertThat(constants(Canonical.Extension.class))
        .allSatisfy(
            url ->
                assertThat(DEFINITIONS.find(StructureDefinition.class, url)).as(url).isPresent());
    assertThat(constants(Canonical.System.class))
        .allSatisfy(url -> assertThat(DEFINITIONS.find(CodeSystem.class, url)).as(url).isPresent());
    assertThat(DEFINITIONS.all(NamingSystem.class))
        .flatExtracting(NamingSystem::getUniqueId)
        .extracting(id -> id.getValue())
        .contains(Canonical.REQUEST_ID);
  }

  @ParameterizedTest
  @MethodSource("published")
  void published_whenRead_thenActiveWithWordsForReaders(MetadataResource definition) {
    assertThat(definition.getStatus().toCode()).isEqualTo("active");
    assertThat(definition.getDescription()).hasSizeGreaterThan(15);
    if (!(definition instanceof NamingSystem)) {
      assertThat(definition.getUrl()).isNotBlank();
    }
  }

  /**
   * All but StructureDefinition and SearchParameter, which a validator without packages cannot
   * check.
   */
  static Stream<Resource> checkable() {
    return DEFINITIONS.all().stream()
        .filter(
            definition ->
                !(definition instanceof StructureDefinition
                    || definition instanceof SearchParameter));
  }

  @ParameterizedTest
  @MethodSource("checkable")
  void published_whenValidated_thenNoError(Resource definition) {
    assertThat(RecordValidation.shared().validate(definition).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("structures")
  void structures_whenRead_thenHaveSnapshotAndRulesInWords(StructureDefinition definition) {
    assertThat(definition.getSnapshot().getElement()).isNotEmpty();
    assertThat(definition.getDifferential().getElement())
        .flatExtracting(element -> element.getConstraint())
        .extracting(ElementDefinitionConstraintComponent::getHuman)
        .allSatisfy(human -> assertThat(human).hasSizeGreaterThan(40).endsWith("."));
  }

  @ParameterizedTest
  @MethodSource("structures")
  void structures_whenBoundToValueSetOfOurs_thenItIsPublished(StructureDefinition definition) {
    assertThat(definition.getDifferential().getElement())
        .extracting(element -> element.getBinding().getValueSet())
        .filteredOn(Objects::nonNull)
        .filteredOn(url -> !url.startsWith("http://hl7.org/fhir/ValueSet/"))
        .allSatisfy(url -> assertThat(DEFINITIONS.find(ValueSet.class, url)).as(url).isPresent());
  }

  @Test
  void valueSets_whenTheyTakeInWholeSystem_thenItIsPublished() {
    assertThat(DEFINITIONS.all(ValueSet.class))
        .flatExtracting(set -> set.getCompose().getInclude())
        .filteredOn(include -> !include.hasConcept())
        .allSatisfy(
            include ->
                assertThat(DEFINITIONS.find(CodeSystem.class, include.getSystem())).isPresent());
  }

  @Test
  void sourceAttributes_whenCounted_thenThirtyOne() {
    CodeSystem attributes =
        DEFINITIONS.find(CodeSystem.class, Canonical.System.SOURCE_ATTRIBUTE).orElseThrow();

    assertThat(attributes.getConcept())
        .hasSize(31)
        .extracting(c -> c.getCode())
        .contains("sa-01", "sa-31");
  }

  @Test
  void purposes_whenMapped_thenEachIsAndNoneLeadsToTreatmentAsAWhole() {
    CodeSystem purposes =
        DEFINITIONS.find(CodeSystem.class, Canonical.System.AI_PURPOSE).orElseThrow();
    ConceptMap map = DEFINITIONS.all(ConceptMap.class).get(0);

    assertThat(map.getGroupFirstRep().getElement())
        .extracting(element -> element.getCode())
        .containsExactlyInAnyOrderElementsOf(
            purposes.getConcept().stream().map(c -> c.getCode()).toList());
    assertThat(map.getGroupFirstRep().getElement())
        .extracting(element -> element.getTargetFirstRep().getCode())
        .containsOnly("TREATDS", "MLTRAINING", null);
  }

  @Test
  void operations_whenTheyChangeTheRecord_thenOnOneResourceAndRepeatable() {
    assertThat(DEFINITIONS.all(OperationDefinition.class))
        .extracting(OperationDefinition::getCode)
        .contains("attach-consent", "attach-explanation", "break-glass", "review");
    assertThat(DEFINITIONS.all(OperationDefinition.class))
        .filteredOn(OperationDefinition::getAffectsState)
        .isNotEmpty()
        .allSatisfy(
            operation -> {
              assertThat(operation.getInstance()).isTrue();
              assertThat(operation.getParameter())
                  .extracting(parameter -> parameter.getName())
                  .contains("requestId", "return", "replayed");
            });
  }

  @Test
  void teachBack_whenRead_thenEachChoiceHasExactlyOneRightAnswer() {
    List<QuestionnaireItemComponent> choices =
        teachBack().getItem().stream()
            .filter(item -> item.getType() == QuestionnaireItemType.CHOICE)
            .toList();

    assertThat(choices)
        .hasSize(5)
        .allSatisfy(
            choice ->
                assertThat(choice.getAnswerOption())
                    .extracting(
                        option ->
                            option.getValueCoding().getExtensionByUrl(ORDINAL_VALUE).getValue())
                    .extracting(value -> ((DecimalType) value).getValueAsInteger())
                    .containsExactlyInAnyOrder(1, 0, 0));
  }

  @Test
  void teachBack_whenRead_thenEveryWordIsInSpanishToo() {
    Stream<PrimitiveType<?>> words =
        teachBack().getItem().stream()
            .flatMap(
                item ->
                    Stream.concat(
                        Stream.of(item.getTextElement()),
                        item.getAnswerOption().stream()
                            .map(option -> option.getValueCoding().getDisplayElement())));

    assertThat(words)
        .allSatisfy(
            text -> {
              Extension translation = text.getExtensionByUrl(TRANSLATION);
              assertThat(translation).as(text.asStringValue()).isNotNull();
              assertThat(translation.getExtensionByUrl("lang").getValue().primitiveValue())
                  .isEqualTo("es");
              assertThat(translation.getExtensionByUrl("content").getValue().primitiveValue())
                  .isNotBlank();
            });
  }

  @Test
  void teachBack_whenAnswerIsOffered_thenItIsACode() {
    CodeSystem answers =
        DEFINITIONS
            .find(CodeSystem.class, Canonical.BASE + "/CodeSystem/teach-back-answer")
            .orElseThrow();

    assertThat(teachBack().getItem())
        .flatExtracting(QuestionnaireItemComponent::getAnswerOption)
        .extracting(option -> option.getValueCoding().getCode())
        .containsExactlyInAnyOrderElementsOf(
            answers.getConcept().stream().map(c -> c.getCode()).toList());
  }

  private static Questionnaire teachBack() {
    return DEFINITIONS.find(Questionnaire.class, Canonical.TEACH_BACK_QUESTIONNAIRE).orElseThrow();
  }

  /** Addresses of ours and of HL7 AI Transparency among the constants of a class. */
  private static List<String> constants(Class<?> holder) throws IllegalAccessException {
    List<String> urls = new ArrayList<>();
    for (Field field : Arrays.asList(holder.getFields())) {
      String url = (String) field.get(null);
      if (url.startsWith(Canonical.BASE) || url.startsWith(Canonical.AI_TRANSPARENCY)) {
        urls.add(url);
      }
    }
    return urls;
  }
}
