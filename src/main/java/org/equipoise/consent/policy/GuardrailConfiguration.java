package org.equipoise.consent.policy;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.equipoise.consent.guardrail.Guardrail;
import org.equipoise.consent.guardrail.GuardrailSettings;
import org.equipoise.consent.guardrail.ListedGuardrails;
import org.equipoise.consent.guardrail.ReadingLevel;
import org.equipoise.consent.statement.AiPurpose;
import org.equipoise.fhir.ConsentGuardrails;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** Sets the guardrails, and puts them into the server. */
@Configuration(proxyBeanMethods = false)
class GuardrailConfiguration {

  /** Why a bright line cannot be switched off. */
  private static final String BRIGHT_LINE =
      "is a bright line: no consent can allow that use of AI, and nobody can switch the rule off";

  /**
   * Settings ({@code equipoise.consent.guardrails.*}), each named by the code of its rule.
   *
   * @param coolingOff how long after the decision a permit begins to count, by purpose (ISO 8601
   *     duration in days, hours and minutes); at most {@code equipoise.consent.longest-permit-days}
   * @param readingLevel the words for a patient who has not said which they wish
   */
  @Validated
  @ConfigurationProperties("equipoise.consent.guardrails")
  record Settings(
      @DefaultValue("true") @AssertTrue(message = BRIGHT_LINE) boolean dataSale,
      @DefaultValue("true") @AssertTrue(message = BRIGHT_LINE) boolean emotionInference,
      @DefaultValue("true") @AssertTrue(message = BRIGHT_LINE) boolean automatedCareDenial,
      @DefaultValue("true") boolean independentWitness,
      @DefaultValue("true") boolean careMadeConditional,
      @DefaultValue("true") boolean incentive,
      @DefaultValue("true") boolean timePressure,
      @DefaultValue("true") boolean personInAuthorityPresent,
      @DefaultValue("true") boolean notPrivate,
      @DefaultValue("true") boolean languageNotUnderstood,
      @DefaultValue("true") boolean distress,
      @DefaultValue Map<AiPurpose, Duration> coolingOff,
      @DefaultValue("true") boolean newTeachBack,
      @DefaultValue("easier") ReadingLevel readingLevel) {

    private Set<Guardrail> off() {
      Map<Guardrail, Boolean> on =
          Map.of(
              Guardrail.INDEPENDENT_WITNESS, independentWitness,
              Guardrail.CARE_MADE_CONDITIONAL, careMadeConditional,
              Guardrail.INCENTIVE, incentive,
              Guardrail.TIME_PRESSURE, timePressure,
              Guardrail.PERSON_IN_AUTHORITY_PRESENT, personInAuthorityPresent,
              Guardrail.NOT_PRIVATE, notPrivate,
              Guardrail.LANGUAGE_NOT_UNDERSTOOD, languageNotUnderstood,
              Guardrail.DISTRESS, distress,
              Guardrail.NEW_TEACH_BACK, newTeachBack);
      Set<Guardrail> off = EnumSet.noneOf(Guardrail.class);
      on.forEach(
          (rule, isOn) -> {
            if (!isOn) {
              off.add(rule);
            }
          });
      return off;
    }

    GuardrailSettings toSettings(Duration longestPermit) {
      Map<String, Duration> byCode = new HashMap<>();
      coolingOff.forEach(
          (purpose, time) -> {
            if (time.compareTo(longestPermit) >= 0) {
              throw new IllegalArgumentException(
                  "equipoise.consent.guardrails.cooling-off.%s: a permit that lasts at most %s would never count after %s"
                      .formatted(purpose.code(), longestPermit, time));
            }
            byCode.put(purpose.code(), time);
          });
      return new GuardrailSettings(off(), byCode, readingLevel);
    }
  }

  @Bean
  GuardrailSettings guardrailSettings(Settings settings, PolicyConfiguration.Settings consent) {
    return settings.toSettings(Duration.ofDays(consent.longestPermitDays()));
  }

  @Bean
  ConsentGuardrails consentGuardrails(GuardrailSettings settings) {
    return new ListedGuardrails(settings);
  }

  @Bean
  GuardrailsProvider guardrailsProvider(ConsentGuardrails guardrails) {
    return new GuardrailsProvider(guardrails);
  }
}
