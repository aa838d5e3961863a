package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Clock;
import java.util.Optional;
import org.equipoise.fhir.BackgroundOperation;
import org.equipoise.fhir.KnownItems;
import org.equipoise.fhir.ManualAnswers;
import org.equipoise.fhir.PatientObservations;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RequestCaller;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.fhir.StreamedOperation;
import org.hl7.fhir.r4.model.Observation;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class WearableConfiguration {

  @Bean
  StreamedOperation wearableUpload(WearableSettings settings) {
    return new StreamedOperation(
        "Patient", IngestWearableProvider.NAME, settings.maxUpload().toBytes());
  }

  @Bean
  KnownItems valuesOfSeries(PatientObservations observations, ObjectProvider<DaoRegistry> records) {
    return new SeriesItems(
        observations,
        id -> {
          try {
            return Optional.of(
                records
                    .getObject()
                    .getResourceDao(Observation.class)
                    .read(id, new SystemRequestDetails()));
          } catch (ResourceNotFoundException | ResourceGoneException e) {
            return Optional.empty();
          }
        });
  }

  @Bean
  IngestStore ingestStore(JdbcTemplate jdbc, Clock clock, WearableSettings settings) {
    return new IngestStore(jdbc, clock, settings.lease());
  }

  @Bean
  IngestWorker ingestWorker(
      IngestStore store,
      BackgroundOperation background,
      PatientObservations observations,
      StandingCallers standing,
      FhirContext context,
      PlatformTransactionManager transactions,
      WearableSettings settings,
      Clock clock) {
    return new IngestWorker(
        store,
        background,
        observations,
        standing,
        context,
        new TransactionTemplate(transactions),
        settings,
        clock);
  }

  @Bean
  IngestWearableProvider ingestWearableProvider(
      RecordOperation operation,
      BackgroundOperation background,
      RequestCaller callers,
      IngestStore store,
      IngestWorker worker,
      FhirContext context,
      WearableSettings settings,
      ManualAnswers answers) {
    return new IngestWearableProvider(
        operation,
        new IngestDoor(background, callers, store, worker, context, settings),
        store,
        context,
        answers);
  }
}
