package org.equipoise.security.external;

import org.equipoise.security.ServerAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Puts together what concerns trusted others. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrustedIssuers.class)
class ExternalConfiguration {

  @Bean
  FhirTokens fhirTokens(JwtDecoder own, TrustedIssuers issuers, ServerAddress address) {
    return new FhirTokens(own, issuers, address);
  }
}
