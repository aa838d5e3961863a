package org.equipoise.security.external;

import org.equipoise.fhir.ClientDirectory;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.equipoise.security.authorization.VerifiedTokens;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Puts together what concerns trusted others. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrustedIssuers.class)
class ExternalConfiguration {

  @Bean
  FhirTokens fhirTokens(
      VerifiedTokens own, LiveTokens live, TrustedIssuers issuers, ServerAddress address) {
    return new FhirTokens(own, live, issuers, address);
  }

  @Bean
  @Primary
  ClientDirectory clientDirectory(
      @Qualifier("registeredClientRepository") ClientDirectory registered, TrustedIssuers issuers) {
    return new KnownClients(registered, issuers);
  }
}
