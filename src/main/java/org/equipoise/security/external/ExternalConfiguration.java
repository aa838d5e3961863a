package org.equipoise.security.external;

import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.LiveTokens;
import org.equipoise.security.authorization.VerifiedTokens;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what concerns trusted others. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrustedIssuers.class)
class ExternalConfiguration {

  @Bean
  FhirTokens fhirTokens(
      VerifiedTokens own, LiveTokens live, TrustedIssuers issuers, ServerAddress address) {
    return new FhirTokens(own, live, issuers, address);
  }
}
