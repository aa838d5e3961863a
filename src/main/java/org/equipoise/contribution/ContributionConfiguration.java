package org.equipoise.contribution;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.equipoise.fhir.PatientObservations;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class ContributionConfiguration {

  /**
   * Settings ({@code equipoise.contribution.*}).
   *
   * @param maxItems items of one {@code $contribute}
   * @param clockSkew how far the clock of a patient's device may be ahead of the server's
   */
  @Validated
  @ConfigurationProperties("equipoise.contribution")
  record Settings(
      @DefaultValue("100") @Min(1) @Max(1000) int maxItems,
      @DefaultValue("PT5M") @NotNull @DurationMin @DurationMax(hours = 24) Duration clockSkew) {}

  @Bean
  ContributionIndex contributionIndex(JdbcTemplate jdbc) {
    return new ContributionIndex(jdbc);
  }

  @Bean
  ObservationIntake observationIntake(Settings settings) {
    return new ObservationIntake(settings.clockSkew());
  }

  @Bean
  PatientObservations patientObservations(ObservationIntake intake, ContributionIndex index) {
    return new RecordedContributions(intake, index);
  }
}
