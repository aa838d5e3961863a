package org.equipoise.contribution;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import org.equipoise.fhir.KnownItems;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.SentByPatients;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.fhir.WriteRule;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.ObjectProvider;
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
  DocumentIntake documentIntake(Settings settings) {
    return new DocumentIntake(settings.clockSkew());
  }

  @Bean
  WriteRule contributionRule(
      ObservationIntake observations, DocumentIntake documents, ContributionIndex index) {
    return new ContributionRule(observations, documents, index);
  }

  @Bean
  KnownItems contributedTwice(
      DocumentIntake documents, ContributionIndex index, ObjectProvider<DaoRegistry> records) {
    return new Twins(
        documents,
        index,
        id -> {
          try {
            return Optional.of(
                (Resource)
                    records
                        .getObject()
                        .getResourceDao(id.getResourceType())
                        .read(id, new SystemRequestDetails()));
          } catch (ResourceNotFoundException | ResourceGoneException e) {
            return Optional.empty();
          }
        });
  }

  @Bean
  ContributeProvider contributeProvider(
      RecordOperation operation,
      ObservationIntake observations,
      DocumentIntake documents,
      ContributionIndex index,
      ObjectProvider<KnownItems> known,
      Settings settings) {
    return new ContributeProvider(
        operation,
        new Contribute(
            observations,
            documents,
            index,
            () -> known.stream().filter(one -> !(one instanceof Twins))),
        settings.maxItems());
  }

  @Bean
  AcknowledgeProvider acknowledgeProvider(
      RecordOperation operation, TreatingClinicians treating, ContributionIndex index) {
    return new AcknowledgeProvider(operation, new Acknowledge(treating, index));
  }

  @Bean
  WaitingProvider waitingProvider(RecordOperation operation, ContributionIndex index) {
    return new WaitingProvider(operation, new Waiting(index));
  }

  @Bean
  SentByPatients sentByPatients(ContributionIndex index, ObjectProvider<DaoRegistry> records) {
    return new RecordedSent(index, records);
  }

  @Bean
  PatientObservations patientObservations(ObservationIntake intake, ContributionIndex index) {
    return new RecordedContributions(intake, index);
  }
}
