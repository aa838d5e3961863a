package org.equipoise.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.app.ScopeWords.Whose;
import org.equipoise.server.ServedTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scope lets an app do, as a person reads it. */
class ScopeWordsTest {

  private static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/";

  private static String one(Words words, Whose whose, boolean clinician, String scope) {
    List<String> lines = new ScopeWords(words, whose, clinician).lines(Set.of(scope));
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "patient/Observation.rs | Read your test results and measurements",
        "patient/Observation.read | Read your test results and measurements",
        "patient/Observation.r | Read your test results and measurements",
        "patient/Observation.s | Find and read your test results and measurements",
        "patient/DocumentReference.c | Add to your notes and documents",
        "patient/Task.cud | Add to, change, and delete your tasks and requests",
        "patient/Goal.cruds | Read, add to, change, and delete your health goals",
        "patient/*.rs | Read everything in your record",
        "patient/*.* | Read, add to, change, and delete everything in your record",
        "patient/Practitioner.rs | Read details of doctors, nurses and other staff",
        "user/Condition.rs | Read your health problems",
      })
  void line_whenOwnRecord_thenSaysYour(String scope, String text) {
    assertThat(one(TestWords.english(), Whose.OWN, false, scope)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "patient/Observation.rs?category=laboratory | Read your lab results",
        "patient/Observation.rs?category=observation-category#laboratory | Read your lab results",
        "patient/Observation.rs?category=observation-category%7Cvital-signs | Read your vital signs, such as blood pressure",
        "patient/Condition.rs?category=condition-category#problem-list-item | Read your long-term health problems",
        "patient/Observation.rs?code=1234-5 | Read your test results and measurements (only where “code=1234-5”)",
        "patient/Observation.rs?category=my-own#laboratory | Read your test results and measurements (only where “category=http://terminology.hl7.org/CodeSystem/my-own#laboratory”)",
      })
  void line_whenGranular_thenNamesTheCategoryOrQuotes(String scope, String text) {
    String whole =
        scope
            .replaceFirst(
                "category=(?=(observation-category|condition-category|my-own))",
                "category=" + CATEGORY)
            .replace('#', '|');
    assertThat(one(TestWords.english(), Whose.OWN, false, whole)).isEqualTo(text.replace('#', '|'));
  }

  @Test
  void line_whenAnothersRecord_thenNamesThem() {
    Whose ana = Whose.of("Ana {0} O'Neil");

    assertThat(one(TestWords.english(), ana, false, "patient/Observation.rs"))
        .isEqualTo("Read test results and measurements of Ana {0} O'Neil");
    assertThat(one(TestWords.english(), ana, true, "user/Observation.rs"))
        .isEqualTo("Read test results and measurements of all patients you may see");
    assertThat(one(TestWords.english(), ana, true, "patient/*.rs"))
        .isEqualTo("Read everything in the record of Ana {0} O'Neil");
    assertThat(one(TestWords.spanish(), ana, false, "patient/Observation.cr"))
        .isEqualTo("Leer y añadir resultados y mediciones de Ana {0} O'Neil");
    assertThat(one(TestWords.spanish(), Whose.OWN, false, "patient/AllergyIntolerance.rs"))
        .isEqualTo("Leer sus alergias");
  }

  @Test
  void asked_whenMixed_thenSortedForReading() {
    ScopeWords.Asked asked =
        new ScopeWords(TestWords.english(), Whose.OWN, false)
            .asked(
                new TreeSet<>(
                    List.of(
                        "openid",
                        "fhirUser",
                        "launch/patient",
                        "offline_access",
                        "patient/Goal.cruds",
                        "patient/Observation.rs",
                        "patient/*.rs")));

    assertThat(asked.reading())
        .extracting(ScopeWords.Line::scope)
        .containsExactly("patient/*.rs", "patient/Observation.rs");
    assertThat(asked.changing())
        .extracting(ScopeWords.Line::scope)
        .containsExactly("patient/Goal.cruds");
    assertThat(asked.silent()).containsExactlyInAnyOrder("openid", "fhirUser", "launch/patient");
    assertThat(asked.tellsWhoYouAre()).isTrue();
  }

  @Test
  void noun_whenTypeIsServed_thenThereIsOne() {
    for (String type : ServedTypes.RECORDS) {
      assertThat(TestWords.english().has("what." + type)).as(type).isTrue();
    }
  }
}
