package org.equipoise.consent.recording;

import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.statement.ConsentPeriods;
import org.equipoise.consent.teachback.TeachBack;
import org.equipoise.fhir.PatientSigners;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** How patients decide. */
@Configuration(proxyBeanMethods = false)
class ConsentRecordingConfiguration {

  /**
   * Settings ({@code equipoise.consent.guardrails.*}).
   *
   * @param neutralPeople who is asked whether a choice is free, e.g. {@code Practitioner/3}: the
   *     first who is neutral; where none is, the organization that holds the decision
   */
  @Validated
  @ConfigurationProperties("equipoise.consent.guardrails")
  record Settings(
      @DefaultValue
          List<@Pattern(regexp = "Practitioner/[A-Za-z0-9.-]{1,64}") String> neutralPeople) {}

  @Bean
  Neutrality neutrality(TreatingClinicians treating) {
    return new Neutrality(treating);
  }

  @Bean
  ConsentRecorder consentRecorder(
      TeachBack teachBack, ConsentSettings consent, Neutrality neutrality, Settings settings) {
    return new ConsentRecorder(
        teachBack, consent, neutrality, new FreeChoiceTasks(neutrality, settings.neutralPeople()));
  }

  @Bean
  AttachConsentProvider attachConsentProvider(
      RecordOperation operation, ConsentRecorder decisions) {
    return new AttachConsentProvider(operation, decisions);
  }

  @Bean
  DecideAiUseProvider decideAiUseProvider(RecordOperation operation, ConsentRecorder decisions) {
    return new DecideAiUseProvider(operation, decisions);
  }

  @Bean
  ConfirmFreeChoiceProvider confirmFreeChoiceProvider(
      RecordOperation operation, Neutrality neutrality, ConsentSettings settings) {
    return new ConfirmFreeChoiceProvider(operation, neutrality, settings);
  }

  @Bean
  PatientSigners patientSigners(ConsentSettings settings) {
    ConsentPeriods periods = new ConsentPeriods(settings.zone());
    return (caller, patient, representative, now) ->
        Signer.find(caller, new Reference(patient.getValue()), representative, periods, now)
            .map(signer -> new IdType(signer.who().getReference()));
  }

  @Bean
  WriteRule consentRule() {
    return new SignedConsentRule();
  }
}
