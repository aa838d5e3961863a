package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Consent/$guardrails} and {@code Patient/[id]/$teach-back} as their callers see them. */
class GuardrailsListTest extends ServerTest {

  @BeforeEach
  void household() {
    scribe().post("", TestRecords.household()).ok(org.hl7.fhir.r4.model.Bundle.class);
  }

  // ---- the list

  private static Map<String, ParametersParameterComponent> byCode(Parameters answer) {
    return answer.getParameter().stream()
        .collect(
            Collectors.toMap(rule -> ((Coding) part(rule, "code")).getCode(), Function.identity()));
  }

  private static org.hl7.fhir.r4.model.Type part(ParametersParameterComponent rule, String name) {
    return rule.getPart().stream()
        .filter(one -> one.getName().equals(name))
        .map(ParametersParameterComponent::getValue)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void guardrails_whenAnybodyWithATokenAsks_thenEachRuleWithItsReasonAndSetting() {
    for (Api caller :
        List.of(
            patient("anna"),
            practitioner(),
            Api.as(server(), "demo-scribe", "demo", "system/Observation.r"))) {
      Parameters answer = caller.get("Consent/$guardrails").ok(Parameters.class);
      Map<String, ParametersParameterComponent> rules = byCode(answer);

      assertThat(rules).hasSize(14);
      assertThat(((BooleanType) part(rules.get("incentive"), "on")).booleanValue()).isTrue();
      assertThat(part(rules.get("data-sale"), "title").primitiveValue())
          .isEqualTo("Your facts are not for sale");
      assertThat(part(rules.get("data-sale"), "setting").primitiveValue())
          .isEqualTo("This is always so. Nobody can switch it off.");
    }
  }

  @Test
  void guardrails_whenSpanishIsAsked_thenInSpanish() {
    Parameters answer = patient("anna").get("Consent/$guardrails?language=es").ok(Parameters.class);

    assertThat(answer.getLanguage()).isEqualTo("es");
    assertThat(part(byCode(answer).get("time-pressure"), "title").primitiveValue())
        .isEqualTo("Sin prisa");
  }

  @Test
  void guardrails_whenNobodyIsKnown_thenUnauthorized() {
    assertThat(anonymous().get("Consent/$guardrails").status()).isEqualTo(401);
  }

  @Test
  void guardrailsPage_whenNobodyIsLoggedIn_thenReadUnderAStrictPolicy() {
    var answer =
        Api.send(
            java.net.http.HttpRequest.newBuilder(java.net.URI.create(server() + "/guardrails"))
                .build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Your facts are not for sale");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'");
  }

  // ---- the questions

  private Questionnaire asked(Api caller, String query) {
    return caller.get("Patient/anna/$teach-back?" + query).ok(Questionnaire.class);
  }

  private static String level(Questionnaire asked) {
    return asked.getMeta().getTag().stream()
        .filter(tag -> Canonical.System.READING_LEVEL.equals(tag.getSystem()))
        .map(Coding::getCode)
        .findFirst()
        .orElseThrow();
  }

  private void wish(String level, String when) {
    Observation wish = new Observation().setStatus(ObservationStatus.FINAL);
    wish.getCode()
        .addCoding()
        .setSystem(Canonical.System.OBSERVATION)
        .setCode(Canonical.READING_LEVEL);
    wish.setSubject(new Reference("Patient/anna")).addPerformer(new Reference("Patient/anna"));
    wish.setEffective(new DateTimeType(when));
    wish.setValue(
        new CodeableConcept(new Coding().setSystem(Canonical.System.READING_LEVEL).setCode(level)));
    Api.Answer answer = patient("anna").post("Observation", wish);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  @Test
  void teachBack_whenAPurposeIsAsked_thenWordedForItAndTheAnswerIsNotTold() {
    Questionnaire asked = asked(patient("anna"), "purpose=ai-training&language=es&level=easier");

    assertThat(asked.getUrl()).isEqualTo(Canonical.TEACH_BACK_QUESTIONNAIRE);
    assertThat(asked.getLanguage()).isEqualTo("es");
    assertThat(asked.getItemFirstRep().getText()).contains("una IA puede aprender de sus datos");
    assertThat(Api.json(asked)).doesNotContain("ordinalValue");
  }

  @Test
  void teachBack_whenThePatientWishesALevel_thenTheNewestWishCounts() {
    wish("easier", "2026-01-01T10:00:00Z");
    wish("standard", "2026-03-01T10:00:00Z");
    wish("easier", "2026-02-01T10:00:00Z");

    assertThat(level(asked(patient("anna"), "purpose=ai-sharing"))).isEqualTo("standard");
    assertThat(level(asked(practitioner(), "purpose=ai-sharing"))).isEqualTo("standard");
    assertThat(level(asked(patient("anna"), "purpose=ai-sharing&level=easier")))
        .isEqualTo("easier");
  }

  @Test
  void teachBack_whenThePatientPrefersALanguage_thenInThatLanguage() {
    Patient rosa = new Patient();
    rosa.addName().setFamily("Rosas").addGiven("Rosa");
    rosa.addCommunication().setLanguage(language("en"));
    rosa.addCommunication().setLanguage(language("es-MX")).setPreferred(true);
    String id =
        scribe()
            .post("Patient", rosa)
            .header("Location")
            .orElseThrow()
            .replaceFirst(".*/(Patient/[^/]+)/.*", "$1");

    Questionnaire asked =
        scribe().get(id + "/$teach-back?purpose=ai-documentation").ok(Questionnaire.class);

    assertThat(asked.getLanguage()).isEqualTo("es");
    assertThat(level(asked)).as("where nobody has said").isEqualTo("easier");
  }

  private static CodeableConcept language(String code) {
    return new CodeableConcept(new Coding().setSystem("urn:ietf:bcp:47").setCode(code));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400, purpose",
    "purpose=anything, 422, anything",
    "purpose=data-sale, 422, Your facts are not for sale",
    "purpose=ai-training&level=hard, 422, level"
  })
  void teachBack_whenItCannotBeAsked_thenSaysWhy(String query, int status, String says) {
    Api.Answer answer = patient("anna").get("Patient/anna/$teach-back?" + query);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.issue().getDiagnostics()).contains(says);
  }

  @Test
  void teachBack_whenThePatientIsAnother_thenNotFound() {
    assertThat(patient("ben").get("Patient/anna/$teach-back?purpose=ai-training").status())
        .isEqualTo(404);
  }
}
