package org.equipoise.decision;

import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.Questionnaire;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class DecisionConfiguration {

  @Bean
  SureScore sureScore() {
    return new SureScore(
        Definitions.shared()
            .find(Questionnaire.class, Canonical.DECISION_CONFLICT_QUESTIONNAIRE)
            .orElseThrow(
                () -> new IllegalStateException("Questionnaire/decision-conflict is not shipped")));
  }

  @Bean
  RecordDecisionProvider recordDecisionProvider(
      RecordOperation operation,
      SureScore scores,
      TreatingClinicians treating,
      PatientObservations observations) {
    return new RecordDecisionProvider(
        operation, new RecordDecision(scores), treating, observations);
  }

  @Bean
  WriteRule decisionWrites(SureScore scores) {
    return new DecisionWrites(scores);
  }
}
