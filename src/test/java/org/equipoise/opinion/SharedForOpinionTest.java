package org.equipoise.opinion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

class SharedForOpinionTest {

  private static final String ASKED = "Practitioner/asked";
  private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");

  private Instant now = START.plusSeconds(1);
  private SharedForOpinion shared;

  @BeforeEach
  void tables() {
    DriverManagerDataSource database =
        new DriverManagerDataSource(
            "jdbc:h2:mem:opinion-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    new ResourceDatabasePopulator(new ClassPathResource("db/migration/V18__second_opinion.sql"))
        .execute(database);
    shared = new SharedForOpinion(new JdbcTemplate(database), null, clock());
    ServiceRequest request = new ServiceRequest().setStatus(ServiceRequestStatus.ACTIVE);
    request.setId("ServiceRequest/r");
    request.setSubject(new Reference("Patient/p"));
    request.addReasonReference(new Reference("DocumentReference/d"));
    Extension independent = new Extension(Canonical.Extension.INDEPENDENT);
    independent.addExtension(new Extension("blindedToFirst", new BooleanType(true)));
    request.addExtension(independent);
    shared.learn(request, Set.of(ASKED));
    Consent consent = new Consent().setStatus(Consent.ConsentState.ACTIVE);
    consent.setId("Consent/c");
    consent
        .getProvision()
        .getPeriod()
        .setStart(Date.from(START))
        .setEnd(Date.from(START.plus(Duration.ofDays(2))));
    consent.getProvision().addData().setReference(new Reference("ServiceRequest/r"));
    shared.learn(consent);
  }

  /** Shows {@link #now}. */
  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  @Test
  void hiddenFrom_whenTheConsentIsInForce_thenTheDocument() {
    assertThat(shared.hiddenFrom(ASKED)).containsExactly("d");
    assertThat(shared.hiddenFrom("Practitioner/other")).isEmpty();
  }

  @Test
  void hiddenFrom_whenTheConsentHasEnded_thenNothingMoreAndNoAnswerIsTaken() {
    now = START.plus(Duration.ofDays(2));

    assertThat(shared.hiddenFrom(ASKED)).isEmpty();
    assertThat(shared.requestsOf(ASKED)).isEmpty();
  }
}
