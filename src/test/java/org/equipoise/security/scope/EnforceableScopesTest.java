package org.equipoise.security.scope;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.util.FhirContextSearchParamRegistry;
import java.util.List;
import java.util.Optional;
import org.equipoise.fhir.FhirR4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnforceableScopesTest {

  private final EnforceableScopes enforceable =
      new EnforceableScopes(new FhirContextSearchParamRegistry(FhirR4.context()));

  private Optional<String> problem(String scope) {
    return enforceable.problemWith(SmartScope.parse(scope).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "patient/*.cruds",
        "patient/Observation.rs",
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "patient/Observation.read?category=laboratory",
        "user/Condition.cruds?category=health-concern&clinical-status=active",
        "system/Observation.r?encounter=Encounter/1"
      })
  void problemWith_whenBothEnginesJudgeAlike_thenNone(String scope) {
    assertThat(problem(scope)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "patient/*.rs?category=x; one resource type",
        "patient/Observation.rs?patient.family=x; chain",
        "patient/Observation.rs?subject:Patient.family=x; chain",
        "patient/Observation.rs?_has:Provenance:target:agent=x; _has",
        "patient/Observation.rs?category:not=x; modifier",
        "patient/Observation.rs?code:in=http://a.example/vs; modifier",
        "patient/Observation.rs?_filter=x; begins with _",
        "patient/Observation.rs?_id=1; begins with _",
        "patient/Observation.rs?category=a,b; comma",
        "patient/Observation.rs?category=a%2Cb; comma",
        "patient/Observation.rs?colour=red; no search parameter 'colour'",
        "patient/Observation.rs?date=ge2020-01-01; type token and reference",
        "patient/Observation.rs?value-string=x; type token and reference",
        "patient/Observation.rs?value-quantity=5; type token and reference",
        "patient/Observation.rs?encounter=1; Type/id",
        "patient/Observation.rs?category=a%22b; system|code",
        "patient/Observation.rs?category=a|b|c; system|code",
        "patient/Observation.rs?code=a%00b; system|code",
        "patient/Observation.rs?code=a%1Fb; system|code"
      })
  void problemWith_whenItCannotBeEnforcedExactly_thenSaysWhy(String scope, String why) {
    assertThat(problem(scope)).hasValueSatisfying(text -> assertThat(text).contains(why));
  }

  @Test
  void problemWith_whenSeveralTogether_thenOnlyWhatASearchFindsExactly() {
    assertThat(
            enforceable.problemWith(
                List.of(
                    "openid",
                    "launch/patient",
                    "patient/Observation.rs?category=laboratory",
                    "patient/Observation.rs?category=vital-signs",
                    "patient/Observation.rs?code=1")))
        .isEmpty();
    assertThat(
            enforceable.problemWith(
                List.of(
                    "patient/Observation.rs?encounter=Encounter/1",
                    "patient/Observation.rs?encounter=Encounter/2")))
        .isEmpty();
    assertThat(
            enforceable.problemWith(
                List.of(
                    "patient/Observation.rs?encounter=Encounter/1",
                    "patient/Observation.rs?code=1")))
        .hasValueSatisfying(text -> assertThat(text).contains("Observation"));
    assertThat(
            enforceable.problemWith(
                List.of(
                    "patient/Observation.rs?encounter=Encounter/1",
                    "patient/Observation.r?code=1")))
        .as("no search for the other")
        .isEmpty();
    assertThat(enforceable.problemWith(List.of("patient/Observation.rs?colour=red"))).isPresent();
  }
}
