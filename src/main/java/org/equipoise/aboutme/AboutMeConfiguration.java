package org.equipoise.aboutme;

import org.equipoise.fhir.PatientSigners;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.WriteRule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class AboutMeConfiguration {

  @Bean
  AboutMeProvider aboutMeProvider(RecordOperation operation) {
    return new AboutMeProvider(operation);
  }

  @Bean
  WriteRule aboutMeRule(PatientSigners signers) {
    return new AboutMeRule(signers);
  }
}
