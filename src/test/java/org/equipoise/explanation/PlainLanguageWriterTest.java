package org.equipoise.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.equipoise.explanation.ExplanationWriter.Written;
import org.equipoise.fhir.ConsentStatements.Statement;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainLanguageWriterTest {

  private static final IFhirPath PATHS = FhirContext.forR4Cached().newFhirPath();
  private static final BigDecimal SIX = BigDecimal.valueOf(6);

  private final PlainLanguageWriter writer = new PlainLanguageWriter();

  static Stream<Arguments> factsAndLanguages() {
    List<Arguments> all = new ArrayList<>();
    for (String language : List.of("en", "es")) {
      all.add(Arguments.of("draft", (Supplier<DocumentFacts>) TestFacts::ofDraft, language));
      all.add(
          Arguments.of("corrected", (Supplier<DocumentFacts>) TestFacts::ofCorrected, language));
      all.add(Arguments.of("bare", (Supplier<DocumentFacts>) TestFacts::ofBare, language));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("factsAndLanguages")
  void write_whenACitedElementChanges_thenItsSentenceChanges(
      String name, Supplier<DocumentFacts> facts, String language) {
    int changed = 0;
    for (Sentence sentence : sentences(facts.get(), language)) {
      for (Citation citation : sentence.citations()) {
        if (citation.path().startsWith("Consent")) {
          continue;
        }
        int elements =
            PATHS.evaluate(resource(facts.get(), citation), citation.path(), Base.class).size();
        for (int i = 0; i < elements; i++) {
          DocumentFacts other = facts.get();
          change(PATHS.evaluate(resource(other, citation), citation.path(), Base.class).get(i));
          assertThat(texts(other, language))
              .as(
                  "'%s' after a change of %s %s",
                  sentence.text(), citation.resource(), citation.path())
              .doesNotContain(sentence.text());
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThanOrEqualTo(name.equals("bare") ? 1 : 15);
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("factsAndLanguages")
  void write_whenSentenceSaysSomething_thenItsElementsAreThere(
      String name, Supplier<DocumentFacts> facts, String language) {
    List<String> silences =
        Stream.of(
                "used.none",
                "limits.none",
                "limits.card.none",
                "limits.card.silent",
                "other.none",
                "check.unknown",
                "choice.none")
            .map(Wording.of(Locale.forLanguageTag(language)).orElseThrow()::say)
            .toList();
    DocumentFacts known = facts.get();
    for (Sentence sentence : sentences(known, language)) {
      for (Citation citation : sentence.citations()) {
        if (!citation.path().startsWith("Consent")) {
          assertThat(
                  PATHS.evaluate(resource(known, citation), citation.path(), Base.class).isEmpty())
              .as("'%s' cites %s %s", sentence.text(), citation.resource(), citation.path())
              .isEqualTo(silences.contains(sentence.text()));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es"})
  void write_whenAConsentChanges_thenItsSentenceChanges(String language) {
    DocumentFacts facts = TestFacts.ofDraft();
    for (Statement statement : facts.consents()) {
      List<Statement> others =
          List.of(
              new Statement(
                  statement.consent(),
                  statement.purpose(),
                  !statement.permit(),
                  statement.effective()),
              new Statement(
                  statement.consent(),
                  "ai-decision-use",
                  statement.permit(),
                  statement.effective()));
      for (Statement other : others) {
        assertThat(choices(List.of(other), language))
            .isNotEqualTo(choices(List.of(statement), language));
      }
    }
    assertThat(choices(List.of(), language)).isNotEqualTo(choices(facts.consents(), language));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("factsAndLanguages")
  void write_whenAnything_thenSixPartsAtTheTargetGrade(
      String name, Supplier<DocumentFacts> facts, String language) {
    Written written = writer.write(facts.get(), language, SIX);
    assertThat(written.parts().keySet())
        .containsAll(PartCode.mandatory().stream().map(PartCode::code).toList())
        .allSatisfy(code -> assertThat(written.parts().get(code)).isNotEmpty());
    assertThat(grade(written, language)).isLessThanOrEqualTo(SIX);
  }

  @Test
  void write_whenDraft_thenSaysWhatAPatientWantsToKnow() {
    assertThat(texts(TestFacts.ofDraft(), "en"))
        .contains(
            "A computer program with AI wrote this visit note. Its name is Scribe One.",
            "It was made by Hill Software.",
            "It did this on May 3, 2026.",
            "It did this for Hill Clinic.",
            "Its maker says what it is for: “It makes a first draft of a visit note.”",
            "It used “What was said at the visit”.",
            "One thing is not shown to you: “Prompt”. The reason given is: “This model takes no prompt.”",
            "Its maker does not say how it did in tests.",
            "No doctor or nurse has checked it yet.",
            "You said yes to AI that writes notes about you.",
            "You said no to the use of your facts to teach AI.");
  }

  @Test
  void write_whenSpanish_thenDatesAndQuotesAreSpanish() {
    assertThat(texts(TestFacts.ofDraft(), "es"))
        .contains("Lo hizo el 3 de mayo de 2026.", "Usó «What was said at the visit».");
  }

  @Test
  void write_whenOnlyTheYearIsKnown_thenNoDayIsInvented() {
    DocumentFacts facts = TestFacts.ofDraft();
    facts.provenances().get(0).setOccurred(new DateTimeType("2026"));
    assertThat(texts(facts, "en")).contains("It did this in 2026.");
  }

  @Test
  void write_whenCardTextIsHardOrInAnotherLanguage_thenCountedNotQuotedNorCut() {
    assertThat(texts(TestFacts.ofDraft(), "en"))
        .contains("Its fact sheet says what can go wrong, in 22 words. You can ask to read it.");
    assertThat(texts(TestFacts.ofDraft(), "es"))
        .anyMatch(text -> text.startsWith("Su hoja de datos dice para qué sirve, en 9 palabras."))
        .noneMatch(text -> text.contains("It makes"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "Eva\u202E\u0000**Ruiz**",
        "a ” b « c"
      })
  void write_whenNamesAreHostile_thenTextIsSafeAndReadsTheName(String hostile) {
    DocumentFacts facts = TestFacts.ofCorrected();
    facts.devices().get(0).getDeviceNameFirstRep().setName(hostile);
    facts.devices().get(0).setManufacturer(hostile);
    facts.practitioners().get(0).getNameFirstRep().setText(hostile);
    facts.organizations().get(0).setName(hostile);
    facts.provenances().get(0).getEntity().get(1).getWhat().setDisplay(hostile);
    writer
        .write(facts, "en", SIX)
        .parts()
        .forEach(
            (code, sentences) -> {
              ExplanationPart part = ExplanationPart.of(PartCode.of(code).orElseThrow(), sentences);
              assertThat(SafeText.plain(part.reading(), code))
                  .doesNotContain("<", "\u202E", "\u0000");
              assertThat(SafeText.markdown(part.markdown(), code)).isEqualTo(part.reading());
            });
  }

  @Test
  void write_whenNameIsEndless_thenShortenedAndSaysSo() {
    DocumentFacts facts = TestFacts.ofDraft();
    facts.devices().get(0).setManufacturer("Very long ".repeat(100_000));
    assertThat(texts(facts, "en"))
        .anyMatch(
            text ->
                text.startsWith("It was made by Very long")
                    && text.endsWith("(a name of 999,999 letters)."));
  }

  @Test
  void write_whenSeveralAis_thenEachIsNamed() {
    DocumentFacts facts = TestFacts.ofDraft();
    Device checker = TestFacts.scribe();
    checker.setId("Device/checker");
    checker.getDeviceNameFirstRep().setName("Checker Two");
    facts
        .provenances()
        .get(0)
        .addAgent()
        .setType(new CodeableConcept().addCoding(Agents.code("informant")))
        .addRole(AiRole.concept())
        .setWho(new Reference("Device/checker"));
    DocumentFacts both =
        new DocumentFacts(
            facts.document(),
            facts.provenances(),
            List.of(facts.devices().get(0), checker),
            facts.modelCards(),
            List.of(),
            List.of(),
            facts.organizations(),
            List.of());
    assertThat(texts(both, "en"))
        .contains(
            "A computer program with AI wrote this visit note. Its name is Scribe One.",
            "A computer program with AI gave facts for this visit note. Its name is Checker Two.");
  }

  private List<Sentence> sentences(DocumentFacts facts, String language) {
    return writer.write(facts, language, SIX).parts().values().stream()
        .flatMap(List::stream)
        .toList();
  }

  private List<String> texts(DocumentFacts facts, String language) {
    return sentences(facts, language).stream().map(Sentence::text).toList();
  }

  private List<String> choices(List<Statement> consents, String language) {
    DocumentFacts facts = TestFacts.ofDraft();
    return writer
        .write(
            new DocumentFacts(
                facts.document(),
                facts.provenances(),
                facts.devices(),
                facts.modelCards(),
                facts.inputs(),
                facts.practitioners(),
                facts.organizations(),
                consents),
            language,
            SIX)
        .parts()
        .get("your-choices")
        .stream()
        .map(Sentence::text)
        .toList();
  }

  static BigDecimal grade(Written written, String language) {
    List<ExplanationPart> parts =
        written.parts().entrySet().stream()
            .map(
                part ->
                    ExplanationPart.of(PartCode.of(part.getKey()).orElseThrow(), part.getValue()))
            .toList();
    LanguageTag tag = new LanguageTag(language);
    return Readability.of(ExplanationDocument.render(parts, tag), tag.locale()).grade();
  }

  private static Resource resource(DocumentFacts facts, Citation citation) {
    return Stream.of(
            List.of(facts.document()),
            facts.provenances(),
            facts.devices(),
            facts.modelCards(),
            facts.inputs(),
            facts.practitioners(),
            facts.organizations())
        .flatMap(List::stream)
        .map(Resource.class::cast)
        .filter(
            resource ->
                resource
                    .getIdElement()
                    .toUnqualifiedVersionless()
                    .getValue()
                    .equals(citation.resource()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No such resource: " + citation));
  }

  /** Makes another value of the same type. */
  private static void change(Base element) {
    if (element instanceof Enumeration<?> code) {
      changeEnumeration(code);
    } else if (element instanceof BooleanType flag) {
      flag.setValue(!flag.booleanValue());
    } else if (element instanceof DecimalType number) {
      number.setValue(number.getValue().subtract(new BigDecimal("0.1")));
    } else if (element instanceof BaseDateTimeType date) {
      date.setValueAsString("2031-01-02");
    } else if (element instanceof PrimitiveType<?> text) {
      text.setValueAsString(text.getValueAsString().equals("author") ? "informant" : "other");
    } else if (element instanceof HumanName name) {
      name.setText("Somebody Else");
    } else if (element instanceof Reference reference) {
      reference.setReference("Practitioner/nobody").setDisplay("Somebody");
    } else if (element instanceof Coding coding) {
      coding.setCode("other");
    } else if (element instanceof Extension extension) {
      extension.setUrl("https://example.org/other");
    } else {
      throw new AssertionError("No change known for " + element.fhirType());
    }
  }

  private static <T extends Enum<?>> void changeEnumeration(Enumeration<T> code) {
    T[] values = enumValues(code);
    code.setValue(values[0].equals(code.getValue()) ? values[1] : values[0]);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Enum<?>> T[] enumValues(Enumeration<T> code) {
    return (T[]) code.getValue().getDeclaringClass().getEnumConstants();
  }
}
