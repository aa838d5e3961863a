package org.equipoise.everything;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.equipoise.fhir.RecordReader;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class EverythingConfiguration {

  /**
   * Settings ({@code equipoise.everything.*}).
   *
   * @param defaultPage resources on a page where the caller does not say
   * @param largestPage resources on a page at most
   */
  @Validated
  @ConfigurationProperties("equipoise.everything")
  record Settings(
      @DefaultValue("100") @Min(1) @Max(5000) int defaultPage,
      @DefaultValue("500") @Min(1) @Max(5000) int largestPage) {}

  @Bean
  EverythingProvider everythingProvider(
      RecordReader records,
      FhirContext context,
      DaoRegistry daos,
      ISearchParamRegistry parameters,
      Settings settings) {
    return new EverythingProvider(
        records, context, daos, parameters, settings.defaultPage(), settings.largestPage());
  }
}
