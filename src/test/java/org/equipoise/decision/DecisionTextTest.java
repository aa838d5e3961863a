package org.equipoise.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.TreeSet;
import org.equipoise.decision.TestDecisions.Draft;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTextTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static String text(Draft draft, String language) {
    Composition first = new Composition();
    DecisionLife.move(first, null, true, Optional.of(new Reference("Patient/1")), false, NOW);
    DecisionLife.move(
        draft.composition, first, false, Optional.of(new Reference("Practitioner/2")), false, NOW);
    return DecisionText.of(
        DecisionRulesTest.read(draft, Map.of()),
        DecisionWords.in(List.of(language)),
        4,
        who -> Optional.of("Dana Test"));
  }

  @Test
  void of_whenEnglish_thenTellsEverythingInItsOrder() {
    Draft draft = DecisionRulesTest.draft();
    TestDecisions.dissent(draft.composition, "Practitioner/2", "I would have waited.");

    assertThat(text(draft, "en"))
        .containsSubsequence(
            "A decision you made with your care team",
            "You both signed this. It stands.",
            "You signed on November 22, 2026.",
            "Dana Test signed on November 22, 2026.",
            "What was asked\nShould I take a blood thinner?",
            "1. Take a blood thinner",
            "- Good: You have no stroke. This is so for 985 of 1000 people like you in one year. It is from: https://example.org/leaflet",
            "- Bad: You bleed and need a hospital. This is so for 20 of 1000 people like you in one year.",
            "2. Take no pill for now",
            "- Your goal: Go on swimming with my grandson",
            "In your own words\n" + TestDecisions.WORDS + "\n",
            "No. No AI had a part in it.",
            "You chose: Take a blood thinner.",
            "You wished to choose as a team.\nYou chose as a team.",
            "No one asked you how sure you feel.",
            "Dana Test: I would have waited.",
            "You can change your mind at any time.");
  }

  @Test
  void of_whenSpanish_thenItsOwnWordsAreSpanishAndTheirWordsStay() {
    assertThat(text(DecisionRulesTest.draft(), "es"))
        .contains(
            "Los dos firmaron esto.",
            "985 de 1000 personas como usted en un año",
            "22 de noviembre de 2026",
            "Should I take a blood thinner?",
            TestDecisions.WORDS);
  }

  @Test
  void of_whenPutOff_thenSaysSo() {
    assertThat(text(DecisionRulesTest.draft().without("decision"), "en"))
        .contains("You did not choose yet. You can take your time.");
  }

  @ParameterizedTest
  @CsvSource({"es,en,es,true", "en-GB,,en,true", "xx,es,es,true", "xx,,en,false", ",,en,true"})
  void of_whenPatientPrefersALanguage_thenThatOneWhereWeHaveIt(
      String preferred, String ofDecision, String expected, boolean wished) {
    Patient patient = new Patient();
    if (preferred != null) {
      patient.addCommunication().setPreferred(true).getLanguage().addCoding().setCode(preferred);
    }

    DecisionWords words = DecisionWords.of(patient, ofDecision);

    assertThat(words.language()).isEqualTo(expected);
    assertThat(words.isWished()).isEqualTo(wished);
  }

  @Test
  void words_whenCompared_thenBothLanguagesSayTheSameThings() {
    assertThat(keys("es")).isEqualTo(keys("en"));
  }

  private static TreeSet<String> keys(String language) {
    return new TreeSet<>(
        ResourceBundle.getBundle("decision.messages", java.util.Locale.forLanguageTag(language))
            .keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "1,,one year,un a\u00f1o",
    "1.0,,one year,un a\u00f1o",
    "0.5,,0.5 years,'0,5 a\u00f1os'",
    "10,<=,at most 10 years,como mucho 10 a\u00f1os",
    "1,>,more than one year,m\u00e1s de un a\u00f1o"
  })
  void time_whenSaid_thenOneIsExactlyOneAndTheComparatorStays(
      java.math.BigDecimal value, String comparator, String english, String spanish) {
    Duration time = new Duration();
    time.setValue(value).setSystem("http://unitsofmeasure.org").setCode("a");
    if (comparator != null) {
      time.setComparator(Quantity.QuantityComparator.fromCode(comparator));
    }

    assertThat(DecisionWords.in(List.of("en")).time(time)).isEqualTo(english);
    assertThat(DecisionWords.in(List.of("es")).time(time)).isEqualTo(spanish);
  }

  @Test
  void of_whenPreferencesAreMeasuresOrTicks_thenEachIsTold() {
    Draft draft = DecisionRulesTest.draft();
    Observation tick = preference(draft, "Swims each day");
    tick.setValue(new BooleanType(true));
    Observation measure = preference(draft, "Pain that is still fine");
    measure.setValue(
        new Quantity()
            .setValue(3)
            .setUnit("of 10")
            .setComparator(Quantity.QuantityComparator.LESS_OR_EQUAL));
    Observation parts = preference(draft, "What matters most");
    parts
        .addComponent()
        .setCode(new CodeableConcept().setText("No stroke"))
        .setValue(new IntegerType(9));
    Observation unknown = preference(draft, "Fear of needles");
    unknown.setDataAbsentReason(new CodeableConcept().setText("did not want to say"));

    assertThat(text(draft, "en"))
        .contains(
            "- Swims each day: yes\n",
            "- Pain that is still fine: at most 3 of 10\n",
            "- What matters most\n  - No stroke: 9\n",
            "- Fear of needles: did not want to say\n");
  }

  @Test
  void of_whenThereAreSectionsInsideAndOfOthers_thenTheyAreTold() {
    Draft draft = DecisionRulesTest.draft();
    draft
        .section("options")
        .addSection()
        .setTitle("Who was there")
        .getText()
        .setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">Her son.</div>");
    draft
        .composition
        .addSection()
        .setTitle("Transport")
        .getText()
        .setDivAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">He drives her.</div>");

    assertThat(text(draft, "en")).contains("Who was there: Her son.", "Transport\nHe drives her.");
  }

  private static Observation preference(Draft draft, String name) {
    Observation preference = new Observation();
    preference.setSubject(new Reference("Patient/1"));
    preference.setCode(new CodeableConcept().setText(name));
    draft.section("preferences").addEntry(new Reference(draft.add(preference)));
    return preference;
  }
}
